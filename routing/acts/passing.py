"""Passing a case on: 转办, 不属本单位应属__, and the coordinator's decision.

First-receiver rule: a desk that hands a case over stays responsible, its clocks running, until another one accepts.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.policy import policies_for, policy_of
from escalation.timers import stop_clocks
from records.access.lately import TAKEN_BACK
from records.access.standing import UNITS
from records.batch import Batch
from records.columns import new_id
from records.tables import Account, Assignment, Desk, Event
from routing.acts.kept import as_it_is
from routing.acts.work import Work, begin, iso, written
from routing.climbing import call_up, coordinating_desk, seat_beside
from routing.directory import desks_for
from routing.lifecycle import STOPS, Facts, after, after_return, may
from routing.protocols import Protocols
from routing.recusal import complained_about
from routing.refusal import Refused
from words.ids import DEPARTMENTS
from words.language import Line, line

DECIDE = "decide"  # the clock of the coordinator, who names a desk
_WHY = line("请写明理由。")
_PASSED_ON = ("handed_over", "returned", "reassigned")


async def hand_over(
    session: AsyncSession,
    person: Account,
    reference: str,
    department: str,
    reason: str,
    protocols: Protocols,
    now: datetime,
) -> tuple[Batch, Line]:
    """转办 to the desk of another department. That desk is asked at once; what is owed runs on from the first opening."""
    work = await begin(session, person, reference, now)
    own = work.mine
    state = work.next_state("hand_over")
    reason = written(reason, _WHY)
    desk = await desk_for(work, department)
    if _refused_before(work, desk):
        await _ask_coordinator(work, protocols, "two_refusals")
        work.event("handed_over", reason, to=desk.id, to_name=desk.name, undecided=True)
        said = line("{desk}已经转出或退回过，已请协调单位决定。决定前仍由本单位负责，计时不停。", desk=desk.name)
        return work.done("hand_over", said, to=desk.id)
    since = min(part.opened_at for part in work.round_parts)
    given = await _give(work, desk, protocols, part=own.part, since=since)
    work.event("handed_over", reason, to=desk.id, to_name=desk.name, was=given.was)
    _tell_who_leads(work, own.part, desk, given)
    if given.taken:
        await _let_go(work, own, after(state, "release"))
        return work.done("hand_over", line("{desk}已在办理，本单位不再负责。", desk=desk.name), to=desk.id)
    work.set(own, status=state)
    said = line("已请{desk}接手。对方接手前仍由本单位负责，计时不停。", desk=desk.name)
    return work.done("hand_over", said, to=desk.id)


async def return_case(
    session: AsyncSession,
    person: Account,
    reference: str,
    department: str,
    reason: str,
    protocols: Protocols,
    now: datetime,
) -> tuple[Batch, Line]:
    """不属本单位，应属__. The desk named is asked at once; a second return waits for the coordinator's decision, and what the
    coordinator decided is not returned."""
    work = await begin(session, person, reference, now)
    own = work.mine
    work.next_state("return")
    reason = written(reason, _WHY)
    _in_time(work, own, protocols)
    if await _designated(work, own):
        raise Refused(line("已由协调单位指定办理，不能再退回。确有困难的，请联系协调单位改派。"))
    desk = await desk_for(work, department)
    returns = await _returns(work, own)
    state = "undecided" if _refused_before(work, desk) else after_return(returns)
    told = {"to": desk.id, "to_name": desk.name, "round": work.case.round, "part": own.part}
    if state == "undecided":
        work.event("returned", reason, **told, undecided=True)
        work.set(own, status=state)
        await _ask_coordinator(work, protocols, "two_returns")
        return work.done("return", line("已退回。第二次退回由协调单位决定，决定前仍由本单位负责。"), to=desk.id)
    given = await _give(work, desk, protocols, part=own.part, since=now)
    work.event("returned", reason, **told, was=given.was)
    _tell_who_leads(work, own.part, desk, given)
    await _let_go(work, own, state)
    return work.done("return", line("已退回，并已请{desk}办理。", desk=desk.name), to=desk.id)


async def reassign(
    session: AsyncSession,
    person: Account,
    reference: str,
    department: str,
    reason: str,
    protocols: Protocols,
    now: datetime,
) -> tuple[Batch, Line]:
    """The supervisor or coordinator names who leads; where only helping desks wait for a decision, who helps in their stead.
    Whoever leads now stays responsible until that desk accepts. The desk that was named can't send it back."""
    work = await begin(session, person, reference, now)
    if not work.coordinates:
        raise Refused(line("改派由督办人员或协调单位来做。"))
    reason = written(reason, _WHY)
    desk = await desk_for(work, department)
    role = _asked_for(work)
    there = next((part for part in work.round_parts if part.desk_id == desk.id), None)
    before = {part.id: act for part in work.round_parts if part is not there and (act := _taken_by(work, part, role))}
    deciding = any(row.kind == DECIDE and row.status == "running" for row in work.clocks)
    if not (before or deciding) and there is not None and there.status in _WORKING and role in (there.part, "with"):
        raise Refused(line("{desk}正在办理，不用改派。", desk=desk.name))
    stop_clocks(work.batch, work.clocks, {DECIDE}, now)
    given = await _give(work, desk, protocols, part=role, since=now)
    for part in (each for each in work.round_parts if each.id in before):
        work.event("reassigned", reason, desk_id=part.desk_id, to=desk.id, to_name=desk.name)
        state = after(part.status, before[part.id])
        if state == "handed_over" and given.taken:
            state = after(state, "release")
        if state == "moved":
            await _let_go(work, part, state)
        else:
            work.set(part, status=state)
    work.event("designated", None if before else reason, desk_id=desk.id, round=work.case.round)
    _tell_who_leads(work, role, desk, given)
    return work.done("reassign", line("已指定{desk}办理。", desk=desk.name), to=desk.id)


async def call_in(
    session: AsyncSession,
    person: Account,
    reference: str,
    department: str,
    reason: str,
    protocols: Protocols,
    now: datetime,
) -> tuple[Batch, Line]:
    """请协办: another desk helps from now on, with a part and clocks of its own. While letters are held, those who must not
    know before the police have been are not called in either."""
    work = await begin(session, person, reference, now)
    if not (work.leads or work.coordinates):
        work.must_lead()
    reason = written(reason, line("请写明请对方做什么。"), 1000)
    desk = await desk_for(work, department)
    there = next((part for part in work.round_parts if part.desk_id == desk.id), None)
    if there is not None and (there.status in _WORKING or there.held):
        raise Refused(line("{desk}已在这件事里，不用再请。", desk=desk.name))
    waits = any(part.held for part in work.round_parts)
    if waits and desk.department in work.pack(protocols).held_departments:
        raise Refused(not_yet(desk))
    await _give(work, desk, protocols, part="with", since=now)
    work.event("called_in", reason, to=desk.id, to_name=desk.name)
    return work.done("call_in", line("已请{desk}协办。", desk=desk.name), to=desk.id)


def _taken_by(work: Work, part: Assignment, role: str) -> str | None:
    """The act by which this part passes to the desk that is named: one that waits for the decision is let go, a lead hands
    over. None: it keeps what it has."""
    if part.part != role or (role == "with" and part.status != "undecided"):
        return None
    act = "withdraw" if part.status == "undecided" else "hand_over"
    return act if may(part.status, act, Facts(work.urgency, part.department)) is None else None


def _asked_for(work: Work) -> str:
    """Which part is to be given: that of the helping desks that wait for a decision, when no lead does."""
    waiting = {part.part for part in work.round_parts if part.status == "undecided"}
    return "with" if waiting == {"with"} else "lead"


async def release_givers(work: Work, own: Assignment) -> None:
    """A desk has accepted: whoever handed the case over to it, directly or through others, is no longer responsible."""
    if not any(part.status == "undecided" for part in work.round_parts):  # nothing is left to be decided
        stop_clocks(work.batch, work.clocks, {DECIDE}, work.now)
    waiting = [part for part in work.round_parts if part.status == "handed_over" and part.id != own.id]
    if not waiting:
        return
    passed = (
        await work.session.exec(
            select(Event)
            .where(Event.case_id == work.case.id, col(Event.kind).in_(_PASSED_ON))
            .order_by(col(Event.at), col(Event.id))
        )
    ).all()
    given_to = {event.desk_id: event.data.get("to") for event in passed}
    reached = {own.desk_id}
    while givers := [part for part in waiting if given_to.get(part.desk_id) in reached]:
        for part in givers:
            waiting.remove(part)
            reached.add(part.desk_id)
            await _let_go(work, part, after(part.status, "release"))
            work.event("released", desk_id=part.desk_id, to=own.desk_id)


async def _let_go(work: Work, part: Assignment, state: str) -> None:
    """The desk is no longer responsible: nothing is due there any more, and nothing rings."""
    work.set(part, status=state)
    work.stop_kinds({row.kind for row in work.clocks_at(part.desk_id) if ":" not in row.kind}, part.desk_id)
    await work.stop_ringing(part.desk_id, STOPS["release"])


def _tell_who_leads(work: Work, part: str, desk: Desk, given: "_Given") -> None:
    if part == "lead":
        work.tell(status="accepted" if given.taken else "received", desk=desk.name, answer_by=iso(given.answer_by))


_WORKING = frozenset(("notified", "acknowledged", "accepted", "dispatched", "done"))


def _in_time(work: Work, own: Assignment, protocols: Protocols) -> None:
    term = work.pack(protocols).terms.deadlines["return"].term(work.urgency, work.case.category)
    if term is not None and work.now > protocols.calendar.add(own.opened_at, term.due):
        raise Refused(line("已过退回时限（收到后{span}）。请转办给应当办理的单位。", span=term.due.zh))


async def _designated(work: Work, own: Assignment) -> bool:
    """Whether the coordinator has named this very desk in this round: what is decided is not sent back (statute:F7)."""
    named = await work.session.exec(
        select(Event).where(Event.case_id == work.case.id, Event.kind == "designated", Event.desk_id == own.desk_id)
    )
    return any(event.data.get("round") == work.case.round for event in named.all())


async def _returns(work: Work, own: Assignment) -> int:
    """How often this kind of part has been returned in this round of the case; what was taken back is no return."""
    found = await work.session.exec(
        select(Event).where(Event.case_id == work.case.id, col(Event.kind).in_(("returned", TAKEN_BACK)))
    )
    events, here = found.all(), (work.case.round, own.part)
    gone = {event.data.get("of") for event in events}
    return sum(
        1
        for event in events
        if event.kind == "returned" and event.id not in gone and (event.data["round"], event.data["part"]) == here
    )


def _refused_before(work: Work, desk: Desk) -> bool:
    """Whether the desk has already let go of the case in this round: asked again it would only send it back."""
    gone = ("returned", "moved", "handed_over", "undecided")
    return any(part.desk_id == desk.id and part.status in gone for part in work.round_parts)


async def desk_for(work: Work, department: str) -> Desk:
    """The desk of a department for the case's place. The unit complained about is passed over for the one above it."""
    if department not in DEPARTMENTS:
        raise Refused(line("请选择应当办理的单位。"))
    if department in UNITS and work.case.capacity == "personal":
        raise Refused(line("报告人以个人名义报告，不能转给学校、医院等单位。"))
    found = await desks_for(work.session, work.case.place_code, [department], recused=complained_about(work.case))
    desk = found.get(department)
    if desk is None:
        raise Refused(
            line(
                "这个地方没有{department}的值班台，请选别的单位或请管理员补上。",
                department=line(DEPARTMENTS[department]),
            )
        )
    if work.own is not None and desk.id == work.own.desk_id:
        raise Refused(line("这就是本单位。请选应当办理的单位。"))
    return desk


def not_yet(desk: Desk) -> Line:
    return line("现在还不能让{desk}知道：要等牵头席位按“可以走访／可以告知”。", desk=desk.name)


@dataclass(frozen=True)
class _Given:
    """`answer_by`: when the desk that was asked must have acknowledged. `taken`: it handles the case already. `was`: how the
    part stood that it had before and that was changed."""

    answer_by: datetime | None = None
    taken: bool = False
    was: dict[str, Any] | None = None


async def _give(work: Work, desk: Desk, protocols: Protocols, *, part: str, since: datetime) -> _Given:
    """The desk gets this part (lead or with), and is responsible as soon as it accepts. Its progress and result are counted
    from `since`. A desk that has such a part already keeps it as it is."""
    there = next((each for each in work.round_parts if each.desk_id == desk.id), None)
    was = as_it_is(there, work.clocks_at(desk.id)) if there is not None else None
    if there is None:
        work.batch.add(
            Assignment(
                id=new_id(work.now),
                case_id=work.case.id,
                desk_id=desk.id,
                department=desk.department,
                part=part,
                status="notified",
                round=work.case.round,
                clauses=[],
                opened_at=work.now,
            )
        )
    elif there.status in _WORKING and part in (there.part, "with"):
        return _Given(taken=there.accepted_at is not None)
    else:
        work.set(
            there, part=part, status="notified", held=False, acknowledged_at=None, accepted_at=None, handler=None,
            opened_at=work.now,
        )  # fmt: skip
    work.letter("handed_over", desk, await work.county())
    answer_by, terms = None, work.pack(protocols).terms
    policies = policies_for(terms, work.urgency, desk.kind, category=work.case.category)
    visit = policy_of(terms, "visit_permission", work.urgency, category=work.case.category)
    if visit is not None and part == "lead" and any(each.held and each.desk_id != desk.id for each in work.round_parts):
        policies.append(visit)
    for policy in policies:
        begins = since if policy.kind in ("progress", "result", "visit_permission") else work.now
        clock = work.run(protocols, desk.id, policy, begins, leads=part == "lead")
        if policy.kind == "acknowledge" and clock is not None:
            answer_by = clock.ends_at
    return _Given(answer_by, was=was)


async def _ask_coordinator(work: Work, protocols: Protocols, why: str) -> None:
    """Two desks say that it is not theirs: the coordinators' own people are asked at once, and the desk that coordinates has a
    clock until it names one."""
    desk_id = work.mine.desk_id
    await call_up(
        work.session,
        work.batch,
        work.case,
        desk_id,
        why,
        protocols,
        work.now,
        county=await work.county(),
        but=(desk_id,),
    )
    desk = await coordinating_desk(work.session, work.case, protocols)
    policy = policy_of(work.pack(protocols).terms, DECIDE, work.urgency, category=work.case.category)
    if desk is not None:
        seat_beside(work.batch, work.case, desk, work.parts, work.now)
        work.letter("decide", desk, await work.county())
        if not any(row.kind == DECIDE and row.status == "running" for row in work.clocks_at(desk.id)):
            work.run(protocols, desk.id, policy)
