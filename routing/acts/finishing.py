"""Finishing: the result, inner and tellable, and 办结."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.calls import renewed
from escalation.policy import policy_of
from escalation.timers import stop_clocks
from records.access.reach import reveals
from records.batch import Batch
from records.columns import new_id
from records.outbox import PLATFORM
from records.tables import Account, Decision, DutyTask, Guardianship, Letter, Proposal, Result, Telling
from routing.acts.deciding import NUMBER_LENGTH, decide, decisions, promise_decision
from routing.acts.every_case import ask_every_case
from routing.acts.guarding import take_in_care
from routing.acts.work import Work, begin, written
from routing.acts.working import child_seen
from routing.feedback import recipients, unpaid
from routing.lifecycle import Facts, after, may_close, outlives
from routing.outcomes import CUSTODY, DECISIONS, OUTCOMES, POLICE_DECISIONS
from routing.protocols import Protocols
from routing.refusal import Refused
from routing.seen import Seen, lacking, must_be_seen
from routing.tellable import problems, untrue
from words.ids import Urgency
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
    decision_by: datetime | None = None,
) -> tuple[Batch, Line]:
    """办理结果: `inner` stays with the desks, `tellable` is what a reporter may hear. The lead's result of a critical or urgent
    harm says who saw the child; it starts the clock for telling. That of the police on a critical case says whether it is
    受案／立案, or by when that is decided (`decision_by`). A co-handling desk's result ends its own part."""
    work = await begin(session, person, reference, now)
    own = work.mine
    state = work.next_state("record_result")
    inner = written(inner, line("请写办理结果（内部）。"), 8000)
    made = await decisions(work)
    number = _outcomes(outcomes, document_number, own.department, made)
    tellable = tellable.strip()
    if own.part == "lead":
        if missing := lacking(seen, work.urgency, work.case.category, work.case.opened_at, now):
            raise Refused(missing)
        tellable = written(tellable, line("请写可告知内容。"), 1000)
        _filing(work, outcomes, made, decision_by, protocols)
    _may_be_told(work, tellable)
    if wrong := untrue(tellable, seen.safe):
        raise Refused(wrong)
    await _papers(work, outcomes, seen)
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
    new = [each for each in outcomes if each in DECISIONS and each not in {one.kind for one in made}]
    if new and number:
        decide(work, protocols, new, number, now)
        work.stop("record_decision")
    work.event("result", outcomes=list(outcomes))
    child_seen(work, seen, protocols)
    if own.part == "lead":
        policy = policy_of(work.pack(protocols).terms, "tell", work.urgency, category=work.case.category)
        work.run(protocols, own.desk_id, policy)
        asked = work.receipt is not None and work.receipt.view.get("question")
        work.tell(status="waiting" if asked else "result", answer_by=None)
    return work.done("record_result", line("已记录办理结果。"), outcomes=list(outcomes))


def _outcomes(outcomes: Sequence[str], document_number: str, department: str, made: Sequence[Decision]) -> str | None:
    """The document number of the result. A decision that is recorded already brings its own."""
    if not outcomes:
        raise Refused(line("请至少选一项办理结果。"))
    if any(outcome not in OUTCOMES for outcome in outcomes):
        raise Refused(line("有一项办理结果不认识，请刷新页面再选。"))
    if department != "police" and set(DECISIONS).intersection(outcomes):
        raise Refused(line("受案、立案、不予立案、告诫书由公安来记。"))
    number = document_number.strip()
    for outcome in outcomes:
        known = next((each.document_number for each in reversed(made) if each.kind == outcome), "")
        if OUTCOMES[outcome].number and not (number or known):
            raise Refused(line("“{outcome}”要有文号，请填写。", outcome=line(OUTCOMES[outcome].name)))
        number = number or known
    if len(number) > NUMBER_LENGTH:
        raise Refused(line("文号最多 80 个字。"))
    return number or None


def _filing(
    work: Work, outcomes: Sequence[str], made: Sequence[Decision], by: datetime | None, protocols: Protocols
) -> None:
    """The result of the police on a critical harm: 受案／立案 is decided, or its day is named."""
    must = work.urgency is Urgency.CRITICAL and must_be_seen(work.urgency, work.case.category)
    if not must or work.mine.department != "police":
        return
    if POLICE_DECISIONS.intersection({*outcomes, *(each.kind for each in made)}):
        return
    if by is None:
        raise Refused(line("请写受案、立案的情况：已经决定的选结果并写文号，没有决定的写最迟哪天决定。"))
    promise_decision(work, protocols, by)


async def _papers(work: Work, outcomes: Sequence[str], seen: Seen) -> None:
    """Outcomes that have a record of their own: temporary guardianship is opened with the result where it says with whom the
    child is; a proposal must have been sent to somebody."""
    kept = await work.session.exec(
        select(Guardianship.kind).where(Guardianship.case_id == work.case.id, col(Guardianship.ended_at).is_(None))
    )
    for kind in CUSTODY.intersection(outcomes) - set(kept.all()):
        if not (seen.custody.strip() and seen.where.strip()):
            raise Refused(line("请先用“临时监护”记下由谁照看、在哪里。"))
        take_in_care(work, kind, seen.custody.strip(), seen.where.strip(), seen.at or work.now, None)
    if "proposal" in outcomes:
        sent = select(Proposal.id).where(Proposal.case_id == work.case.id, Proposal.from_desk_id == work.mine.desk_id)
        if (await work.session.exec(sent.limit(1))).first() is None:
            raise Refused(line("请先用“发出建议”写明给哪个单位，再记结果。"))


def _may_be_told(work: Work, text: str) -> None:
    if found := problems(text, work.case.facts, work.case.reporter):
        raise Refused(found[0])


async def close(
    session: AsyncSession, person: Account, reference: str, protocols: Protocols, now: datetime
) -> tuple[Batch, Line]:
    """办结: with a result, a feedback that was read or tried, and every co-handling desk's part done. Stops every clock but
    those of what is owed all the same (`lifecycle.OUTLIVES`); after one of the nine situations the every-case check begins."""
    work = await begin(session, person, reference, now, closed_too=True)
    own = work.must_lead()
    results = (
        await session.exec(select(Result.id).where(Result.assignment_id == own.id, Result.round == work.case.round))
    ).all()
    tellings = await _tellings(work)
    open_questions = [each for each in tellings if each.kind == "question" and not (each.answered_at or each.tried_at)]
    others = [part for part in work.round_parts if part.id != own.id and part.part != "copy"]
    facts = Facts(
        urgency=work.urgency, results=len(results), told=not unpaid(await recipients(session, work.case), tellings),
        owing=tuple(part.status for part in others if not part.held), asks_reporter=bool(open_questions),
        undecided_filing=any(row.kind == "filing" and row.status == "running" for row in work.clocks),
    )  # fmt: skip
    if refused := may_close(work.case.status, facts):
        raise Refused(refused)
    await nothing_open(work)
    if (await reveals(session, work.case, now)).owed:
        raise Refused(line("有人查看过报告人的电话，还没有第二人复核。请先请督办人员或另一人复核。"))
    for part in others:
        if part.held:
            work.set(part, status=after(part.status, "withdraw"))
    stop_clocks(work.batch, work.clocks, {row.kind for row in work.clocks if not outlives(row.kind)}, now)
    letters = await session.exec(
        select(Letter).where(
            Letter.case_id == work.case.id,
            col(Letter.status).in_(("held", "waiting", "sending", "calling", "gathered")),
            Letter.courier != PLATFORM,  # what the platform has not heard yet it hears all the same
        )
    )
    for letter in letters.all():
        if not _true_after_closing(letter):
            work.batch.change(letter, status="void")
    work.batch.change(work.case, status="closed", closed_at=now)
    work.event("closed")
    await ask_every_case(work, protocols)
    work.tell(status="closed", answer_by=None, question=None)
    return work.done("close", line("已办结。"))


async def _tellings(work: Work) -> Sequence[Telling]:
    """What was said to whoever reported in this round."""
    found = await work.session.exec(
        select(Telling).where(Telling.case_id == work.case.id, Telling.round == work.case.round)
    )
    return found.all()


async def nothing_open(work: Work) -> None:
    """What the 24-hour desk still has to do for this case: calls to staff fall away, but for what is true all the same; the
    rest must be done first."""
    open_ones = await work.session.exec(
        select(DutyTask).where(DutyTask.case_id == work.case.id, DutyTask.status == "open")
    )
    tasks = open_ones.all()
    if any(task.kind != "call" for task in tasks):
        raise Refused(line("24小时值班台还有一件事没有办完，请先请他们办好。"))
    riding = await work.session.exec(
        select(Letter).where(col(Letter.call_id).in_([task.id for task in tasks]), Letter.status == "calling")
    )
    moot = [letter for letter in riding.all() if not _true_after_closing(letter)]
    shows = await renewed(work.session, tasks, moot) if tasks else {}
    for task in tasks:
        work.batch.change(task, **shows[task.id])


def _true_after_closing(letter: Letter) -> bool:
    """Whether the letter speaks of what is owed whatever becomes of the case: a proposal, or a clock that runs on."""
    parts = letter.kind.split(":")
    return parts[0] in ("proposal", "proposal_reply") or (len(parts) > 2 and outlives(parts[1]))
