"""One report goes the whole way: said, dispatched, climbed, handled, told."""

import pytest

from records.tables import Account, Case, Conversation, Statement
from routing.acts import accept, acknowledge, ask_reporter, call_connected
from routing.refusal import Refused
from tests.flows.town import Town

BEATEN = "隔壁男的又在打孩子，孩子一直哭着喊救命，罗岭县和平里3栋"
NICKNAMES = "我们班有个男生被几个同学长期起外号、孤立，抢他的零花钱，他越来越不想上学"


async def test_danger_opens_and_dispatches_before_any_question_is_answered(town: Town) -> None:
    answer = await town.hears(BEATEN)
    assert answer.index("110") < answer.index("编号") < answer.index("孩子现在在哪里")
    case = await town.case()
    assert (case.urgency, case.category, case.finished) == ("critical", "physical_abuse", False)
    assert await town.desks_of(case, "lead") == ["police"]
    kinds = {clock.kind for clock in await town.clocks(case) if clock.desk_id == (await town.desk("police")).id}
    assert kinds >= {"acknowledge", "accept", "progress", "result"}
    held = [letter for letter in await town.letters(case) if letter.status == "held"]
    assert {letter.desk_id for letter in held} == {
        (await town.desk(each)).id for each in ("township", "village_committee")
    }


async def test_later_answers_complete_the_same_case(town: Town) -> None:
    await town.says(BEATEN)
    await town.says("已打")
    await town.says("在家里，和他爸在一起，晚上七点他妈回来")
    case = await town.case()
    assert case.facts["where_now"]["value"] and case.facts["with_whom"]["value"]
    await town.says("提交")
    assert (await town.case()).finished


async def test_the_same_message_twice_is_one_report(town: Town) -> None:
    first = await town.says(BEATEN, update="phone-1")
    again = await town.says(BEATEN, update="phone-1")
    assert len(await town.cases()) == 1 and len(await town.rows(Statement)) == 1
    code = next(str(line) for reply in first for line in reply.lines if "查询码" in str(line))
    assert any(str(line) == code for reply in again for line in reply.lines), "a lost answer took the code with it"
    await town.says("已打")
    shown = await town.says("已打", update="phone-1")
    assert not any("查询码" in str(line) for reply in shown for line in reply.lines)


async def test_silence_climbs_to_the_top_and_repeats_there(town: Town) -> None:
    await town.says(BEATEN)
    case = await town.case()
    police = (await town.desk("police")).id
    await town.later(minutes=4)
    assert not [
        event for event in await town.events(case, "rung") if event.data["to"] != "desk" and event.desk_id == police
    ]
    await town.later(hours=3)
    rungs = [(e.data["to"], round((e.at - case.opened_at).total_seconds() / 60)) for e in await town.events(case, "rung")
             if e.desk_id == police and e.data["to"] != "desk"]  # fmt: skip
    assert rungs[:4] == [("L0", 5), ("L1", 10), ("L2", 15), ("L3", 30)]
    assert ("L4", 120) in rungs and ("L4", 150) in rungs, "the top speaks again every thirty minutes"
    assert await town.duty_tasks(), "somebody is asked to telephone"


async def test_whoever_acts_stops_their_own_clock_only(town: Town) -> None:
    await town.says(BEATEN)
    case = await town.case()
    officer = await town.person("police")
    await town.act(acknowledge, officer, case.reference)
    running = {(clock.desk_id, clock.kind) for clock in await town.clocks(case)}
    police = (await town.desk("police")).id
    assert (police, "acknowledge") not in running and (police, "accept") in running
    assert any(desk != police and kind == "acknowledge" for desk, kind in running)
    await town.act(accept, officer, case.reference)
    assert not [clock for clock in await town.clocks(case) if clock.desk_id == police and clock.kind == "accept"]


async def test_the_loser_of_a_race_is_told_who_was_first(town: Town) -> None:
    await town.says(BEATEN)
    case = await town.case()
    first, second = await town.person("police"), await town.person("police", "L0")
    await town.act(accept, first, case.reference)
    with pytest.raises(Refused):
        await town.act(accept, second, case.reference)


async def test_an_unfinished_report_is_submitted_by_itself(town: Town) -> None:
    await town.says(NICKNAMES)
    assert not await town.cases()
    await town.later(minutes=9)
    assert not await town.cases()
    await town.later(minutes=2)
    case = await town.case()
    assert case.urgency in ("urgent", "critical") and not case.finished


async def test_a_greeting_opens_nothing_ever(town: Town) -> None:
    await town.says("你好")
    await town.later(hours=5)
    assert not await town.cases() and len(await town.rows(Conversation)) == 1


async def test_what_is_said_later_can_raise_and_never_lowers(town: Town) -> None:
    await town.says(NICKNAMES)
    await town.says("提交")
    case = await town.case()
    assert case.urgency == "urgent"
    answer = await town.hears("刚才她说不想活了，人已经在楼顶了")
    assert "110" in answer
    raised = await town.case()
    assert raised.urgency == "critical" and await town.events(case, "raised")
    assert "police" in await town.desks_of(raised, "lead")
    await town.says("发错了，开玩笑的")
    still: Case = await town.case()
    assert (still.urgency, still.status) == ("critical", "open")


async def test_after_an_outage_people_get_their_minutes(town: Town) -> None:
    await town.says(BEATEN)
    case = await town.case()
    police = (await town.desk("police")).id
    await town.outage(hours=6)
    await town.house.tick()
    accept_rungs = [e for e in await town.events(case, "rung") if e.desk_id == police and e.data["clock"] == "accept"]
    assert len(accept_rungs) == 1 and accept_rungs[0].data["late_seconds"] > 5 * 3600


async def test_a_report_submitted_by_itself_keeps_its_code_for_whoever_comes_back(town: Town) -> None:
    await town.says(NICKNAMES)
    await town.later(minutes=11)
    case = await town.case()
    answer = await town.hears("我回来了，他昨天又被打了")
    assert case.reference in answer and "查询码" in answer
    assert "查询码：" not in await town.hears("在学校，和同学在一起")


async def test_taking_it_back_at_once_is_pressure_and_changes_nothing(town: Town) -> None:
    await town.says(NICKNAMES)
    await town.says("取消")
    case = await town.case()
    assert case.status == "open" and case.pressure


async def test_the_draft_under_way_is_not_touched_by_looking_up_another_report(town: Town) -> None:
    first = await town.hears(BEATEN, who="neighbour")
    code = first.split("查询码：")[1][:19]
    await town.says(NICKNAMES, who="teacher")
    assert (await town.case()).reference in await town.hears(code, who="teacher")
    await town.says("提交", who="teacher")
    assert len(await town.cases()) == 2, "the teacher's own report must not vanish into the other"


async def _asked(town: Town, question: str) -> tuple[str, Account]:
    """A critical case whose police desk has asked the reporter something."""
    await town.says(BEATEN)
    await town.says("已打")
    officer = await town.person("police")
    reference = (await town.case()).reference
    await town.act(accept, officer, reference)
    await town.act(ask_reporter, officer, reference, question, protocols=town.house.protocols)
    return reference, officer


async def test_a_desks_question_stands_in_the_next_reply_and_only_then_can_be_answered(town: Town) -> None:
    await _asked(town, "门牌号是多少？")
    case = await town.case()
    answer = await town.hears("他爸喝了酒")
    assert "门牌号是多少" in answer
    assert not await town.events(case, "answered"), "she had not seen the question yet"
    await town.hears("3栋502")
    (event,) = await town.events(case, "answered")
    assert event.note == "3栋502"


async def test_a_page_that_stands_open_brings_the_question_by_itself(town: Town) -> None:
    await _asked(town, "门牌号是多少？")
    assert any("门牌号" in str(line) for reply in await town.house.news("web", "teacher") for line in reply.lines)
    assert not await town.house.news("web", "teacher")


async def test_one_call_carries_all_that_one_person_must_hear(town: Town) -> None:
    await town.says(BEATEN)
    await town.later(hours=6)
    calls = await town.duty_tasks()
    assert len({(call.recipient, call.case_id) for call in calls}) == len(calls)
    carried = [letter for letter in await town.letters(await town.case()) if letter.status == "calling"]
    assert len(carried) > len(calls) and {letter.call_id for letter in carried} == {call.id for call in calls}
    clerk = await town.person("duty_desk")
    police = (await town.desk("police")).id
    call = next(call for call in calls if call.desk_id == police)
    mine = [letter.id for letter in carried if letter.call_id == call.id]
    await town.act(call_connected, clerk, call.id, "张警官", "012345", acknowledges=False)
    sent = {letter.id for letter in await town.letters(await town.case()) if letter.status == "sent"}
    assert set(mine) <= sent
