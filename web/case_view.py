"""A case as its page lays it out: what is known of the child, the words with their marks, desks and timeline in order. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from escalation.calendar import Calendar
from escalation.clock import Clock, derivation
from escalation.policy import Policy
from intake.tickets.flaws import FIELD_NAMES, from_json
from records.access import ClockFace, Entry, Part, Sight, TicketFace, Words
from records.access.summary import plain
from web.marking import Segment, segments
from web.naming import CODES, FACTS
from words.language import Line, line

_PARTS = ("lead", "with", "copy")
_RINGING = ("rung", "nobody_on_duty")
# Of what was written in the same instant: what is said first. Ids are random within it.
_FIRST = ("opened", "finished", "revised", "raised", "assigned")


@dataclass(frozen=True)
class Known:
    """A fact: its value, and the reporter's own words for it where they differ."""

    value: Any
    words: str = ""


@dataclass(frozen=True)
class Told:
    """A statement with the places marked that the judgement rests on."""

    statement: Words
    segments: Sequence[Segment]


@dataclass(frozen=True)
class Seat:
    """A desk of this round with its running clocks, the next first."""

    part: Part
    clocks: Sequence[ClockFace]


def known(sight: Sight) -> Mapping[str, Known | None]:
    """Every fact by name; of a helping desk's summary too. What is not known is None."""
    found: dict[str, Known | None] = dict.fromkeys(FACTS)
    for item in sight.summary:
        found[item.name] = Known(item.value)
    for name, fact in sight.facts.items():
        value = plain(fact)
        if value in (None, ""):
            continue
        words = str(fact.get("words") or "") if isinstance(fact, Mapping) else ""
        shown = CODES.get(name, {}).get(str(value), value)
        if name == "child_age" and str(value).isdigit():
            shown = line("{age} 岁", age=value)
        found[name] = Known(shown, "" if _says_the_same(words, str(value), str(shown)) else words)
    return found


def _says_the_same(words: str, value: str, shown: str) -> bool:
    """Whether her words only repeat what is shown: 9岁 beside 9, 女 beside 女孩."""
    bare = words.replace(" ", "")
    return bare in (value, shown.replace(" ", "")) or (bool(bare) and bare in shown)


def told(sight: Sight) -> Sequence[Told]:
    """The reporter's statements in order. The reasons' places count in the whole story, so each is moved into the
    statement in which it lies."""
    story = str(sight.assessment.get("text", ""))
    reasons: Iterable[Mapping[str, Any]] = sight.assessment.get("reasons", ())
    found, after = [], 0
    in_order = sorted(
        sight.words, key=lambda each: (each.at, story.find(each.text) if each.text in story else len(story))
    )
    for statement in in_order:
        start = story.find(statement.text, after) if statement.text else -1
        moved: list[Mapping[str, Any]] = []
        if start >= 0:
            after = start + len(statement.text)
            moved = [
                {**reason, "start": reason.get("start", 0) - start, "end": reason.get("end", 0) - start}
                for reason in reasons
            ]
        found.append(Told(statement, segments(statement.text, moved)))
    return found


def seats(sight: Sight) -> Sequence[Seat]:
    """The desks of this round: the lead first, those that only know last."""
    here = [part for part in sight.parts if part.round == sight.round]
    running = [each for each in sight.clocks if each.status in ("running", "paused") and each.round == sight.round]
    return [
        Seat(part, [clock for clock in running if clock.desk_id == part.desk_id])
        for part in sorted(here, key=lambda part: (_PARTS.index(part.part), part.held, part.desk))
    ]


@dataclass(frozen=True)
class Why:
    """Why a clock is due when it is: the letter of its basis, and the derivation sentence by sentence."""

    letter: str
    basis: Line
    lines: Sequence[Line]


def why(sight: Sight, calendar: Calendar | None) -> Mapping[str, Why]:
    """For every clock that runs or waits, by its id."""
    if calendar is None:
        return {}
    found = {}
    for face in sight.clocks:
        if face.status not in ("running", "paused"):
            continue
        policy = Policy.from_json(face.policy)
        clock = Clock(policy, face.started_at, face.ends_at, face.step, face.due_at, face.status)
        found[face.id] = Why(policy.basis.value, Line(policy.basis.zh), derivation(clock, calendar))
    return found


def timeline(sight: Sight) -> Sequence[Entry]:
    """Latest first. What was assigned in one instant is one line, and so is what was rung for one reason at several desks."""
    in_order = sorted(sight.timeline, key=lambda entry: (entry.at, _rank(entry.kind), *_rung(entry)))
    merged: list[Entry] = []
    for (_, kind, *_), group in groupby(in_order, key=lambda entry: (entry.at, entry.kind, entry.actor, *_rung(entry))):
        entries = list(group)
        if kind == "assigned" and len(entries) > 1:
            merged.append(_assigned(entries))
        elif kind in _RINGING:
            merged.append(
                replace(entries[0], desk="、".join(dict.fromkeys(entry.desk for entry in entries if entry.desk)))
            )
        else:
            merged += entries
    return merged[::-1]


def _rung(entry: Entry) -> tuple[str, str]:
    """Which clock told which rung: the same at several desks is one line."""
    if entry.kind not in _RINGING:
        return "", ""
    return str(entry.data.get("clock", "")), str(entry.data.get("to", ""))


def _rank(kind: str) -> int:
    return _FIRST.index(kind) if kind in _FIRST else len(_FIRST)


def _assigned(entries: Sequence[Entry]) -> Entry:
    by_part = {part: [entry.desk for entry in entries if entry.data.get("part") == part] for part in _PARTS}
    return replace(entries[0], kind="assigned_all", desk="", data=by_part)


def flaws(ticket: TicketFace) -> Sequence[tuple[Line, Line, str]]:
    """What is odd about a ticket: the field, what is said of it, and what stood there where that may be seen."""
    came = ticket.as_came or {}
    return [
        (FIELD_NAMES.get(flaw.field, Line(flaw.field)), flaw.said, came.get(flaw.field, ""))
        for flaw in from_json(ticket.flaws)
    ]
