"""What `make check` asks of the packs beyond being readable: every category routed, nothing repeated, nothing unused.

Pure: texts in, sentences out. No sentence means all is well.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from routing.lines import PackLine
from routing.packs import Pack, PackError
from routing.rules import Route, route
from routing.shipped import protocols_from
from words.ids import CATEGORIES, Urgency
from words.language import Line, line


def check_packs(texts: Mapping[str, str]) -> list[str]:
    """Everything wrong with the files of a protocol directory (name → text), each with file, line and mend."""
    try:
        packs = protocols_from(texts).packs
    except PackError as error:
        return list(map(str, error.problems))
    found = [problem for pack in packs.values() for problem in (*_unrouted(pack), *_repeats(pack))]
    return list(map(str, [*found, *_same_place(packs)]))


def _unrouted(pack: Pack) -> Iterator[Line]:
    """Categories the pack's own lines leave without a lead under some facts its conditions tell apart."""
    for category in CATEGORIES:
        rows = [row for row in pack.lines if row.category == category]
        for urgency in (Urgency.CRITICAL, Urgency.NORMAL):
            for facts in ({}, *map(_facts, rows)):
                if not any(row.lead or row.instead for row in rows) or not _leads(pack, category, urgency, facts):
                    yield line("{pack}：类别 {category} 没有牵头单位，请补写一条。", pack=pack.id, category=category)
                    break
            else:
                continue
            break


def _leads(pack: Pack, category: str, urgency: Urgency, facts: Mapping[str, Any]) -> bool:
    return not route(pack, category, urgency, facts).alarms


def _repeats(pack: Pack) -> Iterator[Line]:
    """Lines and numbers that only say again what the parent says."""
    if pack.parent is None:
        return
    for row in pack.own:
        if not _changes(pack, row):
            yield line("{where}：与上级方案相同，请删去。", where=row.where)
    for path in _same(pack.changed, pack.parent.tables):
        yield line("{pack}：[{path}] 与上级方案相同，请删去。", pack=pack.id, path=".".join(path))
    if pack.states_coordinator and pack.coordinator == pack.parent.coordinator:
        yield line("{pack}：coordinator 与上级方案相同，请删去。", pack=pack.id)


def _changes(pack: Pack, row: PackLine) -> bool:
    """Whether the pack without the line would route some case that the line speaks of otherwise.

    A line that confirms what its parent only assumes (`ours`) counts: it gives the reason.
    """
    without = replace(pack, lines=tuple(one for one in pack.lines if one is not row))
    categories = CATEGORIES if row.category == "*" else (row.category,)
    for category in categories:
        for urgency in Urgency:
            facts = _facts(row)
            if _told(route(pack, category, urgency, facts)) != _told(route(without, category, urgency, facts)):
                return True
    assumed = {one for above in without.lines if above.ours and above.category == row.category for one in above.lead}
    return bool(assumed & set(row.instead))


def _told(found: Route) -> tuple[Any, ...]:
    parts = (found.lead, frozenset(found.with_), frozenset(found.copy), found.nine)
    return (*parts, found.priority, found.every_case_check)


def _facts(row: PackLine) -> dict[str, Any]:
    """Facts under which the line counts: all of `when`, the first of `any`."""
    stated = {key: values[0] for key, values in row.when.items()}
    stated |= {key: values[0] for key, values in list(row.any.items())[:1]}
    if stated.pop("nine", False):
        stated["nine"] = [9]
    stated.pop("urgency", None)
    return stated


def _same(own: Mapping[str, Any], parent: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in own.items():
        known = parent.get(key)
        if isinstance(value, Mapping) and isinstance(known, Mapping):
            yield from _same(value, known, (*path, key))
        elif value == known:
            yield (*path, key)


def _same_place(packs: Mapping[str, Pack]) -> Iterator[Line]:
    seen: dict[str, str] = {}
    for pack in packs.values():
        for code in pack.places:
            if code in seen:
                yield line("{pack}：区划 {code} 已有方案 {other}。", pack=pack.id, code=code, other=seen[code])
            seen[code] = pack.id
