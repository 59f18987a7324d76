"""Who stands at a rung of a case's ladder right now, for the sweep."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.ladder import LEVELS, who
from escalation.sweep import OnDuty, Recipient, Rung
from records.access.standing import GONE
from records.store import Store
from records.tables import Account, Assignment, Case, ClockRow, Desk, Duty, Place
from routing.directory import area_of, covers, nearest_of
from routing.packs import pack_for
from routing.protocols import Protocols
from routing.recusal import complained_about


@dataclass(frozen=True)
class _Directory:
    """Places, desks and shifts as they were when the sweep began: read once, asked for every clock that moves."""

    places: Mapping[str, Place]
    desks: Mapping[str, Desk]
    shifts: Mapping[tuple[str, str], Sequence[Duty]]  # by desk and rung, first choice first; of disabled people none

    def on_duty(self, desk_id: str, rung: str, now: datetime) -> list[str]:
        """Ids of the people who answer at this rung now, first choice first."""
        return [shift.account_id for shift in self.shifts.get((desk_id, rung), ()) if covers(shift, now)]

    def living(self, desk_id: str, level: str, now: datetime) -> str | None:
        """The first on duty at the rung who stands on no lower one: rungs of one ladder are different people."""
        lower = {
            person
            for rung in ("desk", *LEVELS[: LEVELS.index(level)])
            for person in self.on_duty(desk_id, rung, now)[:1]
        }
        return next((person for person in self.on_duty(desk_id, level, now) if person not in lower), None)


def roster(store: Store, protocols: Protocols) -> OnDuty:
    """The roster of one sweep, as the sweep wants it. A reminder goes to the desk itself; a rung to one person on duty at
    each of its seats. Nobody there: an empty rung, which the sweep records and climbs past."""
    known: _Directory | None = None
    reading = asyncio.Lock()

    async def on_duty_now(case: Case, row: ClockRow, level: str, now: datetime) -> Rung:
        nonlocal known
        async with store.read() as session:
            async with reading:
                known = known or await _read(session)
            desk_id = row.desk_id or await _lead(session, case)
        where, desk = area_of(known.places, case.place_code), known.desks.get(desk_id or "")
        if desk is None:
            return Rung((), where.name)
        if level == "desk":
            return Rung((Recipient(f"desk:{desk.id}", desk.id, desk.courier),), where.name, desk.name)
        pack = pack_for(case.place_code, protocols.packs)
        recipients, recused = [], complained_about(case)
        for seat in who(level, desk.department, coordinators=pack.terms.coordinators):
            own = seat.department == desk.department
            seated = desk if own else nearest_of(known.desks.values(), where.codes, seat.department, recused)
            if seated and (person := known.living(seated.id, level, now)):
                recipients.append(Recipient(f"account:{person}", seated.id, seated.courier))
        return Rung(tuple(recipients), where.name, desk.name)

    return on_duty_now


async def _read(session: AsyncSession) -> _Directory:
    shifts: dict[tuple[str, str], list[Duty]] = {}
    duties = (
        await session.exec(
            select(Duty)
            .join(Account, col(Account.id) == col(Duty.account_id))
            .where(col(Account.disabled_at).is_(None))
            .order_by(col(Duty.rank), col(Duty.id))
        )
    ).all()
    for duty in duties:
        shifts.setdefault((duty.desk_id, duty.rung), []).append(duty)
    return _Directory(
        places={place.code: place for place in (await session.exec(select(Place))).all()},
        desks={desk.id: desk for desk in (await session.exec(select(Desk))).all()},
        shifts=shifts,
    )


async def _lead(session: AsyncSession, case: Case) -> str | None:
    """For a clock of the case itself: the desk that leads it now, first the one that acts first."""
    return (
        await session.exec(
            select(Assignment.desk_id)
            .where(
                Assignment.case_id == case.id,
                Assignment.part == "lead",
                Assignment.round == case.round,
                col(Assignment.status).not_in(sorted(GONE)),
            )
            .order_by(col(Assignment.rank), col(Assignment.opened_at), col(Assignment.id))
        )
    ).first()
