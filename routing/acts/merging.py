"""Two reports of the same event are handled as one, and taken apart again when they were not.

The report that is put to another keeps its words, its reporter and its receipt; what is done and told is done in the other, and
its reporter hears of it like the first one. Who may not see both can't put them together.
"""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.timers import stop_clocks
from records.access.merged import handling, put_to
from records.access.standing import GONE, Standing, standing
from records.batch import Batch
from records.outbox import PLATFORM
from records.tables import Account, Assignment, Case, Letter, Mark, Receipt
from routing.acts.finishing import nothing_open
from routing.acts.work import NOT_THERE, NOT_YOURS_TO_DO, Work, begin, written
from routing.assigning import Seat, put_on_desk
from routing.lifecycle import CASE, PART, after, outlives
from routing.protocols import Protocols
from routing.receipt_view import show
from routing.refusal import Refused
from routing.revising import as_it_stands, revise_case
from routing.rounds import heard_of, reopen
from words.language import Line, line

# What the receipt of the report that is put to another shows of that one.
_FOLLOWS = ("status", "desk", "answer_by")


async def merge_case(
    session: AsyncSession,
    person: Account,
    reference: str,
    into: str,
    reason: str,
    protocols: Protocols,
    home: str,
    now: datetime,
) -> tuple[Batch, Line]:
    """This report is handled in the case `into` from now on. Its facts fill what is missing there, its level raises it, its
    desks join; its own clocks end."""
    work = await begin(session, person, reference, now)
    there = await standing(session, person, into)
    if there is None or there.case.id == work.case.id:
        raise Refused(NOT_THERE)
    _may(work, there)
    reason = written(reason, line("请写明为什么是同一件事。"), 1000)
    if there.case.status != "open" or any(part.status == "done" for part in there.leads):
        raise Refused(line("{reference}不在办理中，不能并入。", reference=there.case.reference))
    if "merge" not in CASE[work.case.status].acts or any(
        part.part == "lead" and part.status == "done" for part in work.round_parts
    ):
        raise Refused(line("已有办理结果的不能并入别的事项。"))
    await nothing_open(work)
    into_case = there.case
    await _bring(work, into_case, protocols, home)
    await _desks(work, there, protocols)
    stop_clocks(work.batch, work.clocks, {row.kind for row in work.clocks if not outlives(row.kind)}, now)
    letters = await session.exec(
        select(Letter).where(
            Letter.case_id == work.case.id,
            col(Letter.status).in_(("held", "waiting", "sending", "calling", "gathered")),
            Letter.courier != PLATFORM,
        )
    )
    for letter in letters.all():
        work.batch.change(letter, status="void")
    work.batch.change(work.case, status="merged", merged_into=into_case.id)
    work.event("merged", reason, into=into_case.reference)
    work.batch.event(into_case.id, now, "merged_in", person.id, note=reason, report=work.case.reference)
    await _follow(work, into_case)
    return work.done("merge_case", line("已并入 {reference}。", reference=into_case.reference), into=into_case.id)


def _may(work: Work, there: Standing) -> None:
    """Whoever coordinates, or the desk that leads both."""
    if there.level != "story":
        raise Refused(NOT_YOURS_TO_DO)
    leads_there = any(part.desk_id == work.person.desk_id and part.status not in GONE for part in there.leads)
    if not (work.coordinates or (work.leads and leads_there)):
        raise Refused(NOT_YOURS_TO_DO)


async def _bring(work: Work, into: Case, protocols: Protocols, home: str) -> None:
    """What this report knows and the other case does not."""
    mine = work.case
    known, routing = into.facts, into.assessment.get("routing") or {}
    draft = as_it_stands(
        mine,
        case_id=into.id,
        source=into.source,
        categories=tuple(mine.categories),
        nine=tuple(mine.nine),
        emergency=mine.emergency,
        finished=into.finished,
        readable=into.readable,
        facts={name: fact for name, fact in mine.facts.items() if name not in known},
        routing={key: value for key, value in (mine.assessment.get("routing") or {}).items() if key not in routing},
        named=True,
    )
    revised, _ = await revise_case(work.session, draft, protocols, home, work.now, actor=work.person.id)
    work.batch.include(revised)
    marks = await work.session.exec(select(Mark).where(Mark.case_id == mine.id))
    work.batch.add_if_new(*(Mark(case_id=into.id, kind=mark.kind, hash=mark.hash) for mark in marks.all()))


async def _desks(work: Work, there: Standing, protocols: Protocols) -> None:
    """Desks that only this report had help in the other case; all of them are through here."""
    into, now = there.case, work.now
    present = {part.desk_id for part in there.parts if part.round == into.round}
    present |= {row.desk_id for row in work.batch.rows if isinstance(row, Assignment) and row.case_id == into.id}
    held_there = any(part.held for part in there.parts if part.round == into.round)
    county = await work.county()
    for part in work.round_parts:
        if part.status in GONE:
            continue
        if part.desk_id not in present:
            desk = await work.desk_of(part)
            takes = "copy" if part.part == "copy" else "with"
            seat = Seat(desk, takes, part.held and held_there, tuple(part.clauses))
            put_on_desk(work.batch, into, seat, county, work.pack(protocols), protocols, now, letter="merged_in")
        acts = PART[part.status].acts
        for act in ("withdraw", "release"):
            if act in acts:
                work.set(part, status=after(part.status, act), held=False)
                break


async def _follow(work: Work, into: Case) -> None:
    """The reporter who is put to another case reads on her receipt how that one stands."""
    ids = [work.case.id, *(child.id for child in await put_to(work.session, work.case.id))]
    rows = await work.session.exec(select(Receipt).where(col(Receipt.case_id).in_([into.id, *ids])))
    receipts = {row.case_id: row for row in rows.all()}
    leading = receipts.get(into.id)
    for id in ids:
        if leading is not None and id in receipts:
            view = {name: leading.view.get(name) for name in _FOLLOWS}
            if view["status"] == "waiting":  # the question there is to another reporter
                view["status"] = "accepted"
            show(work.batch, receipts[id], work.now, **view, question=None)


async def split_case(
    session: AsyncSession, person: Account, reference: str, reason: str, protocols: Protocols, home: str, now: datetime
) -> tuple[Batch, Line]:
    """It was another event, or another child: on its own again, a new round with the desks that its own facts ask for. What was
    brought to the other case stays known there."""
    work = await begin(session, person, reference, now, merged_too=True)
    if work.case.status != "merged" or not work.case.merged_into:
        raise Refused(line("这件事没有并入别的事项。"))
    other = await handling(session, work.case)
    there = await standing(session, person, other.reference)
    if there is None or there.level != "story" or not work.coordinates:
        raise Refused(NOT_YOURS_TO_DO)
    reason = written(reason, line("请写明为什么要分开。"), 1000)
    heard = await heard_of(session, work.case.id, person.id, now)
    heard.parts = ()  # all were let go when it was put to the other: the protocol is asked anew
    heard.event("split", reason)
    await reopen(heard, protocols, home, merged_into=None)
    heard.batch.event(other.id, now, "split_off", person.id, note=reason, report=work.case.reference)
    heard.audit("split_case", other=other.id)
    return heard.batch, line("已分开，重新分派。")
