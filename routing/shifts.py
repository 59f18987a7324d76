"""Taking over a shift: somebody of the same desk answers for it from now on, until the shift ends.

Whoever has the shift keeps it until the other one has said yes.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.calendar import Calendar
from records.batch import Batch
from records.columns import new_id
from records.tables import Account, Duty
from routing.directory import covers, on_duty
from routing.refusal import Refused
from words.beijing import BEIJING, clock_time, local
from words.language import Line, line

RUNG = "desk"
FIRST = -1  # rank of a shift that was taken over: asked before the planned ones


async def colleagues(session: AsyncSession, person: Account) -> Sequence[Account]:
    """The others of the person's desk who work there."""
    found = await session.exec(
        select(Account)
        .where(Account.desk_id == person.desk_id, Account.id != person.id, col(Account.disabled_at).is_(None))
        .where(col(Account.desk_id).is_not(None))
        .order_by(Account.name, Account.id)
    )
    return found.all()


async def has_shift(session: AsyncSession, person: Account, now: datetime, calendar: Calendar) -> bool:
    """Whether this person is the one who is asked first at their desk now."""
    first = await on_duty(session, person.desk_id or "", RUNG, now, calendar)
    return bool(first) and first[0].id == person.id


async def take_over(
    session: AsyncSession, person: Account, giver_id: str, now: datetime, calendar: Calendar
) -> tuple[Batch, tuple[Line, datetime]]:
    """我来接班: `person` answers for the desk from now until the giver's shift ends. Refuses when the giver no longer has it."""
    giver = await session.get(Account, giver_id)
    if giver is None or person.desk_id is None or giver.desk_id != person.desk_id or giver.id == person.id:
        raise Refused(line("你们不在同一个席位，不能接班。"))
    if not await has_shift(session, giver, now, calendar):
        raise Refused(line("{name}现在不在班，没有班可以接。", name=giver.name))
    shifts = await session.exec(
        select(Duty).where(Duty.desk_id == giver.desk_id, Duty.account_id == giver.id, Duty.rung == RUNG)
    )
    ends = max(_ends(duty, now) for duty in shifts.all() if covers(duty, now, calendar))
    batch = Batch()
    batch.add(
        Duty(
            id=new_id(now), desk_id=person.desk_id, account_id=person.id, rung=RUNG, rank=FIRST, begins_at=now, ends_at=ends
        )
    )  # fmt: skip
    batch.audit(now, person.id, "shift_taken", giver.id, desk=person.desk_id, until=ends.isoformat())
    said = line("您已接班，到 {at} 为止。", at=clock_time(ends, now))
    return batch, (said, ends)


def _ends(duty: Duty, now: datetime) -> datetime:
    """When a shift that runs now ends; one round the clock is handed over for a day."""
    if duty.ends_at is not None:
        return duty.ends_at
    if duty.start == duty.end:
        return now + timedelta(days=1)
    there = local(now)
    end = datetime(there.year, there.month, there.day, tzinfo=BEIJING) + timedelta(minutes=duty.end)
    return end if end > now else end + timedelta(days=1)
