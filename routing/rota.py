"""Who stands at which rung of a desk's ladder at a moment: different living people. For the sweep and for the proof of
coverage, so that both say the same. Values that were read once; pure but for reading them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.calendar import Calendar
from escalation.ladder import LEVELS, who
from records.tables import Account, Desk, Duty, Place
from routing.directory import Area, area_of, covers, nearest_of


@dataclass(frozen=True)
class Standing:
    """A person at a rung, and the desk that has them there."""

    person: str  # account id
    desk: Desk


@dataclass(frozen=True)
class Rota:
    """Places, desks, people and shifts as they were when they were read. `shifts` by desk and rung, first choice first, of
    disabled people none."""

    places: Mapping[str, Place]
    desks: Mapping[str, Desk]
    people: Mapping[str, Account]
    shifts: Mapping[tuple[str, str], Sequence[Duty]]
    calendar: Calendar

    def area(self, place_code: str) -> Area:
        return area_of(self.places, place_code)

    def on_duty(self, desk_id: str, rung: str, now: datetime) -> list[str]:
        """Ids of the people who answer at this rung now, first choice first."""
        shifts = self.shifts.get((desk_id, rung), ())
        return list(dict.fromkeys(shift.account_id for shift in shifts if covers(shift, now, self.calendar)))

    def seats(
        self, desk: Desk, level: str, codes: Sequence[str], coordinators: Sequence[str], recused: str | None = None
    ) -> list[Desk]:
        """The desks whose people stand at this rung of the desk's ladder, for a case in these places, nearest first."""
        found = []
        for seat in who(level, desk.department, coordinators=coordinators):
            own = seat.department == desk.department
            seated = desk if own else nearest_of(self.desks.values(), codes, seat.department, recused)
            if seated is not None:
                found.append(seated)
        return found

    def ladder(
        self,
        desk: Desk,
        codes: Sequence[str],
        coordinators: Sequence[str],
        now: datetime,
        recused: str | None = None,
    ) -> dict[str, tuple[Standing, ...]]:
        """Of each rung, one person on duty at each of its seats, who stands on no lower one. An empty rung is a gap."""
        met = set(self.on_duty(desk.id, "desk", now)[:1])
        found: dict[str, tuple[Standing, ...]] = {}
        for level in LEVELS:
            standing = []
            for seated in self.seats(desk, level, codes, coordinators, recused):
                person = next((each for each in self.on_duty(seated.id, level, now) if each not in met), None)
                if person is not None:
                    standing.append(Standing(person, seated))
                    met.add(person)
            found[level] = tuple(standing)
        return found


async def read_rota(session: AsyncSession, calendar: Calendar) -> Rota:
    """The whole directory, once."""
    people = {account.id: account for account in (await session.exec(select(Account))).all()}
    shifts: dict[tuple[str, str], list[Duty]] = {}
    for duty in (await session.exec(select(Duty).order_by(col(Duty.rank), col(Duty.id)))).all():
        if people[duty.account_id].disabled_at is None:
            shifts.setdefault((duty.desk_id, duty.rung), []).append(duty)
    return Rota(
        places={place.code: place for place in (await session.exec(select(Place))).all()},
        desks={desk.id: desk for desk in (await session.exec(select(Desk))).all()},
        people=people,
        shifts=shifts,
        calendar=calendar,
    )
