"""Past cases once more on other packs, ladders or calendars: who would have been told when, and what of that is different.

Nothing is written. What people really did stops the clocks when they did it; a desk that the other protocol calls in anew is taken
to act as the lead did.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.clock import start
from escalation.foresight import foresee
from escalation.ladder import who
from escalation.policy import policies_for
from records.tables import Assignment, Case, Desk, Event
from routing.facts import usable_facts
from routing.packs import pack_for
from routing.protocols import Protocols
from routing.rules import route
from words.ids import Urgency

# Which event of a desk ends which clock, beside the times that stand in its assignment.
_ENDS = {"progress": "progress", "result": "result"}


@dataclass(frozen=True)
class Past:
    """What is needed of a case: how it was judged, and when each desk did what stops a clock (by department and clock)."""

    reference: str
    category: str
    urgency: Urgency
    place_code: str
    facts: Mapping[str, Any]
    opened_at: datetime
    acted: Mapping[str, Mapping[str, datetime]] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)  # department -> kind of its desk
    lead: str = ""


@dataclass(frozen=True, order=True)
class Told:
    """At `at` somebody is told: `seat` as `police:head`, about which clock (`opened`: the case itself) at whose desk."""

    at: datetime
    level: str
    clock: str
    desk: str
    seat: str


@dataclass(frozen=True)
class Difference:
    """Of one case: who is told no more, and who is told instead or besides."""

    past: Past
    gone: tuple[Told, ...]
    new: tuple[Told, ...]


def told(past: Past, protocols: Protocols, ahead: timedelta) -> frozenset[Told]:
    """Everybody who is told within `ahead` of the opening. Held desks are told when the lead allows, which is no clock's doing."""
    pack = pack_for(past.place_code, protocols.packs)
    facts, _ = usable_facts(past.facts)
    found = route(pack, past.category, past.urgency, facts, place=past.place_code)
    return frozenset(
        each
        for department in (*found.lead, *found.with_, *found.copy)
        if department not in found.held
        for each in _at_desk(past, department, department in found.copy, protocols, ahead)
    )


def _at_desk(past: Past, department: str, copied: bool, protocols: Protocols, ahead: timedelta) -> Iterator[Told]:
    yield Told(past.opened_at, "desk", "copied" if copied else "opened", department, f"{department}:desk")
    if copied:
        return
    pack = pack_for(past.place_code, protocols.packs)
    acted = past.acted.get(department) or past.acted.get(past.lead, {})
    kind = past.kinds.get(department, "24h")
    for policy in policies_for(pack.terms, past.urgency, kind, category=past.category):
        clock = start(policy, past.opened_at, protocols.calendar)
        until = min(past.opened_at + ahead, acted.get(policy.kind, past.opened_at + ahead))
        for seen in foresee([clock], until, protocols.calendar):
            for seat in who(seen.step.to, department, coordinators=pack.terms.coordinators):
                yield Told(seen.at, seen.step.to, policy.kind, department, str(seat))


def differences(
    cases: Sequence[Past], now: Protocols, draft: Protocols, ahead: timedelta = timedelta(days=3)
) -> Iterator[Difference]:
    """Only the cases in which somebody would be told otherwise. Pure."""
    for past in cases:
        before, after = told(past, now, ahead), told(past, draft, ahead)
        if before != after:
            yield Difference(past, tuple(sorted(before - after)), tuple(sorted(after - before)))


async def past_cases(session: AsyncSession, since: datetime) -> list[Past]:
    """The cases opened since then, oldest first, as the first round went."""
    cases = (await session.exec(select(Case).where(col(Case.opened_at) >= since).order_by(col(Case.opened_at)))).all()
    kinds = dict((await session.exec(select(Desk.id, Desk.kind))).all())
    return [await _past(session, case, kinds) for case in cases]


async def _past(session: AsyncSession, case: Case, kinds: Mapping[str, str]) -> Past:
    parts = (
        await session.exec(
            select(Assignment)
            .where(Assignment.case_id == case.id, Assignment.round == 1)
            .order_by(col(Assignment.rank), col(Assignment.id))
        )
    ).all()
    events = (
        await session.exec(
            select(Event)
            .where(Event.case_id == case.id, col(Event.kind).in_(tuple(_ENDS)))
            .order_by(col(Event.at), col(Event.id))
        )
    ).all()
    acted: dict[str, dict[str, datetime]] = {}
    for part in parts:
        stamps = {"acknowledge": part.acknowledged_at or part.accepted_at, "accept": part.accepted_at}
        own = {kind: at for kind, at in stamps.items() if at}
        for event in events:
            if event.desk_id == part.desk_id:
                own.setdefault(_ENDS[event.kind], event.at)
        acted.setdefault(part.department, own)
    return Past(
        reference=case.reference, category=case.category, urgency=Urgency(case.urgency), place_code=case.place_code,
        facts={**case.assessment.get("routing", {}), "nine": list(case.nine)}, opened_at=case.opened_at, acted=acted,
        kinds={part.department: kinds.get(part.desk_id, "24h") for part in parts},
        lead=next((part.department for part in parts if part.part == "lead"), ""),
    )  # fmt: skip
