"""What must not end in silence: nobody on duty at any rung, and a place that nobody knows."""

import pytest

from records.access import board
from records.batch import Batch
from records.tables import Account, Assignment, Duty, Letter, Place
from routing import acts
from routing.refusal import Refused
from tests.flows.town import Town

BEATEN = "隔壁男的又在打孩子，孩子一直哭着喊救命，罗岭县和平里3栋"
TEASED = "我们班有个男生被几个同学长期起外号、孤立，抢他的零花钱"
ABROAD = "儿子13岁，体育老师踹了他一脚，膝盖肿了，我们住在甘肃省张掖市高台县城关镇"


async def everybody_leaves(town: Town) -> None:
    """Nobody is on duty any more, but at the 24-hour desk."""
    duty_desk, batch = await town.desk("duty_desk"), Batch()
    for duty in await town.rows(Duty):
        if duty.desk_id != duty_desk.id:
            batch.remove(Duty, id=duty.id)
    await town.house.store.write(batch)


async def test_nobody_on_any_rung_is_somebodys_task_at_once_and_on_the_board(town: Town) -> None:
    await everybody_leaves(town)
    await town.says(BEATEN)
    await town.later(minutes=6)
    case = await town.case()
    tasks = await town.duty_tasks("nobody")
    police = (await town.desk("police")).id
    assert police in {task.params["late"] for task in tasks}
    assert len({task.params["late"] for task in tasks}) == len(tasks), "asked once for a desk, however many rungs"
    told = [letter for letter in await town.letters(case) if letter.kind == "nobody_on_duty"]
    supervisor = await town.staff("supervisor")
    assert {letter.recipient for letter in told} == {f"account:{supervisor.id}"}
    async with town.house.store.read() as session:
        seen = await board(session, supervisor, town.now)
    assert seen is not None and (await town.desk("police")).name in {each.desk for each in seen.unstaffed}
    await town.later(hours=3)
    assert len([task for task in await town.duty_tasks("nobody") if task.params["late"] == police]) == 1


async def test_whoever_was_found_is_written_down_and_it_is_asked_again_while_nobody_is_there(town: Town) -> None:
    await everybody_leaves(town)
    await town.says(BEATEN)
    await town.later(minutes=6)
    case, clerk, police = await town.case(), await town.person("duty_desk"), (await town.desk("police")).id
    (task,) = [task for task in await town.duty_tasks("nobody") if task.params["late"] == police]
    with pytest.raises(Refused):
        await town.act(acts.somebody_found, clerk, task.id, " ")
    await town.act(acts.somebody_found, clerk, task.id, "局长办公室王某，马上派人")
    (event,) = await town.events(case, "somebody_found")
    assert event.note == "局长办公室王某，马上派人" and "王某" not in str(event.data)
    assert not [row for row in await town.clocks(case) if row.kind == f"nobody:{task.id}"]
    await town.later(hours=3)
    assert [task for task in await town.duty_tasks("nobody") if task.params["late"] == police]


async def now_a_city(town: Town) -> None:
    """This site looks after two more counties."""
    batch = Batch()
    batch.add(Place(code="458821101", name="石榴镇", parent=town.house.home))
    await town.house.store.write(batch)


async def test_a_place_that_nobody_knows_goes_to_the_coordinator_and_somebody_finds_out(town: Town) -> None:
    await now_a_city(town)
    await town.says(TEASED)
    await town.says("提交")
    case, coordinator = await town.case(), await town.desk("working_committee")
    (part,) = await town.rows(Assignment, case_id=case.id, desk_id=coordinator.id)
    assert part.part == "lead" and "routing:R7" in part.clauses and await town.events(case, "place_unknown")
    (task,) = await town.duty_tasks("no_place")
    assert any(row.kind == f"no_place:{task.id}" for row in await town.clocks(case)), "it climbs when nobody finds out"
    clerk = await town.person("duty_desk")
    with pytest.raises(Refused):
        await town.act(acts.place_found, clerk, task.id, "", "", town.house.protocols, town.house.home)
    await town.act(acts.place_found, clerk, task.id, "458821101", "", town.house.protocols, town.house.home)
    case = await town.case()
    assert case.place_code == "458821101" and not await town.duty_tasks("no_place")
    assert not any(row.kind.startswith("no_place:") for row in await town.clocks(case))


async def test_whoever_says_where_it_is_later_ends_the_search(town: Town) -> None:
    await now_a_city(town)
    await town.says(TEASED)
    await town.says("提交")
    assert await town.duty_tasks("no_place")
    await town.says("在罗岭县石榴镇")
    case = await town.case()
    assert not await town.duty_tasks("no_place") and case.place_code == "458821101"
    assert not any(row.kind.startswith("no_place:") for row in await town.clocks(case))


async def test_a_county_takes_what_names_no_place_as_its_own(town: Town) -> None:
    await town.says(TEASED)
    await town.says("提交")
    assert not await town.duty_tasks("no_place") and await town.events(await town.case(), "place_assumed")


async def test_a_place_outside_the_site_is_told_to_those_who_look_after_it(town: Town) -> None:
    await town.says(ABROAD)
    await town.says("提交")
    (task,) = await town.duty_tasks("no_place")
    assert task.params["named"] is True and "高台" not in str(task.params)
    clerk: Account = await town.person("duty_desk")
    await town.act(acts.place_found, clerk, task.id, "", "高台县值班室，李某接", town.house.protocols, town.house.home)
    assert not await town.duty_tasks("no_place")
    assert [letter for letter in await town.rows(Letter) if letter.status != "void"]
