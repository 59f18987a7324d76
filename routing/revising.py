"""A case learns more: later answers, a raised level, a person's gist of what could not be read.

Nothing here ever lowers a level or takes a desk away; both need a named person and a reason.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.clock import resume, start
from escalation.policy import Policy, case_policies, policies_for
from escalation.timers import clock_of, put_clock, start_clock
from records.batch import Batch
from records.outbox import put_letter
from records.tables import Assignment, Case, ClockRow, Desk
from routing.assigning import put_on_desk, seat
from routing.decision import decide
from routing.directory import area
from routing.facts import raised
from routing.lifecycle import OWING
from routing.opening import Draft, marks_of, start_case_clocks, start_visit_clock
from routing.packs import Pack, pack_for
from routing.protocols import Protocols
from words.ids import HARM, Urgency, higher


@dataclass(frozen=True)
class Revised:
    """What changed. `raised_from` is the level before, when it rose; `new_desks` are the names of desks that joined."""

    reference: str
    urgency: Urgency
    raised_from: Urgency | None = None
    new_desks: tuple[str, ...] = field(default=())


async def revise_case(
    session: AsyncSession, draft: Draft, protocols: Protocols, home: str, now: datetime, *, actor: str = "reporter"
) -> tuple[Batch, Revised]:
    """Bring an open case up to what is known now. `draft.case_id` names it; empty facts in the draft change nothing."""
    case = (await session.exec(select(Case).where(Case.id == draft.case_id))).one()
    assignments = (await session.exec(select(Assignment).where(Assignment.case_id == case.id))).all()
    clocks = (await session.exec(select(ClockRow).where(ClockRow.case_id == case.id))).all()
    batch = Batch()
    routing = {**case.assessment.get("routing", {}), **draft.routing}
    nine = sorted({*case.nine, *draft.nine})
    routing["nine"] = nine
    before = Urgency(case.urgency)
    asked, why = raised(draft.urgency, routing)
    urgency = higher(before, asked)
    category = _graver(case.category, before, draft.category, asked)
    place_code = draft.place_code or case.place_code
    values: dict[str, Any] = {
        "urgency": urgency.value,
        "category": category,
        "categories": list(dict.fromkeys([category, *case.categories, *draft.categories])),
        "nine": nine,
        "emergency": case.emergency or draft.emergency,
        "readable": case.readable and draft.readable if not draft.explanation else draft.readable,
        "finished": case.finished or draft.finished,
        "facts": {**case.facts, **draft.facts},
        "reporter": {**case.reporter, **draft.reporter},
        "place_code": place_code,
        "capacity": draft.capacity if draft.reporter else case.capacity,
        "assessment": {
            **case.assessment,
            **draft.explanation,
            "raised": [*case.assessment.get("raised", []), *(str(reason) for reason in why)],
            "routing": routing,
        },
    }
    if (
        case.status == "closed"
    ):  # only what it says is completed; new harm reopens it (routing.reporter), and then it climbs
        values = {name: values[name] for name in ("facts", "reporter", "finished")}
        urgency = before
    changed = {name: value for name, value in values.items() if getattr(case, name) != value}
    if changed:
        batch.change(case, **changed)
    after = _as_changed(case, values)
    if urgency is not before:
        batch.event(case.id, now, "raised", actor, before=before.value, urgency=urgency.value)
    if draft.finished and not case.finished:
        batch.event(case.id, now, "finished", actor)
    elif changed:
        batch.event(case.id, now, "revised", actor, fields=sorted(draft.facts))
    if case.status == "closed":
        return batch, Revised(case.reference, before)
    pack = pack_for(place_code, protocols.packs)
    if urgency is not before:
        county = (await area(session, place_code)).name
        await _restart(session, batch, after, assignments, clocks, pack, protocols, county, now)
    start_case_clocks(batch, after, pack, protocols, now, {row.kind for row in clocks if row.round == case.round})
    waits = any(row.kind == "visit_permission" and row.round == case.round for row in clocks)
    new = await _new_desks(session, batch, after, assignments, pack, protocols, routing, home, now, waits)
    batch.add_if_new(*marks_of(case.id, draft.marks))
    if changed or new:
        batch.audit(now, actor, "case.revise", case.id, fields=sorted(draft.facts), urgency=urgency.value)
    return batch, Revised(case.reference, urgency, before if urgency is not before else None, tuple(new))


def _graver(old: str, old_level: Urgency, new: str, new_level: Urgency) -> str:
    """The primary category follows the graver judgement; a harm is never talked away by what was said later."""
    if new_level.rank < old_level.rank:
        return new
    if old not in HARM and new in HARM:
        return new
    return old


def _as_changed(case: Case, values: dict[str, Any]) -> Case:
    """The case as the batch will leave it, for those who build letters and desks from it."""
    return Case(**{column: values.get(column, getattr(case, column)) for column in Case.model_fields})


async def _restart(
    session: AsyncSession,
    batch: Batch,
    case: Case,
    assignments: Any,
    clocks: Any,
    pack: Pack,
    protocols: Protocols,
    county: str,
    now: datetime,
) -> None:
    """A raised case runs by the shorter times from now on, at every desk that still owes something; each is rung. Nothing
    gets later by it: what was due sooner stays due, a child unseen stays unseen, and a critical case waits for nobody."""
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
                _sooner(batch, row, policy, protocols, now)
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


def _sooner(batch: Batch, row: ClockRow, policy: Policy, protocols: Protocols, now: datetime) -> None:
    """The clock by the raised level's times, unless it is due sooner as it stands. A pause that the new level does not
    know ends."""
    if row.status not in ("running", "paused"):
        return
    clock = start(policy, now, protocols.calendar)
    if clock.ends_at < row.ends_at:
        put_clock(batch, row, clock)
    elif row.status == "paused":
        put_clock(batch, row, resume(clock_of(row), now))


async def _new_desks(
    session: AsyncSession,
    batch: Batch,
    case: Case,
    assignments: Any,
    pack: Pack,
    protocols: Protocols,
    routing: dict[str, Any],
    home: str,
    now: datetime,
    waits: bool,
) -> list[str]:
    """Desks that the fuller picture calls in beside those that have it already. `waits`: the lead has a clock for letting
    held desks know."""
    decided = decide(pack, case.category, Urgency(case.urgency), routing, case.place_code)
    seating = await seat(session, case.place_code, pack, decided.route, home)
    present = {assignment.desk_id: assignment for assignment in assignments if assignment.round == case.round}
    names = []
    for rank, each in enumerate(seating.seats):
        there = present.get(each.desk.id)
        if there is not None and each.part == "lead" and there.part == "with" and there.status in (*OWING, "done"):
            # A desk that helped must lead now (police, once it is critical); what it has done so far stays.
            batch.change(there, part="lead")
            batch.event(case.id, now, "assigned", "system", desk_id=there.desk_id, part="lead", clauses=each.clauses)
        if there is not None:
            continue
        put_on_desk(batch, case, each, seating.area.name, pack, protocols, now, rank=rank)
        batch.event(
            case.id,
            now,
            "assigned",
            "system",
            desk_id=each.desk.id,
            part=each.part,
            held=each.held,
            clauses=each.clauses,
        )
        names.append(each.desk.name)
        lead = next((part.desk_id for part in assignments if part.part == "lead" and part.status in OWING), None)
        if each.held and lead and not waits:
            start_visit_clock(batch, case, lead, pack, protocols, now)
            waits = True
    return names
