"""The outbox: letters on their way to people, and what the 24-hour duty person is asked to do."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import JSON, Field

from records.columns import Instant, Row
from records.secrets import Sealed


class Letter(Row, table=True):
    """A notice to one recipient. It carries reference, level, county and what is due; never anything of the child.

    `status`: held (until the lead allows), waiting, sending (leased by one courier), calling (a person
    carries it), gathered (it waits for a digest), sent, failed (dead letter: on the board),
    void (no longer true). `recipient` is `account:ID`, `desk:ID`, or `conversation:ID` for a reporter. Unique per (case, kind, round, clock, version, recipient):
    the same letter asked for twice is one.
    """

    __tablename__ = "letters"
    __table_args__ = (
        UniqueConstraint("case_id", "kind", "round", "about", "clock_version", "recipient"),
        Index("letters_due", "status", "due_at"),
    )

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="cases.id", index=True)
    desk_id: str
    kind: str  # opened, reminder, climb:L1 …, question_answered, allowed …
    round: int = 1
    about: str = ""  # id of the clock it speaks of; desks climb to the same people side by side
    clock_version: int = 0
    recipient: str
    courier: str
    priority: int = 20  # ten times the rank of the urgency, plus the place in line: 0 goes first
    status: str = "waiting"
    params: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    due_at: datetime = Field(sa_type=Instant)
    leased_until: datetime | None = Field(default=None, sa_type=Instant)
    attempts: int = 0
    call_id: str | None = Field(default=None, index=True)  # the duty task that carries it by telephone, or the digest
    sent_at: datetime | None = Field(default=None, sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    version: int = 0


class DutyTask(Row, table=True):
    """Something the 24-hour duty screen asks of a person.

    `kind` is call (reach a desk or a person by telephone), call_110 (for a reporter who cannot), gist (listen or look, and
    write one sentence), check_ticket (set an odd ticket right), no_place (find the county), nobody (find somebody: no rung
    has anyone on duty), gaps (tell the supervisor what the directory lacks; of no case). `status` is open, done or void.
    `answer` is connected, no_answer, wrong_number or done; a call that did not connect stays open and is due again.
    """

    __tablename__ = "duty_tasks"
    __table_args__ = (Index("duty_tasks_open", "status", "due_at"), UniqueConstraint("kind", "key"))

    id: str = Field(primary_key=True)
    kind: str
    key: str  # first letter's id, statement id or case id: the same task asked for twice is one
    case_id: str | None = Field(default=None, index=True)
    recipient: str | None = None  # of a call: the highest of those whom its letters are for
    desk_id: str | None = None  # of a call: the office; a further letter to it about the case joins the open call
    place_code: str
    priority: int = 20  # as a letter's
    person: str | None = None  # who is called: a member of staff
    phone: str | None = Field(default=None, sa_type=Sealed("duty_tasks.phone"))
    params: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    due_at: datetime = Field(sa_type=Instant)
    status: str = "open"
    answer: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = Field(default=None, sa_type=Instant)
    note: str | None = Field(default=None, sa_type=Sealed("duty_tasks.note"))
    tries: int = 0
    created_at: datetime = Field(sa_type=Instant)
    version: int = 0
