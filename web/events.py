"""Pages that stay true by themselves: one event a change, for as long as the page is open.

Nothing of a case goes over this line, only that something changed: the page then asks for its own part again, through
the same door as before.
"""

import asyncio
import time
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.access import UNSEEN, standing
from records.tables import Account, DutyTask, Event
from web.edge import Edge
from web.pages import edge_of
from web.sessions import COOKIE, find

router = APIRouter()

CHECK_SECONDS = 30.0  # how soon an open page notices that its person was disabled


class Pulse:
    """The change counter, read once for all open pages of this process: every act writes an event, and ids rise with
    time, so the newest ones are the counter."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self._mark = ""
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()

    async def mark(self) -> str:
        async with self._reading:
            if time.monotonic() - self._read_at >= self._edge.pulse_seconds:
                async with self._edge.store.read() as session:
                    marks = [await _newest(session, Event), await _newest(session, DutyTask)]
                self._mark, self._read_at = "-".join(marks), time.monotonic()
            return self._mark

    async def watch(self) -> AsyncIterator[str | None]:
        """The mark now and whenever it has changed; None from time to time when it has not."""
        seen, told_at = None, time.monotonic()
        while True:
            mark = await self.mark()
            if mark != seen or time.monotonic() - told_at >= CHECK_SECONDS:
                told_at = time.monotonic()
                yield mark if mark != seen else None
                seen = mark
            await asyncio.sleep(self._edge.pulse_seconds)


async def _newest(session: AsyncSession, table: type[Event] | type[DutyTask]) -> str:
    """The greatest id, and how many rows lie within a minute before it: ids are random within a millisecond, and another
    process may commit a little late. Both come from the end of the primary key."""
    greatest = (await session.exec(select(func.max(table.id)))).one()
    if greatest is None:
        return ""
    since = f"{max(0, int(greatest[:12], 16) - 60_000):012x}"
    near = (await session.exec(select(func.count()).select_from(table).where(col(table.id) >= since))).one()
    return f"{greatest}.{near}"


@router.get("/console/events", response_class=EventSourceResponse)
async def events(request: Request, about: str = "") -> AsyncIterator[ServerSentEvent]:
    """`change` with the counter as its id; with `about` only what changed in that case. FastAPI adds a heartbeat."""
    edge, pulse = edge_of(request), request.app.state.pulse
    told: str | None = None
    async for mark in pulse.watch():
        if await find(edge.store, request.cookies.get(COOKIE, ""), edge.now()) is None:
            yield ServerSentEvent(event="over", raw_data="")
            return
        if mark is not None and about:
            mark = await _mark_of(edge, request.state.person, about)
        if mark is not None and mark != told:
            told = mark
            yield ServerSentEvent(event="change", raw_data="", id=mark, retry=3000)


async def _mark_of(edge: Edge, person: Account, reference: str) -> str:
    """The counter of one case; always the same for one that is not there, or not theirs."""
    async with edge.store.read() as session:
        stands = await standing(session, person, reference)
        if stands is None:
            return "-"
        count = (
            select(func.count())
            .select_from(Event)
            .where(Event.case_id == stands.case.id, col(Event.kind).not_in(UNSEEN))
        )
        return str((await session.exec(count)).one())
