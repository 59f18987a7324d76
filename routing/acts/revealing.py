"""The reporter's number: one named police officer may open it at once when minutes count, with a second look at it within a
working day; elsewhere two people open it together. She is told of either.

The number itself is in no answer, letter or event: it stands on the page of those to whom it is open, for an hour.
"""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.policy import policy_of
from escalation.timers import start_clock, stop_clocks
from records.access.reach import ASKED, REVEALED, REVIEWED, leads, may_alone, reveals, told_of_herself
from records.access.standing import standing
from records.batch import Batch
from records.columns import new_id
from records.tables import Account, Desk, Event
from routing.acts.work import NOT_YOURS_TO_DO, Work, begin, written
from routing.protocols import Protocols
from routing.refusal import Refused
from routing.second_factor import must_have
from routing.tellable import problems
from words.ids import Urgency
from words.language import Line, line

REVIEW = "reveal_review"  # the clock of a second look, one for each opening
_WHY = line("请写明为什么一定要直接联系报告人。")
_OPEN_NOW = line("已打开，在本页显示一小时。已告诉报告人。")


async def reveal_reporter(
    session: AsyncSession, person: Account, reference: str, reason: str, protocols: Protocols, now: datetime
) -> tuple[Batch, Line]:
    """Opens the number at once to the police officer who handles a critical case; asks for a second person otherwise."""
    work = await begin(session, person, reference, now)
    await must_have(session, person)
    stands = await standing(session, person, reference)
    if stands is None or not leads(stands):
        raise Refused(NOT_YOURS_TO_DO)
    reason = written(reason, _WHY, 200)
    if not await told_of_herself(session, work.case):
        raise Refused(line("报告人没有留下姓名和电话。可以通过系统向报告人提问。"))
    state = await reveals(session, work.case, now)
    if state.open_to(person.id, now):
        return Batch(), _OPEN_NOW
    own = work.mine
    if work.urgency is Urgency.CRITICAL and own.department == "police" and own.handler is None:
        raise Refused(line("请先按“110已处警”或“我来处理”：由经办的民警一人查看。"))
    if not may_alone(person, stands):
        if state.asked is not None:
            raise Refused(line("已经有人提出查看，请另一人在本页确认。"))
        work.event(ASKED, reason)
        return work.done("reveal_asked", line("已提出。请督办人员或本席位另一人在本页确认后，两人都能看到。"))
    opening = _open(work, reason, [person.id], alone=True)
    policy = policy_of(work.pack(protocols).terms, REVIEW, work.urgency, category=work.case.category)
    assert policy is not None  # every pack has the national numbers, and this level has one
    start_clock(
        work.batch,
        work.case.id,
        own.desk_id,
        policy,
        now,
        protocols.calendar,
        work.case.round,
        f"{REVIEW}:{opening.id}",
    )
    await _tell(work, [person], reason)
    return work.done("reveal", _OPEN_NOW, alone=True, opening=opening.id)


async def confirm_reveal(session: AsyncSession, person: Account, reference: str, now: datetime) -> tuple[Batch, Line]:
    """The second person agrees: the number is open to both."""
    work = await begin(session, person, reference, now)
    await must_have(session, person)
    await _second(work)
    state = await reveals(session, work.case, now)
    if state.asked is None:
        raise Refused(line("没有等确认的查看申请，或者已经过了一天。请刷新页面。"))
    if state.asked.actor == person.id:
        raise Refused(line("要由另一人确认：提出的人不能自己确认。"))
    asker = await session.get(Account, state.asked.actor)
    if asker is None or asker.disabled_at is not None:
        raise Refused(line("提出的人已停用，请重新提出。"))
    opening = _open(work, state.asked.note or "", [asker.id, person.id], alone=False)
    await _tell(work, [asker, person], state.asked.note or "")
    return work.done("reveal", _OPEN_NOW, alone=False, opening=opening.id, asked=state.asked.id)


async def review_reveal(
    session: AsyncSession, person: Account, reference: str, fair: bool | None, remark: str, now: datetime
) -> tuple[Batch, Line]:
    """The second look at what one person opened alone: whether it had to be, and what to say of it. Stops its clock."""
    work = await begin(session, person, reference, now)
    await _second(work)
    state = await reveals(session, work.case, now)
    theirs = [event for event in state.owed if event.actor != person.id]
    if not theirs:
        raise Refused(line("要由另一人复核：查看的人不能自己复核。") if state.owed else line("没有等复核的查看记录。"))
    if fair is None:
        raise Refused(line("请写明这次查看是否必要。"))
    remark = remark.strip() if fair else written(remark, line("请写明为什么不必要。"), 1000)
    kinds = {f"{REVIEW}:{event.id}" for event in theirs}
    stop_clocks(work.batch, work.clocks, kinds, now)
    work.event(REVIEWED, remark or None, of=[event.id for event in theirs], fair=fair)
    said = line("已复核：有必要。") if fair else line("已复核：没有必要，已记入办理记录。")
    return work.done("reveal_reviewed", said, fair=fair, of=[event.id for event in theirs])


async def _second(work: Work) -> None:
    """The second person is the supervisor of the place, or another officer of the lead desk."""
    stands = await standing(work.session, work.person, work.case.reference)
    supervises = work.person.role == "supervisor" and work.level == "story"
    if stands is None or not (supervises or leads(stands)):
        raise Refused(NOT_YOURS_TO_DO)


def _open(work: Work, reason: str, people: list[str], *, alone: bool) -> Event:
    event = Event(
        id=new_id(work.now), case_id=work.case.id, at=work.now, kind=REVEALED, actor=people[0],
        desk_id=work.own.desk_id if work.own else None, data={"people": people, "alone": alone}, note=reason,
    )  # fmt: skip
    work.batch.add(event)
    return event


async def _tell(work: Work, people: list[Account], reason: str) -> None:
    """On her receipt: who opened it, when and why. A reason in which somebody is named is not repeated to her."""
    desk = await work.session.get(Desk, people[0].desk_id) if people[0].desk_id else None
    who = "、".join(person.name for person in people)
    why = "" if problems(reason, work.case.facts, work.case.reporter) else reason
    seen = work.receipt.view.get("opened", []) if work.receipt else []
    work.tell(opened=[*seen, {"who": f"{desk.name if desk else ''}{who}", "at": work.now.isoformat(), "why": why}])
