"""「可以走访／可以告知」: the lead lets those know who were chosen but must not hear of it before the police have been."""

from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.batch import Batch
from records.tables import Account, Letter
from routing.acts.work import begin
from routing.assigning import start_desk_clocks
from routing.lifecycle import after
from routing.protocols import Protocols
from routing.refusal import Refused
from words.language import Line, line


async def allow_visit(
    session: AsyncSession, person: Account, reference: str, protocols: Protocols, now: datetime
) -> tuple[Batch, Line]:
    """Every held desk gets its part, its letter and its clocks now. Stops the lead's own clock for this permission."""
    work = await begin(session, person, reference, now)
    work.must_lead()
    work.next_state("allow_visit")
    held = [part for part in work.round_parts if part.held]
    if not held:
        raise Refused(line("没有单位在等许可。"))
    letters = (
        await session.exec(
            select(Letter).where(
                Letter.case_id == work.case.id, Letter.status == "held", Letter.round == work.case.round
            )
        )
    ).all()
    for letter in letters:
        work.batch.change(letter, status="waiting", due_at=now)
    names = []
    for part in held:
        desk = await work.desk_of(part)
        work.set(part, held=False, status=after(part.status, "let_know"), opened_at=now)
        if part.part != "copy":
            start_desk_clocks(work.batch, work.case, desk, work.pack(protocols), protocols, now)
        names.append(desk.name)
    for lead in (part for part in work.round_parts if part.part == "lead"):
        work.stop("allow_visit", lead.desk_id)
    work.event("visit_allowed", desks=[part.desk_id for part in held])
    return work.done("allow_visit", line("已通知{desks}，可以走访。", desks="、".join(names)), desks=len(held))
