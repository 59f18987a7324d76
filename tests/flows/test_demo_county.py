"""The demonstration county: somebody at every rung at every hour, and cases in all states, made by the real acts."""

from datetime import timedelta

import pytest

from app import settings as app_settings
from app.clock import HandClock
from app.house import House
from app.stories import play
from records.tables import Account, Assignment, Desk, Duty, Event, Place
from routing.directory import covers
from tests.flows.town import THURSDAY, Town
from words.ids import DEPARTMENTS


async def test_every_department_has_a_desk_and_every_rung_a_person_at_every_hour(town: Town) -> None:
    desks = await town.rows(Desk, place_code=town.house.home)
    assert {desk.department for desk in desks} == set(DEPARTMENTS)
    duties = await town.rows(Duty)
    for desk in desks:
        for rung in ("desk", "L0", "L1", "L2"):
            shifts = [duty for duty in duties if duty.desk_id == desk.id and duty.rung == rung]
            for hour in range(7 * 24):
                assert any(covers(shift, THURSDAY + timedelta(hours=hour)) for shift in shifts), (desk.id, rung, hour)


async def test_nobody_stands_at_two_rungs_and_every_number_is_nobodys(town: Town) -> None:
    people, duties = await town.rows(Account), await town.rows(Duty)
    assert len({duty.account_id for duty in duties}) == len(duties)
    assert len({person.name for person in people}) == len(people)
    numbers = [each.phone for each in (*people, *await town.rows(Desk))]
    assert all(number.startswith("1540000") and len(number) == 11 for number in numbers)
    assert len(set(numbers)) == len(numbers)
    assert all(person.demo for person in people)


async def test_the_places_lie_in_each_other(town: Town) -> None:
    parents = {place.code: place.parent for place in await town.rows(Place)}
    assert parents == {"450000": None, "458800": "450000", "458821": "458800"}


async def test_a_dozen_cases_in_all_states_are_made_by_the_real_acts(county: dict[str, str]) -> None:
    settings = app_settings.read(county)
    assert await play(settings, THURSDAY) == []
    async with House.at(settings, HandClock(THURSDAY)) as house:
        town = Town(house)
        cases, parts = await town.cases(), await town.rows(Assignment)
        kinds = {event.kind for event in await town.rows(Event)}
        assert len(cases) == 12
        assert {case.urgency for case in cases} == {"critical", "urgent", "normal", "info"}
        assert {case.status for case in cases} == {"open", "closed"} and {case.round for case in cases} == {1, 2}
        assert {case.finished for case in cases} == {True, False}
        assert {"notified", "accepted", "dispatched", "done", "handed_over", "returned", "held", "copied"} <= {
            part.status for part in parts
        }
        assert {"progress", "child_seen", "result", "asked", "disputed", "fetched", "rung", "closed"} <= kinds
        assert await town.duty_tasks() and await town.duty_tasks("gist")


@pytest.mark.parametrize("hour", [18])  # two in the night in Beijing
async def test_it_can_be_made_at_any_hour(county: dict[str, str], hour: int) -> None:
    settings = app_settings.read(county)
    assert await play(settings, THURSDAY.replace(hour=hour) + timedelta(days=2)) == []
