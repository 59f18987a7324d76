"""A case learns more: later answers, a raised level, a person's gist of what could not be read.

Nothing here ever lowers a level or takes a desk away; both need a named person and a reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.clock import quicken
from escalation.policy import Policy, case_policies, policies_for
from escalation.timers import clock_of, put_clock, start_clock
from records.access.merged import handling
from records.batch import Batch
from records.columns import new_id
from records.outbox import put_letter
from records.tables import Assignment, Case, ClockRow, Desk, Receipt
from records.tasks import put_task
from routing.alarms import place_known
from routing.assigning import Seating, seating_of
from routing.directory import area
from routing.facts import raised
from routing.joining import ask_again, call_in, next_round
from routing.lifecycle import OWING
from routing.likeness import kin_marks
from routing.meeting import before_meeting, hour_known
from routing.opening import Draft, marks_of, start_case_clocks
from routing.packs import pack_for
from routing.protocols import Protocols
from routing.receipt_view import show
from routing.recusal import complained_about, let_go, recused_parts
from words.ids import HARM, Urgency, higher
from words.language import Line

# Levels that bring a case back that has its result already, when they come with harm.
ALARMING = (Urgency.CRITICAL, Urgency.URGENT)


@dataclass(frozen=True)
class Revised:
    """What changed. `raised_from` is the level before, when it rose; `new_desks` are the names of desks that joined."""

    reference: str
    urgency: Urgency
    raised_from: Urgency | None = None
    new_desks: tuple[str, ...] = field(default=())


def as_it_stands(case: Case, **changes: Any) -> Draft:
    """A draft that says nothing new of a case but what `changes` say."""
    assessed = Urgency(case.assessment.get("assessed") or case.urgency)
    known = {
        "case_id": case.id, "source": case.source, "urgency": assessed, "category": case.category,
        "readable": case.readable, "finished": case.finished, "capacity": case.capacity,
    }  # fmt: skip
    return Draft(**{**known, **changes})


async def revise_case(
    session: AsyncSession,
    draft: Draft,
    protocols: Protocols,
    home: str,
    now: datetime,
    *,
    actor: str = "reporter",
    settles: str = "",
    to: Urgency | None = None,
    note: str | None = None,
) -> tuple[Batch, Revised]:
    """Bring a case up to what is known now. `draft.case_id` names it; empty facts in the draft change nothing. `to`: the level
    that a person names, for the reason in `note`, or that another report on the same child asks for.

    A case that has its result, closed or not, is opened again for a new round when the new words alone tell of harm
    (`draft.alarming`), or when all words together make it a graver one than it was. `settles`: id of the duty task that this
    act ends itself.
    """
    batch = Batch()
    case = (await session.exec(select(Case).where(Case.id == draft.case_id))).one()
    if case.merged_into:
        case, draft = await _where_handled(session, batch, case, draft)
    assignments = (await session.exec(select(Assignment).where(Assignment.case_id == case.id))).all()
    clocks = (await session.exec(select(ClockRow).where(ClockRow.case_id == case.id))).all()
    routing = _newer(case, draft, case.assessment.get("routing", {}), draft.routing)
    nine = sorted({*case.nine, *draft.nine})
    routing["nine"] = nine
    before = Urgency(case.urgency)
    asked, why = _asked(case, draft, routing, to, note)
    urgency = higher(before, asked)
    category = _primary(case, draft, asked)
    values: dict[str, Any] = {
        "urgency": urgency.value,
        "category": category,
        "categories": list(dict.fromkeys([category, *case.categories, *draft.categories])),
        "nine": nine,
        "emergency": case.emergency or draft.emergency,
        "finished": case.finished or draft.finished,
        **_latest(case, draft, routing, [str(reason) for reason in why]),
    }
    over = case.status == "closed" or any(part.status == "done" for part in _leads(case, assignments))
    reopens = over and (draft.alarming or (urgency is not before and urgency in ALARMING and category in HARM))
    if reopens:
        values |= next_round(case)
    elif case.status == "closed":
        # Only what it says is completed, and who must not see it is known from now on.
        values = {name: values[name] for name in ("facts", "reporter", "finished")}
        if routing.get("complained_about") != complained_about(case):
            values["assessment"] = {**case.assessment, "routing": routing}
        urgency = before
    changed = {name: value for name, value in values.items() if getattr(case, name) != value}
    if changed:
        batch.change(case, **changed)
    after = _as_changed(case, values)
    if urgency is not before:
        batch.event(case.id, now, "raised", actor, note=note, before=before.value, urgency=urgency.value)
    if draft.finished and not case.finished:
        batch.event(case.id, now, "finished", actor)
    elif learnt := sorted(name for name, fact in after.facts.items() if fact != case.facts.get(name)):
        batch.event(case.id, now, "revised", actor, fields=learnt)
    if draft.place_code:
        await place_known(session, batch, case.id, now, but=settles)
    seating = await seating_of(session, after, protocols, home)
    gone = await _recuse(session, batch, after, assignments, clocks, seating, home, now)
    stay = [part for part in assignments if part not in gone]
    running = [row for row in clocks if row.desk_id not in {part.desk_id for part in gone}]
    new: list[str] = []
    if reopens:
        await ask_again(session, batch, after, stay, running, seating, protocols, now, actor=actor, wider=True)
    elif case.status == "open":
        if urgency is not before:
            await _restart(session, batch, after, stay, running, protocols, seating.area.name, now)
        elif values["assessment"].get("meets_at") != case.assessment.get("meets_at"):
            _hasten(batch, after, stay, running, protocols, now)
        new = await _join(session, batch, after, stay, running, gone, seating, protocols, now)
    _mark(batch, case, after, draft, now)
    if changed or new or gone:
        batch.audit(now, actor, "case.revise", case.id, fields=sorted(draft.facts), urgency=urgency.value)
    return batch, Revised(case.reference, urgency, before if urgency is not before else None, tuple(new))


async def _where_handled(session: AsyncSession, batch: Batch, case: Case, draft: Draft) -> tuple[Case, Draft]:
    """What the reporter of a case says that was put to another one is known there. Who she is stays with her own."""
    if draft.reporter:
        batch.change(case, reporter={**case.reporter, **draft.reporter})
    root = await handling(session, case)
    return root, replace(draft, case_id=root.id, reporter={}, explanation={}, finished=root.finished)


def _asked(
    case: Case, draft: Draft, routing: Mapping[str, Any], to: Urgency | None, note: str | None
) -> tuple[Urgency, Sequence[Line]]:
    """The level that is asked for, with what raises it. What a named person lowered rises only with new alarming words."""
    before = Urgency(case.urgency)
    if to is not None:
        return to, () if note else raised(before, routing)[1]
    if case.assessment.get("lowered") and not draft.alarming:
        return before, ()
    return raised(draft.urgency, routing)


def _mark(batch: Batch, before: Case, after: Case, draft: Draft, now: datetime) -> None:
    """By what the case is found again; others of the same child are looked for when there is something new to go by."""

    def found(case: Case) -> tuple[tuple[str, str], ...]:
        return kin_marks(case.facts, case.reporter, str(case.assessment.get("text", "")), case.place_code, now)

    marks = found(after)
    batch.add_if_new(*marks_of(after.id, (*draft.marks, *marks)))
    if set(marks) - set(found(before)):
        put_task(batch, "find_kin", f"{after.id}:{new_id(now)}", now, case_id=after.id)


def _newer(case: Case, draft: Draft, known: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """What is known with what is said; of two answers the later one counts, however late it arrives here."""
    return {**said, **known} if _overtaken(case, draft) else {**known, **said}


def _overtaken(case: Case, draft: Draft) -> bool:
    """Whether the case knows something that was said after this draft: tasks may come late and out of order."""
    known = case.assessment.get("said_at")
    return bool(draft.said_at and known and draft.said_at < datetime.fromisoformat(known))


def _latest(case: Case, draft: Draft, routing: Mapping[str, Any], why: Sequence[str]) -> dict[str, Any]:
    """What the last words decide: facts, how to reach the reporter, the place, the judgement that is shown."""
    old = _overtaken(case, draft)
    judged = {} if old else {**draft.explanation}
    if draft.said_at and not old:
        judged["said_at"] = draft.said_at.isoformat()
    hour = case.assessment.get("meets_at") if old else hour_known(draft.meets_at, draft.facts, case)
    raised_by = list(dict.fromkeys([*case.assessment.get("raised", []), *why]))
    return {
        "facts": _newer(case, draft, case.facts, draft.facts),
        "reporter": _newer(case, draft, case.reporter, draft.reporter),
        "place_code": case.place_code if old else draft.place_code or case.place_code,
        **_in_whose_name(case, draft, old),
        "readable": draft.readable if draft.explanation and not old else case.readable and draft.readable,
        "assessment": {
            **case.assessment,
            **judged,
            "raised": raised_by,
            **({"meets_at": hour} if hour else {}),
            "routing": dict(routing),
            "nowhere": bool(case.assessment.get("nowhere")) and (old or not draft.place_code),
            "assessed": higher(Urgency(case.assessment.get("assessed") or draft.urgency), draft.urgency).value,
        },
    }


def _in_whose_name(case: Case, draft: Draft, old: bool) -> dict[str, Any]:
    """Her own or her unit's, as she said last; said by her alone."""
    if old or not draft.reporter:
        return {"capacity": case.capacity, "unit_id": case.unit_id}
    return {"capacity": draft.capacity, "unit_id": draft.unit_id if draft.capacity == "unit" else None}


def _leads(case: Case, parts: Sequence[Assignment]) -> list[Assignment]:
    return [part for part in parts if part.part == "lead" and part.round == case.round]


async def _join(
    session: AsyncSession,
    batch: Batch,
    case: Case,
    parts: Sequence[Assignment],
    clocks: Sequence[ClockRow],
    gone: Sequence[Assignment],
    seating: Seating,
    protocols: Protocols,
    now: datetime,
) -> list[str]:
    """What the fuller picture adds to an open case: clocks of its own, and desks; answers the names of these."""
    here = [part for part in parts if part.round == case.round]
    kinds = {row.kind for row in clocks if row.round == case.round}
    start_case_clocks(batch, case, pack_for(case.place_code, protocols.packs), protocols, now, kinds)
    new = call_in(batch, case, here, seating, protocols, now, waits="visit_permission" in kinds)
    if gone:
        await _show_who_leads(session, batch, case, gone, seating, new, now)
    return [desk.name for desk, _ in new]


async def _recuse(
    session: AsyncSession,
    batch: Batch,
    case: Case,
    assignments: Sequence[Assignment],
    clocks: Sequence[ClockRow],
    seating: Seating,
    home: str,
    now: datetime,
) -> list[Assignment]:
    """Whoever is complained about has it no longer, in whatever round it was; answers the parts let go."""
    chosen = {each.desk.id for each in seating.seats}
    places = {*seating.area.codes, *(await area(session, home)).codes}
    gone = await recused_parts(session, complained_about(case), assignments, chosen, places)
    for part in gone:
        await let_go(session, batch, case, part, clocks, seating.lead.id if seating.lead else None, now)
    return gone


async def _show_who_leads(
    session: AsyncSession,
    batch: Batch,
    case: Case,
    gone: Sequence[Assignment],
    seating: Seating,
    new: Sequence[tuple[Desk, Sequence[ClockRow]]],
    now: datetime,
) -> None:
    """The receipt named the desk that was let go: now it names the one that leads, and until when it must answer."""
    receipt = (await session.exec(select(Receipt).where(Receipt.case_id == case.id))).one_or_none()
    names = (await session.exec(select(Desk.name).where(col(Desk.id).in_([part.desk_id for part in gone])))).all()
    lead = seating.lead
    if receipt is None or lead is None or receipt.view["desk"] not in names:
        return
    due = [row.ends_at for desk, rows in new for row in rows if desk.id == lead.id and row.kind == "acknowledge"]
    answer_by = min(due, default=None)
    show(batch, receipt, now, status="received", desk=lead.name, answer_by=answer_by.isoformat() if answer_by else None)


def _primary(case: Case, draft: Draft, asked: Urgency) -> str:
    """The primary category. A harm stays what it was called first, until a rule names another: for a graver level, or
    for the same one in the last words alone. What is no harm never takes the place of one."""
    if case.category not in HARM or not case.readable:
        graver = asked.rank < Urgency(case.urgency).rank
        return draft.category if draft.category in HARM or graver else case.category
    if draft.category not in HARM or not draft.named:
        return case.category
    before = Urgency(case.urgency)
    replaces = asked.rank < before.rank or (asked is before and draft.alarming)
    return draft.category if replaces else case.category


def _as_changed(case: Case, values: dict[str, Any]) -> Case:
    """The case as the batch will leave it, for those who build letters and desks from it."""
    return Case(**{column: values.get(column, getattr(case, column)) for column in Case.model_fields})


async def _restart(
    session: AsyncSession,
    batch: Batch,
    case: Case,
    assignments: Sequence[Assignment],
    clocks: Sequence[ClockRow],
    protocols: Protocols,
    county: str,
    now: datetime,
) -> None:
    """A raised case runs by the shorter times from now on, at every desk that still owes something; each is rung. Nothing
    gets later by it: what was due sooner stays due, a child unseen stays unseen, and a critical case waits for nobody."""
    pack = pack_for(case.place_code, protocols.packs)
    desks = {desk.id: desk for desk in (await session.exec(select(Desk))).all()}
    here = [row for row in clocks if row.round == case.round]
    for policy in case_policies(pack.terms, Urgency(case.urgency)):
        for row in here:
            if row.desk_id == "" and row.kind == policy.kind:
                _sooner(batch, row, policy, protocols, now)
    for assignment in assignments:
        if assignment.round != case.round or assignment.part == "copy" or assignment.status not in OWING:
            continue
        desk = desks[assignment.desk_id]
        done = {"acknowledge": assignment.acknowledged_at, "accept": assignment.accepted_at}
        for policy in policies_for(pack.terms, Urgency(case.urgency), desk.kind, category=case.category):
            mine = [row for row in here if row.desk_id == desk.id and row.kind == policy.kind]
            for row in mine:
                _sooner(batch, row, policy, protocols, now, case if assignment.part == "lead" else None)
            if not mine and not done.get(policy.kind):  # the lower level had no such clock
                start_clock(batch, case.id, desk.id, policy, now, protocols.calendar, case.round)
        put_letter(
            batch,
            case,
            kind="raised",
            recipient=f"desk:{desk.id}",
            desk_id=desk.id,
            courier=desk.courier,
            county=county,
            now=now,
            clock_version=case.version + 1,
        )


def _sooner(
    batch: Batch, row: ClockRow, policy: Policy, protocols: Protocols, now: datetime, led: Case | None = None
) -> None:
    """The clock by the raised level's times and repeats; nothing gets later by it. `led`: the case, at the desk that leads."""
    clock = clock_of(row)
    quicker = quicken(clock, policy, now, protocols.calendar)
    if led is not None:
        terms = pack_for(led.place_code, protocols.packs).terms
        quicker = before_meeting(quicker, led, terms, protocols.calendar, now)
    if quicker != clock:
        put_clock(batch, row, quicker)


def _hasten(
    batch: Batch,
    case: Case,
    parts: Sequence[Assignment],
    clocks: Sequence[ClockRow],
    protocols: Protocols,
    now: datetime,
) -> None:
    """The reporter says now when the child meets that person again."""
    terms = pack_for(case.place_code, protocols.packs).terms
    leads = {part.desk_id for part in _leads(case, parts) if part.status in OWING}
    for row in clocks:
        if row.desk_id in leads and row.round == case.round and row.kind == "progress":
            clock = clock_of(row)
            sooner = before_meeting(clock, case, terms, protocols.calendar, now)
            if sooner != clock:
                put_clock(batch, row, sooner)
