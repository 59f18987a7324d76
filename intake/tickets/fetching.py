"""Attachments of tickets that may be fetched: which are due, and what became of one. The fetching itself is `web.out.files`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.keeping import keep_file
from intake.said import Attachment as File
from records.batch import Batch
from records.tables import Attachment, Statement, Ticket, TicketFile

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 10, 60, 360, 1440))
MOST_FILES = 10  # of one case, however they came


@dataclass(frozen=True)
class Wanted:
    """An address of a ticket of this platform, to be fetched now."""

    file: TicketFile
    platform: str


@dataclass(frozen=True)
class Fetched:
    """Either the file, or a short code of why there is none. `for_good`: trying again would change nothing."""

    file: File | None = None
    reason: str = ""
    for_good: bool = False


async def due_files(session: AsyncSession, now: datetime, limit: int) -> Sequence[Wanted]:
    rows = await session.exec(
        select(TicketFile, Ticket.platform)
        .join(Ticket, col(Ticket.id) == col(TicketFile.ticket_id))
        .where(TicketFile.status == "waiting", col(TicketFile.due_at) <= now)
        .order_by(col(TicketFile.due_at), col(TicketFile.id))
        .limit(limit)
    )
    return [Wanted(file, platform) for file, platform in rows.all()]


async def put_away(session: AsyncSession, wanted: TicketFile, fetched: Fetched, now: datetime) -> tuple[Batch, None]:
    """The file joins what the ticket said; or it is tried again later, and in the end only its address stays."""
    batch = Batch()
    row = await session.get_one(TicketFile, wanted.id)
    if row.status != "waiting":
        return batch, None
    tries = row.attempts + 1
    if fetched.file is None:
        if fetched.for_good or tries > len(BACK_OFF):
            batch.change(row, status="failed", attempts=tries, reason=fetched.reason)
        else:
            batch.change(row, attempts=tries, reason=fetched.reason, due_at=now + BACK_OFF[row.attempts])
        return batch, None
    ticket = await session.get_one(Ticket, row.ticket_id)
    there = select(func.count()).select_from(Attachment).where(Attachment.case_id == ticket.case_id)
    said = (
        await session.exec(
            select(Statement.id)
            .where(Statement.case_id == ticket.case_id, Statement.kind == "said")
            .order_by(col(Statement.at), col(Statement.id))
        )
    ).first()
    if said is None or (await session.exec(there)).one() >= MOST_FILES:
        batch.change(row, status="kept", attempts=tries, reason="full")
        return batch, None
    attachment = keep_file(batch, fetched.file, said, ticket.case_id, now)
    batch.change(row, status="fetched", attempts=tries, reason=None, attachment_id=attachment)
    batch.event(ticket.case_id, now, "file_fetched", "system", size=len(fetched.file.content), file=fetched.file.kind)
    return batch, None
