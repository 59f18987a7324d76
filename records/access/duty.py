"""The 24-hour duty screen: what a person there is asked to do now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.access.queue import places_under
from records.access.standing import chain
from records.tables import Account, Case, Desk, DutyTask, Place
from words.ids import Urgency

MOST = 200


@dataclass(frozen=True)
class DutyLine:
    """One thing to do. `phone` is that of a member of staff; a reporter's never stands here.

    `params` has reference, urgency, county and what is due; `kind`, `answer`, `tries` as in `DutyTask`.
    """

    id: str
    kind: str
    reference: str
    urgency: str
    county: str
    desk_id: str | None
    person: str | None
    phone: str | None
    params: Mapping[str, Any]
    due_at: datetime
    late: bool
    tries: int
    answer: str | None
    note: str | None
    version: int


async def duty_screen(session: AsyncSession, person: Account, now: datetime) -> Sequence[DutyLine]:
    """The open tasks of the person's duty desk, due now or already tried; nothing for anybody else. Each case stands
    together, the most urgent first, and in it what is for the child before calls to colleagues."""
    desk = await _duty_desk(session, person)
    if desk is None:
        return []
    rows = (
        await session.exec(
            select(DutyTask, Case)
            .join(Case, col(Case.id) == col(DutyTask.case_id), isouter=True)
            .where(DutyTask.status == "open", col(DutyTask.place_code).in_(places_under(desk.place_code)))
            .order_by(col(DutyTask.priority), col(DutyTask.due_at), col(DutyTask.id))
            .limit(MOST)
        )
    ).all()
    nearest: dict[str, bool] = {}
    for task, _ in rows:
        if task.place_code not in nearest:
            nearest[task.place_code] = await _is_nearest(session, desk, task.place_code)
    counties = dict(
        (await session.exec(select(Place.code, Place.name).where(col(Place.code).in_(list(nearest))))).all()
    )
    return _by_case([_line(task, case, counties, now) for task, case in rows if nearest[task.place_code]])


def _by_case(lines: Sequence[DutyLine]) -> list[DutyLine]:
    """In the order given within a case; a case before those that are less urgent, then before those that wait less long."""
    first: dict[str, tuple[int, bool, datetime]] = {}
    for line in lines:
        rank = (Urgency(line.urgency or "info").rank, line.kind == "call", line.due_at)
        first[line.reference] = min(first.get(line.reference, rank), rank)
    return sorted(lines, key=lambda line: (*first[line.reference], line.reference, line.kind == "call"))


async def places_to_choose(session: AsyncSession, person: Account) -> Sequence[tuple[str, str]]:
    """Code and name of the places that this person's duty desk looks after."""
    desk = await _duty_desk(session, person)
    if desk is None:
        return []
    here = col(Place.code).in_(places_under(desk.place_code))
    return (await session.exec(select(Place.code, Place.name).where(here).order_by(col(Place.code)))).all()


async def answers_for(session: AsyncSession, person: Account, task: DutyTask) -> bool:
    """Whether the task stands on this person's duty screen."""
    desk = await _duty_desk(session, person)
    return desk is not None and await _is_nearest(session, desk, task.place_code)


async def _duty_desk(session: AsyncSession, person: Account) -> Desk | None:
    if person.disabled_at is not None or person.role == "admin" or person.desk_id is None:
        return None
    desk = await session.get(Desk, person.desk_id)
    return desk if desk is not None and desk.department == "duty_desk" and desk.active else None


async def _is_nearest(session: AsyncSession, desk: Desk, place_code: str) -> bool:
    """Whether no other duty desk is nearer to the place than this one."""
    places = await chain(session, place_code)
    if desk.place_code not in places:
        return False
    nearer = places[: places.index(desk.place_code)]
    other = select(Desk.id).where(col(Desk.place_code).in_(nearer), Desk.department == "duty_desk", col(Desk.active))
    return (await session.exec(other.limit(1))).first() is None


def _line(task: DutyTask, case: Case | None, counties: Mapping[str, str], now: datetime) -> DutyLine:
    return DutyLine(
        id=task.id,
        kind=task.kind,
        reference=case.reference if case else "",
        urgency=case.urgency if case else "",
        county=counties.get(task.place_code, ""),
        desk_id=task.desk_id,
        person=task.person,
        phone=task.phone,
        params=task.params,
        due_at=task.due_at,
        late=task.due_at <= now,
        tries=task.tries,
        answer=task.answer,
        note=task.note,
        version=task.version,
    )
