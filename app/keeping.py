"""What a house does so that others can hold it to its word: seals, the day's statement, the watch, the heartbeat."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from app.heartbeat import beat
from escalation.watch import Check, watch, well
from records.batch import Batch, Lost
from records.sealing import seal_once
from records.secrets import keyring
from records.statement import statement
from records.store import Store
from records.tables import Setting
from routing.protocols import Protocols
from words.beijing import local

log = logging.getLogger("hutong.keeping")

WATCH_SECONDS = 2.0  # the checks are asked anew at most this often, however many ask
STATED_BY = 6  # o'clock in Beijing: by then yesterday's statement is made, whatever the clocks do
STATEMENT = "statement"  # settings row: the last day's signed statement (records.statement)
LOOK_AT_PARKED = timedelta(hours=1)  # how often writers that fell silent are looked at


@dataclass
class Keeper:
    """`now` is the house's time, `home` the place code of its site."""

    store: Store
    now: Callable[[], datetime]
    home: str
    protocols: Protocols
    _parked_at: datetime | None = None
    _stated: date | None = None
    _watching: asyncio.Lock = field(default_factory=asyncio.Lock)
    _watched: Sequence[Check] = ()
    _watched_at: float = float("-inf")

    async def seal(self) -> None:
        now = self.now()
        parked_too = self._parked_at is None or not timedelta() <= now - self._parked_at < LOOK_AT_PARKED
        await seal_once(self.store, keyring(), now, parked_too=parked_too)
        if parked_too:
            self._parked_at = now

    async def state(self) -> None:
        """Yesterday's statement, made once, by whichever worker comes first."""
        now = self.now()
        day = local(now).date() - timedelta(days=1)
        if self._stated == day or (local(now).hour < STATED_BY and await self._behind(now)):
            return
        async with self.store.read() as session:
            row = await session.get(Setting, STATEMENT)
        if row is None or row.value["day"] < day.isoformat():
            text, found = await statement(self.store, keyring(), self.home, day, now)
            value = {"day": day.isoformat(), "text": text, "found": found}
            batch = Batch()
            if row is None:
                batch.add(Setting(key=STATEMENT, value=value, updated_at=now))
            else:
                batch.change(row, value=value, updated_at=now)
            batch.audit(now, "system", "statement", day.isoformat(), **found)
            with suppress(Lost):  # another worker made the same
                await self.store.write(batch)
        self._stated = day

    async def _behind(self, now: datetime) -> bool:
        """Whether due clocks still wait for the sweep, as after an outage: what it is just about to do is not missed."""
        async with self.store.read() as session:
            checks = await watch(session, now, self.protocols.calendar)
        return any(check.name == "clocks" and check.level == "bad" for check in checks)

    async def watch(self) -> Sequence[Check]:
        """What must be true now; nothing when the database is away."""
        async with self._watching:
            if time.monotonic() - self._watched_at >= WATCH_SECONDS:
                try:
                    async with self.store.read() as session:
                        self._watched = await watch(session, self.now(), self.protocols.calendar)
                except Exception:
                    log.exception("watch failed")
                    self._watched = ()
                self._watched_at = time.monotonic()
            return self._watched

    async def beat(self, address: str) -> None:
        checks = await self.watch()
        if address and checks and well(checks):
            await asyncio.to_thread(beat, address)
