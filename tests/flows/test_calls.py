"""Calls by telephone: one to an office about a case, to whoever stands highest, saying all that is owed."""

from collections import Counter

from records.access import duty_screen
from records.tables import DutyTask
from routing.acts import acknowledge, call_connected, call_unanswered
from tests.flows.town import Town
from web.script import script

BEATEN = "隔壁男的又在打孩子，孩子一直哭着喊救命，罗岭县和平里3栋"


async def call_to(town: Town, department: str) -> DutyTask:
    desk = (await town.desk(department)).id
    (call,) = [call for call in await town.duty_tasks() if call.desk_id == desk]
    return call


def said(call: DutyTask) -> str:
    return "".join(map(str, script(call.params)))


async def test_however_long_nobody_acts_an_office_is_called_once_for_a_case(town: Town) -> None:
    await town.says(BEATEN)
    for _ in range(4):
        await town.later(minutes=45)
        calls = await town.duty_tasks()
        assert set(Counter(call.desk_id for call in calls).values()) == {1}
    carried = [letter for letter in await town.letters(await town.case()) if letter.status == "calling"]
    assert {letter.call_id for letter in carried} == {call.id for call in await town.duty_tasks()}


async def test_the_call_goes_to_whoever_stands_highest_and_says_all_that_is_owed(town: Town) -> None:
    await town.says(BEATEN)
    await town.later(minutes=6)
    call = await call_to(town, "police")
    assert call.person == (await town.person("police", "L0")).name
    await town.later(minutes=14)
    call = await call_to(town, "police")
    assert call.person == (await town.person("police", "L2")).name
    assert call.phone == (await town.person("police", "L2")).phone
    assert "看到了" in said(call) and "我来处理" in said(call) and "部门负责人" in said(call)
    await town.later(minutes=15)
    assert "公安局" in said(await call_to(town, "working_committee")), "it says who is silent, not who is called"


async def test_what_was_done_meanwhile_is_not_spoken_of(town: Town) -> None:
    await town.says(BEATEN)
    await town.later(minutes=20)
    case, officer = await town.case(), await town.person("police")
    await town.act(acknowledge, officer, case.reference)
    call = await call_to(town, "police")
    assert "看到了" not in said(call) and "我来处理" in said(call)


async def test_nobody_answers_and_the_next_below_is_called_then_the_desk(town: Town) -> None:
    await town.says(BEATEN)
    await town.later(minutes=20)
    clerk, tried = await town.person("duty_desk"), list[str | None]()
    for _ in range(4):
        call = await call_to(town, "police")
        tried.append(call.person)
        await town.act(call_unanswered, clerk, call.id)
        await town.later(minutes=1)
    assert tried == [(await town.person("police", rung)).name for rung in ("L2", "L1", "L0", "desk")]


async def test_one_answer_delivers_all_that_the_call_carried(town: Town) -> None:
    await town.says(BEATEN)
    await town.later(minutes=20)
    clerk, call = await town.person("duty_desk"), await call_to(town, "police")
    await town.act(call_connected, clerk, call.id, "陆队", "0123", acknowledges=True)
    police = (await town.desk("police")).id
    left = {letter.status for letter in await town.letters(await town.case()) if letter.desk_id == police}
    assert left <= {"sent", "void"}


async def test_the_duty_screen_has_each_case_together_the_most_urgent_first(town: Town) -> None:
    await town.says("小学门口的水塘没有护栏，孩子们放学都在那里玩水，罗岭县", who="villager")
    await town.says("提交", who="villager")
    await town.says(BEATEN)
    await town.later(hours=1)
    async with town.house.store.read() as session:
        lines = await duty_screen(session, await town.person("duty_desk"), town.now)
    references = [line.reference for line in lines]
    assert references == sorted(references, key=references.index) and len(set(references)) == 2
    assert lines[0].urgency == "critical"
