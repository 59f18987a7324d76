"""Which chat of the duty bot is whose: bound by a one-time code that the console shows to somebody who is signed in.

One person has one chat, and one chat is one person's. What they may do there follows from who they are at that moment.
"""

import secrets
from datetime import datetime, timedelta

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.batch import Batch
from records.secrets import keyring
from records.tables import Account, BindingCode, Chat, Desk

LASTS = timedelta(minutes=10)  # a code
DIGITS = 8
TRIES = 5  # wrong codes from one chat; then it waits
WAITS = timedelta(minutes=10)
COURIER = "telegram"
BOT = "duty"


async def new_code(session: AsyncSession, person: Account, now: datetime) -> tuple[Batch, str]:
    """A code for this person; an earlier one is worthless from now on. Only its blind index is kept."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    batch = Batch()
    values = {"code_hash": _hash(code), "expires_at": now + LASTS}
    batch.change_all(BindingCode, {"account_id": person.id}, **values)
    batch.add_if_new(BindingCode(account_id=person.id, **values))
    batch.audit(now, person.id, "binding_code", person.id)
    return batch, code


async def bind(session: AsyncSession, chat: Chat, code: str, now: datetime) -> tuple[Batch, Account | None]:
    """The chat becomes this person's, and nobody else's; their earlier chat loses them. None: the code is wrong or too old,
    or so many were wrong that this chat has to wait (`locked`). The desk of whoever can be reached here is told here."""
    batch = Batch()
    digits = "".join(character for character in code if character.isdigit())
    row = None
    if not locked(chat, now) and len(digits) == DIGITS:
        row = (await session.exec(select(BindingCode).where(BindingCode.code_hash == _hash(digits)))).one_or_none()
    person = await session.get(Account, row.account_id) if row is not None and row.expires_at > now else None
    if person is None or person.disabled_at is not None:
        return _wrong(batch, chat, now), None
    for earlier in await _chats_of(session, person):
        if earlier.id != chat.id:
            batch.change(earlier, account_id=None)
    batch.change(chat, account_id=person.id, kept={}, lost_at=None, language=person.language)
    batch.remove(BindingCode, account_id=person.id)
    desk = await session.get(Desk, person.desk_id) if person.desk_id else None
    if desk is not None and desk.courier == "call":
        batch.change(desk, courier=COURIER)
    batch.audit(now, person.id, "chat_bound", person.id, chat=chat.id)
    return batch, person


def locked(chat: Chat, now: datetime) -> bool:
    """Whether so many wrong codes came from this chat that it has to wait."""
    until = chat.kept.get("locked_until")
    return until is not None and datetime.fromisoformat(until) > now


async def unbind(session: AsyncSession, person: Account, now: datetime) -> tuple[Batch, bool]:
    """This person has no chat any more. False when they had none."""
    batch, chats = Batch(), await _chats_of(session, person)
    for chat in chats:
        batch.change(chat, account_id=None)
    if chats:
        batch.audit(now, person.id, "chat_unbound", person.id)
    return batch, bool(chats)


async def chat_bound_to(session: AsyncSession, account_id: str) -> Chat | None:
    """The chat in which this person is reached; None when there is none, or it is lost."""
    found = await session.exec(
        select(Chat).where(Chat.bot == BOT, Chat.account_id == account_id).order_by(Chat.id)
    )  # fmt: skip
    chat = found.first()
    return chat if chat is not None and chat.lost_at is None else None


def _wrong(batch: Batch, chat: Chat, now: datetime) -> Batch:
    if locked(chat, now):
        return batch
    tries = chat.kept.get("tries", 0) + 1
    until = (now + WAITS).isoformat() if tries >= TRIES else None
    batch.change(chat, kept={**chat.kept, "tries": tries % TRIES, "locked_until": until})
    return batch


async def _chats_of(session: AsyncSession, person: Account) -> list[Chat]:
    return list((await session.exec(select(Chat).where(Chat.bot == BOT, Chat.account_id == person.id))).all())


def _hash(code: str) -> str:
    return keyring().blind("binding", code)
