"""Asking a person of the 24-hour desk: a task on the screen, with a clock of its own that climbs when nobody does it."""

from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.policy import policy_of
from escalation.timers import start_clock
from records.batch import Batch
from records.columns import new_id
from records.tables import DutyTask
from routing.directory import duty_desk
from routing.packs import pack_for
from routing.protocols import Protocols
from words.ids import Urgency


async def ask_duty(
    session: AsyncSession,
    batch: Batch,
    kind: str,
    key: str,
    *,
    case_id: str,
    reference: str,
    place_code: str,
    level: Urgency,
    clock: Urgency,
    protocols: Protocols,
    home: str,
    now: datetime,
    within: timedelta | None = None,
    **params: object,
) -> DutyTask:
    """`level` is the case's; `clock` the level by whose call-task time the task is done, and `within` when that is said
    elsewhere. A place without a duty desk is looked after by that of `home`: a task on nobody's screen would be a promise
    broken. The same kind and key asked for twice is one task."""
    desk = await duty_desk(session, place_code) or await duty_desk(session, home)
    task = DutyTask(
        id=new_id(now),
        kind=kind,
        key=key,
        case_id=case_id,
        desk_id=desk.id if desk else None,
        place_code=desk.place_code if desk else place_code,
        priority=0 if kind == "call_110" else level.rank * 10,
        params={"reference": reference, "urgency": level.value, **params},
        due_at=now + (within or timedelta()),
        created_at=now,
    )
    policy = policy_of(pack_for(place_code, protocols.packs).terms, "call_task", clock)
    if policy and desk:
        row = start_clock(batch, case_id, desk.id, policy, now, protocols.calendar, kind=f"{kind}:{task.id}")
        task.due_at = now + within if within else row.ends_at
    batch.add_if_new(task)
    return task
