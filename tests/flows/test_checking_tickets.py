"""What is odd about a ticket comes before a person, who sets it right: the place, what it says, or nothing at all."""

import pytest

from records.access import look, look_at_ticket
from records.tables import AuditLine, Statement
from routing.acts import check_ticket
from routing.refusal import Refused
from tests.flows.hotline import sends, sends_planted
from tests.flows.town import Town

MILD = "来电人反映：孩子12岁，残疾补贴申请材料被退三次。"


async def checks(town: Town, place: str = "", sentence: str = "", note: str = "") -> None:
    house = town.house
    (task,) = await town.duty_tasks("check_ticket")
    person = await town.person("duty_desk")
    await town.act(
        check_ticket, person, task.id, place, sentence, note, house.judge.assess, house.protocols, house.home
    )


async def test_the_person_sees_what_came_and_not_who_called(town: Town) -> None:
    answer = await sends(
        town,
        {
            "order_no": "7", "content": "张三反映：孩子被打，回电15400000301", "caller_phone": "15400000301转3；15400000302",
            "caller_name": "张三", "received_at": "前天上午", "region_code": "458821",
        },
    )  # fmt: skip
    (task,) = await town.duty_tasks("check_ticket")
    person = await town.person("duty_desk")
    found = await town.act(look_at_ticket, person, task.id)
    assert found and found.reference == answer["case"] and found.ticket.order_no == "7"
    assert dict(found.ticket.as_came or {}) == {"received_at": "前天上午"}
    assert "15400000301" not in str(found) and "张三" not in str(found)
    assert [line.action for line in await town.rows(AuditLine, subject=(await town.case()).id)][-1] == "task.look"
    assert await town.act(look_at_ticket, await town.person("police"), task.id) is None
    assert (await town.act(look, person, answer["case"], "read")).level == "notice", "the ticket, not the whole case"


async def test_nothing_to_set_right_is_an_answer_and_ends_the_clock(town: Town) -> None:
    answer = await sends(town, {"order_no": "1", "content": MILD, "region_code": "458821"})
    await checks(town)
    case = await town.case(reference=answer["case"])
    assert not await town.duty_tasks("check_ticket") and (await town.events(case, "checked"))[0].note is None
    assert not [each for each in await town.clocks(case) if each.kind.startswith("check_ticket:")], "none runs on"
    with pytest.raises(ValueError):
        await checks(town)


async def test_a_place_that_was_found_calls_its_desks_in_and_outlives_the_next_update(town: Town) -> None:
    told = {"order_no": "1", "content": MILD, "caller_phone": "15400000301", "region_code": "458800"}
    answer = await sends(town, {**told, "received_at": "前天上午"})
    await checks(town, place="458821", note="问过平台")
    case = await town.case(reference=answer["case"])
    assert case.place_code == "458821" and (await town.events(case, "place_found"))[0].data["place"] == "罗岭县"
    again = await sends(town, {**told, "content": MILD + "请尽快。"})
    assert again["outcome"] == "updated"
    assert (await town.case(id=case.id)).place_code == "458821", "the platform still says what it said before"
    with pytest.raises(Refused, match="没有这个地方"):
        await sends(town, {**told, "order_no": "2", "received_at": "前天上午"})
        await checks(town, place="999999")


async def test_what_it_really_says_is_judged_again_and_never_lowers(town: Town) -> None:
    answer = await sends(
        town, {"order_no": "1", "title": "一个孩子的事", "region_code": "458821", "caller_phone": "15400000301"}
    )
    case = await town.case(reference=answer["case"])
    assert case.urgency == "urgent" and not case.readable
    await checks(town, sentence="父亲现在拿刀要杀孩子，孩子在流血")
    raised = await town.case(id=case.id)
    assert raised.urgency == "critical" and raised.readable and await town.desks_of(case, "lead") == ["police"]
    assert [row.kind for row in await town.rows(Statement, case_id=case.id)] == ["said", "gist"]


async def test_a_case_page_shows_its_tickets_to_who_has_the_story(town: Town) -> None:
    answer = await sends_planted(town, 10)
    lead = (await town.desks_of(await town.case(reference=answer["case"]), "lead"))[0]
    sight = await town.act(look, await town.person(lead), answer["case"], "read")
    (ticket,) = sight.tickets
    assert ticket.platform == "A" and ticket.order_no and ("content", "html", "") in ticket.flaws
    for other in await town.desks_of(await town.case(reference=answer["case"]), "with"):
        assert (await town.act(look, await town.person(other), answer["case"], "read")).tickets == ()
