"""What `make check` asks of the packs beyond being readable: every category routed, nothing repeated, nothing unused.

Pure: texts in, sentences out. No sentence means all is well.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
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
        told_apart = itertools.product((Urgency.CRITICAL, Urgency.NORMAL), _combinations(rows))
        named = any(row.lead or row.instead for row in rows)  # police, whom every critical case has, are not enough
        if not named or not all(_leads(pack, category, urgency, facts) for urgency, facts in told_apart):
            yield line("{pack}：类别 {category} 没有牵头单位，请补写一条。", pack=pack.id, category=category)


def _combinations(rows: Sequence[PackLine]) -> Iterator[dict[str, Any]]:
    """Every combination of the facts that the lines speak of, each stated or not."""
    values: dict[str, dict[Any, None]] = {}
    for row in rows:
        for key, found in (*row.when.items(), *row.any.items(), *row.unless.items()):
            if key != "urgency":
                values.setdefault(key, {None: None}).update(dict.fromkeys([9] if key == "nine" else found))
    for chosen in itertools.product(*values.values()):
        stated = {key: value for key, value in zip(values, chosen, strict=True) if value is not None}
        yield {key: [value] if key == "nine" else value for key, value in stated.items()}


def _leads(pack: Pack, category: str, urgency: Urgency, facts: Mapping[str, Any]) -> bool:
    return not route(pack, category, urgency, facts).alarms


def _repeats(pack: Pack) -> Iterator[Line]:
    """Lines, parts of lines and numbers that only say again what the parent says."""
    if pack.parent is None:
        return
    for row in pack.own:
        items = list(_items(row))
        idle = [name for name, less in items if not _changes(pack, row, less)]
        if len(idle) == len(items):
            yield line("{where}：与上级方案相同，请删去。", where=row.where)
        elif idle:
            yield line("{where}：{items} 与上级方案相同，请删去。", where=row.where, items="、".join(idle))
    for path in _same(pack.changed, pack.parent.tables):
        yield line("{pack}：[{path}] 与上级方案相同，请删去。", pack=pack.id, path=".".join(path))
    if pack.states_coordinator and pack.coordinator == pack.parent.coordinator:
        yield line("{pack}：coordinator 与上级方案相同，请删去。", pack=pack.id)


def _items(row: PackLine) -> Iterator[tuple[str, PackLine]]:
    """Everything a line does, each with the line that does all but this."""
    for part in ("lead", "first", "instead", "with_", "copy", "without", "nine"):
        for one in getattr(row, part):
            less = tuple(each for each in getattr(row, part) if each != one)
            yield f"{part.rstrip('_')} {one}", replace(row, **{part: less})
    if row.opens:
        yield f"opens {row.opens}", replace(row, opens="")
    if row.priority:
        yield "priority", replace(row, priority=False)


def _changes(pack: Pack, row: PackLine, less: PackLine) -> bool:
    """Whether some case that the line speaks of is routed otherwise by what `less` leaves out.

    What confirms a thing its parent only assumes (`ours`) counts: it gives the reason.
    """
    here = pack.lines.index(row)
    fewer = replace(pack, lines=(*pack.lines[:here], less, *pack.lines[here + 1 :]))
    if any(_confirms(above, row, less) for above in pack.lines[:here]):
        return True
    return any(
        _told(route(pack, category, urgency, facts)) != _told(route(fewer, category, urgency, facts))
        for category in (CATEGORIES if row.category == "*" else (row.category,))
        for facts in _cases(pack, category, row)
        for urgency in Urgency
    )


def _confirms(above: PackLine, row: PackLine, less: PackLine) -> bool:
    if not above.ours or (above.category, above.when) != (row.category, row.when):
        return False
    left_out = {*row.instead, *row.lead, *row.with_} - {*less.instead, *less.lead, *less.with_}
    return bool(left_out & {*above.lead, *above.with_})


def _cases(pack: Pack, category: str, row: PackLine) -> Iterator[dict[str, Any]]:
    """Facts under which the line counts, alone and beside whatever else the category's lines tell apart."""
    mine = list(_facts(row))
    yield from mine
    for other in (one for one in pack.lines if one.category == category and one is not row):
        for beside, own in itertools.product(_facts(other), mine):
            yield {**beside, **own}


def _told(found: Route) -> tuple[Any, ...]:
    parts = (found.lead, frozenset(found.with_), frozenset(found.copy), found.nine)
    return (*parts, found.priority, found.every_case_check)


def _facts(row: PackLine) -> Iterator[dict[str, Any]]:
    """Facts under which the line counts: every choice of its `when`, with each one of its `any`."""
    given = [[(key, value) for value in values] for key, values in row.when.items()]
    either = [[(key, value)] for key, values in row.any.items() for value in values] or [[]]
    for when, one in itertools.product(itertools.product(*given), either):
        stated = dict((*when, *one))
        if stated.pop("nine", False):
            stated["nine"] = [9]
        stated.pop("urgency", None)
        yield stated


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
