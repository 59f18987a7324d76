"""Several processes on one database: web and worker apart, two workers, and what SQLite does not allow."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from records.tables import Case, ClockRow, Event, Letter
from tests.flows.town import Town
from tests.support.house import House, eventually
from tests.together.filing import (
    Filed,
    Street,
    all_is_kept,
    audit_has_no_gap,
    browsers_of,
    inside,
    nothing_is_left_undone,
)

WORKING = re.compile("正在计时与通知")
STORY = "邻居家男的又在打孩子，孩子一直哭着喊救命，就在和平里{number}号，已经打了快半个小时"
REPORTS = 8


@pytest.fixture
def beside() -> Iterator[ExitStack]:
    """Ends what was started beside the house."""
    with ExitStack() as stack:
        yield stack


def another(house: House, beside: ExitStack) -> House:
    """One more process on the same data, with the same clock; not yet started."""
    more = House(house.directory, house.database, at=house.clock.now())
    beside.callback(more.stop)
    return more


def file_some(house: House, start: int = 0) -> list[Filed]:
    texts = [STORY.format(number=number) for number in range(start, start + REPORTS)]
    return asyncio.run(Street(browsers_of(house)).file_all(texts))


def test_web_and_two_workers_fire_every_step_once(postgres_house: House, beside: ExitStack) -> None:
    web, workers = postgres_house, [another(postgres_house, beside) for _ in range(2)]
    filed = file_some(web.start("--roles", "web"))
    assert asyncio.run(_carried(web)) == 0, "a web process carries no letters"
    for worker in workers:
        worker.start("--roles", "worker", until=WORKING)
    for _ in range(4):
        web.later(minutes=6)
        eventually(lambda: asyncio.run(_all_moved(web)), "both workers had nothing more to do")
    asyncio.run(_each_step_fired_once(web, filed))
    assert not [line for each in (web, *workers) for line in each.said if " ERROR " in line]


def test_a_worker_that_dies_is_replaced_by_the_other(postgres_house: House, beside: ExitStack) -> None:
    web, dying, living = postgres_house, another(postgres_house, beside), another(postgres_house, beside)
    filed = file_some(web.start("--roles", "web"))
    for worker in (dying, living):
        worker.start("--roles", "worker", until=WORKING)
    web.later(minutes=6)
    dying.kill()
    web.later(minutes=6)  # the leases of the dead end too
    eventually(lambda: asyncio.run(_all_moved(web)), "the living worker did everything")
    asyncio.run(_kept(web, filed))


def test_sqlite_refuses_a_second_worker_and_says_what_to_do(house: House, beside: ExitStack) -> None:
    house.start()
    second = another(house, beside)
    with pytest.raises(AssertionError, match="SQLite 只容许一个"):
        second.start("--roles", "worker", until=WORKING)
    assert "HUTONG_DATABASE=postgresql://" in "".join(second.said) and "Traceback" not in "".join(second.said)
    house.kill()
    second.start("--roles", "worker", until=WORKING)  # the lock went with the process that held it


def test_a_web_process_beside_the_one_that_does_all_writes_as_well(house: House, beside: ExitStack) -> None:
    both = house.start(), another(house, beside).start("--roles", "web")

    async def from_both() -> list[Filed]:
        streets = [Street(browsers_of(each)) for each in both]
        texts = [[STORY.format(number=f"{side}-{number}") for number in range(REPORTS)] for side in range(2)]
        found = await asyncio.gather(*(street.file_all(mine) for street, mine in zip(streets, texts, strict=True)))
        return [filed for mine in found for filed in mine]

    filed = asyncio.run(from_both())
    eventually(lambda: asyncio.run(_all_moved(house)), "every letter carried")
    asyncio.run(_kept(house, filed))


async def _carried(house: House) -> int:
    async with inside(house) as town:
        return sum(letter.attempts for letter in await _web_letters(town))


async def _web_letters(town: Town) -> list[Letter]:
    mine = {case.id for case in await town.rows(Case, source="web")}
    return [letter for letter in await town.rows(Letter) if letter.case_id in mine]


async def _all_moved(house: House) -> bool:
    """No clock is due any more, and what fired has reached its people."""
    async with inside(house) as town:
        now = house.clock.now()
        due = [clock for clock in await town.rows(ClockRow, status="running") if clock.due_at <= now]
        return not due and await nothing_is_left_undone(town)


async def _kept(house: House, filed: list[Filed]) -> None:
    async with inside(house) as town:
        await all_is_kept(town, filed)
        await audit_has_no_gap(town)


async def _each_step_fired_once(house: House, filed: list[Filed]) -> None:
    async with inside(house) as town:
        await all_is_kept(town, filed)
        await audit_has_no_gap(town)
        for case in await town.rows(Case, source="web"):
            rungs = Counter(
                (event.desk_id or "", event.data["clock"])
                for event in await town.rows(Event, case_id=case.id, kind="rung")
            )
            clocks = await town.rows(ClockRow, case_id=case.id)
            assert rungs == +Counter({(clock.desk_id, clock.kind): clock.version for clock in clocks})
            assert any(clock.version >= 3 for clock in clocks), "the ladder climbed"
        assert {letter.attempts for letter in await _web_letters(town) if letter.status == "calling"} == {1}
