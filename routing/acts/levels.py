"""A level changed by a named person: raised, or lowered with a reason in writing. Words alone never lower anything."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.clock import start
from escalation.policy import CASE_CLOCKS, DESK_CLOCKS, policy_of
from escalation.timers import put_clock
from records.batch import Batch
from records.tables import Account, ClockRow
from routing.acts.work import Work, begin, written
from routing.climbing import coordinating_desk
from routing.lifecycle import OWING
from routing.meeting import before_meeting
from routing.protocols import Protocols
from routing.refusal import Refused
from routing.revising import as_it_stands, revise_case
from words.ids import Urgency
from words.language import Line, line

_WHY = line("请写明理由。")


async def raise_level(
    session: AsyncSession,
    person: Account,
    reference: str,
    urgency: str,
    reason: str,
    protocols: Protocols,
    home: str,
    now: datetime,
) -> tuple[Batch, Line]:
    """The lead, the supervisor or the coordinator raises a case: shorter times from now on, and the desks that the higher
    level calls in."""
    work = await _naming(session, person, reference, now)
    to = _level(urgency)
    reason = written(reason, _WHY, 1000)
    if to.rank >= work.urgency.rank:
        raise Refused(line("现在是{level}。要调高，请选更急的级别。", level=line(work.urgency.zh)))
    revised, _ = await revise_case(
        session, as_it_stands(work.case), protocols, home, now, actor=person.id, to=to, note=reason
    )
    work.batch.include(revised)
    return work.done("raise_level", line("已调高为{level}。", level=line(to.zh)), before=work.case.urgency, to=to.value)


async def lower_level(
    session: AsyncSession,
    person: Account,
    reference: str,
    urgency: str,
    reason: str,
    protocols: Protocols,
    now: datetime,
) -> tuple[Batch, Line]:
    """Lowered by a named person with a written reason. No desk leaves by it, what runs keeps its beginning and gets the longer
    time of the new level, and how long the child was not seen counts on. The coordinator hears of it."""
    work = await _naming(session, person, reference, now)
    to = _level(urgency)
    reason = written(reason, _WHY, 1000)
    if to.rank <= work.urgency.rank:
        raise Refused(line("现在是{level}。要调低，请选不那么急的级别。", level=line(work.urgency.zh)))
    lowered = {"from": work.case.urgency, "at": now.isoformat(), "by": person.id}
    work.batch.change(work.case, urgency=to.value, assessment={**work.case.assessment, "lowered": lowered})
    for row in (each for each in work.clocks if each.round == work.case.round and each.status == "running"):
        await _later(work, row, to, protocols)
    work.event("lowered", reason, before=work.case.urgency, urgency=to.value)
    county = await work.county()
    for part in work.round_parts:
        if part.part != "copy" and part.status in OWING and part != work.own:
            work.letter("lowered", await work.desk_of(part), county)
    desk = await coordinating_desk(session, work.case, protocols)
    if desk is not None and desk.id not in {part.desk_id for part in work.round_parts} | {person.desk_id}:
        work.letter("lowered", desk, county)
    return work.done("lower_level", line("已调低为{level}。", level=line(to.zh)), before=work.case.urgency, to=to.value)


async def _later(work: Work, row: ClockRow, to: Urgency, protocols: Protocols) -> None:
    """The clock by the lower level's time, counted from where it began. The interim word is owed at the highest level only."""
    if row.kind == "child" or row.kind not in (*DESK_CLOCKS, *CASE_CLOCKS, "visit_permission", "tell"):
        return
    part_of = {part.desk_id: part.part for part in work.round_parts}
    desk = row.desk_id if row.desk_id in part_of else None
    kind = (await _desk_kind(work, row.desk_id)) if desk else "24h"
    terms = work.pack(protocols).terms
    policy = policy_of(terms, row.kind, to, category=work.case.category, desk_kind=kind)
    if policy is None:
        if row.kind in ("interim", "acknowledge"):
            work.batch.change(row, status="stopped", stopped_at=work.now)
        return
    clock = start(policy, row.started_at, protocols.calendar, now=work.now)
    if desk and part_of[desk] == "lead":
        clock = before_meeting(clock, work.case, terms, protocols.calendar, work.now)
    if clock.ends_at > row.ends_at:
        put_clock(work.batch, row, clock)


async def _desk_kind(work: Work, desk_id: str) -> str:
    part = next(part for part in work.round_parts if part.desk_id == desk_id)
    return (await work.desk_of(part)).kind


async def _naming(session: AsyncSession, person: Account, reference: str, now: datetime) -> Work:
    work = await begin(session, person, reference, now)
    if not work.coordinates:
        work.must_lead()
    return work


def _level(urgency: str) -> Urgency:
    if urgency not in list(Urgency):
        raise Refused(line("请选级别。"))
    return Urgency(urgency)
