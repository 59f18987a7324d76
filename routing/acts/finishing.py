"""Finishing: the result, inner and tellable; telling the reporter; how it was tried; 办结."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.policy import policy_of
from escalation.timers import stop_clocks
from records.access.reach import reveals
from records.batch import Batch
from records.columns import new_id
from records.outbox import PLATFORM
from records.tables import Account, DutyTask, Letter, Result, Telling
from routing.acts.work import Work, begin, written
from routing.acts.working import child_seen
from routing.lifecycle import PART, Facts, after, may_close
from routing.outcomes import OUTCOMES, POLICE_DECISIONS
from routing.protocols import Protocols
from routing.refusal import Refused
from routing.ringing import ring_reporter
from routing.seen import Seen, lacking
from routing.tellable import problems, untrue
from words.language import Line, line


async def record_result(
    session: AsyncSession,
    person: Account,
    reference: str,
    outcomes: Sequence[str],
    document_number: str,
    inner: str,
    tellable: str,
    seen: Seen,
    protocols: Protocols,
    now: datetime,
) -> tuple[Batch, Line]:
    """办理结果: `inner` stays with the desks, `tellable` is what a reporter may hear. The lead's result of a critical or urgent
    harm says who saw the child; it starts the clock for telling. A co-handling desk's result ends its own part."""
    work = await begin(session, person, reference, now)
    own = work.mine
    state = work.next_state("record_result")
    inner = written(inner, line("请写办理结果（内部）。"), 8000)
    number = _outcomes(outcomes, document_number)
    tellable = tellable.strip()
    if own.part == "lead":
        if missing := lacking(seen, work.urgency, work.case.category, work.case.opened_at, now):
            raise Refused(missing)
        tellable = written(tellable, line("请写可告知内容。"), 1000)
    _may_be_told(work, tellable)
    if wrong := untrue(tellable, seen.safe):
        raise Refused(wrong)
    work.batch.add(
        Result(
            id=new_id(now),
            case_id=work.case.id,
            assignment_id=own.id,
            round=work.case.round,
            at=now,
            by=person.id,
            outcomes=list(outcomes),
            document_number=number,
            inner=inner,
            tellable=tellable,
            seen=seen.to_json(),
        )
    )
    work.set(own, status=state)
    work.stop("record_result")
    work.event("result", outcomes=list(outcomes))
    child_seen(work, seen, protocols)
    if own.part == "lead":
        _owe_telling(work, outcomes, protocols)
        asked = work.receipt is not None and work.receipt.view.get("question")
        work.tell(status="waiting" if asked else "result", answer_by=None)
    return work.done("record_result", line("已记录办理结果。"), outcomes=list(outcomes))


def _outcomes(outcomes: Sequence[str], document_number: str) -> str | None:
    if not outcomes:
        raise Refused(line("请至少选一项办理结果。"))
    if any(outcome not in OUTCOMES for outcome in outcomes):
        raise Refused(line("有一项办理结果不认识，请刷新页面再选。"))
    number = document_number.strip()
    for outcome in outcomes:
        if OUTCOMES[outcome].number and not number:
            raise Refused(line("“{outcome}”要有文号，请填写。", outcome=line(OUTCOMES[outcome].name)))
    if len(number) > 80:
        raise Refused(line("文号最多 80 个字。"))
    return number or None


def _may_be_told(work: Work, text: str) -> None:
    if found := problems(text, work.case.facts, work.case.reporter):
        raise Refused(found[0])


def _owe_telling(work: Work, outcomes: Sequence[str], protocols: Protocols) -> None:
    """The reporter is owed a word now; after a police decision the law gives three days (意见 art. 14)."""
    terms, desk_id = work.pack(protocols).terms, work.mine.desk_id
    work.run(protocols, desk_id, policy_of(terms, "tell", work.urgency, category=work.case.category))
    if POLICE_DECISIONS.intersection(outcomes):
        work.run(protocols, desk_id, policy_of(terms, "three_day", work.urgency, category=work.case.category))


async def tell_reporter(
    session: AsyncSession, person: Account, reference: str, text: str, interim: bool, now: datetime
) -> tuple[Batch, Line]:
    """反馈报告人: an interim word, or the result. It waits behind the receipt; the clock runs until she has read it, or
    somebody records how it was tried."""
    work = await begin(session, person, reference, now)
    own = work.must_lead()
    if interim and own.accepted_at is None:
        raise Refused(line("请先按“我来处理”。"))
    if not interim and "tell_reporter" not in PART[own.status].acts:
        raise Refused(line("请先记录办理结果，再反馈报告人。"))
    text = written(text, line("请写要告知报告人的话。"), 1000)
    _may_be_told(work, text)
    telling = Telling(
        id=new_id(now), case_id=work.case.id, kind="interim" if interim else "result", round=work.case.round, text=text,
        at=now, by=person.id, desk_id=own.desk_id,
    )  # fmt: skip
    work.batch.add(telling)
    work.stop_kinds(("interim",), "")
    if not interim:
        work.tell(status="told")
    work.tell(tellable=text, telling=telling.id)
    work.event("told", text, telling=telling.id, interim=interim)
    await ring_reporter(session, work.batch, work.case, telling.id, own.desk_id, now)
    said = line("已放到查询码后面，报告人来看时会看到；看到以后这里会记下时间。")
    return work.done("tell_reporter", said, telling=telling.id, interim=interim)


async def record_tried(
    session: AsyncSession, person: Account, reference: str, how: str, now: datetime
) -> tuple[Batch, Line]:
    """A named person says how and when it was tried to reach the reporter, who has not come to read."""
    work = await begin(session, person, reference, now)
    work.must_lead()
    how = written(how, line("请写明怎么试的、什么时间、结果如何。"), 1000)
    tellings = [*await _tellings(work, "result"), *await _tellings(work, "question")]
    waiting = [each for each in tellings if not (each.fetched_at or each.tried_at or each.answered_at)]
    if not waiting:
        raise Refused(line("没有在等报告人看的反馈或提问。"))
    for telling in waiting:
        work.batch.change(telling, tried=how, tried_at=now)
    if any(telling.kind == "result" for telling in waiting):
        feedback_done(work)
    work.event("tried", how)
    return work.done("record_tried", line("已记录。"))


def feedback_done(work: Work) -> None:
    """She has read it, or it was tried: what was owed to her is done, at whichever desk it was owed."""
    for part in work.round_parts:
        work.stop_kinds(("tell", "three_day"), part.desk_id)


async def close(session: AsyncSession, person: Account, reference: str, now: datetime) -> tuple[Batch, Line]:
    """办结: with a result, a feedback that was read or tried, and every co-handling desk's part done. Stops every clock."""
    work = await begin(session, person, reference, now, closed_too=True)
    own = work.must_lead()
    results = (
        await session.exec(select(Result.id).where(Result.assignment_id == own.id, Result.round == work.case.round))
    ).all()
    feedback = [telling for telling in await _tellings(work, "result") if telling.fetched_at or telling.tried_at]
    open_questions = [each for each in await _tellings(work, "question") if not (each.answered_at or each.tried_at)]
    others = [part for part in work.round_parts if part.id != own.id and part.part != "copy"]
    facts = Facts(
        urgency=work.urgency, results=len(results), told=bool(feedback),
        owing=tuple(part.status for part in others if not part.held), asks_reporter=bool(open_questions),
    )  # fmt: skip
    if refused := may_close(work.case.status, facts):
        raise Refused(refused)
    await _nothing_open(work)
    if (await reveals(session, work.case, now)).owed:
        raise Refused(line("有人查看过报告人的电话，还没有第二人复核。请先请督办人员或另一人复核。"))
    for part in others:
        if part.held:
            work.set(part, status=after(part.status, "withdraw"))
    stop_clocks(work.batch, work.clocks, {row.kind for row in work.clocks}, now)
    letters = await session.exec(
        select(Letter).where(
            Letter.case_id == work.case.id,
            col(Letter.status).in_(("held", "waiting", "sending", "calling", "gathered")),
            Letter.courier != PLATFORM,  # what the platform has not heard yet it hears all the same
        )
    )
    for letter in letters.all():
        work.batch.change(letter, status="void")
    work.batch.change(work.case, status="closed", closed_at=now)
    work.event("closed")
    work.tell(status="closed", answer_by=None, question=None)
    return work.done("close", line("已办结。"))


async def _tellings(work: Work, kind: str) -> Sequence[Telling]:
    """What was said to the reporter in this round."""
    return (
        await work.session.exec(
            select(Telling).where(
                Telling.case_id == work.case.id, Telling.kind == kind, Telling.round == work.case.round
            )
        )
    ).all()


async def _nothing_open(work: Work) -> None:
    """What the 24-hour desk still has to do for this case: calls to staff fall away, the rest must be done first."""
    tasks = await work.session.exec(select(DutyTask).where(DutyTask.case_id == work.case.id, DutyTask.status == "open"))
    for task in tasks.all():
        if task.kind != "call":
            raise Refused(line("24小时值班台还有一件事没有办完，请先请他们办好。"))
        work.batch.change(task, status="void")
