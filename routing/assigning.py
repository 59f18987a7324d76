"""Which desks a route means in one place, and what putting a case on a desk writes.

Opening a case, raising it, handing it over and naming another desk all go through here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.clock import start
from escalation.policy import policies_for
from escalation.timers import add_clock
from records.batch import Batch
from records.columns import new_id
from records.outbox import put_letter
from records.tables import Assignment, Case, ClockRow, Desk
from routing.decision import standing_route
from routing.directory import Area, area, desks_for, superior_desk
from routing.meeting import before_meeting
from routing.packs import Pack, pack_for
from routing.protocols import Protocols
from routing.rules import Route
from words.ids import Urgency


@dataclass(frozen=True)
class Seat:
    """One desk's part: how it takes part, whether its letters wait for the lead, and why it was chosen."""

    desk: Desk
    part: str  # lead, with, copy
    held: bool
    clauses: tuple[str, ...]


@dataclass(frozen=True)
class Seating:
    """Who has the case in this place. `gaps`: departments the protocol names and the directory does not know. `above`:
    departments without a desk in the county, with the name of the desk above it that has the case. `unserved`: the place
    of registration has no desk that could take part."""

    seats: tuple[Seat, ...]
    area: Area
    gaps: tuple[str, ...]
    above: tuple[tuple[str, str], ...] = ()
    unserved: bool = False

    @property
    def lead(self) -> Desk | None:
        return next((seat.desk for seat in self.seats if seat.part == "lead"), None)


async def seat(session: AsyncSession, place_code: str, pack: Pack, route: Route, home: str) -> Seating:
    """Desks for a route. A unit complained about is asked one level up (rule 5); a child registered elsewhere brings in
    civil affairs of that place (rule 6); when no lead desk exists, the coordinator leads, then the 24-hour desk: no case is
    ever left without a desk (rule 7). A place that none of them serves is served by those of `home`, the place of this
    site, who know whom to ask there."""
    where = await area(session, place_code)
    offices = dict.fromkeys([pack.coordinator, "civil_affairs", "duty_desk"])
    fallbacks = [office for office in offices if office not in route.recused]
    wanted = [*route.lead, *route.with_, *route.copy, *fallbacks]
    found = await desks_for(session, place_code, wanted) or await desks_for(session, home, wanted)
    seats: list[Seat] = []
    for part, departments in (("lead", route.lead), ("with", route.with_), ("copy", route.copy)):
        for department in (unit for unit, theirs in route.one_up.items() if theirs == part):
            # Police one level up act as police at once; whoever stands above the unit here takes part beside them.
            above = await superior_desk(session, place_code, department) or await superior_desk(
                session, home, department
            )
            if above:
                seats.append(Seat(above, part, False, ("routing:R5",)))
        for department in departments:
            if department in found:
                clauses = tuple(route.why.get(department, ()))
                seats.append(Seat(found[department], part, department in route.held, clauses))
    there: dict[str, Desk] = {}
    if route.registered:
        there = await desks_for(session, route.registered, pack.registered_with)
        seats += [Seat(desk, "with", False, pack.registered_clauses) for desk in there.values()]
    if not any(seat.part == "lead" for seat in seats):
        at_home = await desks_for(session, home, fallbacks)
        fallback = next((desk for each in fallbacks if (desk := found.get(each) or at_home.get(each))), None)
        if fallback:
            seats = [seat for seat in seats if seat.desk.id != fallback.id]
            seats.insert(0, Seat(fallback, "lead", False, ("routing:R7",)))
    named = (*route.lead, *route.with_, *route.copy)
    return Seating(
        seats=tuple(_once(seats)),
        area=where,
        gaps=tuple(each for each in named if each not in found),
        above=tuple(
            (each, found[each].name) for each in named if each in found and found[each].place_code in where.above
        ),
        unserved=bool(route.registered) and not there,
    )


async def seating_of(session: AsyncSession, case: Case, protocols: Protocols, home: str) -> Seating:
    """Who the protocol names for a case by all that is known of it now."""
    pack = pack_for(case.place_code, protocols.packs)
    routing = case.assessment.get("routing") or {}
    place = None if case.assessment.get("nowhere") else case.place_code
    stands = standing_route(pack, case.category, Urgency(case.urgency), routing, place)
    return await seat(session, case.place_code, pack, stands, home)


def _once(seats: Iterable[Seat]) -> list[Seat]:
    """A desk that serves two departments takes part once, in its first part."""
    return list({seat.desk.id: seat for seat in reversed(list(seats))}.values())[::-1]


def put_on_desk(
    batch: Batch,
    case: Case,
    seat: Seat,
    county: str,
    pack: Pack,
    protocols: Protocols,
    now: datetime,
    *,
    letter: str = "opened",
    rank: int = 0,
) -> tuple[Assignment, Sequence[ClockRow]]:
    """One desk gets its part of the case: the assignment, its clocks, the letter that rings it, and the line that says so."""
    copied = seat.part == "copy"
    assignment = Assignment(
        id=new_id(now),
        case_id=case.id,
        desk_id=seat.desk.id,
        department=seat.desk.department,
        part=seat.part,
        rank=rank,
        status="held" if seat.held else "copied" if copied else "notified",
        held=seat.held,
        round=case.round,
        clauses=list(seat.clauses),
        opened_at=now,
    )
    batch.add(assignment)
    batch.event(
        case.id, now, "assigned", "system", desk_id=seat.desk.id, part=seat.part, held=seat.held, clauses=seat.clauses
    )
    put_letter(
        batch,
        case,
        kind="copied" if copied else letter,
        recipient=f"desk:{seat.desk.id}",
        desk_id=seat.desk.id,
        courier=seat.desk.courier,
        county=county,
        now=now,
        held=seat.held,
        order=rank,
    )
    clocks: list[ClockRow] = []
    if not copied and not seat.held:
        clocks = start_desk_clocks(batch, case, seat.desk, pack, protocols, now, leads=seat.part == "lead")
    return assignment, clocks


def start_desk_clocks(
    batch: Batch, case: Case, desk: Desk, pack: Pack, protocols: Protocols, now: datetime, *, leads: bool = False
) -> list[ClockRow]:
    """The clocks a handling desk owes from now on. The one that `leads` acts before the child meets that person again."""
    clocks: list[ClockRow] = []
    for policy in policies_for(pack.terms, Urgency(case.urgency), desk.kind, category=case.category):
        clock = start(policy, now, protocols.calendar)
        if leads:
            clock = before_meeting(clock, case, pack.terms, protocols.calendar, now)
        clocks.append(add_clock(batch, case.id, desk.id, clock, now, case.round))
    return clocks
