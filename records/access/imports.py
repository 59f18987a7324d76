"""Files of tickets under way: how far each is, and the rows that somebody must look at. Never what a row says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.access.standing import covers
from records.tables import Account, ImportRow, TicketImport

MOST = 30
MOST_ROWS = 500  # lines to look at, on one page


@dataclass(frozen=True)
class RowLine:
    """A row that needs a look. `status` and `flaws` as in `ImportRow`."""

    number: int
    status: str
    reference: str | None
    flaws: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Progress:
    """`counts` are rows by status (waiting, new, same, updated, failed)."""

    id: str
    name: str
    platform: str
    status: str
    total: int
    counts: dict[str, int]
    look_at: tuple[RowLine, ...]
    created_at: datetime
    updated_at: datetime

    @property
    def done(self) -> int:
        return self.total - self.counts.get("waiting", 0)

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 100


async def imports_of(session: AsyncSession, person: Account) -> Sequence[Progress]:
    """The person's own, and for a supervisor those of the place; the last ones first."""
    wanted = select(TicketImport).order_by(col(TicketImport.created_at).desc()).limit(MOST)
    if person.role != "supervisor":
        wanted = wanted.where(TicketImport.sender == f"account:{person.id}")
    found = (await session.exec(wanted)).all()
    return [await _progress(session, each, lines=False) for each in found if await _theirs(session, person, each)]


async def import_of(session: AsyncSession, person: Account, import_id: str) -> tuple[TicketImport, Progress] | None:
    """None when it is not there, or not theirs."""
    found = await session.get(TicketImport, import_id)
    if found is None or not await _theirs(session, person, found):
        return None
    return found, await _progress(session, found, lines=True)


async def progress(session: AsyncSession, import_id: str) -> Progress:
    """For the command, which has the whole database before it."""
    return await _progress(session, await session.get_one(TicketImport, import_id), lines=True)


async def waiting_rows(session: AsyncSession, import_id: str, limit: int) -> Sequence[ImportRow]:
    """The next ones, for whoever shows how they would be judged."""
    rows = await session.exec(
        select(ImportRow)
        .where(ImportRow.import_id == import_id, ImportRow.status == "waiting")
        .order_by(col(ImportRow.number))
        .limit(limit)
    )
    return rows.all()


async def _theirs(session: AsyncSession, person: Account, found: TicketImport) -> bool:
    if person.disabled_at is not None:
        return False
    if person.role == "supervisor":
        return await covers(session, person.place_code, found.place_code)
    return found.sender == f"account:{person.id}"


async def _progress(session: AsyncSession, found: TicketImport, *, lines: bool) -> Progress:
    counted = await session.exec(
        select(ImportRow.status, func.count()).where(ImportRow.import_id == found.id).group_by(ImportRow.status)
    )
    rows = []
    if lines:
        odd = select(ImportRow.number, ImportRow.status, ImportRow.reference, ImportRow.flaws).where(
            ImportRow.import_id == found.id, ImportRow.status != "waiting"
        )
        rows = [
            row
            for row in (await session.exec(odd.order_by(col(ImportRow.number)))).all()
            if row[1] == "failed" or row[3]
        ]
    return Progress(
        found.id, found.name, found.platform, found.status, found.total, dict(counted.all()),
        tuple(
            RowLine(number, status, reference, tuple((str(field), str(code)) for field, code in flaws))
            for number, status, reference, flaws in rows[:MOST_ROWS]
        ),
        found.created_at, found.updated_at,
    )  # fmt: skip
