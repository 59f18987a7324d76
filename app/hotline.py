"""Hotline tickets in the running house: filed, forwarded by an operator, or only looked at."""

import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from app.judging import Judge
from intake.tickets.answering import answer, new_rows, read_rows
from intake.tickets.drafting import judged
from intake.tickets.filing import file_ticket
from intake.tickets.importing import Seen, file_next, running_imports, seen, set_aside
from intake.tickets.parts import Arrival, Filed, Hotline
from intake.tickets.previewing import Preview, preview
from intake.tickets.profile import Profile
from intake.tickets.reading import read_slip
from records.batch import Batch, Lost
from records.store import Store
from records.tables import ImportRow, TicketImport
from routing.protocols import Protocols

log = logging.getLogger("hutong.tickets")


@dataclass(frozen=True)
class Counter:
    """`refresh` brings the rules in force up to date, `tasks` does what filing leaves to be done at once; neither raises."""

    store: Store
    judge: Judge
    protocols: Protocols
    home: str
    profiles: Mapping[str, Profile]
    now: Callable[[], datetime]
    refresh: Callable[[], Awaitable[None]]
    tasks: Callable[[], Awaitable[None]]

    @property
    def hotline(self) -> Hotline:
        return Hotline(self.judge.assess_ticket, self.protocols, self.home)

    async def file(self, arrival: Arrival) -> dict[str, Any]:
        """One ticket: filed, and what its sender is answered. Raises NothingToFile."""
        said, _ = await self.forward(arrival)
        return said

    async def forward(self, arrival: Arrival) -> tuple[dict[str, Any], str | None]:
        """The same with the receipt code of a case that is new: it is in no other place. Raises NothingToFile."""
        await self.refresh()

        async def decide(session: AsyncSession) -> tuple[Batch, tuple[Batch, Filed]]:
            batch, filed = await file_ticket(session, arrival, self.now(), self.hotline)
            return batch, (batch, filed)

        batch, filed = await self.store.carry_out(decide)
        if filed.asked:
            await self.tasks()
        async with self.store.read() as session:
            rows = await (
                new_rows(session, batch, filed) if filed.outcome == "new" else read_rows(session, filed.ticket_id)
            )
        return answer(rows, filed, self.protocols), filed.code

    async def preview(self, arrival: Arrival) -> Preview:
        """How a ticket is understood. Nothing is written. Raises NothingToFile."""
        await self.refresh()
        async with self.store.read() as session:
            return await preview(session, arrival, self.now(), self.hotline)

    def alarming(self, arrival: Arrival) -> bool:
        """Whether a ticket tells of an emergency. It then goes before everything."""
        slip = read_slip(arrival.profile, arrival.data, self.now())
        return judged(slip, self.judge.assess_ticket)[0].emergency

    def seen(self, found: TicketImport, row: ImportRow) -> Seen:
        """How a row that waits would be judged."""
        return seen(found, row, self.profiles, self.hotline, self.now())

    async def import_some(self, seconds: float = 1.5) -> int:
        """Rows of running imports, one after the other, for a while; answers how many. The rest has its turn the next time."""
        until, filed = time.monotonic() + seconds, 0
        while time.monotonic() < until:
            async with self.store.read() as session:
                waiting = await running_imports(session)
            if not waiting:
                return filed
            await self.import_row(waiting[0])
            filed += 1
        return filed

    async def import_row(self, import_id: str) -> ImportRow | None:
        """The next row of an import: filed, or set aside for a person when that can't be done. None when there is none."""
        await self.refresh()
        try:
            row, filed = await self.store.carry_out(
                lambda session: file_next(session, import_id, self.profiles, self.hotline, self.now())
            )
        except Lost:
            return None  # another process files it
        except Exception:
            log.exception("a row of import %s could not be filed", import_id)
            return await self.store.carry_out(lambda session: set_aside(session, import_id, self.now()))
        if filed is not None and filed.asked:
            await self.tasks()
        return row
