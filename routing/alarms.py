"""What must not end in silence: nobody on duty at any rung, a place that nobody knows. A person of the 24-hour desk is asked,
with a clock of their own, and the supervisors of the place are told."""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.timers import stop_clocks
from records.access.standing import chain
from records.batch import Batch
from records.outbox import put_letter
from records.tables import Account, Assignment, Case, ClockRow, Desk, DutyTask, Place
from routing.asking import ask_duty
from routing.protocols import Protocols
from words.ids import Urgency

NOBODY, NO_PLACE = "nobody", "no_place"


async def nobody_on_duty(
    session: AsyncSession, case_id: str, desk_id: str, protocols: Protocols, home: str, now: datetime
) -> tuple[Batch, None]:
    """No rung of this desk's ladder has anybody, the last one included: somebody must be found. While that is being asked
    for, it is not asked again."""
    batch = Batch()
    case = (await session.exec(select(Case).where(Case.id == case_id))).one()
    desk = await session.get(Desk, desk_id or await _lead(session, case) or "")
    open_tasks = await session.exec(
        select(DutyTask).where(DutyTask.case_id == case_id, DutyTask.kind == NOBODY, DutyTask.status == "open")
    )
    if case.status != "open" or any(task.params.get("late") == (desk.id if desk else "") for task in open_tasks.all()):
        return batch, None
    await ask_duty(
        session, batch, NOBODY, f"{case_id}:{desk.id if desk else ''}:{now.isoformat()}", case_id=case_id,
        reference=case.reference, place_code=case.place_code, level=Urgency(case.urgency), clock=Urgency.URGENT,
        protocols=protocols, home=home, now=now, late=desk.id if desk else "", desk=desk.name if desk else "",
    )  # fmt: skip
    place = await session.get(Place, case.place_code)
    for person in await supervisors(session, case.place_code, home):
        put_letter(
            batch, case, kind="nobody_on_duty", recipient=f"account:{person.id}", desk_id=desk.id if desk else "",
            courier="call", county=place.name if place else "", now=now,
            clock_version=int((now - case.opened_at).total_seconds()), desk=desk.name if desk else "",
        )  # fmt: skip
    batch.audit(now, "system", "case.nobody_on_duty", case_id, desk=desk.id if desk else "")
    return batch, None


async def ask_for_place(
    session: AsyncSession, batch: Batch, case: Case, protocols: Protocols, home: str, now: datetime, *, named: bool
) -> None:
    """Somebody finds out which county it is, or, when the words name one that this site does not look after (`named`), tells
    those who do. The case is with desks of this site meanwhile."""
    await ask_duty(
        session, batch, NO_PLACE, case.id, case_id=case.id, reference=case.reference, place_code=case.place_code,
        level=Urgency(case.urgency), clock=Urgency(case.urgency), protocols=protocols, home=home, now=now, named=named,
    )  # fmt: skip


async def place_known(session: AsyncSession, batch: Batch, case_id: str, now: datetime, *, but: str = "") -> None:
    """It has been said where it is: nobody needs to find out any more. `but`: the task that is ended by whoever found out."""
    asked = await session.exec(
        select(DutyTask).where(DutyTask.case_id == case_id, DutyTask.kind == NO_PLACE, DutyTask.status == "open")
    )
    for task in (each for each in asked.all() if each.id != but):
        batch.change(task, status="void")
        rows = await session.exec(
            select(ClockRow).where(ClockRow.case_id == case_id, ClockRow.kind == f"{NO_PLACE}:{task.id}")
        )
        found = rows.all()
        stop_clocks(batch, found, {row.kind for row in found}, now)


async def supervisors(session: AsyncSession, place_code: str, home: str) -> list[Account]:
    """Those of the place and above it; of this site's own place when there are none."""
    for code in (place_code, home):
        places = await chain(session, code)
        found = await session.exec(
            select(Account)
            .where(
                Account.role == "supervisor", col(Account.place_code).in_(places), col(Account.disabled_at).is_(None)
            )
            .order_by(col(Account.id))
        )
        if people := list(found.all()):
            return people
    return []


async def _lead(session: AsyncSession, case: Case) -> str | None:
    parts = await session.exec(
        select(Assignment.desk_id)
        .where(Assignment.case_id == case.id, Assignment.part == "lead", Assignment.round == case.round)
        .order_by(col(Assignment.rank), col(Assignment.id))
    )
    return parts.first()
