"""One line of a protocol pack: who joins, leads or leaves, under which conditions, by which clauses."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from routing.clauses import Clause
from words.ids import CATEGORIES, DEPARTMENTS, NINE, ROUTING_CHOICES, ROUTING_FLAGS, Urgency
from words.language import Line, line

# Stand-ins in a line, filled in when a case is routed.
COORDINATOR, SUPERIOR = "coordinator", "superior"

_PLACING = ("lead", "first", "instead", "with", "copy", "without")
_LINE_KEYS = {
    "category", "when", "any", "unless", *_PLACING, "nine", "opens", "priority", "ours", "clauses",
}  # fmt: skip


@dataclass(frozen=True)
class PackLine:
    """One line of a pack. Conditions map a fact key to the values that hold it (see the head of national.toml)."""

    category: str
    clauses: tuple[str, ...]
    where: str  # file and line, for messages
    when: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    any: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    unless: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    lead: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    with_: tuple[str, ...] = ()
    copy: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    nine: tuple[int, ...] = ()
    opens: str = ""
    priority: bool = False
    ours: bool = False


def problems_of(where: str, table: Mapping[str, Any], clauses: Mapping[str, Clause]) -> Iterable[Line]:
    """What is wrong with one line's table, each with where and mend."""
    for key in set(table) - _LINE_KEYS:
        yield line(
            "{where}：不认识的项 {key}，可用：{keys}。", where=where, key=key, keys="、".join(sorted(_LINE_KEYS))
        )
    category = table.get("category")
    if category != "*" and category not in CATEGORIES:
        yield line("{where}：category {id} 不是事项类别。", where=where, id=str(category))
    yield from clause_problems(where, table, clauses)
    for key in _PLACING:
        for department in table.get(key, ()):
            if department not in DEPARTMENTS and department not in (COORDINATOR, SUPERIOR):
                yield unknown_department(where, department)
    for number in table.get("nine", ()):
        if number not in NINE:
            yield line("{where}：nine 只能是 1 至 9。", where=where)
    if table.get("opens", "every_case_check") != "every_case_check":
        yield line("{where}：opens 只能是 every_case_check。", where=where)
    for part in ("when", "any", "unless"):
        for key, value in table.get(part, {}).items():
            allowed = _allowed(key)
            if not allowed:
                keys = ("urgency", "nine", *ROUTING_CHOICES, *ROUTING_FLAGS)
                yield line("{where}：条件 {key} 不存在，可用：{keys}。", where=where, key=key, keys="、".join(keys))
            elif any(one not in allowed for one in _many(value)):
                yield line(
                    "{where}：{key} 只能是 {values}。", where=where, key=key, values="、".join(map(str, allowed))
                )


def clause_problems(where: str, table: Mapping[str, Any], clauses: Mapping[str, Clause]) -> Iterable[Line]:
    """What is wrong with the clauses a table rests on: none, unknown, not verified."""
    if not table.get("clauses"):
        yield line("{where}：缺少 clauses，请写明依据，如 national:T6 或 statute:A10。", where=where)
    for clause in table.get("clauses", ()):
        if clause not in clauses:
            yield line("{where}：依据 {clause} 不在任务表、法定规则表和七条规则中。", where=where, clause=str(clause))
        elif not clauses[clause].citable:
            yield line("{where}：依据 {clause} 未能核验，不得引用。", where=where, clause=clause)


def _allowed(key: str) -> tuple[Any, ...]:
    if key == "urgency":
        return tuple(urgency.value for urgency in Urgency)
    return (True,) if key == "nine" or key in ROUTING_FLAGS else ROUTING_CHOICES.get(key, ())


def _many(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def unknown_department(where: str, department: Any) -> Line:
    """The sentence for an id that is no department."""
    return line("{where}：部门 {id} 不存在，请用部门表中的编号。", where=where, id=str(department))


def read_line(where: str, table: Mapping[str, Any]) -> PackLine:
    """The line in a table that `problems_of` found nothing wrong with."""

    def listed(key: str) -> tuple[str, ...]:
        return tuple(table.get(key, ()))

    def conditions(part: str) -> dict[str, tuple[Any, ...]]:
        return {key: _many(value) for key, value in table.get(part, {}).items()}

    return PackLine(
        category=table["category"], clauses=listed("clauses"), where=where,
        when=conditions("when"), any=conditions("any"), unless=conditions("unless"),
        lead=listed("lead"), first=listed("first"), instead=listed("instead"),
        with_=listed("with"), copy=listed("copy"), without=listed("without"),
        nine=tuple(table.get("nine", ())), opens=table.get("opens", ""), priority=table.get("priority", False),
        ours=table.get("ours", False),
    )  # fmt: skip
