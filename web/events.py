"""Pages that stay true by themselves: one event a change, for as long as the page is open.

Nothing of a case goes over this line, only that something changed: the page then asks for its own part again, through
the same door as before.
"""

import asyncio
import time
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlmodel import func, select

from records.access import standing
from records.tables import Account, DutyTask, Event
from web.edge import Edge
from web.pages import edge_of
from web.sessions import COOKIE, find

router = APIRouter()

CHECK_SECONDS = 30.0  # how soon an open page notices that its person was disabled


class Pulse:
    """The change counter, read once for all open pages of this process: every act writes an event, and ids rise with
    time, so the greatest id is the counter."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self._mark = ""
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()

    async def mark(self) -> str:
        async with self._reading:
            if time.monotonic() - self._read_at >= self._edge.pulse_seconds:
                async with self._edge.store.read() as session:
                    newest = (await session.exec(select(func.max(Event.id)))).one()
                    asked = (await session.exec(select(func.max(DutyTask.id)))).one()
                self._mark, self._read_at = f"{newest or ''}{asked or ''}", time.monotonic()
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


@router.get("/console/events", response_class=EventSourceResponse)
async def events(request: Request, about: str = "") -> AsyncIterator[ServerSentEvent]:
    """`change` with the counter as its id; with `about` only what changed in that case. FastAPI adds a heartbeat."""
    edge, pulse = edge_of(request), request.app.state.pulse
    told = ""
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
        return (await session.exec(select(func.max(Event.id)).where(Event.case_id == stands.case.id))).one() or "-"
