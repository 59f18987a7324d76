"""Pressed twice, sent twice: an act carries a key, and the same key is carried out once."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from records.batch import Batch
from records.store import Store
from records.tables import Inbox

Decide = Callable[[AsyncSession], Awaitable[tuple[Batch, Any]]]


async def once(store: Store, channel: str, person_id: str, key: str, now: datetime, decide: Decide) -> tuple[bool, Any]:
    """Carry the act out, and answer what it said; (False, None) when the same key was carried out before. The key is written with
    the act itself, so that two taps, two tabs or two processes cannot both get through. Raises Refused."""

    async def first_time(session: AsyncSession) -> tuple[Batch, tuple[bool, Any]]:
        if await session.get(Inbox, (channel, person_id, key)) is not None:
            return Batch(), (False, None)
        batch, said = await decide(session)
        batch.add(Inbox(channel=channel, key_hash=person_id, update_id=key, at=now))
        return batch, (True, said)

    return await store.carry_out(first_time)
