"""Tickets of other platforms: who may send them, what came, how it was read, and where results go back to."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import JSON, Field

from records.columns import Instant, Row
from records.secrets import Sealed


class ApiKey(Row, table=True):
    """A key of a program that talks to us. Only its keyed hash is kept; the program is known by `name`, so that a rotated
    key sees what the one before it sent.

    `scopes` of records.access.keys.SCOPES. `platform` binds it to one platform. `secret` signs its requests by Standard
    Webhooks, where that was asked for. `per_minute` 0 is no limit. It works until `ends_at`, if that is set.
    """

    __tablename__ = "api_keys"
    __table_args__ = (UniqueConstraint("token_hash"), Index("api_keys_by_name", "name"))

    id: str = Field(primary_key=True)
    name: str
    token_hash: str
    scopes: list[str] = Field(sa_type=JSON)
    platform: str | None = None
    secret: str | None = Field(default=None, sa_type=Sealed("api_keys.secret"))
    per_minute: int = 0
    created_at: datetime = Field(sa_type=Instant)
    ends_at: datetime | None = Field(default=None, sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 0


class PlatformLink(Row, table=True):
    """Where a platform takes results, and how it knows that they are ours. Its shapes stand in its profile."""

    __tablename__ = "platform_links"

    platform: str = Field(primary_key=True)
    address: str = Field(sa_type=Sealed("platform_links.address"))
    secret: str = Field(sa_type=Sealed("platform_links.secret"))  # whsec_…: signs by Standard Webhooks
    bearer: str | None = Field(default=None, sa_type=Sealed("platform_links.bearer"))
    active: bool = True
    updated_at: datetime = Field(sa_type=Instant)
    version: int = 0


class Ticket(Row, table=True):
    """One order of one platform, and the case it became. The same order is one row however often it is sent.

    `order_hash` is the blind index of what the order is known by; `meaning` of what it says, so that a resend is told
    from an update. `sender` is `key:NAME`, `account:ID` or `command:NAME`. `region_by` says how its place was found.
    `flaws` are [field, code] without any value. `source` is api, open311, import or forward.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        UniqueConstraint("platform", "order_hash"),
        Index("tickets_by_sender", "sender", "updated_at"),
        Index("tickets_by_platform", "platform", "updated_at"),
    )

    id: str = Field(primary_key=True)
    platform: str
    order_hash: str
    order_number: str | None = Field(default=None, sa_type=Sealed("tickets.order_number"))
    sender: str
    source: str
    case_id: str = Field(foreign_key="cases.id", index=True)
    meaning: str
    fields: dict[str, Any] = Field(sa_type=Sealed("tickets.fields", "json"))  # how it was understood, and as it came
    flaws: list[list[str]] = Field(default_factory=list, sa_type=JSON)
    region_by: str
    caller_is_subject: bool = False
    resent: int = 0
    updates: int = 0
    satisfaction: str | None = None
    received_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    version: int = 0


class TicketBody(Row, table=True):
    """A body as it was received, byte for byte; the same bytes for the same ticket are kept once."""

    __tablename__ = "ticket_bodies"
    __table_args__ = (UniqueConstraint("ticket_id", "digest"),)

    id: str = Field(primary_key=True)
    ticket_id: str = Field(foreign_key="tickets.id", index=True)
    kind: str  # new, update, resend
    digest: str  # blind index of the bytes
    media_type: str
    content: bytes = Field(sa_type=Sealed("ticket_bodies.content", "bytes"))
    sender: str
    at: datetime = Field(sa_type=Instant)


class TicketFile(Row, table=True):
    """An attachment's address, as text. It is fetched only when its host is listed for the platform.

    `status` is kept (the host is not listed), waiting, fetched (then `attachment_id`) or failed.
    """

    __tablename__ = "ticket_files"
    __table_args__ = (UniqueConstraint("ticket_id", "digest"), Index("ticket_files_due", "status", "due_at"))

    id: str = Field(primary_key=True)
    ticket_id: str = Field(foreign_key="tickets.id", index=True)
    digest: str
    address: str = Field(sa_type=Sealed("ticket_files.address"))
    status: str = "kept"
    reason: str | None = None  # a short code of what went wrong last
    attachment_id: str | None = None
    attempts: int = 0
    due_at: datetime = Field(sa_type=Instant)
    at: datetime = Field(sa_type=Instant)
    version: int = 0


class TicketImport(Row, table=True):
    """A file of tickets, read into rows and filed row by row.

    `status` is preview (nothing filed yet), running, done or stopped. `digest` is the blind index of file and platform:
    the same file again goes on with the same import. `place_code` is that of who imports.
    """

    __tablename__ = "ticket_imports"
    __table_args__ = (UniqueConstraint("digest"),)

    id: str = Field(primary_key=True)
    digest: str
    name: str = Field(sa_type=Sealed("ticket_imports.name"))
    platform: str
    sender: str
    place_code: str
    status: str = "preview"
    total: int
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    version: int = 0


class ImportRow(Row, table=True):
    """A row of an imported file. `status` is waiting, new, same, updated or failed; `flaws` are [field, code, value-free]."""

    __tablename__ = "import_rows"
    __table_args__ = (Index("import_rows_by_status", "import_id", "status", "number"),)

    import_id: str = Field(primary_key=True, foreign_key="ticket_imports.id")
    number: int = Field(primary_key=True)
    cells: dict[str, Any] = Field(sa_type=Sealed("import_rows.cells", "json"))
    status: str = "waiting"
    reference: str | None = None
    flaws: list[list[str]] = Field(default_factory=list, sa_type=JSON)
    version: int = 0
