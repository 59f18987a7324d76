"""Who stands at a rung of a case's ladder right now, for the sweep."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.sweep import OnDuty, Recipient, Rung
from records.access.standing import GONE
from records.store import Store
from records.tables import Account, Assignment, Case, Chat, ClockRow
from routing.binding import BOT, COURIER
from routing.packs import pack_for
from routing.protocols import Protocols
from routing.recusal import complained_about
from routing.rota import Rota, read_rota


def roster(store: Store, protocols: Protocols) -> OnDuty:
    """The roster of one sweep, as the sweep wants it. A reminder goes to the desk itself; a rung to one person on duty at
    each of its seats. Nobody there: an empty rung, which the sweep records and climbs past."""
    known: Rota | None = None
    watchers: Sequence[tuple[str, str]] = ()
    leads: dict[str, str | None] = {}
    as_of: datetime | None = None
    reading = asyncio.Lock()

    async def lead_of(case: Case, now: datetime) -> str | None:
        """Read once for all clocks of the case that move at this moment."""
        nonlocal as_of
        if as_of != now:
            leads.clear()
            as_of = now
        if case.id not in leads:
            async with store.read() as session:
                leads[case.id] = await _lead(session, case)
        return leads[case.id]

    async def on_duty_now(case: Case, row: ClockRow, level: str, now: datetime) -> Rung:
        nonlocal known, watchers
        if known is None:
            async with reading, store.read() as session:
                if known is None:
                    watchers = await _watchers(session)
                    known = await read_rota(session, protocols.calendar)
        desk_id = row.desk_id or await lead_of(case, now)
        where, desk = known.area(case.place_code), known.desks.get(desk_id or "")
        if desk is None:
            return Rung((), where.name)
        if level == "desk":
            return Rung((Recipient(f"desk:{desk.id}", desk.id, desk.courier),), where.name, desk.name)
        pack = pack_for(case.place_code, protocols.packs)
        ladder = known.ladder(desk, where.codes, pack.terms.coordinators, now, complained_about(case))
        recipients = [Recipient(f"account:{each.person}", each.desk.id, each.desk.courier) for each in ladder[level]]
        recipients += [
            Recipient(f"account:{person}", desk.id, COURIER) for person, place in watchers if place in where.codes
        ]
        return Rung(tuple(recipients), where.name, desk.name)

    return on_duty_now


async def _watchers(session: AsyncSession) -> Sequence[tuple[str, str]]:
    """Supervisors with a messenger, who want to know what climbs, and their places."""
    found = await session.exec(
        select(Account.id, Account.place_code)
        .join(Chat, col(Chat.account_id) == col(Account.id))
        .where(Account.role == "supervisor", col(Account.disabled_at).is_(None), Chat.bot == BOT)
        .where(col(Chat.lost_at).is_(None))
        .order_by(Account.id)
    )
    return [(person, place) for person, place in found.all()]


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
