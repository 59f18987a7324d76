"""How much lies at each desk of a place, and what a wall may show of it: numbers, and names of offices. Nobody's name, no case.

A fixed number of queries, however many cases there are.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import case, distinct
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.access.board import rung_of, sweep_of
from records.access.queue import places_under
from records.tables import Account, Assignment, Case, ClockRow, Desk
from words.beijing import BEIJING, local
from words.ids import Urgency

# A part in one of these is in the desk's hands.
IN_HAND = ("notified", "acknowledged", "accepted", "dispatched", "handed_over", "undecided")
_RUNGS = ("desk", "L0", "L1", "L2", "L3", "L4")
MOST = 5000  # late clocks whose rungs are counted
WATCHERS = frozenset(("supervisor", "leader"))


@dataclass(frozen=True)
class Load:
    """What one desk has in hand: how many parts, how many of them nobody has acknowledged, in how many cases it is late."""

    desk_id: str
    desk: str
    department: str
    in_hand: int
    unacknowledged: int
    late: int


@dataclass(frozen=True)
class Wall:
    """`open_by_urgency` are cases that are open now; `late_by_rung` late cases by the highest rung that was told; `today` counts from
    midnight in Beijing. `sweep_at`: when clocks were last looked after."""

    open_by_urgency: Mapping[str, int]
    late_by_rung: Mapping[str, int]
    received_today: int
    closed_today: int
    loads: Sequence[Load] = field(default_factory=tuple)
    sweep_at: datetime | None = None


async def loads(session: AsyncSession, person: Account, now: datetime) -> Sequence[Load]:
    """The desks of the person's place by what is late, then by what is in hand. Empty for whoever does not watch a place."""
    if not watches(person):
        return ()
    here = col(Case.place_code).in_(places_under(person.place_code))
    waiting = func.sum(case((col(Assignment.acknowledged_at).is_(None), 1), else_=0))
    held: Any = (
        select(col(Desk.id), col(Desk.name), col(Desk.department), func.count(), waiting)
        .select_from(Assignment)
        .join(Case, col(Case.id) == col(Assignment.case_id))
        .join(Desk, col(Desk.id) == col(Assignment.desk_id))
        .where(here, Case.status == "open", col(Assignment.round) == col(Case.round))
        .where(col(Assignment.status).in_(IN_HAND), ~col(Assignment.held))
        .group_by(col(Desk.id), col(Desk.name), col(Desk.department))
    )
    overdue = (
        select(col(ClockRow.desk_id), func.count(distinct(col(ClockRow.case_id))))
        .join(Case, col(Case.id) == col(ClockRow.case_id))
        .where(ClockRow.status == "running", col(ClockRow.ends_at) <= now, here)
        .group_by(col(ClockRow.desk_id))
    )
    late = dict((await session.exec(overdue)).all())
    found = [
        Load(id, name, department, count, unseen, late.get(id, 0))
        for id, name, department, count, unseen in (await session.exec(held)).all()
    ]
    return sorted(found, key=lambda each: (-each.late, -each.in_hand, each.desk))


async def wall(session: AsyncSession, person: Account, now: datetime) -> Wall | None:
    """What stands on the wall of the place's room; None for whoever does not watch a place."""
    if not watches(person):
        return None
    here = col(Case.place_code).in_(places_under(person.place_code))
    midnight = datetime.combine(local(now).date(), time(), BEIJING).astimezone(UTC)
    opened = select(col(Case.urgency), func.count()).where(here, Case.status == "open").group_by(col(Case.urgency))
    by_urgency = dict((await session.exec(opened)).all())
    received = (
        select(func.count()).select_from(Case).where(here, Case.status != "merged", col(Case.opened_at) >= midnight)
    )
    closed = (
        select(func.count()).select_from(Case).where(here, Case.status == "closed", col(Case.closed_at) >= midnight)
    )
    overdue: Any = (
        select(col(ClockRow.case_id), col(ClockRow.policy), col(ClockRow.step))
        .join(Case, col(Case.id) == col(ClockRow.case_id))
        .where(ClockRow.status == "running", col(ClockRow.ends_at) <= now, here)
        .limit(MOST)
    )
    highest: dict[str, str] = {}
    for case_id, policy, step in (await session.exec(overdue)).all():
        highest[case_id] = max(highest.get(case_id, "desk"), rung_of(policy, step), key=_RUNGS.index)
    return Wall(
        open_by_urgency={level.value: by_urgency.get(level.value, 0) for level in Urgency},
        late_by_rung=dict(Counter(highest.values())),
        received_today=(await session.exec(received)).one(),
        closed_today=(await session.exec(closed)).one(),
        loads=await loads(session, person, now),
        sweep_at=await sweep_of(session),
    )


def watches(person: Account) -> bool:
    return person.disabled_at is None and person.role in WATCHERS
