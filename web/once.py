"""Double submit: a form carries a key made with the page, and the same key is carried out once."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from records.batch import Batch
from records.store import Store
from records.tables import Account, Inbox

CHANNEL = "console"


async def once(
    store: Store,
    person: Account,
    key: str,
    now: datetime,
    decide: Callable[[AsyncSession], Awaitable[tuple[Batch, Any]]],
) -> bool:
    """Carry the act out; False when the same form was carried out before. The key is written with the act itself, so that
    two taps, two tabs or two processes cannot both get through. Raises Refused."""

    async def first_time(session: AsyncSession) -> tuple[Batch, bool]:
        if await session.get(Inbox, (CHANNEL, person.id, key)) is not None:
            return Batch(), False
        batch, _ = await decide(session)
        batch.add(Inbox(channel=CHANNEL, key_hash=person.id, update_id=key, at=now))
        return batch, True

    return await store.carry_out(first_time)
