"""What bots were told: kept before the messenger hears that we have it, and dealt with in the order of each chat.

A row is waiting until what it means is written; then, as long as its answers are on their way, it is heard. Both go on
where they were when the process dies.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.batch import Batch
from records.secrets import keyring
from records.tables import Chat, Update

AT_ONCE = 500  # rows read at a time
# Between one try and the next; the last one repeats, and after all of `TRIES` the row is failed, where the doctor sees it.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (1, 2, 5, 15, 60, 300, 900))
TRIES = 100
KEPT = timedelta(days=3)  # the messenger itself forgets what nobody fetched after a day


def chat_hash(bot: str, chat: int | str) -> str:
    """How a chat is found again without its id being stored in the clear."""
    return keyring().blind(f"chat:{bot}", str(chat))


def keep(batch: Batch, bot: str, number: int, chat: int | str, body: Mapping[str, Any], now: datetime) -> None:
    """One update. The same one again is no news."""
    batch.add_if_new(
        Update(
            bot=bot, number=number, chat_hash=chat_hash(bot, chat), body=dict(body), due_at=now, received_at=now
        )
    )  # fmt: skip


async def rows(session: AsyncSession, bot: str, status: str) -> Sequence[Update]:
    """The rows of this status, in the order of their numbers, due or not."""
    found = await session.exec(
        select(Update).where(Update.bot == bot, Update.status == status).order_by(col(Update.number)).limit(AT_ONCE)
    )
    return found.all()


async def numbers(session: AsyncSession, bot: str, above: int) -> Sequence[int]:
    """Which updates there are above this number, whatever became of them."""
    found = await session.exec(
        select(Update.number).where(Update.bot == bot, col(Update.number) > above).order_by(col(Update.number))
    )
    return found.all()


async def newest(session: AsyncSession, bot: str) -> int:
    """The greatest number that was ever kept; 0 when there is none."""
    return (await session.exec(select(func.max(col(Update.number))).where(Update.bot == bot))).one() or 0


def again(batch: Batch, row: Update, now: datetime, after: timedelta | None = None, **values: Any) -> None:
    """It did not go: it is tried again after a pause (`after`, where the other side named one), or has failed. `values`: what
    else changes, such as the answers that are left to be sent."""
    attempts = row.attempts + 1
    if attempts >= TRIES:
        batch.change(row, status="failed", attempts=attempts, **values)
        return
    pause = after or PAUSES[min(row.attempts, len(PAUSES) - 1)]
    batch.change(row, attempts=attempts, due_at=now + pause, **values)


def over(batch: Batch, row: Update, *, at_version: int | None = None) -> None:
    """Dealt with; nothing of its words is kept here."""
    batch.change(row, at_version=at_version, status="done", body=None, answers=None)


async def forget_old(session: AsyncSession, bot: str, now: datetime) -> Batch:
    """Updates that are done with and that nobody will send again."""
    old = await session.exec(
        select(Update.number)
        .where(Update.bot == bot, Update.status == "done", col(Update.received_at) < now - KEPT)
        .limit(AT_ONCE)
    )
    batch = Batch()
    for number in old.all():
        batch.remove(Update, bot=bot, number=number)
    return batch


async def chat_of(session: AsyncSession, bot: str, chat: int | str) -> Chat | None:
    """The chat with this id of the messenger's, if it was ever seen."""
    found = await session.exec(select(Chat).where(Chat.bot == bot, Chat.key_hash == chat_hash(bot, chat)))
    return found.one_or_none()
