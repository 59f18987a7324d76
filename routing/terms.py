"""The numbers of a pack, from its TOML tables to `Terms`: deadlines, ladders, reminders, extension, pause."""

from collections.abc import Mapping
from typing import Any

from escalation.policy import Basis, Body, Deadline, ExtensionRule, Rung, Term, Terms
from escalation.span import Span
from routing.clauses import Clause
from words.ids import CATEGORIES, Urgency
from words.language import Line, line

LEVELS = ("L0", "L1", "L2", "L3", "L4")
LADDERS = ("own", "overdue", "call", "none", "task")
_URGENCIES = {urgency.value: urgency for urgency in Urgency}
# Steps that `hutong route` prints, in the order a case goes through them.
STEPS = ("acknowledge", "accept", "return", "progress", "result", "tell", "call_back")


class _Reader:
    """Reads cells and remembers what is wrong, so that all of it can be told at once."""

    def __init__(self, file: str, clauses: Mapping[str, Clause]) -> None:
        self.file, self.clauses, self.problems = file, clauses, list[Line]()

    def wrong(self, key: str, said: Line) -> None:
        self.problems.append(line("{file}：[{key}] {said}", file=self.file, key=key, said=said))

    def span(self, key: str, text: Any) -> Span:
        try:
            return Span.parse(text if isinstance(text, str) else str(text))
        except ValueError as error:
            self.wrong(key, line("{error}", error=str(error)))
            return Span(0)

    def term(self, key: str, text: Any) -> Term:
        """ "2wd L statute:F8": due, basis, clause; only our own defaults stand without a clause."""
        due, basis, clause, *more = [*str(text).split(), "", ""][:4] if isinstance(text, str) else ["", "", ""]
        if basis not in list(Basis) or any(more):
            self.wrong(key, line("请写成“时限 依据 条款”，如 2wd L statute:F8；依据为 S、N、L、O。"))
            return Term(Span(0), Basis.OURS)
        if (clause or basis != "O") and not (clause in self.clauses and self.clauses[clause].citable):
            self.wrong(
                key, line("依据 {basis} 的时限须有可引用的条款，{clause}不是。", basis=basis, clause=clause or "（空）")
            )
        return Term(self.span(key, due), Basis(basis), clause)

    def by_urgency(self, key: str, table: Mapping[str, Any], read: Any) -> dict[Urgency, Any]:
        return {_URGENCIES[name]: read(f"{key}.{name}", value) for name, value in table.items() if name in _URGENCIES}

    def rungs(self, key: str, table: Mapping[str, Any], clock: str = "") -> tuple[Rung, ...]:
        found = []
        for level, row in table.items():
            if level not in LEVELS:
                self.wrong(f"{key}.{level}", line("级别只有 {levels}。", levels="、".join(LEVELS)))
                continue
            found.append(Rung(level, row.get("clock", clock), self.by_urgency(f"{key}.{level}", row, self.span)))
        return tuple(sorted(found, key=lambda rung: rung.level))

    def deadline(self, kind: str, table: Mapping[str, Any]) -> Deadline:
        key = f"deadlines.{kind}"
        ladder = table.get("ladder", "overdue")
        if ladder not in LADDERS:
            self.wrong(key, line("ladder 只能是 {ladders}。", ladders="、".join(LADDERS)))
        known = {*_URGENCIES, "from", "slides", "ladder", "day_desk", *CATEGORIES}
        for name in set(table) - known:
            self.wrong(key, line("不认识的项 {name}。", name=name))
        return Deadline(
            kind=kind,
            cells=self.by_urgency(key, table, self.term),
            counts_from=table.get("from", "open"),
            slides=bool(table.get("slides", False)),
            ladder=ladder,
            day_desk=self.term(f"{key}.day_desk", table["day_desk"]) if "day_desk" in table else None,
            by_category={
                name: self.by_urgency(f"{key}.{name}", row, self.term)
                for name, row in table.items()
                if name in CATEGORIES
            },
        )


def read_terms(
    file: str, tables: Mapping[str, Any], coordinators: tuple[str, ...], clauses: Mapping[str, Clause]
) -> tuple[Terms | None, list[Line]]:
    """The terms in a pack's tables (its own laid over its parent's), or None and what is wrong with them."""
    reader = _Reader(file, clauses)
    missing = [name for name in ("deadlines", "ladder", "overdue", "call", "repeat") if not tables.get(name)]
    for name in missing:
        reader.wrong(name, line("缺少这一节。"))
    if missing:
        return None, reader.problems
    deadlines = {kind: reader.deadline(kind, table) for kind, table in tables["deadlines"].items()}
    for kind in STEPS:
        if kind not in deadlines:
            reader.wrong("deadlines", line("缺少 {kind}。", kind=kind))
    pause = tables.get("pause", {})
    terms = Terms(
        deadlines=deadlines,
        ladder=reader.rungs("ladder", tables["ladder"]),
        overdue={name: reader.rungs(name, tables[name], name) for name in ("overdue", "call")},
        repeat=reader.by_urgency("repeat", tables["repeat"], reader.span),
        reminders=reader.by_urgency("reminders", tables.get("reminders", {}), lambda _, shares: tuple(shares)),
        extensions=reader.by_urgency(
            "extension", tables.get("extension", {}), lambda key, row: _extension(reader, key, row)
        ),
        pause_for_reporter=reader.by_urgency("pause", pause, reader.span),
        pausable=frozenset(pause.get("clocks", ())),
        pause_bodies={name: _body(reader, name, row) for name, row in pause.get("bodies", {}).items()},
        coordinators=tuple(dict.fromkeys(coordinators)),
    )
    for rung in terms.ladder:
        if rung.clock not in deadlines:
            reader.wrong(f"ladder.{rung.level}", line("clock {clock} 不是时限。", clock=rung.clock or "（空）"))
    for urgency in Urgency:
        if urgency not in terms.repeat or not terms.repeat[urgency].amount:
            reader.wrong("repeat", line("缺少 {urgency}：最高一级须有重复间隔，不能沉默。", urgency=urgency.value))
    return (None if reader.problems else terms), reader.problems


def _body(reader: _Reader, name: str, row: Mapping[str, Any]) -> Body:
    if not row.get("name"):
        reader.wrong(f"pause.bodies.{name}", line("缺少 name。"))
    return Body(row.get("name", ""), reader.term(f"pause.bodies.{name}", row.get("at_most")))


def _extension(reader: _Reader, key: str, row: Mapping[str, Any]) -> ExtensionRule:
    basis, clause = row.get("basis", "O"), row.get("clause", "")
    term = reader.term(key, f"{row.get('at_most', '')} {basis} {clause}".strip())
    return ExtensionRule(term.due, row.get("role", "head"), term.basis, clause, bool(row.get("tell_reporter", False)))
