"""Who sits where: the desk of a department for a place, and who is on duty at each of its rungs.

A gap climbs: a place without such a desk uses its parent's, county → city → province.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.calendar import Calendar
from records.tables import Account, Desk, Duty, Place
from routing.divisions import stem
from words.beijing import local


@dataclass(frozen=True)
class Area:
    """A place with its ancestors, nearest first, as far as the directory knows them."""

    places: tuple[Place, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(place.code for place in self.places)

    @property
    def above(self) -> tuple[str, ...]:
        """Codes of what the county lies in; nothing when the place is known no finer than that."""
        counties = [index for index, code in enumerate(self.codes) if len(stem(code)) == 6]
        return self.codes[counties[0] + 1 :] if counties else ()

    @property
    def name(self) -> str:
        """Of the county: what a letter may say of the place, however finely it is known."""
        county = next((place for place in self.places if len(place.code) == 6), None)
        return county.name if county else ""


async def area(session: AsyncSession, place_code: str) -> Area:
    """The place and its ancestors. A code finer than the directory (town, village) starts at the nearest known one."""
    return area_of({place.code: place for place in (await session.exec(select(Place))).all()}, place_code)


def area_of(known: Mapping[str, Place], place_code: str) -> Area:
    """The same among places that were read already, by code."""
    code: str | None = place_code
    while code and code not in known:
        code = _coarser(code)
    chain: list[Place] = []
    while code and code in known and len(chain) < 8:
        chain.append(known[code])
        code = known[code].parent
    return Area(tuple(chain))


def _coarser(code: str) -> str | None:
    """The division one level up by the shape of GB/T 2260: village 12 → town 9 → county 6 → city → province."""
    bare = code.rstrip("0")
    for length in (9, 6, 4, 2):
        if len(bare) > length:
            return code[:length].ljust(6, "0")
    return None


async def desks_for(
    session: AsyncSession, place_code: str, departments: Iterable[str], *, recused: str | None = None
) -> dict[str, Desk]:
    """For each department the active desk nearest to the place. A department with no desk on the way up is missing.

    `recused`: the department complained about, whose nearest desk is passed over for the one above it."""
    codes = (await area(session, place_code)).codes
    wanted = list(dict.fromkeys(departments))
    rows = (
        await session.exec(
            select(Desk).where(col(Desk.place_code).in_(codes), col(Desk.department).in_(wanted), col(Desk.active))
        )
    ).all()
    nearest = {department: nearest_of(rows, codes, department, recused) for department in wanted}
    return {department: desk for department, desk in nearest.items() if desk is not None}


def nearest_of(desks: Iterable[Desk], codes: Sequence[str], department: str, recused: str | None = None) -> Desk | None:
    """The department's active desk nearest to the first of the codes; one level above that for the department recused."""
    found = sorted(
        (desk for desk in desks if desk.active and desk.department == department and desk.place_code in codes),
        key=lambda desk: (codes.index(desk.place_code), desk.id),
    )
    if department == recused and found:
        found = [desk for desk in found if desk.place_code != found[0].place_code]
    return next(iter(found), None)


async def superior_desk(session: AsyncSession, place_code: str, department: str) -> Desk | None:
    """The department's desk above the place's own (recusal: a case never goes to the unit complained about)."""
    return (await desks_for(session, place_code, [department], recused=department)).get(department)


async def looks_after_several(session: AsyncSession, home: str) -> bool:
    """Whether this site is a city's or a province's: then a report that names no place may be of any of its counties."""
    below = await session.exec(select(Place.code).where(Place.parent == home).limit(1))
    return below.first() is not None


async def duty_desk(session: AsyncSession, place_code: str) -> Desk | None:
    """The 24-hour desk whose screen shows call tasks for this place."""
    return (await desks_for(session, place_code, ["duty_desk"])).get("duty_desk")


async def on_duty(
    session: AsyncSession, desk_id: str, rung: str, now: datetime, calendar: Calendar | None = None
) -> Sequence[Account]:
    """Who answers at this rung of the desk now, first choice first. Disabled people are nobody."""
    rows = (
        await session.exec(
            select(Duty, Account)
            .join(Account, col(Account.id) == col(Duty.account_id))
            .where(Duty.desk_id == desk_id, Duty.rung == rung, col(Account.disabled_at).is_(None))
            .order_by(col(Duty.rank), col(Duty.id))
        )
    ).all()
    people = [account for duty, account in rows if covers(duty, now, calendar)]
    return list({person.id: person for person in people}.values())


def covers(duty: Duty, now: datetime, calendar: Calendar | None = None) -> bool:
    """Whether the shift runs at `now`. A shift over midnight belongs to the day it began on; one for once holds between its
    two moments. Without a calendar Monday to Friday are working days."""
    if (duty.begins_at and now < duty.begins_at) or (duty.ends_at and now >= duty.ends_at):
        return False
    there = local(now)
    minute = there.hour * 60 + there.minute
    today, yesterday = there.date(), there.date() - timedelta(days=1)
    if duty.start < duty.end:
        return duty.start <= minute < duty.end and _runs(duty, today, calendar)
    if minute >= duty.start and _runs(duty, today, calendar):
        return True
    return minute < duty.end and _runs(duty, yesterday, calendar)


def _runs(duty: Duty, day: date, calendar: Calendar | None) -> bool:
    if duty.days == "weekdays":
        return day.isoweekday() in duty.weekdays
    return (calendar or Calendar()).works(day) is (duty.days == "working")
