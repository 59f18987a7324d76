"""What is handled: the case, who has it, what happened to it, its results and what was told of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import JSON, Field

from records.columns import Instant, Row
from records.secrets import Sealed


class Case(Row, table=True):
    """One case. Its id is the id of the report it grew from.

    `status` is open, closed, or merged: then it is handled in the case `merged_into`, and its reporter is told of that one.
    `round` counts from 1 and rises when a dispute reopens it. `finished` is false while the reporter has not submitted.
    `briefing` is what the lead wrote for the helping desks ({"more": …, "tasks": {department: …}}). Columns in the clear hold
    nothing that tells who the child is.
    """

    __tablename__ = "cases"
    __table_args__ = (Index("cases_by_status", "status", "urgency", "opened_at"),)

    id: str = Field(primary_key=True)
    reference: str = Field(unique=True)
    source: str  # channel: web, telegram, hotline, duty …
    status: str = "open"
    round: int = 1
    finished: bool
    urgency: str
    category: str
    categories: list[str] = Field(default_factory=list, sa_type=JSON)
    emergency: bool = False
    readable: bool = True
    nine: list[int] = Field(default_factory=list, sa_type=JSON)
    pack: str  # protocol pack that routed it
    place_code: str = Field(index=True)  # county, or the nearest place known
    capacity: str = "personal"  # personal: no unit ever hears of it; unit: the unit reported
    unit_id: str | None = None
    pressure: bool = False  # the reporter may be under pressure to take it back
    merged_into: str | None = Field(default=None, index=True)
    facts: dict[str, Any] = Field(sa_type=Sealed("cases.facts", "json"))  # field -> {"value": …, "words": …}
    assessment: dict[str, Any] = Field(sa_type=Sealed("cases.assessment", "json"))  # reasons, marks, counterfactual
    reporter: dict[str, Any] = Field(sa_type=Sealed("cases.reporter", "json"))  # name, phone, how contact is safe
    briefing: dict[str, Any] | None = Field(default=None, sa_type=Sealed("cases.briefing", "json"))
    opened_at: datetime = Field(sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 0


class Mark(Row, table=True):
    """A blind index into sealed facts: the same ID number, or name with birth year and township, gives the same hash."""

    __tablename__ = "marks"
    __table_args__ = (Index("marks_by_hash", "kind", "hash"),)

    case_id: str = Field(primary_key=True, foreign_key="cases.id")
    kind: str = Field(primary_key=True)  # id_card, phone, name_birth_township, guardian_phone
    hash: str = Field(primary_key=True)


class Assignment(Row, table=True):
    """One desk's part in one case.

    `part` is lead, with or copy. `status` follows `routing.lifecycle`. `held`: chosen, but invisible to the desk until
    the lead allows the visit. `clauses` say why this desk, as `national:T6`.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        UniqueConstraint("case_id", "desk_id", "round"),
        Index("assignments_by_desk", "desk_id", "status"),
    )

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="cases.id", index=True)
    desk_id: str = Field(foreign_key="desks.id")
    department: str
    part: str
    rank: int = 0  # among the desks of its part: who acts first is 0
    status: str
    held: bool = False
    round: int = 1
    clauses: list[str] = Field(default_factory=list, sa_type=JSON)
    opened_at: datetime = Field(sa_type=Instant)
    acknowledged_at: datetime | None = Field(default=None, sa_type=Instant)
    accepted_at: datetime | None = Field(default=None, sa_type=Instant)
    handler: str | None = None  # account id of the person who said 我来处理
    version: int = 0


class Event(Row, table=True):
    """One line of a case's timeline. `data` holds ids, levels and times; words about people are sealed in `note`."""

    __tablename__ = "events"
    __table_args__ = (Index("events_by_case", "case_id", "at"),)

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="cases.id")
    at: datetime = Field(sa_type=Instant)
    kind: str
    actor: str  # account id, `reporter` or `system`
    desk_id: str | None = None
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    note: str | None = Field(default=None, sa_type=Sealed("events.note"))


class Result(Row, table=True):
    """A desk's result: an inner one, and what may be told of it.

    `seen` states who saw the child, when, where, and whether the child was spoken to away from the suspected person.
    """

    __tablename__ = "results"

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="cases.id", index=True)
    assignment_id: str = Field(foreign_key="assignments.id")
    round: int
    at: datetime = Field(sa_type=Instant)
    by: str
    outcomes: list[str] = Field(sa_type=JSON)
    document_number: str | None = None  # 文号
    inner: str = Field(sa_type=Sealed("results.inner"))
    tellable: str = Field(sa_type=Sealed("results.tellable"))
    seen: dict[str, Any] = Field(default_factory=dict, sa_type=Sealed("results.seen", "json"))


class Telling(Row, table=True):
    """Something said to the reporter: a question, an interim answer or the result.

    It waits behind the receipt code until `fetched_at`; or a named person records in `tried` how it was tried. Only
    then may the case close. `recipient` is reporter; or `unit`, for a report made on a unit's behalf; or `desk:ID`, for a desk
    that asked (a unit with a desk of its own, the coordinator after an every-case check) and reads it in the console.
    """

    __tablename__ = "tellings"

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="cases.id", index=True)
    kind: str  # question, interim, result
    recipient: str = "reporter"
    round: int
    text: str = Field(sa_type=Sealed("tellings.text"))
    at: datetime = Field(sa_type=Instant)
    by: str
    desk_id: str | None = None
    fetched_at: datetime | None = Field(default=None, sa_type=Instant)
    answered_at: datetime | None = Field(default=None, sa_type=Instant)
    tried: str | None = Field(default=None, sa_type=Sealed("tellings.tried"))
    tried_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 0
