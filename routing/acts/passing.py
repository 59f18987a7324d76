"""Passing a case on: 转办, 不属本单位应属__, and the coordinator's decision.

First-receiver rule: a desk that hands a case over stays responsible, its clocks running, until another one accepts.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.policy import policies_for, policy_of
from records.access.standing import COORDINATORS, UNITS
from records.batch import Batch
from records.columns import new_id
from records.tables import Account, Assignment, Desk, Event
from routing.acts.work import Work, begin, iso, written
from routing.directory import desks_for, superior_desk
from routing.lifecycle import STOPS, Facts, after, after_return, may
from routing.protocols import Protocols
from routing.refusal import Refused
from words.ids import DEPARTMENTS
from words.language import Line, line

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
    desk = await _desk_for(work, department)
    if _refused_before(work, desk):
        await _ask_coordinator(work, protocols, desk)
        work.event("handed_over", reason, to=desk.id, to_name=desk.name, undecided=True)
        said = line("{desk}已经转出或退回过，已请协调单位决定。决定前仍由本单位负责，计时不停。", desk=desk.name)
        return work.done("hand_over", said, to=desk.id)
    since = min(part.opened_at for part in work.round_parts)
    given = await _give(work, desk, protocols, part=own.part, since=since)
    work.event("handed_over", reason, to=desk.id, to_name=desk.name)
    _tell_who_leads(work, own, desk, given)
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
    """不属本单位，应属__. The desk named is asked at once; a second return waits for the coordinator's decision."""
    work = await begin(session, person, reference, now)
    own = work.mine
    work.next_state("return")
    reason = written(reason, _WHY)
    _in_time(work, own, protocols)
    desk = await _desk_for(work, department)
    returns = await _returns(work, own)
    state = "undecided" if _refused_before(work, desk) else after_return(returns)
    undecided = state == "undecided"
    work.event(
        "returned", reason, to=desk.id, to_name=desk.name, round=work.case.round, part=own.part, undecided=undecided
    )
    if undecided:
        work.set(own, status=state)
        await _ask_coordinator(work, protocols, desk)
        return work.done("return", line("已退回。第二次退回由协调单位决定，决定前仍由本单位负责。"), to=desk.id)
    given = await _give(work, desk, protocols, part=own.part, since=now)
    _tell_who_leads(work, own, desk, given)
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
    """The supervisor or coordinator names who leads. Whoever has it now stays responsible until that desk accepts."""
    work = await begin(session, person, reference, now)
    if not _coordinates(work):
        raise Refused(line("改派由督办人员或协调单位来做。"))
    reason = written(reason, _WHY)
    desk = await _desk_for(work, department)
    leads = [part for part in work.round_parts if part.part == "lead" and part.desk_id != desk.id]
    if any(part.part == "lead" and part.desk_id == desk.id and part.status in _WORKING for part in work.round_parts):
        raise Refused(line("{desk}正在办理，不用改派。", desk=desk.name))
    for part in leads:
        act = "withdraw" if part.status == "undecided" else "hand_over"
        if may(part.status, act, Facts(work.urgency, part.department)) is not None:
            continue
        work.event("reassigned", reason, desk_id=part.desk_id, to=desk.id, to_name=desk.name)
        if act == "withdraw":
            await _let_go(work, part, after(part.status, act))
        else:
            work.set(part, status=after(part.status, act))
    given = await _give(work, desk, protocols, part="lead", since=now)
    work.event("designated", None if leads else reason, desk_id=desk.id)
    work.tell(status="received", desk=desk.name, answer_by=iso(given.answer_by))
    return work.done("reassign", line("已指定{desk}办理。", desk=desk.name), to=desk.id)


async def release_givers(work: Work, own: Assignment) -> None:
    """A desk has accepted: whoever handed the case over to it, directly or through others, is no longer responsible."""
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


def _tell_who_leads(work: Work, own: Assignment, desk: Desk, given: "_Given") -> None:
    if own.part == "lead":
        work.tell(status="accepted" if given.taken else "received", desk=desk.name, answer_by=iso(given.answer_by))


_WORKING = frozenset(("notified", "acknowledged", "accepted", "dispatched", "done"))


def _coordinates(work: Work) -> bool:
    if work.person.role == "supervisor":
        return work.level == "story"
    return work.level == "story" and work.desk is not None and work.desk.department in COORDINATORS


def _in_time(work: Work, own: Assignment, protocols: Protocols) -> None:
    term = work.pack(protocols).terms.deadlines["return"].term(work.urgency, work.case.category)
    if term is not None and work.now > protocols.calendar.add(own.opened_at, term.due):
        raise Refused(line("已过退回时限（收到后{span}）。请转办给应当办理的单位。", span=term.due.zh))


async def _returns(work: Work, own: Assignment) -> int:
    """How often this kind of part has been returned in this round of the case."""
    found = await work.session.exec(select(Event).where(Event.case_id == work.case.id, Event.kind == "returned"))
    here = (work.case.round, own.part)
    return sum(1 for event in found.all() if (event.data.get("round"), event.data.get("part")) == here)


def _refused_before(work: Work, desk: Desk) -> bool:
    """Whether the desk has already let go of the case in this round: asked again it would only send it back."""
    gone = ("returned", "moved", "handed_over", "undecided")
    return any(part.desk_id == desk.id and part.status in gone for part in work.round_parts)


async def _desk_for(work: Work, department: str) -> Desk:
    """The desk of a department for the case's place. The unit complained about is passed over for the one above it."""
    if department not in DEPARTMENTS:
        raise Refused(line("请选择应当办理的单位。"))
    if department in UNITS and work.case.capacity == "personal":
        raise Refused(line("报告人以个人名义报告，不能转给学校、医院等单位。"))
    found = await desks_for(work.session, work.case.place_code, [department])
    desk = found.get(department)
    routing = work.case.assessment.get("routing") or {}
    if desk is not None and routing.get("complained_about") == department:
        desk = await superior_desk(work.session, desk.place_code, desk.department)
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


@dataclass(frozen=True)
class _Given:
    """`answer_by`: when the desk that was asked must have acknowledged. `taken`: it handles the case already."""

    answer_by: datetime | None = None
    taken: bool = False


async def _give(work: Work, desk: Desk, protocols: Protocols, *, part: str, since: datetime) -> _Given:
    """The desk gets this part (lead or with), and is responsible as soon as it accepts. Its progress and result are counted
    from `since`. A desk that has such a part already keeps it as it is."""
    there = next((each for each in work.round_parts if each.desk_id == desk.id), None)
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
        clock = work.run(protocols, desk.id, policy, begins)
        if policy.kind == "acknowledge" and clock is not None:
            answer_by = clock.ends_at
    return _Given(answer_by)


async def _ask_coordinator(work: Work, protocols: Protocols, named: Desk) -> None:
    """Two desks say that it is not theirs: the coordinators are asked to decide."""
    offices = work.pack(protocols).terms.coordinators
    found = await desks_for(work.session, work.case.place_code, offices)
    county = await work.county()
    for desk in found.values():
        work.letter("decide", desk, county, named=named.id)
