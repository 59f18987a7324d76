"""The policy of a clock: when its act is due and on what basis, who is told while nobody acts, and how it may be moved.

A policy is built from the `Terms` of the place's protocol pack and travels with its clock as a snapshot, so that a later
change of a pack never moves a running clock. Kinds that start with the case at a desk: acknowledge, accept, progress,
result, interim, child. Kinds started later: tell (result recorded), call_back (told), three_day (受案/立案), call_task,
visit_permission, quiet, every_case_check, written_reply.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Literal

from escalation.span import Span
from words.ids import Urgency


class Basis(StrEnum):
    """Where a number comes from. Shown beside every due time."""

    STATUTE = "S"
    NATIONAL = "N"
    LOCAL = "L"
    OURS = "O"

    @property
    def zh(self) -> str:
        return {"S": "法律法规", "N": "国家文件", "L": "地方热线规定", "O": "本系统默认值"}[self.value]


Anchor = Literal["start", "due", "part", "eve"]


@dataclass(frozen=True)
class Step:
    """Who is told when. `to` is the rung: desk, L0 … L4, or `task` for work the system starts by itself.

    `of` says from where `after` counts: `start` (the opening at that desk), `due` (the due time), `part` (`share` of
    the way to the due time) or `eve` (one working day before the due time). `kind` is remind, climb, resumed or task;
    `card` is yellow or red on reminders of levels that count working days.
    """

    to: str
    kind: str = "climb"
    of: Anchor = "start"
    after: Span = field(default_factory=lambda: Span(0))
    share: float = 0.0
    card: str = ""

    def to_json(self) -> dict[str, Any]:
        return {**vars(self), "after": str(self.after)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Step":
        return cls(**{**data, "after": Span.parse(data["after"])})


@dataclass(frozen=True)
class Change:
    """A pause or an extension of one clock, with who decided it and why, or an hour that makes it due earlier. Times as ISO
    8601 in UTC."""

    kind: Literal["pause", "extension", "earlier"]
    at: str
    until: str  # of a pause: when it ends at the latest, then when it ended; of the others: the new due time
    by: str
    reason: str
    waits_for: str = ""  # of a pause: reporter, or the body with a statutory period
    due_was: str = ""  # of a pause: when the next step would have come
    open: bool = False  # a pause that has not ended


@dataclass(frozen=True)
class Policy:
    """`slides`: people get their minutes after an outage (patience); statutory clocks never slide.

    `repeat` None: fires its last step once and is done.
    """

    kind: str
    urgency: Urgency
    due: Span
    basis: Basis
    steps: tuple[Step, ...]
    clause: str = ""
    repeat: Span | None = None
    slides: bool = False
    counts_from: str = "open"
    changes: tuple[Change, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind, "urgency": self.urgency.value, "due": str(self.due), "basis": self.basis.value,
            "steps": [step.to_json() for step in self.steps], "clause": self.clause,
            "repeat": str(self.repeat) if self.repeat else None, "slides": self.slides,
            "counts_from": self.counts_from, "changes": [vars(change) for change in self.changes],
        }  # fmt: skip

    @property
    def top(self) -> Step:
        """Who is told again and again at the end: the highest rung, not the desk's own red card after it."""
        return max(enumerate(self.steps), key=lambda found: (found[1].kind == "climb", found[0]))[1]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Policy":
        return cls(
            kind=data["kind"], urgency=Urgency(data["urgency"]), due=Span.parse(data["due"]),
            basis=Basis(data["basis"]), steps=tuple(map(Step.from_json, data["steps"])), clause=data["clause"],
            repeat=Span.parse(data["repeat"]) if data["repeat"] else None, slides=data["slides"],
            counts_from=data["counts_from"], changes=tuple(Change(**change) for change in data["changes"]),
        )  # fmt: skip


@dataclass(frozen=True)
class Term:
    """One cell of the deadlines table. A cell that is empty in the table is no Term."""

    due: Span
    basis: Basis
    clause: str = ""


@dataclass(frozen=True)
class Deadline:
    """One row of the deadlines table: a step (or clock kind) with its cell for each level.

    `ladder` says which rungs climb on it: `own` (rungs that name this clock), `overdue` or `call` (tables counted from
    the due time), `none` (a limit, no clock) or `task` (fires once, the system acts). `by_category` replaces cells.
    """

    kind: str
    cells: Mapping[Urgency, Term]
    counts_from: str = "open"
    slides: bool = False
    ladder: str = "overdue"
    day_desk: Term | None = None
    by_category: Mapping[str, Mapping[Urgency, Term]] = field(default_factory=dict)

    def term(self, urgency: Urgency, category: str = "") -> Term | None:
        return self.by_category.get(category, {}).get(urgency) or self.cells.get(urgency)


@dataclass(frozen=True)
class Rung:
    """A level of the ladder: on whose absence (`clock`) it fires and when, per level, counted from the opening."""

    level: str
    clock: str
    after: Mapping[Urgency, Span]


@dataclass(frozen=True)
class ExtensionRule:
    """How far a result may be extended, once; `role` decides; `tell_reporter`: the reason is told to the reporter."""

    at_most: Span
    role: str
    basis: Basis
    clause: str = ""
    tell_reporter: bool = False


@dataclass(frozen=True)
class Body:
    """A body with a statutory period of its own, for which a clock may wait that long."""

    name: str
    term: Term


@dataclass(frozen=True)
class Terms:
    """All numbers of a protocol pack: deadlines, ladder, cards, extension and pause rules, and who coordinates."""

    deadlines: Mapping[str, Deadline]
    ladder: tuple[Rung, ...]
    overdue: Mapping[str, tuple[Rung, ...]]  # ladders counted from a due time: overdue, call
    repeat: Mapping[Urgency, Span]
    reminders: Mapping[Urgency, tuple[float, ...]]  # shares of the way; empty: yellow and red cards instead
    extensions: Mapping[Urgency, ExtensionRule]
    pause_for_reporter: Mapping[Urgency, Span]
    pausable: frozenset[str]
    pause_bodies: Mapping[str, Body]
    coordinators: tuple[str, ...]


# Clocks that run at every desk from the opening on; `interim` and `child` belong to the case and start once.
DESK_CLOCKS = ("acknowledge", "accept", "progress", "result")
CASE_CLOCKS = ("interim", "child")


def policy_of(
    terms: Terms, kind: str, urgency: Urgency, *, category: str = "", desk_kind: str = "24h"
) -> Policy | None:
    """The policy of one clock; None where the table has no cell (info acknowledges by itself, critical has no return).

    `desk_kind` "day" is a desk nobody sits at now: it is rung up, and acknowledges by phone. An unknown kind is a
    KeyError.
    """
    row = terms.deadlines[kind]
    term = row.term(urgency, category)
    grace = _grace(terms, urgency) if desk_kind == "day" and row.ladder == "own" else None
    if grace and term and term.due.amount and term.due < grace.until:
        term = replace(term, due=grace.later(term.due), basis=grace.basis)
    if term is None or row.ladder == "none" or not term.due.amount:
        return None
    if row.ladder == "task":
        return Policy(
            kind,
            urgency,
            term.due,
            term.basis,
            (Step("task", "task", of="due"),),
            term.clause,
            None,
            row.slides,
            row.counts_from,
        )
    rungs = _rungs(terms, row, urgency, grace)
    steps = (*_reminders(terms, urgency), *rungs)
    if terms.reminders.get(urgency) and not any(_at_due(step, term.due) for step in rungs):  # else the red card says it
        steps += (Step("desk", "remind", of="due"),)
    return Policy(
        kind, urgency, term.due, term.basis, steps, term.clause, terms.repeat[urgency], row.slides, row.counts_from
    )


def policies_for(terms: Terms, urgency: Urgency, desk_kind: str = "24h", *, category: str = "") -> list[Policy]:
    """What starts with the case at a desk: acknowledge, accept, progress, result, as far as the level has them."""
    found = (policy_of(terms, kind, urgency, category=category, desk_kind=desk_kind) for kind in DESK_CLOCKS)
    return [policy for policy in found if policy]


def case_policies(terms: Terms, urgency: Urgency) -> list[Policy]:
    """What starts once with the case itself: the interim word to the reporter (critical) and the child clock (harm)."""
    found = (policy_of(terms, kind, urgency) for kind in CASE_CLOCKS)
    return [policy for policy in found if policy]


@dataclass(frozen=True)
class _Grace:
    """A desk that nobody sits at is rung up and answers by `until`, which is `more` than a manned desk has. No rung of its
    ladder rings before that; those that would are as much later, but never after the next one that need not move."""

    until: Span
    more: Span
    basis: Basis

    def later(self, due: Span) -> Span:
        return due if due >= self.until else due + self.more


def _grace(terms: Terms, urgency: Urgency) -> _Grace | None:
    """None where a manned desk has as long or longer, or counts working hours."""
    row = terms.deadlines["acknowledge"]
    usual = row.term(urgency)
    if row.day_desk is None or usual is None or not usual.due.amount or usual.due >= row.day_desk.due:
        return None
    more = Span.wall(row.day_desk.due.length - usual.due.length)
    return _Grace(row.day_desk.due, more, row.day_desk.basis)


def _rungs(terms: Terms, row: Deadline, urgency: Urgency, grace: _Grace | None) -> tuple[Step, ...]:
    if row.ladder in terms.overdue:
        rungs = terms.overdue[row.ladder]
        return tuple(Step(rung.level, of="due", after=rung.after[urgency]) for rung in rungs if urgency in rung.after)
    own = [rung for rung in terms.ladder if rung.clock == row.kind and urgency in rung.after]
    if grace is None:
        return tuple(Step(rung.level, after=rung.after[urgency]) for rung in own)
    stay = min((each.after[urgency] for each in own if each.after[urgency] >= grace.until), default=None)
    found = []
    for rung in own:
        after = grace.later(rung.after[urgency])
        found.append(Step(rung.level, after=min(after, stay) if stay and rung.after[urgency] < grace.until else after))
    return tuple(found)


def _at_due(step: Step, due: Span) -> bool:
    return step.after == (due if step.of == "start" else Span(0))


def _reminders(terms: Terms, urgency: Urgency) -> tuple[Step, ...]:
    """To the desk itself: at shares of the way, or the yellow card on the eve and the red one on the next morning."""
    if shares := terms.reminders.get(urgency):
        return tuple(Step("desk", "remind", of="part", share=share) for share in shares)
    return (
        Step("desk", "remind", of="eve", card="yellow"),
        Step("desk", "remind", of="due", after=Span.parse("1wo"), card="red"),
    )


def with_change(policy: Policy, change: Change) -> Policy:
    """The policy with one more change; a change replaces the open pause it ends."""
    kept = tuple(known for known in policy.changes if not (known.open and change.kind == "pause"))
    return replace(policy, changes=(*kept, change))
