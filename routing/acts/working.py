"""Working on a case: progress as a fact, and a question to the reporter, whom the desk never sees."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.clock import NotAllowed, pause
from escalation.policy import policy_of
from escalation.timers import clock_of, put_clock
from records.batch import Batch
from records.columns import new_id
from records.tables import Account, Telling
from routing.acts.work import Work, begin, written
from routing.protocols import Protocols
from routing.refusal import Refused
from routing.ringing import ring_reporter
from routing.seen import Seen
from routing.tellable import forbidden
from words.ids import Urgency
from words.language import Line, line


async def progress(
    session: AsyncSession,
    person: Account,
    reference: str,
    who: str,
    at: datetime,
    what: str,
    seen: Seen | None,
    protocols: Protocols,
    now: datetime,
) -> tuple[Batch, Line]:
    """A fact: who did what, when. Stops the progress clock. `seen`, when somebody saw the child: the child's clock counts
    from then."""
    work = await begin(session, person, reference, now)
    own = work.mine
    state = work.next_state("progress")
    who, what = written(who, line("请写明是谁做的。"), 100), written(what, line("请写明做了什么。"))
    if at > now:
        raise Refused(line("进展写已经做了的事；时间还没有到，请核对。"))
    if seen is not None and not seen:
        raise Refused(line("打电话不算见到。请写明谁当面见到了孩子、什么时候、在哪里。"))
    work.set(own, status=state)
    work.stop("progress")
    work.event("progress", f"{who}：{what}", done_at=at.isoformat(), seen=seen is not None)
    if seen is not None:
        child_seen(work, seen, protocols)
    return work.done("progress", line("已记录进展。"), seen=seen is not None)


def child_seen(work: Work, seen: Seen, protocols: Protocols) -> None:
    """Somebody saw the child: how long ago that was is counted afresh. Nothing else ever touches this clock."""
    if not seen or seen.at is None:
        return
    work.event("child_seen", f"{seen.who}，{seen.where}", seen_at=seen.at.isoformat(), apart=seen.apart)
    if any(row.kind == "child" and row.status == "running" for row in work.clocks_at("")):
        policy = policy_of(work.pack(protocols).terms, "child", work.urgency, category=work.case.category)
        work.run(protocols, "", policy, since=seen.at)


async def ask_reporter(
    session: AsyncSession, person: Account, reference: str, question: str, protocols: Protocols, now: datetime
) -> tuple[Batch, Line]:
    """A question that waits behind the receipt. It stops nothing in a critical case; otherwise the clocks that may wait for
    a reporter do so, once."""
    work = await begin(session, person, reference, now)
    own = work.mine
    work.next_state("ask_reporter")
    question = written(question, line("请写要问的话。"), 300)
    if word := forbidden(question):
        raise Refused(line("给报告人的话里不能有“{word}”，请换个说法。", word=word))
    telling = Telling(
        id=new_id(now), case_id=work.case.id, kind="question", round=work.case.round, text=question, at=now,
        by=person.id, desk_id=own.desk_id,
    )  # fmt: skip
    work.batch.add(telling)
    paused = _wait(work, protocols)
    work.event("asked", question, telling=telling.id, paused=paused)
    await ring_reporter(session, work.batch, work.case, telling.id, own.desk_id, now)
    waiting = work.receipt.view.get("question") if work.receipt else None
    both = f"{waiting}；{question}" if waiting else question
    work.tell(status="waiting", question=both, telling=telling.id)
    said = line("问题已放到查询码后面，报告人来看时会看到。")
    return work.done("ask_reporter", said, telling=telling.id, paused=paused)


def _wait(work: Work, protocols: Protocols) -> list[str]:
    """Pause what may be paused at the person's desk while the reporter is asked; the kinds that were."""
    paused: list[str] = []
    if work.urgency is Urgency.CRITICAL:
        return paused
    terms = work.pack(protocols).terms
    for row in work.clocks_at(work.mine.desk_id):
        if row.status != "running" or row.kind not in terms.pausable:
            continue
        try:
            clock = pause(
                clock_of(row), work.now, protocols.calendar, terms, waits_for="reporter", by=work.person.name,
                reason=str(line("等待报告人回答")),
            )  # fmt: skip
        except NotAllowed:
            continue  # it has waited once already: the question goes out, the clock runs on
        put_clock(work.batch, row, clock)
        paused.append(row.kind)
    return paused
