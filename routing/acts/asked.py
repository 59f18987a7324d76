"""What every act of the 24-hour desk needs: the task it was asked with, the case behind it, and words of theirs judged again."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.timers import stop_clocks
from records.access import answers_for
from records.columns import new_id
from records.tables import Account, Assignment, Case, ClockRow, DutyTask, Place, Receipt, Statement
from routing.acts.work import Work
from routing.opening import Draft
from routing.protocols import Protocols
from routing.refusal import Refused
from routing.revising import Revised, revise_case
from words.ids import Urgency
from words.language import line

GONE = line("这件事已经不用办了，或者已有人办好。请刷新页面。")


class Judgement(Protocol):
    """What triage says of a text: `intake.triage.assessment.Assessment` is one."""

    @property
    def urgency(self) -> Urgency: ...
    @property
    def category(self) -> str: ...
    @property
    def categories(self) -> tuple[str, ...]: ...
    @property
    def emergency(self) -> bool: ...
    @property
    def routing(self) -> Mapping[str, Any]: ...
    @property
    def nine(self) -> tuple[int, ...]: ...
    @property
    def reasons(self) -> Sequence[Any]: ...
    @property
    def counterfactual(self) -> str: ...


async def open_task(session: AsyncSession, person: Account, task_id: str, kind: str) -> DutyTask:
    """An open task of this kind on the person's screen. What is not theirs is answered like what is not there."""
    task = await session.get(DutyTask, task_id)
    if task is None or task.kind != kind or task.status != "open" or not await answers_for(session, person, task):
        raise Refused(GONE)
    return task


async def work_on(session: AsyncSession, person: Account, task: DutyTask, now: datetime) -> Work:
    """The case of a task, for whoever does the task: they may do this to it and nothing else."""
    case = await session.get(Case, task.case_id) if task.case_id else None
    if case is None:
        raise Refused(GONE)
    parts = (await session.exec(select(Assignment).where(Assignment.case_id == case.id))).all()
    clocks = (await session.exec(select(ClockRow).where(ClockRow.case_id == case.id))).all()
    receipt = (await session.exec(select(Receipt).where(Receipt.case_id == case.id))).one_or_none()
    return Work(session, person, now, case, None, None, "task", tuple(parts), clocks, receipt)


def end_task(work: Work, task: DutyTask, answer: str, note: str) -> None:
    work.batch.change(
        task,
        status="done",
        answer=answer,
        answered_by=work.person.id,
        answered_at=work.now,
        note=note,
        tries=task.tries + 1,
    )
    own = [row for row in work.clocks if row.kind.endswith(f":{task.id}")]
    stop_clocks(work.batch, own, {row.kind for row in own}, work.now)


async def judge_again(
    work: Work,
    sentence: str,
    assess: Callable[[str], Judgement],
    protocols: Protocols,
    home: str,
    *,
    place_code: str | None = None,
) -> Revised:
    """What a person of the desk read, heard or saw, in their words: part of what is known, judged alone and with all before
    it. It may raise the case, never lower it. `place_code`: where it is, when they found that out as well."""
    case, now = work.case, work.now
    told = await work.session.exec(
        select(Statement.text).where(Statement.case_id == case.id).order_by(col(Statement.at), col(Statement.id))
    )
    story = "\n".join([*(text for text in told.all() if text.strip()), sentence])
    alone, whole = assess(sentence), assess(story)
    judged, text = (alone, sentence) if alone.urgency.rank < whole.urgency.rank else (whole, story)
    draft = Draft(
        case_id=case.id, source=case.source, urgency=judged.urgency, category=judged.category,
        categories=judged.categories, emergency=judged.emergency, readable=True, finished=case.finished,
        nine=judged.nine, routing=judged.routing, explanation=_explained(judged, text), capacity=case.capacity,
        alarming=alone.urgency.rank <= Urgency.URGENT.rank, said_at=now, place_code=place_code,
        named=alone.urgency.rank <= whole.urgency.rank and judged.category in alone.categories,
    )  # fmt: skip
    batch, change = await revise_case(work.session, draft, protocols, home, now, actor=work.person.id)
    work.batch.include(batch)
    work.batch.add(
        Statement(id=new_id(now), case_id=case.id, kind="gist", text=sentence, urgency=alone.urgency.value, at=now)
    )
    return change


async def known_place(work: Work, code: str) -> Place:
    """A place of the directory. Refuses what is none."""
    place = await work.session.get(Place, code)
    if place is None:
        raise Refused(line("没有这个地方，请从列表里选。"))
    return place


async def set_place(work: Work, place: Place, protocols: Protocols, home: str, *, settles: str = "") -> None:
    """Where it is, as a person found out: its desks are called in beside those that have the case already."""
    case = work.case
    draft = Draft(
        case_id=case.id, source=case.source, urgency=work.urgency, category=case.category, readable=case.readable,
        finished=case.finished, place_code=place.code,
    )  # fmt: skip
    batch, _ = await revise_case(work.session, draft, protocols, home, work.now, actor=work.person.id, settles=settles)
    work.batch.include(batch)


def _explained(judged: Judgement, text: str) -> dict[str, Any]:
    reasons = [
        {"kind": reason.kind, "text": reason.text, "rule": reason.rule, "start": reason.start, "end": reason.end}
        for reason in judged.reasons
    ]
    return {"text": text, "urgency": judged.urgency.value, "reasons": reasons, "counterfactual": judged.counterfactual}
