"""The 24-hour duty screen: calls to staff with their answers, 110 for a reporter who cannot, a voice put into words."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.calendar import Calendar
from escalation.calls import RUNGS, rung_of
from records.access.standing import chain
from records.batch import Batch
from records.outbox import put_letter
from records.tables import Account, Assignment, Case, DutyTask, Letter
from routing.acts.asked import Judgement, end_task, judge_again, known_place, open_task, set_place, work_on
from routing.acts.taking import seen_by
from routing.acts.work import Work, written
from routing.alarms import NO_PLACE, NOBODY
from routing.coverage import GAPS
from routing.directory import on_duty
from routing.protocols import Protocols
from words.ids import Urgency
from words.language import Line, line

# After a call that was not answered, the next person is called this much later (ours).
CALL_AGAIN: Mapping[Urgency, timedelta] = {
    Urgency.CRITICAL: timedelta(minutes=1),
    Urgency.URGENT: timedelta(minutes=5),
    Urgency.NORMAL: timedelta(minutes=30),
    Urgency.INFO: timedelta(hours=2),
}


async def call_connected(
    session: AsyncSession,
    person: Account,
    task_id: str,
    name: str,
    badge: str,
    acknowledges: bool,
    now: datetime,
) -> tuple[Batch, Line]:
    """接通: who answered (姓名／警号). The letter counts as delivered. `acknowledges`: they said that the desk has seen it, and
    the operator signs for the desk (代签收) with both names."""
    task = await open_task(session, person, task_id, "call")
    name = written(name, line("请写接电话的人的姓名或警号。"), 60)
    who = f"{name} {badge.strip()}".strip()
    work = await work_on(session, person, task, now)
    end_task(work, task, "connected", note=who)
    letters = (await session.exec(select(Letter).where(Letter.call_id == task.id, Letter.status == "calling"))).all()
    for letter in letters:
        work.batch.change(letter, status="sent", sent_at=now)
    work.event("called", who, desk_id=task.desk_id, answer="connected", task=task.id)
    part = _part_at(work, task.desk_id)
    if acknowledges and part is not None and part.status == "notified":
        await _sign(work, part, task, letters, who)
        return work.done("call", line("已记录接通，并已代签收。"), task=task.id, answer="connected", signed=True)
    return work.done("call", line("已记录接通。"), task=task.id, answer="connected")


async def _sign(work: Work, part: Assignment, task: DutyTask, letters: Sequence[Letter], who: str) -> None:
    """Acknowledge for the desk; the task and the letters that this very call carried are already dealt with."""
    done = {task.id, *(letter.id for letter in letters)}
    await seen_by(work, part, f"{who}；{work.person.name}", done=done, by_phone=True)


async def call_unanswered(
    session: AsyncSession, person: Account, task_id: str, now: datetime, calendar: Calendar | None = None
) -> tuple[Batch, Line]:
    """未接: due again soon, and the next person on duty at that rung is called."""
    task = await open_task(session, person, task_id, "call")
    work = await work_on(session, person, task, now)
    who = await _again(work, task, "no_answer", calendar)
    said = line("已记为未接。下一位：{name}。", name=who) if who else line("已记为未接，请稍后再打。")
    return work.done("call", said, task=task.id, answer="no_answer")


async def wrong_number(
    session: AsyncSession, person: Account, task_id: str, now: datetime, calendar: Calendar | None = None
) -> tuple[Batch, Line]:
    """号码错: the supervisors of the place are told, and the next person is called."""
    task = await open_task(session, person, task_id, "call")
    work = await work_on(session, person, task, now)
    called = task.person or ""
    who = await _again(work, task, "wrong_number", calendar)
    county = await work.county()
    for supervisor in await _supervisors(session, work.case):
        put_letter(
            work.batch, work.case, kind="wrong_number", recipient=f"account:{supervisor.id}",
            desk_id=task.desk_id or work.round_parts[0].desk_id,
            courier="call", county=county, now=now, clock_version=task.tries + 1, person=called,
        )  # fmt: skip
    said = line("已报督办人员更正号码。下一位：{name}。", name=who) if who else line("已报督办人员更正号码。")
    return work.done("call", said, task=task.id, answer="wrong_number")


async def called_110(
    session: AsyncSession, person: Account, task_id: str, who: str, number: str, now: datetime
) -> tuple[Batch, Line]:
    """110 was called for a reporter who could not: who took the call, and the incident's number if there is one."""
    task = await open_task(session, person, task_id, "call_110")
    who = written(who, line("请写110接警员的工号或姓名。"), 60)
    work = await work_on(session, person, task, now)
    note = f"{who} {number.strip()[:40]}".strip()
    end_task(work, task, "done", note=note)
    work.event("called_110", note, task=task.id)
    return work.done("call_110", line("已记录：110已接警。"), task=task.id)


async def write_gist(
    session: AsyncSession,
    person: Account,
    task_id: str,
    sentence: str,
    assess: Callable[[str], Judgement],
    protocols: Protocols,
    home: str,
    now: datetime,
) -> tuple[Batch, Line]:
    """What could not be read, in one sentence of a person who listened or looked. Judged again with all before it: it may
    raise the case, never lower it. The original is kept."""
    task = await open_task(session, person, task_id, "gist")
    sentence = written(sentence, line("请写一句话：听到或看到了什么。"), 1000)
    work = await work_on(session, person, task, now)
    change = await judge_again(work, sentence, assess, protocols, home)
    end_task(work, task, "done", note=sentence)
    work.event("gist", sentence, task=task.id)
    said = line("已记录概要。")
    if change.raised_from is not None:
        said = line("已记录概要，级别升为{level}。", level=line(change.urgency.zh))
    return work.done("gist", said, task=task.id, urgency=change.urgency.value)


async def somebody_found(
    session: AsyncSession, person: Account, task_id: str, who: str, now: datetime
) -> tuple[Batch, Line]:
    """Nobody was on duty at any rung: who was found, and what they said."""
    task = await open_task(session, person, task_id, NOBODY)
    who = written(who, line("请写找到了谁、怎么说的。"), 200)
    work = await work_on(session, person, task, now)
    end_task(work, task, "done", note=who)
    work.event("somebody_found", who, task=task.id)
    return work.done("somebody_found", line("已记录。"), task=task.id)


async def gaps_told(
    session: AsyncSession, person: Account, task_id: str, who: str, now: datetime
) -> tuple[Batch, Line]:
    """The directory has gaps, or a case leans on somebody who can't be reached: who was told, and what they said."""
    task = await open_task(session, person, task_id, GAPS)
    who = written(who, line("请写告诉了谁、怎么说的。"), 200)
    batch = Batch()
    batch.change(task, status="done", answer="done", answered_by=person.id, answered_at=now, note=who)
    batch.audit(now, person.id, "coverage.told", task.id)
    return batch, line("已记录。")


async def place_found(
    session: AsyncSession,
    person: Account,
    task_id: str,
    place_code: str,
    told: str,
    protocols: Protocols,
    home: str,
    now: datetime,
) -> tuple[Batch, Line]:
    """Which of this site's places it is: its desks are called in beside those that have the case already. Or, for a place that
    the site does not look after, who there was told (`told`)."""
    task = await open_task(session, person, task_id, NO_PLACE)
    work = await work_on(session, person, task, now)
    place = await known_place(work, place_code) if place_code else None
    note = (
        told.strip()[:200]
        if place
        else written(told, line("请选是哪个县；不在本站范围的，写明告知了哪里、谁接的。"), 200)
    )
    if place is not None:
        await set_place(work, place, protocols, home, settles=task.id)
    end_task(work, task, "done", note=note or (place.name if place else ""))
    work.event("place_found", note or None, task=task.id, place=place.name if place else "—")
    return work.done("place_found", line("已记录。"), task=task.id, place=place.code if place else "")


async def _again(work: Work, task: DutyTask, answer: str, calendar: Calendar | None) -> str:
    """The call is due again: to the next person of the same rung, then to those below, down to the desk, and round again.
    Their name, empty when there is no other."""
    top = RUNGS.index(rung_of(str(task.params.get("letter", ""))))
    people: dict[str, Account] = {}
    for rung in reversed(RUNGS[: top + 1]):
        for each in await on_duty(work.session, task.desk_id or "", rung, work.now, calendar):
            if each.phone:
                people.setdefault(each.id, each)
    names = [each.name for each in people.values()]
    place = names.index(task.person) + 1 if task.person in names else 0
    following = list(people.values())[place % len(names)] if names else None
    values: dict[str, Any] = {"person": following.name, "phone": following.phone} if following else {}
    work.batch.change(
        task, answer=answer, answered_by=work.person.id, answered_at=work.now, tries=task.tries + 1,
        due_at=work.now + CALL_AGAIN[work.urgency], **values,
    )  # fmt: skip
    work.event("called", desk_id=task.desk_id, answer=answer, task=task.id)
    return following.name if following and following.name != task.person else ""


def _part_at(work: Work, desk_id: str | None) -> Assignment | None:
    return next((part for part in work.round_parts if part.desk_id == desk_id and not part.held), None)


async def _supervisors(session: AsyncSession, case: Case) -> Sequence[Account]:
    places = await chain(session, case.place_code)
    found = await session.exec(
        select(Account).where(
            Account.role == "supervisor", col(Account.place_code).in_(places), col(Account.disabled_at).is_(None)
        )
    )
    return found.all()
