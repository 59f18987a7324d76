"""Desks that join after the opening: called in by a fuller picture, or asked again in a new round."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.timers import stop_clocks
from records.access.merged import put_to
from records.batch import Batch
from records.tables import Assignment, Case, ClockRow, Desk, Receipt
from routing.assigning import Seat, Seating, put_on_desk
from routing.callbacks import tell_platforms, tickets_of
from routing.lifecycle import OWING, outlives_round
from routing.opening import start_case_clocks, start_visit_clock
from routing.packs import pack_for
from routing.protocols import Protocols
from routing.receipt_view import show

# A desk whose part is in one of these has nothing more to do with the case.
LET_GO = frozenset(("returned", "moved", "void"))


def call_in(
    batch: Batch,
    case: Case,
    here: Sequence[Assignment],
    seating: Seating,
    protocols: Protocols,
    now: datetime,
    *,
    waits: bool,
    asked: Collection[str] = (),
) -> list[tuple[Desk, Sequence[ClockRow]]]:
    """Desks that the fuller picture names beside those that are `here` in this round; answers each with its clocks.

    `asked`: ids of desks that are not asked once more, whatever the picture. `waits`: the lead has a clock for letting held
    desks know.
    """
    present, pack = {part.desk_id: part for part in here}, pack_for(case.place_code, protocols.packs)
    new: list[tuple[Desk, Sequence[ClockRow]]] = []
    held = any(part.held for part in here)
    for rank, each in enumerate(seating.seats):
        there = present.get(each.desk.id)
        if there is None and each.desk.id not in asked:
            _, clocks = put_on_desk(batch, case, each, seating.area.name, pack, protocols, now, rank=rank)
            new.append((each.desk, clocks))
            held = held or each.held
        elif there and each.part == "lead" and there.part == "with" and there.status in (*OWING, "done"):
            # A desk that helped must lead now (police, once it is critical); what it has done so far stays.
            batch.change(there, part="lead")
            batch.event(case.id, now, "assigned", "system", desk_id=there.desk_id, part="lead", clauses=each.clauses)
    lead = next((part.desk_id for part in here if part.part == "lead" and part.status in OWING), None)
    lead = lead or (seating.lead.id if seating.lead else None)
    if held and lead and not waits:
        start_visit_clock(batch, case, lead, pack, protocols, now)
    return new


def next_round(case: Case) -> dict[str, Any]:
    """What a case becomes that is opened again."""
    return {"status": "open", "round": case.round + 1, "closed_at": None}


async def ask_again(
    session: AsyncSession,
    batch: Batch,
    again: Case,
    parts: Sequence[Assignment],
    clocks: Sequence[ClockRow],
    seating: Seating,
    protocols: Protocols,
    now: datetime,
    *,
    actor: str = "reporter",
    wider: bool = False,
) -> None:
    """A new round: every handling desk of the last one is asked again, all clocks start afresh. `again` is the case as
    `next_round` makes it, `seating` who the protocol names now: they are called in where nobody is left to lead, and, when
    the picture is `wider`, those who had no part in it yet."""
    stop_clocks(batch, clocks, {row.kind for row in clocks if not outlives_round(row.kind)}, now)
    batch.event(again.id, now, "reopened", actor, round=again.round)
    tell_platforms(batch, again, await tickets_of(session, again.id), "reopened", now, seating.area.name)
    pack = pack_for(again.place_code, protocols.packs)
    last = [part for part in parts if part.round == again.round - 1]
    handling = [part for part in last if part.part != "copy" and part.status not in LET_GO]
    wider = wider or not any(part.part == "lead" for part in handling)
    leads = {each.desk.id for each in seating.seats if each.part == "lead"} if wider else set[str]()
    put: list[Assignment] = []
    asked: list[tuple[Desk, Sequence[ClockRow]]] = []
    for part in handling:
        desk = await session.get(Desk, part.desk_id)
        if desk is None:
            continue
        takes = "lead" if desk.id in leads else part.part
        seat = Seat(desk, takes, part.held and takes != "lead", tuple(part.clauses))
        given, started = put_on_desk(
            batch, again, seat, seating.area.name, pack, protocols, now, letter="reopened", rank=part.rank
        )
        put.append(given)
        asked.append((desk, started))
    start_case_clocks(batch, again, pack, protocols, now)
    if wider:
        known = {part.desk_id for part in last} - leads
        asked += call_in(batch, again, put, seating, protocols, now, waits=True, asked=known)
    here = {part.desk_id: part.part for part in put} | {each.desk.id: each.part for each in seating.seats if wider}
    first = seating.lead.id if wider and seating.lead else ""
    in_line = sorted(asked, key=lambda each: each[0].id != first)
    lead, started = next(((desk, rows) for desk, rows in in_line if here.get(desk.id) == "lead"), (None, ()))
    if lead is not None and any(each.held for each in batch.rows if isinstance(each, Assignment)):
        start_visit_clock(batch, again, lead.id, pack, protocols, now)
    answer_by = _answered_by(started)
    ids = [again.id, *(report.id for report in await put_to(session, again.id))]
    for receipt in (await session.exec(select(Receipt).where(col(Receipt.case_id).in_(ids)))).all():
        show(
            batch,
            receipt,
            now,
            status="received",
            desk=lead.name if lead else "",
            tellable=None,
            question=None,
            answer_by=answer_by.isoformat() if answer_by else None,
        )


def _answered_by(clocks: Sequence[ClockRow]) -> datetime | None:
    return min((row.ends_at for row in clocks if row.kind == "acknowledge"), default=None)
