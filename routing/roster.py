"""Who stands at a rung of a case's ladder right now, for the sweep."""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.ladder import LEVELS, who
from escalation.sweep import OnDuty, Recipient, Rung
from records.store import Store
from records.tables import Account, Assignment, Case, ClockRow, Desk
from routing.directory import area, desks_for, on_duty
from routing.packs import pack_for
from routing.protocols import Protocols


def roster(store: Store, protocols: Protocols) -> OnDuty:
    """The roster as the sweep wants it. A reminder goes to the desk itself; a rung to one person on duty at each of
    its seats. Nobody there: an empty rung, which the sweep records and climbs past."""

    async def on_duty_now(case: Case, row: ClockRow, level: str, now: datetime) -> Rung:
        async with store.read() as session:
            where = await area(session, case.place_code)
            desk = await _desk(session, case, row)
            if desk is None:
                return Rung((), where.name)
            if level == "desk":
                return Rung((Recipient(f"desk:{desk.id}", desk.id, desk.courier),), where.name)
            pack = pack_for(case.place_code, protocols.packs)
            recipients = []
            for seat in who(level, desk.department, coordinators=pack.terms.coordinators):
                seated = desk
                if seat.department != desk.department:
                    found = await desks_for(session, case.place_code, [seat.department])
                    if seat.department not in found:
                        continue
                    seated = found[seat.department]
                person = await _living(session, seated.id, level, now)
                if person:
                    recipients.append(Recipient(f"account:{person.id}", seated.id, seated.courier))
            return Rung(tuple(recipients), where.name)

    return on_duty_now


async def _desk(session: AsyncSession, case: Case, row: ClockRow) -> Desk | None:
    """The clock's own desk; for a clock of the case itself, the desk that leads it."""
    if row.desk_id:
        return (await session.exec(select(Desk).where(Desk.id == row.desk_id))).one_or_none()
    lead = (
        await session.exec(
            select(Desk)
            .join(Assignment, col(Assignment.desk_id) == col(Desk.id))
            .where(Assignment.case_id == case.id, Assignment.part == "lead", Assignment.round == case.round)
        )
    ).first()
    return lead


async def _living(session: AsyncSession, desk_id: str, level: str, now: datetime) -> Account | None:
    """The first on duty at the rung who stands on no lower one: rungs of one ladder are different people."""
    lower = set[str]()
    for rung in ("desk", *LEVELS[: LEVELS.index(level)]):
        lower |= {person.id for person in (await on_duty(session, desk_id, rung, now))[:1]}
    return next((person for person in await on_duty(session, desk_id, level, now) if person.id not in lower), None)
