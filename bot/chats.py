"""Chats as rows: found or made, and what is kept of them."""

from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from records.batch import Batch
from records.columns import new_id
from records.tables import Chat
from records.updates import chat_hash, chat_of

_COLUMNS = ("language", "account_id", "lost_at")


async def here(session: AsyncSession, bot: str, where: str, language: str, now: datetime) -> tuple[Chat, Batch]:
    """The chat in which something happens now: made when it is new, and found again when it was lost."""
    batch, chat = Batch(), await chat_of(session, bot, where)
    if chat is None:
        chat = Chat(
            id=new_id(now), bot=bot, key_hash=chat_hash(bot, where), address=where, language=language, created_at=now
        )  # fmt: skip
        batch.add(chat)
    elif chat.lost_at is not None:
        keep(batch, chat, lost_at=None)
    return chat, batch


def keep(batch: Batch, chat: Chat, **values: Any) -> None:
    """Remember values of a chat: its columns by their names, everything else among what is `kept`. A chat that is new or
    changed in this very batch is changed there."""
    columns = {name: value for name, value in values.items() if name in _COLUMNS}
    kept = {name: value for name, value in values.items() if name not in _COLUMNS}
    if kept:
        columns["kept"] = {**chat.kept, **kept}
    if any(row is chat for row in batch.rows):
        for name, value in columns.items():
            setattr(chat, name, value)
        return
    earlier = next((change for change in batch.changes if change.key.get("id") == chat.id), None)
    if earlier is not None:
        batch.changes.remove(earlier)
        columns = {**{name: value for name, value in earlier.values.items() if name != "version"}, **columns}
    batch.change(chat, **columns)
