"""What a program may see of the tickets it sent: where each stands and what may be told of it. Never the story."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.access.queue import places_under
from records.secrets import keyring
from records.tables import Account, ApiKey, Case, ClockRow, Receipt, Telling, Ticket
from words.ids import HARM


@dataclass(frozen=True)
class Sent:
    """A ticket as its sender may know it. `text` is what may be told, empty while nothing is; `due` when a result is."""

    id: str
    platform: str
    order_no: str | None
    reference: str
    status: str
    level: str
    desk: str
    text: str
    due: datetime | None
    received_at: datetime
    updated_at: datetime
    closed: bool
    ask_satisfaction: bool
    may_call_back: bool


def mine(key: ApiKey) -> ColumnElement[bool]:
    """Those that a program of this name sent, and all of the platform that the key is bound to."""
    sent: ColumnElement[bool] = col(Ticket.sender) == f"key:{key.name}"
    return or_(sent, col(Ticket.platform) == key.platform) if key.platform else sent


async def sent_tickets(
    session: AsyncSession, key: ApiKey, since: datetime | None, after: str, limit: int, *, order_no: str | None = None
) -> Sequence[Sent]:
    """In the order of change, from (`since`, `after`) on: `after` is the id of the last one read at that instant."""
    where: list[Any] = [mine(key)]
    if since is not None:
        at = col(Ticket.updated_at)
        where.append(or_(at > since, and_(at == since, col(Ticket.id) > after)) if after else at >= since)
    if order_no is not None:
        where.append(col(Ticket.order_hash).in_(await _hashes(session, key, order_no)))
    return await _listed(session, where, col(Ticket.updated_at), col(Ticket.id), limit=limit)


async def requests_sent(
    session: AsyncSession, key: ApiKey, references: Sequence[str] | None, since: datetime | None, until: datetime | None,
    closed: bool | None, limit: int,
) -> Sequence[Sent]:  # fmt: skip
    """Those with one of these references, sent from `since` to `until`, closed or open; all, when not said. The last one first."""
    where: list[Any] = [mine(key)]
    if references is not None:
        where.append(col(Case.reference).in_([each.upper() for each in references]))
    if since is not None:
        where.append(col(Ticket.received_at) >= since)
    if until is not None:
        where.append(col(Ticket.received_at) <= until)
    if closed is not None:
        where.append(Case.status == "closed" if closed else Case.status != "closed")
    return await _listed(session, where, col(Ticket.received_at).desc(), col(Ticket.id).desc(), limit=limit)


async def forwarded(session: AsyncSession, person: Account, limit: int = 30) -> Sequence[Sent]:
    """Those that this operator sent on by hand, the last one first."""
    return await _listed(
        session,
        [Ticket.sender == f"account:{person.id}", Ticket.source == "forward"],
        col(Ticket.received_at).desc(),
        col(Ticket.id).desc(),
        limit=limit,
    )


async def owed(session: AsyncSession, person: Account | None) -> Sequence[Sent]:
    """What a platform still waits for: open, or with a result that nobody there has taken yet. An operator's own; for a
    supervisor those of the place; `None`, for a command, all of them. The oldest first."""
    if person is None:
        mine: list[Any] = []
    elif person.role == "supervisor":
        mine = [col(Case.place_code).in_(places_under(person.place_code))]
    else:
        mine = [col(Ticket.sender) == f"account:{person.id}"]
    untold = select(Telling.id).where(
        col(Telling.case_id) == col(Case.id), Telling.kind == "result", col(Telling.fetched_at).is_(None)
    )
    return await _listed(
        session, [or_(Case.status == "open", untold.exists()), *mine], col(Ticket.received_at), col(Ticket.id)
    )


async def _listed(session: AsyncSession, where: Sequence[Any], *order: Any, limit: int | None = None) -> Sequence[Sent]:
    rows = (
        await session.exec(
            select(Ticket, Case, Receipt)
            .join(Case, col(Case.id) == col(Ticket.case_id))
            .join(Receipt, col(Receipt.case_id) == col(Ticket.case_id), isouter=True)
            .where(*where)
            .order_by(*order)
            .limit(limit)
        )
    ).all()
    due = await _results_due(session, [case for _, case, _ in rows])
    return [sent(ticket, case, receipt, due.get(case.id)) for ticket, case, receipt in rows]


async def _hashes(session: AsyncSession, key: ApiKey, order_no: str) -> Sequence[str]:
    """The number is sealed; what it is found by depends on whose order it is."""
    platforms = (await session.exec(select(Ticket.platform).where(mine(key)).distinct())).all()
    return [order_hash(platform, f"no:{order_no}") for platform in platforms]


def order_hash(platform: str, order: str) -> str:
    """The blind index of what an order is known by."""
    return keyring().blind(f"ticket:{platform}", order)


async def _results_due(session: AsyncSession, cases: Sequence[Case]) -> dict[str, datetime]:
    ids = [case.id for case in cases if case.status == "open"]
    rows = await session.exec(
        select(ClockRow.case_id, ClockRow.ends_at)
        .where(col(ClockRow.case_id).in_(ids), ClockRow.kind == "result", ClockRow.status == "running")
        .order_by(col(ClockRow.ends_at).desc())
    )
    return dict(rows.all())


def sent(ticket: Ticket, case: Case, receipt: Receipt | None, due: datetime | None) -> Sent:
    """Pure. Where the caller is the person complained about, nothing is told and nobody calls back."""
    view = receipt.view if receipt else {}
    told = view.get("tellable") if not ticket.caller_is_subject else None
    return Sent(
        id=ticket.id, platform=ticket.platform, order_no=ticket.order_number, reference=case.reference,
        status=str(view.get("status", "received")), level=str(case.urgency), desk=str(view.get("desk", "")),
        text=str(told or ""), due=due, received_at=ticket.received_at, updated_at=ticket.updated_at,
        closed=case.status == "closed", ask_satisfaction=asks_satisfaction(case) and not ticket.caller_is_subject,
        may_call_back=not ticket.caller_is_subject,
    )  # fmt: skip


def asks_satisfaction(case: Case) -> bool:
    """Nobody is asked how satisfied she is after harm to a child."""
    return not (case.emergency or case.nine or HARM & {case.category, *case.categories})
