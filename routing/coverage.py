"""Coverage before it hurts: for the next fourteen days every desk reaches a living, reachable person on every rung, at every
minute, holidays included, and no person stands twice on one ladder. What does not hold is a gap, with its hours.

The same `Rota` that the sweep goes by decides here. Between two moments at which a shift begins or ends nothing changes, so
those moments are looked at, not every minute.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.ladder import LEVELS
from records.batch import Batch
from records.columns import new_id
from records.tables import Account, Assignment, Case, Desk, DutyTask, Setting
from routing.alarms import supervisors
from routing.desks import COVERAGE
from routing.directory import duty_desk
from routing.divisions import stem
from routing.lifecycle import OWING
from routing.lines import COORDINATOR, SUPERIOR
from routing.packs import Pack, pack_for
from routing.protocols import Protocols
from routing.rota import Rota, read_rota
from words.beijing import BEIJING, local

AHEAD = timedelta(days=14)
MOST = 500  # gaps kept; more than that is told as that many
TELL_WITHIN = timedelta(hours=4)  # ours
GAPS = "gaps"  # the task of whoever is asked to tell the supervisor
_ALWAYS = ("duty_desk", "government_office")


@dataclass(frozen=True)
class Gap:
    """From `since` to `until` (ISO, UTC) nobody answers at this rung of the desk. `why`: nobody (no shift), same (only people
    who stand on a lower rung), unreachable (no number and no messenger), no_desk (the seat has no desk at all)."""

    desk_id: str
    level: str
    why: str
    since: str
    until: str


@dataclass(frozen=True)
class Missing:
    """A department that the place's protocol names and that has no desk there; `served_by` is the desk above it, if any."""

    place: str
    department: str
    served_by: str | None


@dataclass(frozen=True)
class Coverage:
    """`unknown`: years of the span whose holidays nobody has written down, so that shifts by working days may be wrong."""

    gaps: tuple[Gap, ...]
    missing: tuple[Missing, ...]
    unknown: tuple[int, ...]


def prove(
    rota: Rota, packs: Mapping[str, Pack], now: datetime, home: str = "000000", ahead: timedelta = AHEAD
) -> Coverage:
    """All gaps from `now` on of the desks at `home` and below; what lies above is kept by others. Pure."""
    moments = list(_moments(rota, now, now + ahead))
    open_gaps: dict[tuple[str, str, str], str] = {}
    gaps: list[Gap] = []
    known: dict[frozenset[str], list[tuple[str, str, str]]] = {}
    for at in moments:
        seated = frozenset(_seated(rota, at))
        if seated not in known:
            known[seated] = list(_at(rota, packs, home, at))
        here = set(known[seated])
        for key in [key for key in open_gaps if key not in here]:
            gaps.append(Gap(*key, since=open_gaps.pop(key), until=at.isoformat()))
        for key in known[seated]:
            open_gaps.setdefault(key, at.isoformat())
    until = (now + ahead).isoformat()
    gaps += [Gap(*key, since=since, until=until) for key, since in open_gaps.items()]
    years = range(local(now).year, local(now + ahead).year + 1)
    return Coverage(
        gaps=tuple(sorted(gaps, key=lambda gap: (gap.since, gap.desk_id, gap.level))),
        missing=tuple(_missing(rota, packs)),
        unknown=tuple(year for year in years if year not in rota.calendar.known),
    )


def _moments(rota: Rota, now: datetime, until: datetime) -> Iterator[datetime]:
    """`now`, and every moment up to `until` at which a shift begins or ends, or a day does, in order."""
    shifts = [shift for each in rota.shifts.values() for shift in each]
    minutes = {0, *(minute for shift in shifts for minute in (shift.start, shift.end))}
    found = {now, *(at for shift in shifts for at in (shift.begins_at, shift.ends_at) if at)}
    day = local(now).date()
    while (midnight := datetime.combine(day, time(), BEIJING)) < until:
        found |= {(midnight + timedelta(minutes=minute)).astimezone(now.tzinfo) for minute in minutes}
        day += timedelta(days=1)
    yield from sorted(at for at in found if now <= at < until)


def _seated(rota: Rota, at: datetime) -> Iterator[str]:
    for desk_id, rung in rota.shifts:
        yield from (f"{desk_id}:{rung}:{person}" for person in rota.on_duty(desk_id, rung, at))


def _at(rota: Rota, packs: Mapping[str, Pack], home: str, at: datetime) -> Iterator[tuple[str, str, str]]:
    """Desk, level and reason of every rung that nobody stands on at this moment."""
    for desk in rota.desks.values():
        if not desk.active or not stem(desk.place_code).startswith(stem(home)):
            continue
        people = rota.on_duty(desk.id, "desk", at)
        if not people:
            yield desk.id, "desk", "nobody"
        elif not any(_reachable(rota, person, desk) for person in people):
            yield desk.id, "desk", "unreachable"
        codes = rota.area(desk.place_code).codes
        coordinators = pack_for(desk.place_code, packs).terms.coordinators
        ladder = rota.ladder(desk, codes, coordinators, at)
        for level in LEVELS:
            if any(_reachable(rota, each.person, each.desk) for each in ladder[level]):
                continue
            seats = rota.seats(desk, level, codes, coordinators)
            if ladder[level]:
                why = "unreachable"
            elif any(rota.on_duty(seat.id, level, at) for seat in seats):
                why = "same"
            else:
                why = "nobody" if seats else "no_desk"
            yield desk.id, level, why


def _reachable(rota: Rota, person: str, desk: Desk) -> bool:
    """A person at a desk with a messenger is reached by it; otherwise by telephone, their own or the desk's."""
    return desk.courier != "call" or bool(rota.people[person].phone or desk.phone)


def _missing(rota: Rota, packs: Mapping[str, Pack]) -> Iterator[Missing]:
    """For every county that has desks, the departments its protocol may name and that have none there."""
    active = [desk for desk in rota.desks.values() if desk.active]
    counties = sorted(
        {desk.place_code for desk in active if len(desk.place_code) == 6 and not desk.place_code.endswith("00")}
    )
    for place in counties:
        codes = rota.area(place).codes
        for department in sorted(_named(pack_for(place, packs))):
            nearest = [
                desk for code in codes for desk in active if (desk.place_code, desk.department) == (code, department)
            ]
            below = any(desk.department == department and desk.place_code.startswith(place) for desk in active)
            if not below:
                yield Missing(place, department, nearest[0].id if nearest else None)


def _named(pack: Pack) -> set[str]:
    found = {pack.coordinator, "civil_affairs", *_ALWAYS}
    for row in pack.lines:
        found |= {*row.lead, *row.first, *row.instead, *row.with_, *row.copy}
    return found - {COORDINATOR, SUPERIOR}


async def look_ahead(session: AsyncSession, protocols: Protocols, home: str, now: datetime) -> tuple[Batch, Coverage]:
    """The proof, kept where board, console and doctor read it, with the open cases that lean on somebody who can't be reached.
    Somebody is asked to see to what it found."""
    rota = await read_rota(session, protocols.calendar)
    found = prove(rota, protocols.packs, now, home)
    value: dict[str, Any] = {
        "at": now.isoformat(),
        "gaps": [asdict(gap) for gap in found.gaps[:MOST]],
        "count": len(found.gaps),
        "missing": [asdict(each) for each in found.missing],
        "unknown": list(found.unknown),
        "leaning": [list(each) for each in await _leaning(session)],
    }
    batch, row = Batch(), await session.get(Setting, COVERAGE)
    if row is None:
        batch.add(Setting(key=COVERAGE, value=value, updated_at=now))
    else:
        batch.change(row, value=value, updated_at=now)
    await _see_to(session, batch, value, home, now)
    return batch, found


async def _see_to(session: AsyncSession, batch: Batch, found: Mapping[str, Any], home: str, now: datetime) -> None:
    """A gap that only stands on a page is nobody's: the 24-hour desk tells the supervisor. What is being told, or has been
    told today, is not asked again; what nobody mends is asked again tomorrow. Once all is mended, nothing is left to tell."""
    unserved = sorted(
        each["department"] for each in found["missing"] if each["place"] == home and not each["served_by"]
    )
    wrong = [
        *sorted({f"{gap['desk_id']}:{gap['level']}:{gap['why']}" for gap in found["gaps"]}),
        *unserved,
        *(reference for reference, _ in found["leaning"]),
    ]
    asked = (await session.exec(select(DutyTask).where(DutyTask.kind == GAPS, DutyTask.status == "open"))).all()
    if not wrong:
        for task in asked:
            batch.change(task, status="void")
        return
    params = {"gaps": found["count"], "cases": len(found["leaning"]), "missing": len(unserved)}
    for task in asked:
        batch.change(task, params=params)
    if asked:
        return
    desk, people = await duty_desk(session, home), await supervisors(session, home, home)
    said = next((person for person in people if person.phone), people[0] if people else None)
    day, sum_ = local(now).date().isoformat(), hashlib.sha256("\n".join(wrong).encode()).hexdigest()[:16]
    task = DutyTask(
        id=new_id(now), kind=GAPS, key=f"{day}:{sum_}", desk_id=desk.id if desk else None,
        place_code=desk.place_code if desk else home, person=said.name if said else None, phone=said.phone if said else None,
        params=params, due_at=now + TELL_WITHIN, created_at=now,
    )  # fmt: skip
    batch.add_if_new(task)


async def _leaning(session: AsyncSession) -> Sequence[tuple[str, str]]:
    """Open cases whose handler is disabled or has no number: reference and desk."""
    rows = await session.exec(
        select(Case.reference, Assignment.desk_id, Account)
        .join(Assignment, col(Assignment.case_id) == col(Case.id))
        .join(Account, col(Account.id) == col(Assignment.handler))
        .where(
            Case.status == "open", col(Assignment.round) == col(Case.round), col(Assignment.status).in_(sorted(OWING))
        )
    )
    return [(reference, desk) for reference, desk, person in rows.all() if person.disabled_at or not person.phone]
