"""Leases: what only one process may do at a time. Whoever dies stops renewing, and another one takes over."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from records.batch import Batch, Lost
from records.store import Store
from records.tables import Lease


def _may_live(holder: str) -> bool:
    return False


async def hold(
    store: Store,
    name: str,
    holder: str,
    now: datetime,
    lasts: timedelta,
    state: str = "",
    is_dead: Callable[[str], bool] = _may_live,
) -> bool:
    """Take the lease, or keep it. False when somebody else has it. `now` is the machine's own time. `is_dead` may know that a
    holder is no more before its lease ends."""
    async with store.read() as session:
        row = await session.get(Lease, name)
    batch = Batch()
    if row is None:
        batch.add(Lease(name=name, holder=holder, until=now + lasts, state=state))
    elif row.holder == holder or row.until <= now or is_dead(row.holder):
        batch.change(row, holder=holder, until=now + lasts, state=state)
    else:
        return False
    try:
        await store.write(batch)
    except Lost:
        return False
    return True


async def let_go(store: Store, name: str, holder: str, now: datetime) -> None:
    """Give it back, so that nobody has to wait for its end."""
    batch = Batch()
    batch.change_all(Lease, {"name": name, "holder": holder}, until=now)
    await store.write(batch)


async def holder_of(session: AsyncSession, name: str, now: datetime) -> Lease | None:
    """The lease, if somebody has it now."""
    row = await session.get(Lease, name, populate_existing=True)
    return row if row is not None and row.until > now else None
