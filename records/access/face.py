"""What a message to staff may say of a case, through the door like everything else: where it stands, and nothing of what it is.

A face tells neither who the child is nor what happened, so that looking at it is not written down, as with a line of the
queue. Who has no business with the case gets none.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.access.standing import GONE, Standing, standing
from records.tables import Account, Assignment, Case, ClockRow, Desk, Event, Place

_TAKING = ("acknowledged", "accepted", "dispatched")


@dataclass(frozen=True)
class Taken:
    """Somebody of the desk took the case in hand, one way or another: acknowledged, accepted or dispatched."""

    how: str
    who: str
    at: datetime


@dataclass(frozen=True)
class Face:
    """`part` and `status` are those of the desk that is shown: the person's own, else the lead. `own`: it is theirs, and they may act.
    `clock` is the kind of the running clock of that desk that ends first. `over`: nothing is left to do here for this desk."""

    reference: str
    urgency: str
    category: str
    county: str
    desk: str
    department: str
    part: str
    status: str
    own: bool
    supervises: bool
    taken: tuple[Taken, ...]
    clock: str | None
    ends_at: datetime | None
    open: bool
    over: bool


async def face(session: AsyncSession, person: Account, case_id: str) -> Face | None:
    """The case as a message to this person may show it; None when it is not there, or not theirs."""
    case = await session.get(Case, case_id)
    stands = await standing(session, person, case.reference) if case is not None else None
    if stands is None:
        return None
    shown = _shown(stands)
    desk = await session.get(Desk, shown.desk_id) if shown else None
    place = await session.get(Place, stands.case.place_code)
    clock = await _clock(session, stands.case, shown)
    over = stands.case.status == "closed" or shown is None or shown.status in GONE or shown.round != stands.case.round
    return Face(
        reference=stands.case.reference,
        urgency=stands.case.urgency,
        category=stands.case.category,
        county=place.name if place else "",
        desk=desk.name if desk else "",
        department=shown.department if shown else "",
        part=shown.part if shown else "",
        status=shown.status if shown else "",
        own=shown is not None and shown is stands.own and not shown.held,
        supervises=person.role == "supervisor" and stands.level == "story",
        taken=await _taken(session, stands.case, shown),
        clock=clock.kind if clock else None,
        ends_at=clock.ends_at if clock else None,
        open=stands.case.status == "open",
        over=over,
    )


def _shown(stands: Standing) -> Assignment | None:
    if stands.own is not None:
        return stands.own
    leads = [part for part in stands.leads if part.status not in GONE]
    return min(leads, key=lambda part: (part.rank, part.id), default=None)


async def _clock(session: AsyncSession, case: Case, part: Assignment | None) -> ClockRow | None:
    if part is None:
        return None
    found = await session.exec(
        select(ClockRow)
        .where(ClockRow.case_id == case.id, ClockRow.desk_id == part.desk_id, ClockRow.status == "running")
        .where(ClockRow.round == case.round)
        .order_by(col(ClockRow.ends_at), col(ClockRow.kind))
        .limit(1)
    )
    return found.first()


async def _taken(session: AsyncSession, case: Case, part: Assignment | None) -> tuple[Taken, ...]:
    """Who took it at this desk since it got the case, in order. On the telephone the operator signs for whoever said so."""
    if part is None:
        return ()
    found = await session.exec(
        select(Event, Account.name)
        .join(Account, col(Account.id) == col(Event.actor), isouter=True)
        .where(Event.case_id == case.id, Event.desk_id == part.desk_id, col(Event.kind).in_(_TAKING))
        .where(col(Event.at) >= part.opened_at)
        .order_by(col(Event.at), col(Event.id))
    )
    return tuple(Taken(event.kind, name or "", event.at) for event, name in found.all())
