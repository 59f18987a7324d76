"""Protocol packs: TOML in, values out. A pack holds what its document changes and inherits the rest from its parent.

Pure: the texts are handed in. Everything wrong with a pack is told at once, each with file, line and what to write.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from escalation.policy import Terms
from routing.clauses import Clause, local_clause
from routing.terms import read_terms
from words.ids import CATEGORIES, DEPARTMENTS, NINE, ROUTING_CHOICES, ROUTING_FLAGS, Urgency
from words.language import Line, line

ROOT = "national"
# Stand-ins in a line, filled in when a case is routed.
COORDINATOR, SUPERIOR = "coordinator", "superior"

_PLACING = ("lead", "first", "instead", "with", "copy", "without")
_LINE_KEYS = {
    "category", "when", "any", "unless", *_PLACING, "nine", "opens", "priority", "ours", "clauses",
}  # fmt: skip
_TABLES = {
    "pack", "line", "rules", "superior", "held", "deadlines", "reminders", "extension", "pause", "ladder", "overdue", "call",
    "repeat",
}  # fmt: skip


class PackError(ValueError):
    """The packs can't be used; `problems` are all of them, each a sentence with file, place and mend."""

    def __init__(self, problems: Iterable[Line]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


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


@dataclass(frozen=True)
class Pack:
    """One jurisdiction's protocol. `own` are its own lines; `lines` has those of its ancestors before them, which cite the
    same task of the place's own document beside the national one.

    `places` are division codes (GB/T 2260); the pack is theirs and that of everything below them.
    """

    id: str
    name: str
    document: str
    places: tuple[str, ...]
    coordinator: str
    parent: "Pack | None"
    own: tuple[PackLine, ...]
    lines: tuple[PackLine, ...]
    terms: Terms
    held_departments: frozenset[str]
    held_categories: frozenset[str]
    held_clauses: tuple[str, ...]
    superiors: Mapping[str, str]
    tables: Mapping[str, Any] = field(repr=False, hash=False, compare=False, default_factory=dict)

    def superior(self, department: str) -> str:
        """Who stands above a unit or department within the place."""
        return self.superiors.get(department, self.superiors["others"])


def read_packs(texts: Mapping[str, str], clauses: Mapping[str, Clause]) -> dict[str, Pack]:
    """Packs by id from the texts of their files (name → TOML). Raises PackError with everything that is wrong."""
    raw: dict[str, tuple[str, dict[str, Any]]] = {}
    problems: list[Line] = []
    for name, text in texts.items():
        try:
            tables = tomllib.loads(text)
            raw[tables["pack"]["id"]] = (name, tables)
        except tomllib.TOMLDecodeError as error:
            problems.append(line("{file}：不是有效的 TOML（{error}）。", file=name, error=str(error)))
        except (KeyError, TypeError):
            problems.append(line("{file}：缺少 [pack] 和其中的 id，请在文件开头写明。", file=name))
    packs: dict[str, Pack] = {}

    def build(pack_id: str, below: tuple[str, ...] = ()) -> Pack | None:
        if pack_id in packs or pack_id not in raw or pack_id in below:
            return packs.get(pack_id)
        name, tables = raw[pack_id]
        parent_id = tables["pack"].get("parent", "" if pack_id == ROOT else ROOT)
        parent = build(parent_id, (*below, pack_id)) if parent_id else None
        if parent_id and parent is None:
            problems.append(line("{file}：上级方案 {parent} 不存在或有误。", file=name, parent=parent_id))
            return None
        found, wrong = _pack(name, texts[name], tables, parent, clauses)
        problems.extend(wrong)
        if found:
            packs[pack_id] = found
        return found

    for pack_id in raw:
        build(pack_id)
    if ROOT not in raw and not problems:
        problems.append(line("缺少全国方案 national.toml，其他方案都以它为上级。"))
    if problems:
        raise PackError(problems)
    return packs


def pack_for(place_code: str | None, packs: Mapping[str, Pack]) -> Pack:
    """The pack of the place or of its nearest ancestor that has one: county → city → province → national."""
    code = (place_code or "").strip()
    fits = [
        (len(prefix), pack)
        for pack in packs.values()
        for prefix in map(_prefix, pack.places)
        if code.startswith(prefix)
    ]
    return max(fits, key=lambda fit: fit[0])[1] if fits else packs[ROOT]


def _prefix(code: str) -> str:
    """450000 → 45, 220303 → 220303, 000000 → everything."""
    while code.endswith("00"):
        code = code[:-2]
    return code


def _pack(
    name: str, text: str, tables: dict[str, Any], parent: Pack | None, clauses: Mapping[str, Clause]
) -> tuple[Pack | None, list[Line]]:
    head = tables["pack"]
    problems: list[Line] = []
    for key in set(tables) - _TABLES:
        problems.append(
            line("{file}：不认识的一节 [{key}]，可用：{keys}。", file=name, key=key, keys="、".join(sorted(_TABLES)))
        )
    for key in ("name", "document", "places"):
        if not head.get(key):
            problems.append(line("{file}：[pack] 缺少 {key}。", file=name, key=key))
    for code in head.get("places", ()):
        if not (isinstance(code, str) and code.isdigit() and len(code) in (6, 9, 12)):
            problems.append(line("{file}：places 中的 {code} 不是 6、9 或 12 位区划代码。", file=name, code=str(code)))
    coordinator = head.get("coordinator", parent.coordinator if parent else "")
    if coordinator not in DEPARTMENTS:
        problems.append(line("{file}：[pack] 的 coordinator {id} 不是部门。", file=name, id=coordinator or "（空）"))
    numbers = [number for number, row in enumerate(text.splitlines(), 1) if row.replace(" ", "").startswith("[[line]]")]
    own = []
    for position, table in enumerate(tables.get("line", ())):
        where = f"{name}:{numbers[position] if position < len(numbers) else '?'}"
        if wrong := list(_line_problems(where, table, clauses)):
            problems += wrong
        else:
            own.append(_line(where, table))
    inherited = dict(parent.tables) if parent else {}
    settings = merged(inherited, {key: value for key, value in tables.items() if key not in ("pack", "line", "rules")})
    terms, wrong = read_terms(name, settings, ("civil_affairs", coordinator), clauses)
    problems += wrong
    held, superiors = settings.get("held", {}), settings.get("superior", {})
    for department in (*held.get("departments", ()), *(set(superiors) - {"others"}), *superiors.values()):
        if department not in DEPARTMENTS:
            problems.append(_unknown_department(name, department))
    if "others" not in superiors:
        problems.append(line("{file}：[superior] 缺少 others（没有单列的部门由谁在上）。", file=name))
    if problems or terms is None:
        return None, problems
    pack = Pack(
        id=head["id"], name=head["name"], document=head["document"], places=tuple(head["places"]),
        coordinator=coordinator, parent=parent, own=tuple(own),
        lines=(*_inherited(head["id"], parent, clauses), *own), terms=terms,
        held_departments=frozenset(held.get("departments", ())), held_categories=frozenset(held.get("categories", ())),
        held_clauses=tuple(held.get("clauses", ())), superiors=superiors, tables=settings,
    )  # fmt: skip
    return pack, []


def _inherited(pack_id: str, parent: Pack | None, clauses: Mapping[str, Clause]) -> Iterable[PackLine]:
    for row in parent.lines if parent else ():
        placed = frozenset((*row.lead, *row.first, *row.instead, *row.with_, *row.copy))
        local = [
            found.id for clause in row.clauses if (found := local_clause(clauses[clause], pack_id, placed, clauses))
        ]
        yield replace(row, clauses=(*local, *row.clauses))


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Tables laid over tables; what is not a table is replaced."""
    result = dict(below)
    for key, value in above.items():
        known = result.get(key)
        result[key] = merged(known, value) if isinstance(known, Mapping) and isinstance(value, Mapping) else value
    return result


def _line_problems(where: str, table: Mapping[str, Any], clauses: Mapping[str, Clause]) -> Iterable[Line]:
    for key in set(table) - _LINE_KEYS:
        yield line(
            "{where}：不认识的项 {key}，可用：{keys}。", where=where, key=key, keys="、".join(sorted(_LINE_KEYS))
        )
    category = table.get("category")
    if category != "*" and category not in CATEGORIES:
        yield line("{where}：category {id} 不是事项类别。", where=where, id=str(category))
    if not table.get("clauses"):
        yield line("{where}：缺少 clauses，请写明依据，如 national:T6 或 statute:A10。", where=where)
    for clause in table.get("clauses", ()):
        if clause not in clauses:
            yield line("{where}：依据 {clause} 不在任务表、法定规则表和七条规则中。", where=where, clause=str(clause))
        elif not clauses[clause].citable:
            yield line("{where}：依据 {clause} 未能核验，不得引用。", where=where, clause=clause)
    for key in _PLACING:
        for department in table.get(key, ()):
            if department not in DEPARTMENTS and department not in (COORDINATOR, SUPERIOR):
                yield _unknown_department(where, department)
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


def _allowed(key: str) -> tuple[Any, ...]:
    if key == "urgency":
        return tuple(urgency.value for urgency in Urgency)
    return (True,) if key == "nine" or key in ROUTING_FLAGS else ROUTING_CHOICES.get(key, ())


def _many(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def _unknown_department(where: str, department: Any) -> Line:
    return line("{where}：部门 {id} 不存在，请用部门表中的编号。", where=where, id=str(department))


def _line(where: str, table: Mapping[str, Any]) -> PackLine:
    conditions = {
        part: {key: _many(value) for key, value in table.get(part, {}).items()} for part in ("when", "any", "unless")
    }
    placed = {("with_" if key == "with" else key): tuple(table.get(key, ())) for key in _PLACING}
    return PackLine(
        category=table["category"], clauses=tuple(table["clauses"]), where=where, **conditions, **placed,
        nine=tuple(table.get("nine", ())), opens=table.get("opens", ""), priority=table.get("priority", False),
        ours=table.get("ours", False),
    )  # fmt: skip
