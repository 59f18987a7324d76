"""Which place a ticket is of: by its code, by words, by its caller, by the platform's default, in that order. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from intake.tickets.flaws import Flaw
from intake.tickets.reading import Slip

# How the place was found, in the order in which it is looked for. `site`: nothing said anything; the place of this site.
WAYS = ("code", "words", "caller", "platform", "site")
BY = {"caller": "来电人", "platform": "平台", "site": "本站"}

_SUFFIX = re.compile(r"(?:壮族自治区|回族自治区|维吾尔自治区|自治区|自治县|自治州|地区|省|市|县|区|乡|镇|街道)$")


@dataclass(frozen=True)
class Region:
    """`place` is a place of the directory, or this site's own. `by` is one of WAYS."""

    place: str
    by: str
    flaws: tuple[Flaw, ...] = ()


@dataclass(frozen=True)
class Map:
    """The directory's places as deciding needs them: names and parents by code, and the site's own place."""

    names: Mapping[str, str]
    parents: Mapping[str, str | None]
    home: str

    def nearest(self, code: str) -> str | None:
        """The place itself, or the nearest one above it, that this site serves: below its own place, or its own city."""
        for length in (len(code), 9, 6, 4):
            if length > len(code):
                continue
            known = code if length == len(code) else code[:length].ljust(6, "0")
            if known in self.names:
                return known if self._ours(known) else None
        return None

    def _ours(self, code: str) -> bool:
        if self.home in self._up(code):
            return True
        return code in self._up(self.home) and not code.endswith("0000")

    def _up(self, code: str) -> Sequence[str]:
        found: list[str] = []
        at: str | None = code
        while at and at not in found:
            found.append(at)
            at = self.parents.get(at)
        return found


def region_of(slip: Slip, places: Map, caller_place: str | None, default: str) -> Region:
    """`caller_place`: where the same caller's earlier matter was, or what the area code says; `default`: the platform's."""
    named = _named(slip.region, places)
    if slip.region_code:
        found = places.nearest(slip.region_code)
        if found is None:
            return Region(places.home, "code", (Flaw("region_code", "region_elsewhere", slip.region_code),))
        if named and not _same(found, named, places):
            return Region(found, "code", (Flaw("region", "region_conflict", places.names[found]),))
        return Region(found, "code")
    if words := named or _named(slip.text, places):
        flaw = () if named and slip.region else (Flaw("region", "region_by_words", places.names[words]),)
        return Region(words, "words", flaw)
    for way, code in (("caller", caller_place), ("platform", default or None), ("site", places.home)):
        if code and (found := places.nearest(code)):
            return Region(found, way, (Flaw("region", "region_missing", BY[way]),))
    return Region(places.home, "site", (Flaw("region", "region_missing", BY["site"]),))


def _named(text: str, places: Map) -> str | None:
    """The finest place of the directory that a text names."""
    if not text:
        return None
    found = [code for code, name in places.names.items() if _says(text, name) and places.nearest(code) == code]
    return max(found, key=lambda code: (len(code.rstrip("0")), len(places.names[code])), default=None)


def _says(text: str, name: str) -> bool:
    short = _SUFFIX.sub("", name)
    return name in text or (len(short) >= 2 and short in text)


def _same(code: str, named: str, places: Map) -> bool:
    """Whether one of the two lies in the other."""
    return code in places._up(named) or named in places._up(code)


def area_place(phone: str | None, area_codes: Mapping[str, str]) -> str | None:
    """The place of a landline number by its area code, as far as the platform's profile lists it."""
    codes: Iterable[str] = sorted(area_codes, key=len, reverse=True)
    return next((area_codes[area] for area in codes if phone and phone.startswith(area)), None)
