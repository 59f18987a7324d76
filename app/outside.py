"""What the house does over the network by itself, at its own pace: results out to platforms, attachments in. A platform that
is slow or down holds up neither a clock nor a letter to a person."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import httpx

from escalation.callbacks import deliver_callbacks
from intake.tickets.fetching import Fetched, Wanted, due_files, put_away
from intake.tickets.profile import Profile
from records.store import Store
from web.out.files import Resolve, fetch, resolved
from web.out.platforms import PlatformCourier, new_client

FILES = 20  # fetched in one go
FILES_AT_ONCE = 4


@dataclass
class Outside:
    """`carry` brings results out, `collect` fetches attachments. One of each at a time."""

    store: Store
    profiles: Mapping[str, Profile]
    now: Callable[[], datetime]
    resolve: Resolve = resolved
    client: Callable[[], httpx.AsyncClient] = new_client
    _client: httpx.AsyncClient | None = None
    _carrying: asyncio.Lock = field(default_factory=asyncio.Lock)
    _collecting: asyncio.Lock = field(default_factory=asyncio.Lock)

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = self.client()
        return self._client

    async def carry(self) -> int:
        """Every result whose turn it is; answers how many went out."""
        async with self._carrying:
            courier = PlatformCourier(self.store, self.profiles, self._http)
            return await deliver_callbacks(self.store, self.now(), courier)

    async def collect(self) -> int:
        """The attachments that are due; answers how many were looked for."""
        async with self._collecting:
            async with self.store.read() as session:
                wanted = await due_files(session, self.now(), FILES)
            room = asyncio.Semaphore(FILES_AT_ONCE)
            await asyncio.gather(*(self._one(each, room) for each in wanted))
            return len(wanted)

    async def _one(self, wanted: Wanted, room: asyncio.Semaphore) -> None:
        profile = self.profiles.get(wanted.platform)
        async with room:
            found = (
                await fetch(wanted.file.address, profile, self._http(), self.resolve)
                if profile
                else Fetched(reason="platform", for_good=True)
            )
        await self.store.carry_out(lambda session: put_away(session, wanted.file, found, self.now()))

    async def close(self) -> None:
        """Returns when nothing is under way any more."""
        async with self._carrying, self._collecting:
            if self._client is not None:
                await self._client.aclose()
                self._client = None
