"""What the police decide, each with its document number (受案, 立案, 不予立案, 告诫书), and what the desks decide together (个案会商)."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.clock import start
from escalation.policy import policy_of
from escalation.span import Span
from escalation.timers import add_clock, put_clock
from records.batch import Batch
from records.columns import new_id
from records.tables import Account, Conference, Decision
from routing.acts.work import Work, begin, happened, written
from routing.joining import LET_GO
from routing.outcomes import DECISIONS, OUTCOMES, POLICE_DECISIONS
from routing.protocols import Protocols
from routing.refusal import Refused
from words.beijing import local
from words.ids import DEPARTMENTS
from words.language import Line, line

NUMBER_LENGTH = 80


async def record_decision(
    session: AsyncSession,
    person: Account,
    reference: str,
    kind: str,
    document_number: str,
    at: datetime,
    reason: str,
    protocols: Protocols,
    now: datetime,
) -> tuple[Batch, Line]:
    """受案／立案／不予立案／告诫书. From `at`, when it was decided, the law gives three days to tell whoever reported
    (强制报告意见, statute:A10), be the case finished or not."""
    work = await begin(session, person, reference, now)
    own = work.mine
    state = work.next_state("record_decision")
    if kind not in DECISIONS:
        raise Refused(line("请选是哪一种决定。"))
    number = written(document_number, line("请填写文号。"), NUMBER_LENGTH)
    happened(at, now, line("决定的时间还没有到，请核对。"))
    if OUTCOMES[kind].reason:
        reason = written(reason, line("不予立案要写明理由。"))
    made = await decisions(work)
    if any((each.kind, each.document_number) == (kind, number) for each in made):
        raise Refused(line("这份文书已经记过了。"))
    work.set(own, status=state)
    decide(work, protocols, [kind], number, at, reason.strip() or None)
    work.stop("record_decision")
    return work.done("record_decision", line("已记录。"), kind=kind)


def decide(
    work: Work, protocols: Protocols, kinds: Collection[str], number: str, at: datetime, reason: str | None = None
) -> None:
    """The rows of a decision at the person's desk, and the three days that count from it."""
    desk_id = work.mine.desk_id
    for kind in kinds:
        work.batch.add(
            Decision(
                id=new_id(work.now), case_id=work.case.id, desk_id=desk_id, round=work.case.round, kind=kind,
                document_number=number, decided_at=at, reason=reason, by=work.person.id, at=work.now,
            )
        )  # fmt: skip
        work.event("decision", reason, decided=kind, number=number, decided_at=at.isoformat())
    if POLICE_DECISIONS.intersection(kinds):
        _owe_three_days(work, protocols, at)


def _owe_three_days(work: Work, protocols: Protocols, at: datetime) -> None:
    """A clock that runs already keeps its earlier day: one word told pays for both decisions."""
    desk_id = work.mine.desk_id
    if any(row.kind == "three_day" and row.status == "running" for row in work.clocks_at(desk_id)):
        return
    policy = policy_of(work.pack(protocols).terms, "three_day", work.urgency, category=work.case.category)
    work.run(protocols, desk_id, policy, since=at)


async def decisions(work: Work) -> Sequence[Decision]:
    """Those of this round."""
    found = await work.session.exec(
        select(Decision).where(Decision.case_id == work.case.id, Decision.round == work.case.round)
    )
    return found.all()


def promise_decision(work: Work, protocols: Protocols, by: datetime) -> None:
    """受案 or 立案 is not decided yet, but dated: the day that was named is a clock like any other."""
    policy = policy_of(work.pack(protocols).terms, "filing", work.urgency, category=work.case.category)
    if policy is None:
        return
    if not work.now < by <= work.now + timedelta(seconds=policy.due.amount):
        raise Refused(line("请写最迟哪天决定，最长{most}。", most=policy.due.zh))
    dated = start(replace(policy, due=Span.wall(by - work.now)), work.now, protocols.calendar)
    row = next((row for row in work.clocks_at(work.mine.desk_id) if row.kind == "filing"), None)
    if row is None:
        add_clock(work.batch, work.case.id, work.mine.desk_id, dated, work.now, work.case.round)
    else:
        put_clock(work.batch, row, dated)
    work.event("filing_dated", by=by.isoformat())


async def confer(
    session: AsyncSession,
    person: Account,
    reference: str,
    at: datetime,
    departments: Sequence[str],
    people: str,
    decision: str,
    now: datetime,
) -> tuple[Batch, Line]:
    """个案会商: who sat together when, and what they decided. Written down by the lead or by whoever coordinates; every desk
    that took part and has the case hears of it."""
    work = await begin(session, person, reference, now)
    if not (work.leads or work.coordinates):
        work.must_lead()
    if work.leads:
        work.next_state("confer")
    known = [each for each in dict.fromkeys(departments) if each in DEPARTMENTS]
    if len(known) < 2 or len(known) != len(set(departments)):
        raise Refused(line("请选参加会商的单位，至少两个。"))
    people = written(people, line("请写参加会商的人。"), 1000)
    decision = written(decision, line("请写会商定了什么、谁来做。"))
    happened(at, now, line("会商的时间还没有到，请核对。"))
    if local(at).date() < local(work.case.opened_at).date():
        raise Refused(line("会商的时间早于报告时间，请核对。"))
    work.batch.add(
        Conference(
            id=new_id(now), case_id=work.case.id, desk_id=work.own.desk_id if work.own else None, round=work.case.round,
            held_at=at, departments=known, people=people, decision=decision, by=person.id, at=now,
        )
    )  # fmt: skip
    work.event("confer", decision, departments=known, held_at=at.isoformat())
    county = await work.county()
    for part in work.round_parts:
        if part.department in known and not part.held and part.status not in LET_GO and part != work.own:
            work.letter("conference", await work.desk_of(part), county)
    return work.done("confer", line("已记录会商。"), departments=known)
