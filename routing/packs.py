"""Protocol packs: TOML in, values out. A pack holds what its document changes and inherits the rest from its parent.

Pure: the texts are handed in. Everything wrong with a pack is told at once, each with file, line and what to write.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from escalation.policy import Terms
from routing.clauses import Clause, local_clause
from routing.divisions import stem
from routing.lines import PackLine, clause_problems, problems_of, read_line, unknown_department
from routing.terms import read_terms
from words.ids import CATEGORIES, DEPARTMENTS
from words.language import Line, line

ROOT = "national"
_TABLES = {
    "pack", "line", "rules", "superior", "held", "registered", "deadlines", "reminders", "extension", "pause", "ladder", "overdue", "call",
    "repeat",
}  # fmt: skip


class PackError(ValueError):
    """The packs can't be used; `problems` are all of them, each a sentence with file, place and mend."""

    def __init__(self, problems: Iterable[Line]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class Pack:
    """One jurisdiction's protocol. `own` are its own lines; `lines` has those of its ancestors before them, which cite the
    same task of the place's own document beside the national one.

    `places` are division codes (GB/T 2260); the pack is theirs and that of everything below them. `tables` are its
    settings with its parent's below them, `changed` its own alone.
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
    registered_with: tuple[str, ...]  # who takes part where a child is registered that lives elsewhere (R6)
    registered_clauses: tuple[str, ...]
    superiors: Mapping[str, str]
    tables: Mapping[str, Any] = field(repr=False, hash=False, compare=False, default_factory=dict)
    changed: Mapping[str, Any] = field(repr=False, hash=False, compare=False, default_factory=dict)
    states_coordinator: bool = False

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
        (len(prefix), pack) for pack in packs.values() for prefix in map(stem, pack.places) if code.startswith(prefix)
    ]
    return max(fits, key=lambda fit: fit[0])[1] if fits else packs[ROOT]


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
        if wrong := list(problems_of(where, table, clauses)):
            problems += wrong
        else:
            own.append(read_line(where, table))
    inherited = dict(parent.tables) if parent else {}
    changed = {key: value for key, value in tables.items() if key not in ("pack", "line", "rules")}
    settings = merged(inherited, changed)
    terms, wrong = read_terms(name, settings, ("civil_affairs", coordinator), clauses)
    problems += wrong
    held, registered, superiors = (settings.get(key, {}) for key in ("held", "registered", "superior"))
    named = (*held.get("departments", ()), *registered.get("with", ()), *(set(superiors) - {"others"}))
    for department in (*named, *superiors.values()):
        if department not in DEPARTMENTS:
            problems.append(unknown_department(name, department))
    for category in held.get("categories", ()):
        if category not in CATEGORIES:
            problems.append(line("{where}：category {id} 不是事项类别。", where=name, id=str(category)))
    for key in ("held", "registered"):
        problems += clause_problems(f"{name} [{key}]", settings.get(key, {}), clauses)
    if "others" not in superiors:
        problems.append(line("{file}：[superior] 缺少 others（没有单列的部门由谁在上）。", file=name))
    if problems or terms is None:
        return None, problems
    pack = Pack(
        id=head["id"], name=head["name"], document=head["document"], places=tuple(head["places"]),
        coordinator=coordinator, parent=parent, own=tuple(own),
        lines=(*_inherited(head["id"], parent, clauses), *own), terms=terms,
        held_departments=frozenset(held.get("departments", ())), held_categories=frozenset(held.get("categories", ())),
        held_clauses=tuple(held.get("clauses", ())), registered_with=tuple(registered.get("with", ())),
        registered_clauses=tuple(registered.get("clauses", ())), superiors=superiors, tables=settings,
        changed=changed, states_coordinator="coordinator" in head,
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
