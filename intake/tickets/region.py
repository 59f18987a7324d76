"""Which place a ticket is of: by its code, by words, by its caller, by the platform's default, in that order. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from intake.tickets.flaws import Flaw
from intake.tickets.reading import Slip
from intake.whereabouts import Whereabouts, named_place
from routing.divisions import stem

# How the place was found, in the order in which it is looked for. `site`: nothing said anything; the place of this site.
WAYS = ("code", "words", "caller", "platform", "site")
BY = {"caller": "来电人", "platform": "平台", "site": "本站"}


@dataclass(frozen=True)
class Region:
    """`place` is a place of the directory, or this site's own. `by` is one of WAYS. `elsewhere` is the name, down to the
    county, of a place that was named and that no desk of this site looks after."""

    place: str
    by: str
    flaws: tuple[Flaw, ...] = ()
    elsewhere: str = ""


def region_of(slip: Slip, where: Whereabouts, caller_place: str | None, default: str) -> Region:
    """`caller_place`: where the same caller's earlier matter was, or what the area code says; `default`: the platform's."""
    named, elsewhere = _by_words(slip.region, where)
    if slip.region_code:
        found = nearest(slip.region_code, where)
        if found is None:
            name = where.divisions.full_name(slip.region_code[:6]) or slip.region_code[:6]
            return _elsewhere(where, "region_code", "code", slip.region or name, name)
        if named and not (stem(named).startswith(stem(found)) or stem(found).startswith(stem(named))):
            return Region(found, "code", (Flaw("region", "region_conflict", _name(found, where)),))
        return Region(found, "code")
    if elsewhere:
        return _elsewhere(where, "region", "words", slip.region, elsewhere)
    if named and slip.region:
        return Region(named, "words")
    named, elsewhere = _by_words(slip.text, where)
    if elsewhere:
        return _elsewhere(where, "region", "words", elsewhere, elsewhere)
    if named:
        return Region(named, "words", (Flaw("region", "region_by_words", _name(named, where)),))
    for way, code in (("caller", caller_place), ("platform", default or None), ("site", where.home)):
        if code and (place := nearest(code, where)):
            return Region(place, way, (Flaw("region", "region_missing", BY[way]),))
    return Region(where.home, "site", (Flaw("region", "region_missing", BY["site"]),))


def nearest(code: str, where: Whereabouts) -> str | None:
    """The place of the directory for a code, or the nearest one that it lies in. None: no desk of this site looks after it."""
    known = {place.code for place in where.known} | {where.home}
    chain = (code, code[:9], code[:6], code[:4].ljust(6, "0"), code[:2].ljust(6, "0"))
    found = next((each for each in chain if each in known), None)
    if found is None or found == where.home or _in(found, where.home):
        return found
    return found if found == code and _in(where.home, found) and not _province(found) else None


def _by_words(text: str, where: Whereabouts) -> tuple[str | None, str]:
    """As `named_place`; that something lies in the province says nothing of where."""
    place, elsewhere = named_place(text, where) if text else (None, "")
    return (place if place and nearest(place, where) == place else None), elsewhere


def _elsewhere(where: Whereabouts, field: str, way: str, said: str, name: str) -> Region:
    return Region(where.home, way, (Flaw(field, "region_elsewhere", said),), name)


def _name(code: str, where: Whereabouts) -> str:
    return next((place.name for place in where.known if place.code == code), code)


def _in(code: str, other: str) -> bool:
    return stem(code).startswith(stem(other))


def _province(code: str) -> bool:
    return code.endswith("0000")


def area_place(phone: str | None, area_codes: Mapping[str, str]) -> str | None:
    """The place of a landline number by its area code, as far as the platform's profile lists it."""
    codes: Iterable[str] = sorted(area_codes, key=len, reverse=True)
    return next((area_codes[area] for area in codes if phone and phone.startswith(area)), None)
