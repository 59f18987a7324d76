"""Where a report is of: what its words name, against the places of the directory and the divisions of the country. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from routing.divisions import Divisions, stem

# 户籍在重庆渝北区: where the child is registered, and nothing of where she is.
REGISTERED = re.compile(
    r"户(?:籍|口)(?:地|所在地)?(?:都|还|登记)?(?:在|是|为|[：:])?\s*(?P<place>[^，。；,;、！？\s]{2,16})"
)
_SUFFIX = re.compile(r"(?:壮族自治区|回族自治区|自治区|自治县|省|市|县|区|乡|镇)$")


class Known(Protocol):
    """A place of the directory: code of GB/T 2260 or finer, and what it is called."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class Whereabouts:
    """Where this site is and what it knows of places. `unit`: code of the place of the unit whose poster's link was used,
    if any, and `unit_id` the id of its desk."""

    known: Sequence[Known]
    divisions: Divisions = field(default_factory=Divisions)
    home: str = ""
    unit: str | None = None
    unit_id: str | None = None


def named_place(text: str, where: Whereabouts) -> tuple[str | None, str]:
    """The finest place of the directory that a text names, or the full name of one that this site does not look after."""
    text = REGISTERED.sub("", text)
    named = [place.code for place in where.known if names(text, place.name)]
    ours, elsewhere = max(named, key=lambda code: len(stem(code)), default=None), ""
    found = where.divisions.find(text, where.unit or where.home)
    if found and (ours is None or (found != ours and stem(found).startswith(stem(ours)))):
        ours, elsewhere = _looked_after(found, where)
    return ours, elsewhere


def names(text: str, name: str) -> bool:
    short = _SUFFIX.sub("", name)
    return name in text or (len(short) >= 2 and short in text)


def _looked_after(code: str, where: Whereabouts) -> tuple[str | None, str]:
    """The nearest place of the directory for a division. One that the directory has only because it lies above home looks
    after nobody there: then the name, for a person."""
    known = {place.code for place in where.known}
    nearest = next((each for each in where.divisions.chain(code) if each in known), None)
    above_home = nearest and nearest != where.home and stem(where.home).startswith(stem(nearest))
    if nearest and (nearest == code or not above_home):
        return nearest, ""
    return None, where.divisions.full_name(code[:6])
