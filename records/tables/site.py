"""The site's own rows: settings that processes share, and the audit trail."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import JSON, Field, LargeBinary

from records.columns import Instant, Row


class Setting(Row, table=True):
    """One named value of the site, for instance the active keyword rules or when the last sweep ended."""

    __tablename__ = "settings"

    key: str = Field(primary_key=True)
    value: dict[str, Any] = Field(sa_type=JSON)
    updated_at: datetime = Field(sa_type=Instant)
    version: int = 0


class Lease(Row, table=True):
    """Which process does what only one may do at a time. By the machine's own time: it is about processes, not cases."""

    __tablename__ = "leases"

    name: str = Field(primary_key=True)
    holder: str
    until: datetime = Field(sa_type=Instant)
    state: str = ""  # how it goes for the holder, in one word
    version: int = 0


class AuditLine(Row, table=True):
    """Who did or saw what, and why. Append-only.

    Each writer (one database connection's life) numbers its own lines 1, 2, 3 … without a gap: a missing number is a
    removed line. `detail` carries ids and counts, never anything about a child.
    """

    __tablename__ = "audit"
    __table_args__ = (Index("audit_by_subject", "subject", "at"), Index("audit_by_actor", "actor", "at"))

    writer: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    actor: str  # account id, `reporter`, `system` or `command:NAME`
    action: str
    subject: str  # case id, account id, setting key …
    purpose: str = ""
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class AuditWriter(Row, table=True):
    """Who numbers audit lines: one database connection's life. `sealed` is the last number that lies under a seal.

    `parked`: nothing new for a day, looked at once an hour only (a writer that was silent for long goes on under a new name).
    """

    __tablename__ = "audit_writers"

    writer: str = Field(primary_key=True)
    sealed: int = 0
    sealed_at: datetime = Field(sa_type=Instant)
    parked: bool = False
    version: int = 0


class Seal(Row, table=True):
    """One link of the chain over the audit lines: the sums of the lines it covers, the link before, the site's signature.

    `ranges` lists [writer, first, last]; `sums` holds the SHA-256 (32 bytes) of each line of the ranges, in order. `hash` is that of
    the signed text (`records.sealing.text_of`).
    """

    __tablename__ = "seals"

    position: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    ranges: list[list[Any]] = Field(sa_type=JSON)
    sums: bytes = Field(sa_type=LargeBinary)
    lines: int  # sealed up to and with this one
    previous: str
    hash: str
    signature: str  # base64
    key: str  # id of the public key
