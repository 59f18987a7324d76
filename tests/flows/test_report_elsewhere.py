"""A report from a place whose desks this site does not know: those of the site's own place have it at once."""

from tests.flows.town import Town

BEATEN = "隔壁男的又在打孩子，孩子一直哭着喊救命，广西岭东县石榴乡和平里3栋"
KICKED = "儿子13岁，体育老师踹了他一脚，膝盖肿了，我们住在广西岭东县石榴乡街上"


async def test_danger_in_a_place_without_desks_rings_our_police(town: Town) -> None:
    await town.says(BEATEN)
    case = await town.case()
    assert case.place_code != town.house.home
    assert await town.desks_of(case, "lead") == ["police"]
    assert {clock.kind for clock in await town.clocks(case) if clock.desk_id == (await town.desk("police")).id}
    receipt = await town.receipt(case)
    assert receipt.view["desk"] == (await town.desk("police")).name


async def test_the_call_for_a_reporter_there_stands_on_our_duty_screen(town: Town) -> None:
    await town.says(BEATEN)
    await town.says("现在不方便打")
    (call,) = await town.duty_tasks("call_110")
    assert (call.desk_id, call.place_code) == ((await town.desk("duty_desk")).id, town.house.home)


async def test_what_is_added_later_calls_in_more_of_our_desks(town: Town) -> None:
    await town.says(KICKED)
    await town.says("提交")
    case = await town.case()
    before = {part for each in ("lead", "with", "copy") for part in await town.desks_of(case, each)}
    assert before
    await town.says("孩子现在昏迷了，正在送医院")
    case = await town.case()
    assert case.urgency == "critical" and before <= {
        part for each in ("lead", "with", "copy") for part in await town.desks_of(case, each)
    }


ABROAD = "高台县黑泉镇有个13岁的学生辍学在家，一直没有人劝返"


async def test_a_place_that_this_site_does_not_look_after_goes_to_the_coordinator_with_its_name(town: Town) -> None:
    await town.says(ABROAD)
    await town.says("提交")
    case = await town.case()
    assert case.place_code == town.house.home
    assert await town.desks_of(case, "lead") == ["working_committee"]
    assert "education" in await town.desks_of(case, "with")
    (event,) = await town.events(case, "place_elsewhere")
    assert event.data["named"] == "甘肃省张掖市高台县"
    await town.says("补充一下：孩子的爷爷身体不好")
    assert await town.desks_of(case, "lead") == ["working_committee"]  # more words are no place
    await town.says("更正：不是高台县，是罗岭县青禾镇")
    assert "education" in await town.desks_of(case, "lead")


async def test_danger_there_is_for_police_at_once_all_the_same(town: Town) -> None:
    await town.says("高台县城里，隔壁男的又在打孩子，孩子一直哭着喊救命")
    case = await town.case()
    assert case.urgency == "critical"
    assert await town.desks_of(case, "lead") == ["police", "working_committee"]


async def test_where_the_child_is_registered_civil_affairs_is_asked_or_missed(town: Town) -> None:
    await town.says("罗岭县青禾镇13岁的学生辍学在家，一直没有人劝返，户籍在重庆市渝北区")
    await town.says("提交")
    case = await town.case()
    assert case.place_code == town.house.home and await town.desks_of(case, "lead") == ["education"]
    assert await town.events(case, "registered_unserved")
