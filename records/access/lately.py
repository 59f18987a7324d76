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
            Event.case_id == stands.case.id, Event.desk_id == stands.own.desk_id, col(Event.at) >= now - WITHIN,
            col(Event.actor).not_in(("system", "reporter")),
        )
    )  # fmt: skip
    events = found.all()
    gone = {event.data.get("of") for event in events if event.kind == TAKEN_BACK}
    stands_still = [event for event in events if event.kind != TAKEN_BACK and event.id not in gone]
    mine = [event for event in stands_still if event.kind in TAKES_BACK and event.actor == person.id]
    last = max(mine, key=lambda event: (event.at, TAKES_BACK.index(event.kind)), default=None)
    if last is None or any(event.at > last.at for event in stands_still):  # somebody went on from there
        return None
    return last.kind, last.at + WITHIN
