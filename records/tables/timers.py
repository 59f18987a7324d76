"""What time will bring: clocks of cases, and tasks whose work lies in a higher room."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import JSON, Field

from records.columns import Instant, Row
from records.secrets import Sealed


class ClockRow(Row, table=True):
    """A clock of one case at one desk. The child clock has no desk (empty string, so that the key stays unique).

    `policy` is the snapshot it runs by; `status` is running, paused, stopped (someone acted) or done (nothing more to
    fire). Every write raises `version`: a stale sweep finds it changed and leaves it.
    """

    __tablename__ = "clocks"
    __table_args__ = (UniqueConstraint("case_id", "desk_id", "kind", "round"), Index("clocks_due", "status", "due_at"))

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="cases.id", index=True)
    desk_id: str = ""
    kind: str
    round: int = 1
    policy: dict[str, Any] = Field(sa_type=JSON)
    step: int = 0
    started_at: datetime = Field(sa_type=Instant)
    ends_at: datetime = Field(sa_type=Instant)  # when the act itself is due; `due_at` is the next step's time
    due_at: datetime = Field(sa_type=Instant)
    status: str = "running"
    stopped_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 0


class Task(Row, table=True):
    """Work for a use case of a higher room, done when due and once: `app` binds each kind to its function.

    `key` is unique within the kind, so that the same task asked for twice is one. `status` is waiting, done or failed
    (attempts used up: the board shows it).
    """

    __tablename__ = "tasks"
    __table_args__ = (UniqueConstraint("kind", "key"), Index("tasks_due", "status", "due_at"))

    id: str = Field(primary_key=True)
    kind: str
    key: str
    case_id: str | None = None
    due_at: datetime = Field(sa_type=Instant)
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=Sealed("tasks.payload", "json"))
    status: str = "waiting"
    attempts: int = 0
    created_at: datetime = Field(sa_type=Instant)
    version: int = 0
