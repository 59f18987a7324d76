"""Messengers: who talks with the bots, what the bots were told and have not dealt with, and what they have shown to staff."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field

from records.columns import Instant, Row
from records.secrets import Sealed


class Chat(Row, table=True):
    """A chat with one of the bots. `bot` is reporter or duty; `key_hash` is the blind index of the messenger's own id.

    `account_id` is the member of staff whose chat it is (duty only). `kept` holds what the bot must know of its own messages
    there and of the way that led there: ids, never anybody's words. `lost_at`: it was blocked, or is gone, since then.
    """

    __tablename__ = "chats"
    __table_args__ = (UniqueConstraint("bot", "key_hash"),)

    id: str = Field(primary_key=True)
    bot: str
    key_hash: str
    address: str = Field(sa_type=Sealed("chats.address"))
    language: str = "zh"
    account_id: str | None = Field(default=None, foreign_key="accounts.id", index=True)
    kept: dict[str, Any] = Field(default_factory=dict, sa_type=Sealed("chats.kept", "json"))
    lost_at: datetime | None = Field(default=None, sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    version: int = 0


class Update(Row, table=True):
    """One thing that a bot was told of, kept before the messenger hears that we have it.

    `status` is waiting (nobody has dealt with it), heard (what it means is written; its answers are on their way), done, or
    failed. The words leave with it: `body` and `answers` are empty once they are of no more use.
    """

    __tablename__ = "updates"
    __table_args__ = (Index("updates_by_status", "bot", "status", "number"),)

    bot: str = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_type=BigInteger)
    chat_hash: str  # the chat's blind index: one chat's updates are dealt with in the order of their numbers
    body: dict[str, Any] | None = Field(default=None, sa_type=Sealed("updates.body", "json"))
    answers: list[dict[str, Any]] | None = Field(default=None, sa_type=Sealed("updates.answers", "json"))
    status: str = "waiting"
    attempts: int = 0
    due_at: datetime = Field(sa_type=Instant)
    received_at: datetime = Field(sa_type=Instant)
    version: int = 0


class Post(Row, table=True):
    """A message of the duty bot that speaks of a case, or gathers several (`digest`).

    `status` is waiting (a digest that is not sent yet), sending (written before it goes out, so that its buttons work however
    soon they are pressed), live (the newest of its case in this chat: it has the buttons and
    is kept true as the case moves), over (replaced by a newer one, or nothing more to do) or void (never sent).
    """

    __tablename__ = "posts"
    __table_args__ = (
        Index("posts_by_chat", "chat_id", "status"),
        Index("posts_by_case", "case_id", "status"),
        Index("posts_by_status", "status", "kind"),
    )

    id: str = Field(primary_key=True)
    kind: str = "case"
    chat_id: str = Field(foreign_key="chats.id")
    account_id: str
    case_id: str | None = Field(default=None, foreign_key="cases.id")
    desk_id: str | None = None
    letter: str = ""  # the kind of the letter that it carried, with the parameters that its words need
    params: dict[str, Any] = Field(default_factory=dict, sa_type=Sealed("posts.params", "json"))
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    status: str = "live"
    shown: str = ""  # fingerprint of what it says now
    rings: bool = True  # counted when it is asked whether this chat has had enough for a minute
    due_at: datetime = Field(sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    version: int = 0


class BindingCode(Row, table=True):
    """A one-time code that binds a chat of the duty bot to a member of staff. Only its blind index is kept."""

    __tablename__ = "binding_codes"

    account_id: str = Field(primary_key=True, foreign_key="accounts.id")
    code_hash: str = Field(unique=True)
    expires_at: datetime = Field(sa_type=Instant)
