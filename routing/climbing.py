"""What sends a case to a rung at once, whatever its clocks say: two desks refuse, it was returned twice, the reporter is
unhappy a second time, a unit hides a case (`escalation.ladder.SENT_TO`)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.ladder import SENT_TO, above
from records.batch import Batch
from records.columns import new_id
from records.outbox import put_letter
from records.tables import Assignment, Case, Desk
from routing.directory import desks_for
from routing.packs import pack_for
from routing.protocols import Protocols
from routing.recusal import complained_about
from routing.rota import read_rota


async def call_up(
    session: AsyncSession,
    batch: Batch,
    case: Case,
    desk_id: str,
    why: str,
    protocols: Protocols,
    now: datetime,
    *,
    county: str,
    but: Collection[str] = (),
) -> None:
    """Letters to whoever stands at the rung that `why` asks for (a key of SENT_TO); nobody there is a recorded fact, and the
    next rung is asked. `desk_id`: the desk it is about. `but`: desks that are not asked, because it is about them."""
    rota = await read_rota(session, protocols.calendar)
    desk = rota.desks.get(desk_id) or await coordinating_desk(session, case, protocols)
    if desk is None:
        return
    coordinators = pack_for(case.place_code, protocols.packs).terms.coordinators
    codes, recused = rota.area(case.place_code).codes, complained_about(case)
    level: str | None = SENT_TO[why]
    told: list[str] = []
    while level is not None and not told:
        for there in rota.seats(desk, level, codes, coordinators, recused):
            people = rota.on_duty(there.id, level, now) if there.id not in but else []
            for person in people[:1]:
                put_letter(
                    batch, case, kind=f"called_up:{why}:{level}", recipient=f"account:{person}", desk_id=there.id,
                    courier=there.courier, county=county, now=now, order=0,
                    clock_version=int((now - case.opened_at).total_seconds()), about=desk.id, to=level,
                )  # fmt: skip
                told.append(f"account:{person}")
        if not told:
            batch.event(case.id, now, "nobody_on_duty", "system", desk_id=desk.id, clock=why, to=level)
            level = above(level)
    if level is not None:
        batch.event(case.id, now, "called_up", "system", desk_id=desk.id, why=why, to=level, told=told)


async def coordinating_desk(session: AsyncSession, case: Case, protocols: Protocols) -> Desk | None:
    """The desk of whoever coordinates in the case's place: the pack's coordinator, or the next of those at L3."""
    pack = pack_for(case.place_code, protocols.packs)
    offices = [pack.coordinator, *pack.terms.coordinators]
    found = await desks_for(session, case.place_code, offices, recused=complained_about(case))
    return next(iter(found.values()), None)


def seat_beside(batch: Batch, case: Case, desk: Desk, parts: Sequence[Assignment], now: datetime) -> None:
    """A desk of which something is asked in this case finds it in its queue, with what it may see of it and no more."""
    if not any(part.desk_id == desk.id and part.round == case.round for part in parts):
        batch.add(
            Assignment(
                id=new_id(now), case_id=case.id, desk_id=desk.id, department=desk.department, part="copy",
                status="copied", round=case.round, clauses=[], opened_at=now,
            )
        )  # fmt: skip
