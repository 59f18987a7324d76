"""The queue of a desk, or of a supervisor's place, ordered by what breaks first. One query, bounded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.access.standing import GONE, UNITS
from records.tables import Account, Assignment, Case, ClockRow, Desk, Place
from words.ids import Urgency

MOST = 200

FILTERS = (
    "open",
    "mine",
    "late",
    "unacknowledged",
    "returned",
    "unfinished",
    "feedback",
    "held",
    "copied",
    "nine",
    "closed",
)


@dataclass(frozen=True)
class QueueLine:
    """A case at a desk: nothing that tells who anybody is.

    `clock` is the kind of the desk's clock that ends first, at `ends_at`, which is None while it is paused; both are None when
    the desk has none. `late`: it has ended.
    """

    reference: str
    urgency: str
    category: str
    county: str
    desk: str
    part: str
    status: str
    finished: bool
    pressure: bool
    opened_at: datetime
    clock: str | None
    ends_at: datetime | None
    late: bool
    handler: str | None
    handler_id: str | None
    case_status: str
    version: int  # of the case: a change of it means that the page is no longer true


async def queue(
    session: AsyncSession,
    person: Account,
    now: datetime,
    *,
    show: str = "open",
    level: str = "",
    category: str = "",
    reference: str = "",
    limit: int = 100,
    skip: int = 0,
) -> Sequence[QueueLine]:
    """The lines of the person's desk; of all leads in the place, for a supervisor. `show` is one of FILTERS; `level` and
    `category` narrow it. With a `reference` only that case, whatever else is chosen.

    Raises ValueError for an unknown filter.
    """
    if show not in FILTERS:
        raise ValueError(f"no such filter: {show}; there are {', '.join(FILTERS)}")
    if person.disabled_at is not None or person.role not in ("officer", "supervisor"):
        return []
    whole_place = person.role == "supervisor"
    if not whole_place and person.desk_id is None:
        return []
    first = _first_clock(None if whole_place else person.desk_id)
    statement: Any = (
        select(Case, Assignment, Desk.name, Place.name, Account.name, first.c.kind, first.c.ends_at)  # type: ignore[call-overload]
        .select_from(Assignment)
        .join(Case, col(Case.id) == col(Assignment.case_id))
        .join(Desk, col(Desk.id) == col(Assignment.desk_id))
        .join(Place, col(Place.code) == col(Case.place_code), isouter=True)
        .join(Account, col(Account.id) == col(Assignment.handler), isouter=True)
        .join(first, _same_case(first, whole_place), isouter=True)
        .where(col(Assignment.round) == col(Case.round), col(Assignment.status) != "void")
    )
    if whole_place:
        statement = statement.where(
            col(Case.place_code).in_(places_under(person.place_code)), col(Assignment.part) == "lead"
        )
    else:
        unit = (col(Case.capacity) == "unit") | col(Desk.department).not_in(UNITS)
        statement = statement.where(col(Assignment.desk_id) == person.desk_id, ~col(Assignment.held), unit)
    if reference:
        statement = statement.where(col(Case.reference) == reference.strip().upper())
    else:
        statement = statement.where(*_shown(show, person, first, now))
        statement = statement.where(*([col(Case.urgency) == level] if level else []))
        statement = statement.where(*([col(Case.category) == category] if category else []))
    ends_at = first.c.ends_at
    rank = case({level.value: level.rank for level in Urgency}, value=col(Case.urgency), else_=9)
    statement = statement.order_by(ends_at.is_(None), ends_at, rank, col(Case.opened_at), col(Case.id))
    rows = (await session.exec(statement.limit(min(limit, MOST)).offset(skip))).all()
    return [_line(row, now) for row in rows]


async def alarming(session: AsyncSession, person: Account) -> tuple[int, str]:
    """How many critical cases nobody at the person's desk has seen yet (in the place, for a supervisor), and the id of the
    part that came last: a greater one is news."""
    if person.disabled_at is not None or person.role == "admin":
        return 0, ""
    wanted: Any = (
        select(func.count(), func.max(col(Assignment.id)))
        .join(Case, col(Case.id) == col(Assignment.case_id))
        .where(
            Case.status == "open", Case.urgency == Urgency.CRITICAL.value, col(Assignment.round) == col(Case.round),
            Assignment.status == "notified", ~col(Assignment.held),
        )
    )  # fmt: skip
    if person.role == "supervisor":
        here = places_under(person.place_code)
        wanted = wanted.where(col(Case.place_code).in_(here), col(Assignment.part) == "lead")
    else:
        wanted = wanted.where(col(Assignment.desk_id) == person.desk_id)
    count, newest = (await session.exec(wanted)).one()
    return count, newest or ""


def places_under(code: str) -> Any:
    """A subquery of the place and everything below it."""
    under = select(col(Place.code)).where(col(Place.code) == code).cte(recursive=True)
    under = under.union(select(col(Place.code)).join(under, col(Place.parent) == under.c.code))
    return select(under.c.code)


def _first_clock(desk_id: str | None) -> Any:
    """Of each case (at this desk, or at any) the running clock that ends first; a paused one where none runs."""
    runs = col(ClockRow.status) == "running"
    order = (case((runs, 0), else_=1), col(ClockRow.ends_at), col(ClockRow.kind))
    clocks = select(
        col(ClockRow.case_id).label("case_id"),
        col(ClockRow.kind).label("kind"),
        case((runs, col(ClockRow.ends_at))).label("ends_at"),
        func.row_number().over(partition_by=col(ClockRow.case_id), order_by=order).label("place"),
    ).where(col(ClockRow.status).in_(("running", "paused")), col(ClockRow.desk_id) != "")
    if desk_id is not None:
        clocks = clocks.where(col(ClockRow.desk_id) == desk_id)
    return clocks.subquery()


def _same_case(first: Any, whole_place: bool) -> ColumnElement[bool]:
    return and_(first.c.case_id == col(Case.id), first.c.place == 1)


def _shown(show: str, person: Account, first: Any, now: datetime) -> list[ColumnElement[bool]]:
    status, part, opened = col(Assignment.status), col(Assignment.part), col(Case.status) == "open"
    # What is in hand, and what is due here all the same: a call-back after closing, a check, a reply to a proposal.
    working = [(opened & (part != "copy") & status.not_in(GONE)) | first.c.ends_at.is_not(None)]
    return {
        "open": working,
        "mine": [*working, col(Assignment.handler) == person.id],
        "late": [*working, first.c.ends_at <= now],
        "unacknowledged": [*working, col(Assignment.acknowledged_at).is_(None)],
        "returned": [opened, status.in_(("returned", "undecided", "handed_over"))],
        "unfinished": [*working, ~col(Case.finished)],
        "feedback": [*working, first.c.kind.in_(("tell", "call_back"))],
        "held": [*working, _holds()],
        "copied": [opened, part == "copy"],
        "nine": [*working, col(Case.category).in_(_NINE)],
        "closed": [col(Case.status) == "closed"],
    }[show]


def _holds() -> ColumnElement[bool]:
    """Cases in which letters wait for the lead's 「可以走访／可以告知」."""
    other = select(col(Assignment.case_id)).where(col(Assignment.held)).scalar_subquery()
    return col(Case.id).in_(other)


# Categories of the nine situations (词 words.ids.NINE): those that the duty to report names.
_NINE = (
    "sexual_abuse", "physical_abuse", "staff_harm", "bullying", "self_harm", "abnormal_injury", "abandonment",
    "missing_trafficked", "exploitation", "imminent_danger",
)  # fmt: skip


def _line(row: Any, now: datetime) -> QueueLine:
    found, part, desk, county, handler, clock, ends_at = row
    return QueueLine(
        reference=found.reference,
        urgency=found.urgency,
        category=found.category,
        county=county or "",
        desk=desk,
        part=part.part,
        status=part.status,
        finished=found.finished,
        pressure=found.pressure and (part.part == "lead"),
        opened_at=found.opened_at,
        clock=clock,
        ends_at=ends_at,
        late=ends_at is not None and ends_at <= now,
        handler=handler,
        handler_id=part.handler,
        case_status=found.status,
        version=found.version,
    )
