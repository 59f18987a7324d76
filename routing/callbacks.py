"""What the platform that sent a ticket is told of it: a letter in the outbox, written with the act it tells of.

Like every letter it says that something happened, not what: the words that may be told are read when it is carried.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.batch import Batch
from records.callbacks import KIND
from records.columns import new_id
from records.outbox import PLATFORM, put_letter
from records.tables import Case, PlatformLink, Ticket

# Acts of the desk that leads → what the platform hears (intake.tickets.profile.CALLBACKS).
_BY_ACT: Mapping[str, str] = {
    "accept": "accepted",
    "police_dispatched": "accepted",
    "return": "returned",
    "reassign": "returned",
    "tell_reporter": "result",
    "close": "closed",
}


def heard(action: str, detail: Mapping[str, Any]) -> str | None:
    """What an act of the desk that leads means to the platform; None: nothing."""
    if action == "tell_reporter" and detail.get("interim"):
        return "interim"
    if action == "grant_delay":
        return "extended" if detail.get("what") == "extension" else None
    return _BY_ACT.get(action)


@dataclass(frozen=True)
class Linked:
    """A ticket of a case. `called`: its platform can be called; otherwise it asks by itself."""

    id: str
    platform: str
    called: bool


async def tickets_of(session: AsyncSession, case_id: str) -> tuple[Linked, ...]:
    """The tickets that became this case; usually one or none."""
    found = await session.exec(
        select(Ticket.id, Ticket.platform, PlatformLink.active)
        .join(PlatformLink, col(PlatformLink.platform) == col(Ticket.platform), isouter=True)
        .where(Ticket.case_id == case_id)
        .order_by(col(Ticket.id))
    )
    return tuple(Linked(id, platform, bool(active)) for id, platform, active in found.all())


def tell_platforms(
    batch: Batch, case: Case, tickets: Sequence[Linked], what: str, now: datetime, county: str = "", **params: object
) -> None:
    """`what` is one of records.callbacks.ORDER. A ticket whose platform can't be called is marked as changed, so that asking finds it."""
    for ticket in tickets:
        batch.change_all(Ticket, {"id": ticket.id}, updated_at=now)
        if ticket.called:
            put_letter(
                batch, case, kind=KIND + what, recipient=f"ticket:{ticket.id}", desk_id="", courier=PLATFORM,
                county=county, now=now, about=new_id(now), **params,
            )  # fmt: skip
