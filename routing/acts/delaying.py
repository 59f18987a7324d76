"""More time for a desk: an extension of the result, or a pause while a body with a statutory period has the matter.

A desk asks with a reason; the head of its department (or a supervisor of the place) decides with a name. Silence is refusal:
nothing moves until somebody says yes, and a request lapses with the due time it asks to move.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.clock import Clock, NotAllowed, extend, pause, resume, waits_for
from escalation.policy import Term, Terms
from escalation.span import Span, Unit
from escalation.timers import clock_of, put_clock
from records.access.delays import ASKED, EXTENDED, LAPSED, PAUSED, REFUSED, heads, may_decide, open_asks, undecided
from records.access.standing import standing
from records.batch import Batch
from records.columns import new_id
from records.outbox import put_letter
from records.tables import Account, Case, ClockRow, Event, Task, Telling
from records.tasks import put_task
from routing.acts.work import NOT_YOURS_TO_DO, Work, begin, iso, written
from routing.protocols import Protocols
from routing.refusal import Refused
from routing.ringing import ring_reporter
from routing.tellable import problems
from words.language import Line, line

LAPSE = "delay_lapsed"  # the task that writes down that nobody answered
_WHY = line("请写明理由。")
_ASKED = line("已报请负责人批准。时限照走；到期没有答复，就是不同意。")


async def ask_extension(
    session: AsyncSession,
    person: Account,
    reference: str,
    days: int | None,
    reason: str,
    protocols: Protocols,
    now: datetime,
) -> tuple[Batch, Line]:
    """Asks for so many more days for the desk's result: working days at the levels that count them. It moves nothing."""
    work = await begin(session, person, reference, now)
    work.next_state("extend")
    reason = written(reason, _WHY, 500)
    rule = work.pack(protocols).terms.extensions.get(work.urgency)
    row = _running(work, ("result",))
    if rule is None or not row:
        raise Refused(line("没有在走的办理结果时限。"))
    if not days or days < 1:
        raise Refused(line("请写明延长几天。"))
    span = Span.parse(f"P{days}D") if rule.at_most.unit is Unit.WALL else Span(days, rule.at_most.unit)
    _longer(clock_of(row[0]), work, span, reason, protocols)
    return await _ask(work, "extension", span, row, reason, {})


async def ask_pause(
    session: AsyncSession,
    person: Account,
    reference: str,
    body: str,
    reason: str,
    protocols: Protocols,
    now: datetime,
) -> tuple[Batch, Line]:
    """Asks to stop the desk's clocks while a body has the matter that has a statutory period of its own."""
    work = await begin(session, person, reference, now)
    work.next_state("pause")
    reason = written(reason, _WHY, 500)
    terms = work.pack(protocols).terms
    term = _body(terms, body)
    rows = _running(work, terms.pausable)
    if not rows:
        raise Refused(line("没有可以暂停的时限。"))
    return await _ask(work, "pause", term.due, rows, reason, {"waits_for": body})


async def decide_delay(
    session: AsyncSession,
    person: Account,
    reference: str,
    ask_id: str,
    granted: bool | None,
    reason: str,
    told: str,
    protocols: Protocols,
    now: datetime,
) -> tuple[Batch, Line]:
    """The head says yes or no, with a reason. `told` is what the reporter hears of an extension, where she must hear of it."""
    work = await begin(session, person, reference, now)
    stands = await standing(session, person, reference)
    ask = next((event for event in await open_asks(session, work.case, now) if event.id == ask_id), None)
    if stands is None or ask is None:
        raise Refused(line("没有这项申请，或者已经有人决定，或者已经到期。请刷新页面。"))
    if ask.actor == person.id:
        raise Refused(line("提出的人不能自己批准，请由负责人或督办人员决定。"))
    if not await may_decide(session, person, stands, ask):
        raise Refused(NOT_YOURS_TO_DO)
    if granted is None:
        raise Refused(line("请选择同意或不同意。"))
    reason = written(reason, _WHY, 500)
    if not granted:
        work.event(REFUSED, reason, desk_id=ask.desk_id, of=ask.id, what=ask.data["what"])
        return work.done("refuse_delay", line("已记录：不同意。"), of=ask.id)
    said = _grant(work, ask, reason, told, protocols)
    if work.telling:
        await ring_reporter(session, work.batch, work.case, work.telling, ask.desk_id or "", now)
    return work.done("grant_delay", said, of=ask.id, what=ask.data["what"], span=ask.data["span"])


async def end_pause(
    session: AsyncSession, person: Account, reference: str, what: str, protocols: Protocols, now: datetime
) -> tuple[Batch, Line]:
    """The body has answered: the desk's clocks run on, with what was left of the way."""
    work = await begin(session, person, reference, now)
    own = work.mine
    what = written(what, line("请写明对方怎么答复的。"), 500)
    rows = [row for row in work.clocks_at(own.desk_id) if row.status == "paused"]
    rows = [row for row in rows if waits_for(clock_of(row)) != "reporter"]
    if not rows:
        raise Refused(line("没有暂停中的时限。"))
    for row in rows:
        put_clock(work.batch, row, resume(clock_of(row), now, protocols.calendar))
    work.event("resumed", what, clocks=[row.kind for row in rows])
    return work.done("end_pause", line("计时继续。"))


async def lapse(session: AsyncSession, task: Task, now: datetime) -> tuple[Batch, None]:
    """Nobody answered in time: that is a refusal, and it is written down as one."""
    batch = Batch()
    case = await session.get(Case, task.case_id) if task.case_id else None
    if case is None or case.status != "open":
        return batch, None
    for ask in await undecided(session, case):
        if ask.id == task.key:
            batch.event(case.id, now, LAPSED, "system", desk_id=ask.desk_id, of=ask.id, what=ask.data["what"])
    return batch, None


def _running(work: Work, kinds: Sequence[str] | frozenset[str]) -> list[ClockRow]:
    return [row for row in work.clocks_at(work.mine.desk_id) if row.kind in kinds and row.status == "running"]


def _body(terms: Terms, body: str) -> Term:
    found = terms.pause_bodies.get(body)
    if found is None:
        raise Refused(line("请选择在等哪个机关。"))
    return found.term


def _longer(clock: Clock, work: Work, span: Span, reason: str, protocols: Protocols) -> Clock:
    """The clock with its extension; what the rules refuse is said as they say it."""
    terms = work.pack(protocols).terms
    role = terms.extensions[clock.policy.urgency].role if clock.policy.urgency in terms.extensions else ""
    try:
        return extend(
            clock, work.now, protocols.calendar, terms, by=span, person=work.person.name, role=role, reason=reason
        )
    except NotAllowed as refused:
        raise Refused(refused.line) from refused


async def _ask(
    work: Work, what: str, span: Span, rows: Sequence[ClockRow], reason: str, more: dict[str, str]
) -> tuple[Batch, Line]:
    own = work.mine
    here = [event for event in await open_asks(work.session, work.case, work.now) if event.desk_id == own.desk_id]
    if any(event.data["what"] == what for event in here):
        raise Refused(line("已经提出过，等负责人决定。"))
    until = min(row.ends_at for row in rows)
    if until <= work.now:
        raise Refused(line("时限已经过了，不能再申请；请直接办理并说明原因。"))
    ask = Event(
        id=new_id(work.now), case_id=work.case.id, at=work.now, kind=ASKED, actor=work.person.id, desk_id=own.desk_id,
        data={"what": what, "span": str(span), "until": iso(until), "round": work.case.round, **more}, note=reason,
    )  # fmt: skip
    work.batch.add(ask)
    put_task(work.batch, LAPSE, ask.id, until, case_id=work.case.id)
    desk = await work.desk_of(own)
    for head in sorted(await heads(work.session, own.desk_id) - {work.person.id}):
        put_letter(
            work.batch, work.case, kind=ASKED, recipient=f"account:{head}", desk_id=desk.id, courier=desk.courier,
            county=await work.county(), now=work.now, about=ask.id,
        )  # fmt: skip
    return work.done("ask_delay", _ASKED, what=what, span=str(span))


def _grant(work: Work, ask: Event, reason: str, told: str, protocols: Protocols) -> Line:
    terms, span = work.pack(protocols).terms, Span.parse(ask.data["span"])
    rows = [row for row in work.clocks_at(ask.desk_id or "") if row.status == "running"]
    if ask.data["what"] == "extension":
        row = next((row for row in rows if row.kind == "result"), None)
        if row is None:
            raise Refused(line("没有在走的办理结果时限。"))
        clock = _longer(clock_of(row), work, span, reason, protocols)
        put_clock(work.batch, row, clock)
        _tell(work, clock, told, must=terms.extensions[clock.policy.urgency].tell_reporter)
        work.event(EXTENDED, reason, desk_id=ask.desk_id, of=ask.id, span=str(span), until=iso(clock.ends_at))
        return line("已同意延长。")
    term = _body(terms, ask.data["waits_for"])
    rows = [row for row in rows if row.kind in terms.pausable]
    if not rows:
        raise Refused(line("没有可以暂停的时限。"))
    try:
        for row in rows:
            clock = pause(
                clock_of(row), work.now, protocols.calendar, terms, waits_for=ask.data["waits_for"], by=work.person.name,
                reason=reason, limit=term.due,
            )  # fmt: skip
            put_clock(work.batch, row, clock)
    except NotAllowed as refused:
        raise Refused(refused.line) from refused
    kinds = [row.kind for row in rows]
    work.event(PAUSED, reason, desk_id=ask.desk_id, of=ask.id, span=str(term.due), clocks=kinds)
    return line("已同意暂停，最长{span}。", span=term.due.zh)


def _tell(work: Work, clock: Clock, told: str, *, must: bool) -> None:
    """The reporter hears that it takes longer, and why: behind her receipt, like every word to her."""
    told = told.strip()
    if not told and not must:
        return
    told = written(told, line("请写明告知报告人的延期理由。"), 500)
    if found := problems(told, work.case.facts, work.case.reporter):
        raise Refused(found[0])
    telling = Telling(
        id=new_id(work.now), case_id=work.case.id, kind="interim", round=work.case.round, text=told, at=work.now,
        by=work.person.id, desk_id=work.own.desk_id if work.own else None,
    )  # fmt: skip
    work.batch.add(telling)
    work.tell(tellable=told, telling=telling.id)
