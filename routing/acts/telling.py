"""Telling: 反馈报告人, how it was tried when she did not come to read, and the call-back that asks whether it holds."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.policy import policy_of
from records.batch import Batch
from records.columns import new_id
from records.tables import Account, Assignment, Decision, Desk, Telling
from routing.acts.work import Work, begin, happened, written
from routing.acts.working import child_seen
from routing.feedback import REPORTER, UNIT, WAYS, arrived, kind_of, recipients, safe_ways
from routing.lifecycle import PART
from routing.protocols import Protocols
from routing.refusal import Refused
from routing.ringing import ring_reporter
from routing.rounds import Heard, reopen, unhappy
from routing.seen import Seen, must_be_seen
from routing.tellable import problems
from words.language import Line, line


async def tell_reporter(
    session: AsyncSession,
    person: Account,
    reference: str,
    text: str,
    interim: bool,
    protocols: Protocols,
    now: datetime,
) -> tuple[Batch, Line]:
    """反馈报告人: an interim word, or the result. It waits behind the receipt; the clock runs until she has read it, or
    somebody records how it was tried. A report made on a unit's behalf is told to the unit too, in the same words. With the
    result the call-back falls due."""
    work = await begin(session, person, reference, now)
    own = await _may_tell(work, interim)
    text = written(text, line("请写要告知报告人的话。"), 1000)
    if found := problems(text, work.case.facts, work.case.reporter):
        raise Refused(found[0])
    kind = "interim" if interim else "result"
    tellings = [
        Telling(
            id=new_id(now), case_id=work.case.id, kind=kind, recipient=recipient, round=work.case.round, text=text, at=now,
            by=person.id, desk_id=own.desk_id,
        )
        for recipient in await recipients(session, work.case)
    ]  # fmt: skip
    work.batch.add(*tellings)
    await _ring_desks(work, tellings)
    work.stop_kinds(("interim",), "")
    for each in work.put_here:
        theirs = next((telling for telling in tellings if telling.recipient == f"{REPORTER}:{each.case.id}"), None)
        if theirs is not None:
            work.tell_also(each.case, text, theirs.id)
            await ring_reporter(session, work.batch, each.case, theirs.id, own.desk_id, now)
    hers = next((telling for telling in tellings if telling.recipient == REPORTER), None)
    if hers is not None:
        work.tell(tellable=text, telling=hers.id)
        await ring_reporter(session, work.batch, work.case, hers.id, own.desk_id, now)
    if not interim:
        work.tell(status="told")
        _call_back_later(work, protocols)
    by_hand = [telling for telling in tellings if kind_of(telling.recipient) == UNIT]
    work.event(
        "told", text, telling=tellings[0].id, interim=interim, to=sorted({kind_of(each.recipient) for each in tellings})
    )
    said = line("已放到查询码后面，报告人来看时会看到；看到以后这里会记下时间。")
    if by_hand:
        said = line("已放到查询码后面。报告是代表单位提出的，请另把这段话告知该单位，并记下怎样告知。")
    return work.done("tell_reporter", said, telling=tellings[0].id, interim=interim)


async def _may_tell(work: Work, interim: bool) -> Assignment:
    """The lead; an interim word also the police whose decision the law wants told within three days."""
    if interim and not work.leads:
        own = work.mine
        made = select(Decision.id).where(
            Decision.case_id == work.case.id, Decision.round == work.case.round, Decision.desk_id == own.desk_id
        )
        if (await work.session.exec(made.limit(1))).first() is not None:
            return own
    own = work.must_lead()
    if interim and own.accepted_at is None:
        raise Refused(line("请先按“我来处理”。"))
    if not interim and "tell_reporter" not in PART[own.status].acts:
        raise Refused(line("请先记录办理结果，再反馈报告人。"))
    return own


async def _ring_desks(work: Work, tellings: Sequence[Telling]) -> None:
    """A desk that is told reads it in the console: it gets a letter that something waits there."""
    for telling in tellings:
        if telling.recipient.startswith("desk:"):
            desk = await work.session.get(Desk, telling.recipient.partition(":")[2])
            if desk is not None:
                work.letter("told", desk, await work.county())


def _call_back_later(work: Work, protocols: Protocols) -> None:
    """Seven days after a critical or urgent result somebody looks again whether the child is safe."""
    desk_id = work.mine.desk_id
    if not any(row.kind == "call_back" for row in work.clocks_at(desk_id)):
        policy = policy_of(work.pack(protocols).terms, "call_back", work.urgency, category=work.case.category)
        work.run(protocols, desk_id, policy)


async def record_tried(
    session: AsyncSession,
    person: Account,
    reference: str,
    recipient: str,
    way: str,
    at: datetime,
    how: str,
    now: datetime,
) -> tuple[Batch, Line]:
    """A named person says how and when it was tried to reach the reporter, who has not come to read; or how a unit was told
    that has no desk here. Only in a way that the reporter said is safe."""
    work = await begin(session, person, reference, now)
    work.must_lead()
    if kind_of(recipient) not in (REPORTER, UNIT):
        raise Refused(line("请选告知的对象。"))
    if way not in WAYS:
        raise Refused(line("请选用什么方式。"))
    report = next((each.case for each in work.put_here if recipient.endswith(f":{each.case.id}")), work.case)
    if way not in safe_ways(report, recipient):
        raise Refused(line("报告人选择的联系方式不允许这样联系，请换一种方式。"))
    how = written(how, line("请写明找了谁、结果如何。"), 1000)
    tellings = await _of_round(work)
    waiting = [
        each
        for each in tellings
        if each.recipient == recipient and not (each.fetched_at or each.tried_at or each.answered_at)
    ]
    if not waiting:
        raise Refused(line("没有在等对方看的反馈或提问。"))
    happened(at, now, line("时间还没有到，请核对。"))
    if at < max(each.at for each in waiting).replace(second=0, microsecond=0):
        raise Refused(line("写反馈以后试过的时间。"))
    for telling in waiting:
        work.batch.change(telling, tried=how, tried_at=at)
    owed = await recipients(session, work.case)
    arrived(work.batch, [row for row in work.clocks if row.round == work.case.round], tellings, waiting, owed, now)
    work.event("tried", how, way=way, tried_at=at.isoformat(), unit=kind_of(recipient) == UNIT)
    return work.done("record_tried", line("已记录。"), way=way)


async def _of_round(work: Work) -> Sequence[Telling]:
    """What was said in this round to whoever reported."""
    found = await work.session.exec(
        select(Telling).where(Telling.case_id == work.case.id, Telling.round == work.case.round)
    )
    return found.all()


async def call_back(
    session: AsyncSession,
    person: Account,
    reference: str,
    safe: bool | None,
    seen: Seen,
    satisfied: str,
    what: str,
    protocols: Protocols,
    home: str,
    now: datetime,
) -> tuple[Batch, Line]:
    """回访. After a critical or urgent harm it is a safety check: somebody sees the child again. `satisfied` is what the
    reporter says of the result: yes, no, or unreached (then `what` says how it was tried). A child who is not safe, or a
    reporter who says that it is not solved, opens a new round; the second unhappy one climbs."""
    work = await begin(session, person, reference, now, closed_too=True)
    own = work.must_lead()
    work.next_state("call_back")
    running = [row for row in work.clocks_at(own.desk_id) if row.kind == "call_back" and row.status == "running"]
    if not running:
        raise Refused(line("现在没有要做的回访。"))
    what = written(what, line("请写回访的情况；联系不上的，写怎样试的。"), 2000)
    if satisfied not in ("yes", "no", "unreached"):
        raise Refused(line("请选报告人怎么说。"))
    if must_be_seen(work.urgency, work.case.category):
        _checked(seen, safe, running[0].started_at, now)
    stopped = work.stop("call_back")
    work.event("called_back", what, safe=safe, satisfied=satisfied)
    if safe is not False and satisfied != "no":
        if safe:
            child_seen(work, seen, protocols)
        return work.done("call_back", line("已记录回访。"), satisfied=satisfied)
    heard = Heard(
        session,
        work.case,
        work.parts,
        work.clocks,
        work.receipt,
        await work.county(),
        now,
        person.id,
        work.case.id,
        work.batch,
    )
    done = {row.id for row in stopped}
    if satisfied == "no":
        await unhappy(heard, "unhappy", what, protocols, home, done)
    else:
        await reopen(heard, protocols, home, done)
    return work.done("call_back", line("已记录回访，并已重新打开，各单位重新办理。"), satisfied=satisfied, safe=safe)


def _checked(seen: Seen, safe: bool | None, told_at: datetime, now: datetime) -> None:
    """Seen means seen, here too, and after the result was told."""
    if not seen:
        raise Refused(line("回访要当面见到孩子。请写明谁见到了孩子、什么时候、在哪里。"))
    if seen.at is not None:
        happened(seen.at, now, line("见到孩子的时间还没有到，请核对。"))
        if seen.at < told_at.replace(second=0, microsecond=0):
            raise Refused(line("写反馈以后见到孩子的情况。"))
    if safe is None:
        raise Refused(line("请写明孩子现在是否安全。"))
