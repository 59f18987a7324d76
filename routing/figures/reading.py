"""Reads the cases of a period as values for the figures. Seven queries, however many cases there are; no sealed column is read.

Whose figures a person may see: the whole place is open to its supervisors, leaders and procurators and to the coordinator; the
head of a department sees what that department did. Nobody else has figures.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.span import Span, Unit
from records.access.queue import places_under
from records.access.standing import COORDINATORS, GONE
from records.tables import Account, Assignment, Case, ClockRow, Desk, Event, Place, Result, Telling, UnitCheck
from routing.figures.matter import Answer, Matter, Promise
from routing.seen import must_be_seen
from words.beijing import BEIJING, local
from words.ids import Urgency

WHOLE_PLACE = frozenset(("supervisor", "leader", "procurator", "coordinator"))
MOST_MONTHS = 36
_STEPS = ("acknowledge", "accept", "progress", "result", "tell")
_EVENTS = (
    "rung",
    "called_up",
    "returned",
    "child_seen",
    "raised",
    "progress",
    "result",
    "check_asked",
    "check_finished",
)


@dataclass(frozen=True)
class Reach:
    """A place and all below it; `department`: of that department alone."""

    place: str
    department: str | None = None


@dataclass(frozen=True)
class Period:
    """Whole months of the Beijing calendar, both ends included. Raises ValueError when it ends before it begins or is longer than
    MOST_MONTHS."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if not 0 <= (self.last.year - self.first.year) * 12 + self.last.month - self.first.month < MOST_MONTHS:
            raise ValueError("no such period")

    @property
    def since(self) -> datetime:
        return datetime(self.first.year, self.first.month, 1, tzinfo=BEIJING).astimezone(UTC)

    @property
    def until(self) -> datetime:
        """The first moment that is not in it any more."""
        year, month = divmod(self.last.year * 12 + self.last.month, 12)
        return datetime(year, month + 1, 1, tzinfo=BEIJING).astimezone(UTC)


@dataclass(frozen=True)
class Asked:
    """What figures are asked for. Empty: all."""

    period: Period
    place: str = ""
    department: str = ""
    category: str = ""
    source: str = ""


def month_of(moment: datetime) -> date:
    return local(moment).date().replace(day=1)


def reach_of(person: Account, desk: Desk | None) -> Reach | None:
    """Whose figures are this person's to see; None for whoever has none."""
    if person.disabled_at is not None:
        return None
    if person.role in WHOLE_PLACE:
        return Reach(person.place_code)
    if desk is not None and person.role == "officer" and desk.department in COORDINATORS:
        return Reach(desk.place_code)
    if desk is not None and person.role == "head":
        return Reach(desk.place_code, desk.department)
    return None


async def matters(session: AsyncSession, reach: Reach, asked: Asked) -> list[Matter]:
    """Every case of the reach that was opened in the period, merged ones too, with what became of it."""
    wanted = _wanted(reach, asked)
    cases = (await _rows(session, select(*_CASE).where(wanted))).all()
    ids = select(col(Case.id)).where(wanted)
    parts = await _of_cases(session, _PART, col(Assignment.case_id), ids)
    clocks = await _of_cases(session, _CLOCK, col(ClockRow.case_id), ids, col(ClockRow.kind).in_((*_STEPS, "child")))
    events = await _of_cases(session, _EVENT, col(Event.case_id), ids, col(Event.kind).in_(_EVENTS))
    results = await _of_cases(session, _RESULT, col(Result.case_id), ids)
    tellings = await _of_cases(session, _TELLING, col(Telling.case_id), ids, col(Telling.kind) == "result")
    checks = await _of_cases(session, _CHECK, col(UnitCheck.case_id), ids)
    found = [
        _matter(case, parts[case.id], clocks[case.id], events[case.id], results[case.id], tellings[case.id], checks[case.id])
        for case in cases
    ]  # fmt: skip
    department = reach.department or asked.department
    if not department:
        return found
    return [
        each for each in found if department in each.leads or any(p.department == department for p in each.promises)
    ]


async def places_below(session: AsyncSession, reach: Reach) -> Mapping[str, str]:
    """Places that a case of the reach may lie in, with their names: those that have a desk or a case."""
    rows = await _rows(
        session,
        select(col(Place.code), col(Place.name))
        .where(col(Place.code).in_(places_under(reach.place)))
        .where(col(Place.code).in_(select(col(Desk.place_code)).distinct()))
        .order_by(col(Place.code)),
    )
    return dict(rows.all())


async def sources(session: AsyncSession) -> Sequence[str]:
    return [source for (source,) in (await _rows(session, select(col(Case.source)).distinct())).all()]


_CASE = [
    col(getattr(Case, name))
    for name in ("id", "reference", "place_code", "category", "source", "urgency", "status", "round", "opened_at", "closed_at")
]  # fmt: skip
_PART = [
    col(getattr(Assignment, name))
    for name in ("case_id", "id", "desk_id", "department", "part", "status", "round", "opened_at", "acknowledged_at", "accepted_at")
]  # fmt: skip
_CLOCK = [
    col(getattr(ClockRow, name))
    for name in ("case_id", "desk_id", "kind", "round", "status", "started_at", "ends_at", "stopped_at", "policy")
]  # fmt: skip
_EVENT = [col(getattr(Event, name)) for name in ("case_id", "kind", "at", "desk_id", "data")]
_RESULT = [col(getattr(Result, name)) for name in ("case_id", "assignment_id", "round", "at")]
_TELLING = [col(getattr(Telling, name)) for name in ("case_id", "round", "recipient", "at", "fetched_at", "tried_at")]
_CHECK = [col(getattr(UnitCheck, name)) for name in ("case_id", "department", "found_at", "reported_at")]


def _wanted(reach: Reach, asked: Asked) -> Any:
    wanted = col(Case.place_code).in_(places_under(reach.place))
    if asked.place:
        wanted &= col(Case.place_code).in_(places_under(asked.place))
    wanted &= (col(Case.opened_at) >= asked.period.since) & (col(Case.opened_at) < asked.period.until)
    if asked.category:
        wanted &= col(Case.category) == asked.category
    if asked.source:
        wanted &= col(Case.source) == asked.source
    return wanted


async def _rows(session: AsyncSession, statement: Any) -> Any:
    return await session.exec(statement)


async def _of_cases(
    session: AsyncSession, columns: Sequence[Any], case_id: Any, ids: Any, *where: Any
) -> defaultdict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for row in (await _rows(session, select(*columns).where(case_id.in_(ids), *where))).all():
        found[row.case_id].append(row)
    return found


def _matter(
    case: Any, parts: list[Any], clocks: list[Any], events: list[Any], results: list[Any], tellings: list[Any], checks: list[Any]
) -> Matter:  # fmt: skip
    departments = {part.desk_id: part.department for part in parts}
    leads = [each for each in parts if each.part == "lead" and each.round == case.round and each.status not in GONE]
    answers = _answers(parts, results, tellings)
    asked = {event.kind for event in events}
    return Matter(
        id=case.id, reference=case.reference, place=case.place_code, category=case.category, source=case.source,
        urgency=case.urgency, status=case.status, round=case.round, opened_at=case.opened_at, closed_at=case.closed_at,
        leads=tuple(dict.fromkeys(each.department for each in leads)), promises=_promises(parts, clocks, events, results, tellings), answers=answers,
        **_child(case, clocks, events),
        climbs=tuple(
            (departments.get(event.desk_id or "", ""), str(event.data.get("to", "")))
            for event in events if event.kind in ("rung", "called_up")
        ),
        returns=tuple(departments.get(event.desk_id or "", "") for event in events if event.kind == "returned"),
        check="done" if "check_finished" in asked else "asked" if "check_asked" in asked else "",
        silent=tuple(row.department or "" for row in checks if row.found_at is not None and row.reported_at is None),
    )  # fmt: skip


def _promises(
    parts: Iterable[Any], clocks: Iterable[Any], events: Sequence[Any], results: Iterable[Any], tellings: Sequence[Any]
) -> tuple[Promise, ...]:
    by_desk = {(part.desk_id, part.round): part for part in parts}
    first_result: dict[str, datetime] = {}
    for row in results:
        first_result[row.assignment_id] = min(row.at, first_result.get(row.assignment_id, row.at))
    found = []
    for clock in clocks:
        part = by_desk.get((clock.desk_id, clock.round))
        if part is None or clock.kind == "child" or part.status == "void":
            continue
        began, done = part.opened_at, None
        match clock.kind:
            case "acknowledge":
                done = part.acknowledged_at
            case "accept":
                done = part.accepted_at
            case "progress":
                done = _first(events, part, by_desk)
            case "result":
                done = first_result.get(part.id)
            case "tell":
                began = first_result.get(part.id, clock.started_at)
                done = _arrived(tellings, clock.round)
        found.append(
            Promise(clock.kind, part.department, began, clock.ends_at, done, clock.stopped_at, clock.status == "paused")
        )
    return tuple(found)


def _first(events: Sequence[Any], part: Any, by_desk: Mapping[tuple[str, int], Any]) -> datetime | None:
    """The desk's first fact (a progress, or a result) in the round of this part."""
    following = by_desk.get((part.desk_id, part.round + 1))
    times = [
        event.at
        for event in events
        if event.kind in ("progress", "result") and event.desk_id == part.desk_id and event.at >= part.opened_at
        and (following is None or event.at < following.opened_at)
    ]  # fmt: skip
    return min(times, default=None)


def _arrived(tellings: Sequence[Any], round: int) -> datetime | None:
    """When everybody to whom the result of a round was written had it: read it, or it was tried to reach them. Of several
    answers to one recipient the first that arrived counts. None while somebody has not, or nothing was written."""
    times: dict[str, datetime | None] = {}
    for row in tellings:
        if row.round == round:
            had = min((at for at in (row.fetched_at, row.tried_at) if at is not None), default=None)
            known = times.get(row.recipient)
            times[row.recipient] = min(known, had) if known and had else known or had
    return None if not times or None in times.values() else max(at for at in times.values() if at is not None)


def _answers(parts: Iterable[Any], results: Iterable[Any], tellings: Sequence[Any]) -> tuple[Answer, ...]:
    """A round's answer counts from the first result of a desk that leads it."""
    leading = {part.id: part.round for part in parts if part.part == "lead"}
    first: dict[int, datetime] = {}
    for row in results:
        if row.assignment_id in leading:
            first[row.round] = min(row.at, first.get(row.round, row.at))
    return tuple(Answer(round, at, _arrived(tellings, round)) for round, at in sorted(first.items()))


def _child(case: Any, clocks: Iterable[Any], events: Sequence[Any]) -> dict[str, datetime | None]:
    """By when somebody had to see the child, and when somebody first did."""
    clock = next((row for row in clocks if row.kind == "child" and row.round == 1), None)
    if clock is None or not must_be_seen(Urgency(case.urgency), case.category):
        return {}
    seen = min(
        (datetime.fromisoformat(event.data["seen_at"]) for event in events if event.kind == "child_seen"), default=None
    )
    raised = [event.at for event in events if event.kind == "raised" and (seen is None or event.at <= seen)]
    counted = max([case.opened_at, *raised])
    due = Span.parse(clock.policy["due"])
    within = due.length if due.unit is Unit.WALL else timedelta(0)
    return {"seen_by": counted + within if within else clock.ends_at, "seen_at": seen}
