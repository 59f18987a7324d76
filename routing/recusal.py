"""Recusal (rule 5 of who takes a case): a desk complained about never handles it, however late that is learnt."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.timers import stop_clocks
from records.batch import Batch
from records.tables import Assignment, Case, ClockRow, Desk, DutyTask, Letter

_UNDELIVERED = ("held", "waiting", "sending", "calling", "gathered")


def complained_about(case: Case) -> str | None:
    """The department whose people the report is about, as far as it is known by now."""
    return (case.assessment.get("routing") or {}).get("complained_about")


async def recused_parts(
    session: AsyncSession,
    unit: str | None,
    parts: Iterable[Assignment],
    chosen: Collection[str],
    places: Collection[str],
) -> list[Assignment]:
    """Of the parts those that the unit complained about has. `chosen` are the ids of desks that were chosen knowing it. A
    desk of the same department outside `places` (where the child is registered) is not complained about."""
    mine = [part for part in parts if part.department == unit and part.desk_id not in chosen and part.status != "void"]
    if not mine:
        return []
    desks = (await session.exec(select(Desk).where(col(Desk.id).in_([part.desk_id for part in mine])))).all()
    here = {desk.id for desk in desks if desk.place_code in places}
    return [part for part in mine if part.desk_id in here]


async def let_go(
    session: AsyncSession,
    batch: Batch,
    case: Case,
    part: Assignment,
    clocks: Iterable[ClockRow],
    heir: str | None,
    now: datetime,
) -> None:
    """Take the desk out of the case: its part is void, nothing is due there, nothing rings, and the case is not there for
    it any more. A second look at who opened the reporter's number stays owed, by the desk `heir`."""
    batch.change(part, status="void")
    here = [row for row in clocks if row.desk_id == part.desk_id and row.status in ("running", "paused")]
    reviews = [row for row in here if row.kind.startswith("reveal_review:")] if heir else []
    for row in reviews:
        batch.change(row, desk_id=heir)
    stop_clocks(batch, (row for row in here if row not in reviews), {row.kind for row in here}, now)
    letters = await session.exec(
        select(Letter).where(
            Letter.case_id == case.id, Letter.desk_id == part.desk_id, col(Letter.status).in_(_UNDELIVERED)
        )
    )
    for letter in letters.all():
        batch.change(letter, status="void")
    calls = await session.exec(
        select(DutyTask).where(
            DutyTask.case_id == case.id,
            DutyTask.desk_id == part.desk_id,
            DutyTask.kind == "call",
            DutyTask.status == "open",
        )
    )
    for call in calls.all():
        batch.change(call, status="void")
    batch.event(case.id, now, "recused", "system", desk_id=part.desk_id, clauses=["routing:R5"])
