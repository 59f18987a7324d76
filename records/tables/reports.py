"""What came in: conversations, the reporter's own words, files, and the receipt that stays in the reporter's hand.

The public chat reads these tables and never a case: the two halves may one day stand in different networks.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from records.columns import Instant, Row
from records.secrets import Sealed


class Conversation(Row, table=True):
    """One person's talk on one channel. `key_hash` is the blind index of the channel's own key (cookie, chat id)."""

    __tablename__ = "conversations"
    __table_args__ = (UniqueConstraint("channel", "key_hash"),)

    id: str = Field(primary_key=True)
    channel: str
    key_hash: str
    address: str | None = Field(default=None, sa_type=Sealed("conversations.address"))  # where an answer can be sent
    state: str = Field(sa_type=Sealed("conversations.state"))  # JSON of intake.dialogue.state.State
    case_id: str | None = Field(default=None, index=True)  # of the report under way or last made
    # The last update that opened a case, and its receipt code: kept until the next message shows that the answer arrived.
    unconfirmed: dict[str, Any] | None = Field(default=None, sa_type=Sealed("conversations.unconfirmed", "json"))
    quiet_at: datetime | None = Field(default=None, sa_type=Instant, index=True)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    version: int = 0


class Inbox(Row, table=True):
    """Updates already heard. A second one with the same key is a redelivery and changes nothing."""

    __tablename__ = "inbox"

    channel: str = Field(primary_key=True)
    key_hash: str = Field(primary_key=True)
    update_id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)


class Statement(Row, table=True):
    """The reporter's words as they were written, one row a message, never changed.

    `kind` is said (while reporting), added, correction, withdrawal, retraction, pressure, dispute, confirm, answer (to a
    desk's question), gist (a duty person's sentence on a voice or picture) or check (what an every-case check found). `case_id` is the id the case has or will have.
    """

    __tablename__ = "statements"
    __table_args__ = (Index("statements_by_case", "case_id", "at"),)

    id: str = Field(primary_key=True)
    conversation_id: str | None = Field(default=None, index=True)
    case_id: str | None = None
    kind: str
    text: str = Field(sa_type=Sealed("statements.text"))
    urgency: str | None = None  # of this text alone
    at: datetime = Field(sa_type=Instant)


class Attachment(Row, table=True):
    """A file that came with a statement; its bytes lie in `pieces`, sealed, 1 MB each, 20 MB at most."""

    __tablename__ = "attachments"

    id: str = Field(primary_key=True)
    statement_id: str = Field(foreign_key="statements.id", index=True)
    case_id: str | None = Field(default=None, index=True)
    kind: str
    name: str = Field(sa_type=Sealed("attachments.name"))
    media_type: str
    size: int
    sha256: str
    at: datetime = Field(sa_type=Instant)


class Piece(Row, table=True):
    """Up to 1 MB of an attachment."""

    __tablename__ = "pieces"

    attachment_id: str = Field(primary_key=True, foreign_key="attachments.id")
    number: int = Field(primary_key=True)
    content: bytes = Field(sa_type=Sealed("pieces.content", "bytes"))


class Receipt(Row, table=True):
    """What the reporter may know, found by the code (only its blind hash is kept) or by the conversation.

    `view` holds what `intake.dialogue` shows: who received it and when, by when they must answer, what was told. The
    case side keeps it current; the chat side only reads it.
    """

    __tablename__ = "receipts"

    id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    reference: str = Field(unique=True)
    code_hash: str | None = Field(default=None, unique=True)
    conversation_id: str | None = Field(default=None, index=True)
    view: dict[str, Any] = Field(sa_type=Sealed("receipts.view", "json"))
    updated_at: datetime = Field(sa_type=Instant)
    version: int = 0
