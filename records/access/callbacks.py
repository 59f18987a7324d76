"""What leaves the house about a ticket: where to, and what may be told. The story is in none of it."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.access.tickets import asks_satisfaction
from records.callbacks import KIND, age
from records.outbox import PLATFORM
from records.tables import Assignment, Case, ClockRow, Letter, PlatformLink, Telling, Ticket


@dataclass(frozen=True)
class Told:
    """What a callback may say. `what` is the letter's kind (records.callbacks.ORDER); `text` what a desk wrote for the
    reporter, `telling` its id; `sequence` counts the callbacks of this ticket from 1."""

    what: str
    id: str
    order_no: str | None
    case: str
    desk: str
    text: str | None
    at: datetime
    due: datetime | None
    sequence: int
    ask_satisfaction: bool
    caller_is_subject: bool
    telling: str | None = None


@dataclass(frozen=True)
class Outgoing:
    """A callback with where it goes to. `secret` signs it."""

    platform: str
    told: Told
    address: str = field(repr=False)
    secret: str = field(repr=False)
    bearer: str | None = field(repr=False)


async def outgoing(session: AsyncSession, letter: Letter) -> Outgoing | None:
    """None when the platform can't be called (any more)."""
    ticket = await session.get(Ticket, letter.recipient.partition(":")[2])
    link = await session.get(PlatformLink, ticket.platform) if ticket else None
    if ticket is None or link is None or not link.active:
        return None
    case = await session.get_one(Case, ticket.case_id)
    telling = await session.get(Telling, str(letter.params["telling"])) if letter.params.get("telling") else None
    letters = await session.exec(
        select(Letter).where(
            Letter.case_id == letter.case_id, Letter.recipient == letter.recipient, Letter.courier == PLATFORM
        )
    )
    in_order = sorted(letters.all(), key=age)
    told = Told(
        what=letter.kind.removeprefix(KIND), id=letter.id, order_no=ticket.order_number, case=case.reference,
        desk=str(letter.params.get("desk") or ""), text=telling.text if telling else None, at=letter.created_at,
        due=await _result_due(session, case),
        sequence=next((place for place, each in enumerate(in_order, start=1) if each.id == letter.id), 1),
        ask_satisfaction=asks_satisfaction(case), caller_is_subject=ticket.caller_is_subject,
        telling=telling.id if telling else None,
    )  # fmt: skip
    return Outgoing(ticket.platform, told, link.address, link.secret, link.bearer)


async def _result_due(session: AsyncSession, case: Case) -> datetime | None:
    """When the result of a desk that leads is due."""
    leading = select(Assignment.desk_id).where(
        Assignment.case_id == case.id, Assignment.part == "lead", Assignment.round == case.round
    )
    found = await session.exec(
        select(ClockRow.ends_at)
        .where(
            ClockRow.case_id == case.id,
            ClockRow.kind == "result",
            ClockRow.status == "running",
            col(ClockRow.desk_id).in_(leading),
        )
        .order_by(col(ClockRow.ends_at))
    )
    return found.first()
