"""A hotline ticket as people of the house see it: those who handle its case, and whoever is asked to check it. Its caller's name
and number are sealed apart like any reporter's: what came in those fields is never in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.access.duty import answers_for
from records.access.files import refused_look
from records.access.reach import told_of_herself
from records.access.traces import without
from records.batch import Batch
from records.callbacks import KIND
from records.outbox import PLATFORM
from records.tables import Account, Case, DutyTask, Letter, Ticket, TicketFile

CHECK = "check_ticket"  # the kind of duty task
_CALLER = frozenset(("caller_name", "caller_phone"))
MOST = 2_000  # characters shown of a field as it came
MOST_CONTENT = 100_000


@dataclass(frozen=True)
class Sending:
    """A letter to the ticket's platform: what it tells, and how far it has got. `status` as in `Letter`."""

    kind: str
    status: str
    at: datetime
    attempts: int


@dataclass(frozen=True)
class TicketFace:
    """`flaws` are (field, code, value) as `intake.tickets.flaws` has them; `as_came` what stood in a field that has one.
    `files` are addresses with their status. `region_by` as in `Ticket`."""

    platform: str
    order_no: str | None
    source: str
    type: str
    channel: str
    title: str
    content: str
    region: str
    region_code: str | None
    region_by: str
    received_at: datetime
    stated_at: datetime | None
    caller_is_subject: bool
    resent: int
    updates: int
    satisfaction: str | None
    flaws: tuple[tuple[str, str, str], ...] = ()
    as_came: Mapping[str, str] | None = None
    files: tuple[tuple[str, str], ...] = ()
    told: tuple[Sending, ...] = ()


@dataclass(frozen=True)
class Checking:
    """A task's ticket before the person who is asked to check it. `asked` are the (field, code) that they are asked about."""

    ticket: TicketFace
    reference: str
    place_code: str
    asked: tuple[tuple[str, str], ...]


async def look_at_ticket(
    session: AsyncSession, person: Account, task_id: str, now: datetime
) -> tuple[Batch, Checking | None]:
    """The ticket of a 「请核对工单」 task of this person's duty screen. Looking is written down."""
    task = await session.get(DutyTask, task_id)
    if task is None or task.kind != CHECK or task.status != "open" or not await answers_for(session, person, task):
        return refused_look(person, "", CHECK, now), None
    ticket = await session.get_one(Ticket, str(task.params.get("ticket", "")))
    case = await session.get_one(Case, ticket.case_id)
    batch = Batch()
    batch.audit(now, person.id, "task.look", case.id, CHECK, task=task.id)
    (face,) = await _faces(session, case, [ticket])
    asked = tuple((str(field), str(code)) for field, code in task.params.get("flaws", ()))
    return batch, Checking(face, case.reference, case.place_code, asked)


async def tickets_of_case(session: AsyncSession, case: Case) -> tuple[TicketFace, ...]:
    """For who has the story of the case, in the order in which they came."""
    rows = await session.exec(
        select(Ticket).where(Ticket.case_id == case.id).order_by(col(Ticket.received_at), col(Ticket.id))
    )
    return await _faces(session, case, rows.all())


async def _faces(session: AsyncSession, case: Case, tickets: Sequence[Ticket]) -> tuple[TicketFace, ...]:
    if not tickets:
        return ()
    hidden = await told_of_herself(session, case)
    ids = [ticket.id for ticket in tickets]
    files = (await session.exec(select(TicketFile).where(col(TicketFile.ticket_id).in_(ids)).order_by(col(TicketFile.id)))).all()  # fmt: skip
    letters = await session.exec(
        select(Letter)
        .where(Letter.case_id == case.id, Letter.courier == PLATFORM)
        .order_by(col(Letter.created_at), col(Letter.id))
    )
    told: dict[str, list[Sending]] = {}
    for letter in letters.all():
        sending = Sending(
            letter.kind.removeprefix(KIND), letter.status, letter.sent_at or letter.due_at, letter.attempts
        )
        told.setdefault(letter.recipient.partition(":")[2], []).append(sending)
    return tuple(
        _face(ticket, [file for file in files if file.ticket_id == ticket.id], told.get(ticket.id, ()), hidden)
        for ticket in tickets
    )


def _face(ticket: Ticket, files: Sequence[TicketFile], told: Sequence[Sending], hidden: tuple[str, ...]) -> TicketFace:
    fields = ticket.fields

    def text(name: str, most: int = MOST) -> str:
        return without(str(fields.get(name) or "")[:most], hidden)

    raw: Mapping[str, Any] = fields.get("raw") or {}
    flaws = tuple(
        (str(field), str(code), without(str(value), hidden)) for field, code, value in fields.get("flaws", ())
    )
    as_came = {
        field: without(str(raw[field])[:MOST], hidden)
        for field, _, _ in flaws
        if field in raw and field not in _CALLER and field != "content"
    }
    stated = fields.get("received_at")
    return TicketFace(
        platform=ticket.platform, order_no=ticket.order_number, source=ticket.source, type=text("type"), channel=text("channel"),
        title=text("title"), content=text("content", MOST_CONTENT), region=text("region"),
        region_code=fields.get("region_code"), region_by=ticket.region_by, received_at=ticket.received_at,
        stated_at=datetime.fromisoformat(str(stated)) if stated else None, caller_is_subject=ticket.caller_is_subject,
        resent=ticket.resent, updates=ticket.updates, satisfaction=ticket.satisfaction, flaws=flaws, as_came=as_came,
        files=tuple((without(file.address, hidden), file.status) for file in files), told=tuple(told),
    )  # fmt: skip
