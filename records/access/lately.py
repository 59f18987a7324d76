"""What this person did in the case just now and may still take back (`routing.undoing` decides when it is tried)."""

from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.access.standing import Standing
from records.tables import Account, Event

WITHIN = timedelta(minutes=5)
TAKEN_BACK = "taken_back"
# Of two acts of one instant the later one in this order was done last.
TAKES_BACK = ("acknowledged", "accepted", "returned", "handed_over")


async def lately(
    session: AsyncSession, person: Account, stands: Standing, now: datetime
) -> tuple[str, datetime] | None:
    """The kind of the last such act of this person's, and until when it may be taken back."""
    if stands.own is None or stands.case.status != "open" or stands.own.round != stands.case.round:
        return None
    found = await session.exec(
        select(Event).where(
            Event.case_id == stands.case.id, Event.actor == person.id, Event.desk_id == stands.own.desk_id,
            col(Event.at) >= now - WITHIN, col(Event.kind).in_((*TAKES_BACK, TAKEN_BACK)),
        )
    )  # fmt: skip
    events = found.all()
    gone = {event.data.get("of") for event in events if event.kind == TAKEN_BACK}
    mine = [event for event in events if event.kind != TAKEN_BACK and event.id not in gone]
    last = max(mine, key=lambda event: (event.at, TAKES_BACK.index(event.kind)), default=None)
    return (last.kind, last.at + WITHIN) if last is not None else None
