"""In which order a bot deals with what it was told: each chat's updates by their numbers, chats side by side.

A webhook may bring a later update first. One whose predecessor is missing waits a moment for it.
"""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from sqlmodel.ext.asyncio.session import AsyncSession

from records.store import Store
from records.tables import Update
from records.updates import numbers, rows

MOMENT = 0.5  # seconds that a later update waits for an earlier one


class Queue:
    """The waiting updates of one bot, as far as their turn has come. `patient`: they may come out of order (webhook)."""

    def __init__(self, store: Store, bot: str, *, patient: bool) -> None:
        self._store, self._bot, self._patient = store, bot, patient
        self._whole: int | None = None  # up to this number nothing is missing
        self._seen: dict[int, float] = {}  # those beyond a gap, and since when they have been there

    async def turns(self, now: datetime) -> list[list[Update]]:
        """For each chat what may be dealt with now, in order. What has failed once waits for its time and holds up nobody."""
        async with self._store.read() as session:
            waiting = await rows(session, self._bot, "waiting")
            if self._patient and waiting:
                whole = await self._without_gap(session, waiting[0].number)
                waiting = [row for row in waiting if row.number <= whole]
        return by_chat(row for row in waiting if row.due_at <= now)

    async def _without_gap(self, session: AsyncSession, first: int) -> int:
        whole = first - 1 if self._whole is None else self._whole
        now = asyncio.get_running_loop().time()
        seen: dict[int, float] = {}
        for number in await numbers(session, self._bot, whole):
            since = self._seen.get(number, now)
            if number == whole + 1 or now - since >= MOMENT:
                whole = number
            else:
                seen[number] = since
        self._whole, self._seen = whole, seen
        return whole


def by_chat(updates: Iterable[Update]) -> list[list[Update]]:
    """Grouped by chat, each in the order of the numbers."""
    ordered = sorted(updates, key=lambda row: (row.chat_hash, row.number))
    return [list(mine) for _, mine in groupby(ordered, key=lambda row: row.chat_hash)]
