"""What was decided of a case on its way, each with who, when and its paper: links to other cases of the same child, decisions
with a document number, conferences, temporary guardianship, proposals with their written reply, and the every-case check."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import JSON, Field

from records.columns import Instant, Row
from records.secrets import Sealed


class CaseLink(Row, table=True):
    """Two cases that may be of the same child; `case_id` is the one opened later.

    `basis` lists why: id_card (links by itself), name_birth_township, guardian_phone (proposed to a person), person (somebody
    who knows both said so). `status` is proposed, confirmed or refused. Seeing one of the two shows nothing of the other.
    """

    __tablename__ = "case_links"
    __table_args__ = (UniqueConstraint("case_id", "earlier_id"),)

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="cases.id", index=True)
    earlier_id: str = Field(foreign_key="cases.id", index=True)
    basis: list[str] = Field(sa_type=JSON)
    status: str
    at: datetime = Field(sa_type=Instant)
    decided_by: str | None = None  # account id; None: the house itself
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    reason: str | None = Field(default=None, sa_type=Sealed("case_links.reason"))
    version: int = 0


class Decision(Row, table=True):
    """受案, 立案, 不予立案 or 告诫书, with its document number (文号). The three days to tell count from `decided_at`."""

    __tablename__ = "decisions"

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="cases.id", index=True)
    desk_id: str = Field(foreign_key="desks.id")
    round: int
    kind: str  # an id of routing.outcomes: received, filed, not_filed, written_warning
    document_number: str
    decided_at: datetime = Field(sa_type=Instant)
    reason: str | None = Field(default=None, sa_type=Sealed("decisions.reason"))
    by: str
    at: datetime = Field(sa_type=Instant)


class Conference(Row, table=True):
    """个案会商: when the desks sat together, who was there, what they decided. `departments` are ids of words.ids."""

    __tablename__ = "conferences"

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="cases.id", index=True)
    desk_id: str | None = Field(default=None, foreign_key="desks.id")  # of whoever wrote it down
    round: int
    held_at: datetime = Field(sa_type=Instant)
    departments: list[str] = Field(sa_type=JSON)
    people: str = Field(sa_type=Sealed("conferences.people"))
    decision: str = Field(sa_type=Sealed("conferences.decision"))
    by: str
    at: datetime = Field(sa_type=Instant)


class Guardianship(Row, table=True):
    """临时监护: who looks after the child while her guardians can't or may not (未成年人保护法 art. 92, 93).

    `kind` is an outcome of routing.outcomes: custody_relatives, custody_foster, custody_rescue, custody_welfare. It ends when
    the child goes elsewhere (`ended_how` says where); brothers and sisters may each have their own.
    """

    __tablename__ = "guardianships"

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="cases.id", index=True)
    desk_id: str | None = Field(default=None, foreign_key="desks.id")
    kind: str
    carer: str = Field(sa_type=Sealed("guardianships.carer"))
    place: str = Field(sa_type=Sealed("guardianships.place"))
    since: datetime = Field(sa_type=Instant)
    document_number: str | None = None
    by: str
    at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_by: str | None = None
    ended_how: str | None = Field(default=None, sa_type=Sealed("guardianships.ended_how"))
    version: int = 0


class Proposal(Row, table=True):
    """检察建议 or 司法建议 to a unit that did not do its part; it answers in writing within a month (statute:D7).

    `to_desk_id` is the desk that answers for the unit. `reply` and its document number come back.
    """

    __tablename__ = "proposals"

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="cases.id", index=True)
    from_desk_id: str = Field(foreign_key="desks.id")
    to_desk_id: str = Field(foreign_key="desks.id", index=True)
    document_number: str
    text: str = Field(sa_type=Sealed("proposals.text"))
    by: str
    at: datetime = Field(sa_type=Instant)
    reply: str | None = Field(default=None, sa_type=Sealed("proposals.reply"))
    reply_number: str | None = None
    replied_by: str | None = None
    replied_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 0


class UnitCheck(Row, table=True):
    """One answer of the every-case check: a unit with the duty to report, when it found out, when it reported.

    `found_at` None: it did not know. `reported_at` None although it knew: `complaint_id` is the case opened of that.
    """

    __tablename__ = "unit_checks"

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="cases.id", index=True)
    round: int
    department: str | None = None  # id of words.ids, where the unit is one
    unit: str = Field(sa_type=Sealed("unit_checks.unit"))
    found_at: datetime | None = Field(default=None, sa_type=Instant)
    reported_at: datetime | None = Field(default=None, sa_type=Instant)
    note: str | None = Field(default=None, sa_type=Sealed("unit_checks.note"))
    complaint_id: str | None = Field(default=None, foreign_key="cases.id")
    by: str
    at: datetime = Field(sa_type=Instant)
