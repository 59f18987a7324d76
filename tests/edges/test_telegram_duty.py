"""The staff's bot: bound from the console, rings without a word of the child, takes the acts, and stays true."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.duty.courier import MOST_A_MINUTE
from bot.edge import DUTY
from records.access import board
from records.tables import Account, BindingCode, Chat, Letter, Post
from routing.acts import accept
from routing.binding import new_code
from routing.shifts import take_over
from routing.staff import disable
from tests.edges.messenger import Exchange, exchange
from tests.support.telegram import Phone
from tests.support.telegram.trouble import DOWN, Drop, flood

BEATEN = "隔壁男的又在打孩子，孩子一直哭着喊救命，罗岭县和平里3栋"
BULLIED = "我们班有个男生被几个同学长期起外号、孤立，抢他的零花钱，他越来越不想上学，罗岭县青禾镇中心小学"
CONSOLE = "https://console.luoling.example"


@pytest.fixture
async def line(county: dict[str, str]) -> AsyncIterator[Exchange]:
    async with exchange(county, DUTY, HUTONG_CONSOLE=CONSOLE) as line:
        yield line


async def bound(line: Exchange, person: Account) -> Phone:
    """This person's telephone, bound by a code from the console."""
    town = line.town
    code = await town.house.store.carry_out(lambda session: new_code(session, person, town.now))
    phone = line.phone(person.name, bot=DUTY)
    phone.says(f"/start {code}")
    await line.settle()
    assert "已绑定" in phone.last
    return phone


async def officer(line: Exchange, department: str = "police", rung: str = "desk") -> tuple[Account, Phone]:
    person = await line.town.person(department, rung)
    return person, await bound(line, person)


async def test_a_code_binds_once_and_only_its_owner(line: Exchange) -> None:
    person, phone = await officer(line)
    assert person.name in phone.last and "公安局" in phone.last
    assert (await line.town.desk("police")).courier == "telegram"
    assert await line.town.rows(BindingCode) == []
    stranger = line.phone("路人", bot=DUTY)
    stranger.says("12345678")
    stranger.says("/queue")
    await line.settle()
    assert "绑定码不对" in stranger.texts[0] and "还没有绑定" in stranger.texts[1]


async def test_wrong_codes_have_to_wait(line: Exchange) -> None:
    person, stranger = await line.town.person("police"), line.phone("路人", bot=DUTY)
    for _ in range(5):
        stranger.says("00000000")
    await line.settle()
    code = await line.town.house.store.carry_out(lambda session: new_code(session, person, line.town.now))
    stranger.says(code)
    await line.settle()
    assert "十分钟后再试" in stranger.last and person.name not in stranger.screen


async def test_a_second_chat_takes_the_place_of_the_first(line: Exchange) -> None:
    person, first = await officer(line)
    await line.town.says(BEATEN)
    await line.settle()
    assert "看到了" in first.labels
    second = await bound(line, person)
    await line.settle()
    assert first.labels == [], "the chat that is no longer theirs loses its buttons at once"
    first.says("/queue")
    await line.settle()
    assert "还没有绑定" in first.last
    second.says("/queue")
    await line.settle()
    assert (await line.town.case()).reference in second.last


async def test_a_new_case_rings_with_what_is_due_and_nothing_of_the_child(line: Exchange) -> None:
    _, phone = await officer(line)
    await line.town.says(BEATEN)
    await line.settle()
    case = await line.town.case()
    assert phone.last.startswith(f"【特急】{case.reference} 罗岭县") and "最迟 15:05" in phone.last
    assert phone.labels == ["看到了", "我来处理", "110已处警", "不属本单位", "打开工作台"]
    link = next(button["url"] for button in phone.buttons_of(phone.messages[-1]["message_id"]) if "url" in button)
    assert link == f"{CONSOLE}/console/case/{case.reference}"
    assert not [word for word in ("打孩子", "救命", "和平里", "隔壁") if word in phone.screen]
    assert phone.messages[-1]["protect_content"]


async def test_one_presses_and_the_message_of_all_says_who_it_was(line: Exchange) -> None:
    person, phone = await officer(line)
    await line.town.says(BEATEN)
    await line.settle()
    before = len(phone.messages)
    query = phone.presses("看到了")
    await line.settle()
    assert phone.answer_to(query) == "已记为看到。" and f"{person.name} 已于 15:00 看到" in phone.last
    assert "看到了" not in phone.labels and "我来处理" in phone.labels and len(phone.messages) == before
    case = await line.town.case()
    await line.town.act(accept, person, case.reference)
    await line.settle()
    assert f"{person.name} 已于 15:00 接手处理" in phone.last and len(phone.messages) == before


async def test_an_old_button_does_nothing_twice(line: Exchange) -> None:
    _, phone = await officer(line)
    await line.town.says(BEATEN)
    await line.settle()
    message = phone.messages[-1]["message_id"]
    data = next(button["callback_data"] for button in phone.buttons_of(message) if button["text"] == "我来处理")
    first, second = phone.presses_data(message, data), phone.presses_data(message, data)
    await line.settle()
    assert phone.answer_to(first) == "已由您处理。" and phone.answer_to(second) == "已经办过了。"
    assert len(await line.town.events(await line.town.case(), "accepted")) == 1


async def test_a_button_that_was_changed_or_is_somebody_elses_opens_nothing(line: Exchange) -> None:
    _, phone = await officer(line)
    _, other = await officer(line, "civil_affairs")
    await line.town.says(BEATEN)
    await line.settle()
    message = phone.messages[-1]["message_id"]
    data = next(button["callback_data"] for button in phone.buttons_of(message) if button["text"] == "看到了")
    for tampered in (data.replace("a.", "c.", 1), data[:-1] + ("A" if data[-1] != "A" else "B"), "", "a.b.c", "x"):
        query = phone.presses_data(message, tampered or "-")
        await line.settle()
        assert "失效" in phone.answer_to(query)
    query = other.presses_data(other.messages[-1]["message_id"], data)
    await line.settle()
    assert "失效" in other.answer_to(query)
    assert await line.town.events(await line.town.case(), "acknowledged") == []


async def test_a_button_that_is_too_old_is_replaced_and_not_obeyed(line: Exchange) -> None:
    _, phone = await officer(line, "education")
    await line.town.says(BULLIED)
    await line.town.says("提交")
    await line.settle()
    message = phone.messages[-1]["message_id"]
    data = next(button["callback_data"] for button in phone.buttons_of(message) if button["text"] == "看到了")
    await line.town.outage(hours=25)
    query = phone.presses_data(message, data)
    await line.bots[DUTY].poll(0)
    await line.bots[DUTY].hear()
    assert "过期" in phone.answer_to(query)
    assert await line.town.events(await line.town.case(), "acknowledged") == []
    fresh = next(button["callback_data"] for button in phone.buttons_of(message) if button["text"] == "看到了")
    assert fresh != data


async def test_not_ours_asks_for_the_office_and_a_reason_and_needs_no_words(line: Exchange) -> None:
    person, phone = await officer(line, "education")
    await line.town.says(BULLIED)
    await line.town.says("提交")
    await line.settle()
    case = await line.town.case()
    assert "education" in await line.town.desks_of(case, "lead")
    phone.presses("不属本单位")
    await line.settle()
    assert "民政" in phone.labels and "学校、幼儿园" not in phone.labels and "返回" in phone.labels
    phone.presses("返回")
    await line.settle()
    assert "看到了" in phone.labels
    phone.presses("不属本单位")
    await line.settle()
    phone.presses("民政")
    await line.settle()
    query = phone.presses("不属本单位职责")
    await line.settle()
    assert "已退回" in phone.answer_to(query) and "已不在本席位" in phone.last and phone.labels == []
    (event,) = await line.town.events(case, "returned")
    assert event.note == "不属本单位职责" and event.actor == person.id


async def test_a_critical_case_is_handed_over_where_it_may_not_be_returned(line: Exchange) -> None:
    _, phone = await officer(line)
    await line.town.says(BEATEN)
    await line.settle()
    for press in ("不属本单位", "民政", "不在本单位辖区"):
        query = phone.presses(press)
        await line.settle()
    assert "请" in phone.answer_to(query) and await line.town.events(await line.town.case(), "handed_over")


async def test_a_letter_that_rings_again_stands_below_and_the_one_above_loses_its_buttons(line: Exchange) -> None:
    _, phone = await officer(line)
    await line.town.says(BEATEN)
    await line.settle()
    first = phone.messages[-1]["message_id"]
    await line.later(minutes=3)
    assert "提醒：“看到了（签收）”" in phone.last and phone.messages[-1]["message_id"] > first
    assert "下面有新的一条" in phone.chat.messages[first]["text"] and not phone.buttons_of(first)
    assert len([post for post in await line.town.rows(Post) if post.status == "live"]) == 1


async def test_silence_climbs_to_the_supervisor_who_reassigns(line: Exchange) -> None:
    supervisor = await line.town.staff("supervisor")
    phone = await bound(line, supervisor)
    await line.town.says(BEATEN)
    await line.settle()
    assert len(phone.messages) == 1, "not before anything is late"
    await line.later(minutes=11)
    assert "没有按时完成" in phone.last and "改派" in phone.labels and "看到了" not in phone.labels
    phone.presses("改派")
    await line.settle()
    phone.presses("民政")
    await line.settle()
    query = phone.presses("原单位没有按时回应")
    await line.settle()
    assert "民政局" in phone.answer_to(query)
    assert "civil_affairs" in await line.town.desks_of(await line.town.case(), "lead")


async def test_who_loses_the_role_loses_the_buttons_at_once(line: Exchange) -> None:
    person, phone = await officer(line)
    admin = await line.town.staff("admin")
    await line.town.says(BEATEN)
    await line.settle()
    message = phone.messages[-1]["message_id"]
    data = next(button["callback_data"] for button in phone.buttons_of(message) if button["text"] == "看到了")
    now = line.town.now
    await line.town.house.store.carry_out(lambda session: disable(session, admin, person.id, now))
    query = phone.presses_data(message, data)
    await line.settle()
    assert "停用" in phone.answer_to(query) and phone.labels == [] and "不归您看" in phone.last
    assert await line.town.events(await line.town.case(), "acknowledged") == []
    phone.says("/queue")
    await line.settle()
    assert "还没有绑定" in phone.last


async def test_queue_late_and_onduty_answer_for_whoever_asks(line: Exchange) -> None:
    person, phone = await officer(line)
    phone.says("/queue")
    phone.says("/late")
    await line.settle()
    assert phone.texts[-2:] == ["没有待办。", "没有超时的。"]
    await line.town.says(BEATEN)
    await line.settle()
    case = await line.town.case()
    phone.says("/queue")
    await line.settle()
    assert f"1. 【特急】{case.reference} 罗岭县 等签收" in phone.last and "最迟 15:05" in phone.last
    phone.presses(case.reference)
    await line.settle()
    assert "您从待办里打开的" in phone.last and "看到了" in phone.labels
    await line.later(minutes=6)
    phone.says("/late")
    phone.says("/onduty")
    await line.settle()
    assert case.reference in phone.texts[-2] and f"本席位：{person.name}" in phone.last
    supervisor = await bound(line, await line.town.staff("supervisor"))
    supervisor.says("/onduty")
    await line.settle()
    assert "罗岭县公安局指挥中心：" in supervisor.last and person.name in supervisor.last


async def test_a_shift_is_handed_over_when_the_other_one_says_yes(line: Exchange) -> None:
    person, phone = await officer(line)
    night = await line.town.rows(Account, desk_id=person.desk_id)
    colleague = next(each for each in night if each.id != person.id)
    other = await bound(line, colleague)
    phone.says("/handover")
    await line.settle()
    phone.presses(colleague.name)
    await line.settle()
    assert "等对方确认" in phone.last and f"{person.name} 请您接班" in other.last
    await line.town.says(BEATEN)
    await line.settle()
    assert "特急" in phone.last, "until then it rings where it rang before"
    other.presses("我来接班")
    await line.settle()
    assert "您已接班，到 20:00 为止" in "".join(other.texts) and f"{colleague.name} 已于 15:00 接班" in phone.last
    await line.town.says(BEATEN, "another")
    await line.settle()
    assert "特急" in other.last
    phone.says("/handover")
    await line.settle()
    assert "不在班" in phone.last


async def test_a_storm_becomes_one_digest_and_critical_ones_ring_apart(line: Exchange) -> None:
    _, phone = await officer(line, "education")
    for number in range(MOST_A_MINUTE + 4):
        await line.town.says(BULLIED, f"teacher-{number}")
        await line.town.says("提交", f"teacher-{number}")
    await line.settle()
    rung = len(phone.messages) - 1
    assert rung == MOST_A_MINUTE and {letter.status for letter in await line.town.rows(Letter, courier="telegram")} == {"sent", "gathered"}  # fmt: skip
    await line.later(seconds=61)
    assert "又有 4 件等您看" in phone.last and phone.labels[-1] == "打开工作台"
    assert {letter.status for letter in await line.town.rows(Letter, courier="telegram")} == {"sent"}


async def test_critical_ones_are_never_gathered(line: Exchange) -> None:
    _, phone = await officer(line)
    for number in range(MOST_A_MINUTE + 3):
        await line.town.says(BEATEN, f"neighbour-{number}")
    await line.settle()
    assert len(phone.messages) - 1 == MOST_A_MINUTE + 3


async def test_a_block_goes_to_the_next_on_duty_and_then_to_the_telephone(line: Exchange) -> None:
    _, phone = await officer(line)
    phone.vanishes()
    await line.town.says(BEATEN)
    await line.settle()
    case = await line.town.case()
    (letter,) = [each for each in await line.town.letters(case, "opened") if each.courier == "telegram"]
    assert letter.status == "calling" and letter.call_id in {task.id for task in await line.town.duty_tasks()}
    assert all(chat.lost_at for chat in await line.town.rows(Chat, bot=DUTY))
    assert await line.town.events(case, "messenger_failed")


async def test_of_two_on_duty_the_next_is_rung_when_the_first_cannot_be(line: Exchange) -> None:
    person, phone = await officer(line)
    colleague = next(each for each in await line.town.rows(Account, desk_id=person.desk_id) if each.id != person.id)
    other = await bound(line, colleague)
    await line.town.house.store.carry_out(
        lambda session: take_over(session, colleague, person.id, line.town.now, line.town.house.protocols.calendar)
    )
    other.blocks()
    await line.town.says(BEATEN)
    await line.settle()
    assert "新分来一件" in phone.last and not await line.town.duty_tasks()
    supervisor = await line.town.staff("supervisor")
    async with line.town.house.store.read() as session:
        seen = await board(session, supervisor, line.town.now)
    assert seen is not None and [each.person for each in seen.lost_chats] == [colleague.name]


async def test_what_does_not_go_now_is_tried_again_in_order_and_then_a_person_calls(line: Exchange) -> None:
    _, phone = await officer(line)
    line.api.trouble.next_time("sendMessage", flood(40), phone.id)
    await line.town.says(BEATEN)
    await line.settle()
    assert len(phone.messages) == 1
    await line.later(seconds=20)
    assert len(phone.messages) == 1, "as long as it was asked to wait"
    await line.later(seconds=30)
    assert "新分来一件" in phone.last
    line.api.trouble.next_time("sendMessage", DOWN, phone.id, always=True)
    for _ in range(40):
        await line.later(minutes=1)
    letters = [each for each in await line.town.rows(Letter, courier="telegram") if each.kind != "opened"]
    assert letters and {each.status for each in letters} <= {"calling", "sent", "waiting", "void"}
    assert "calling" in {each.status for each in letters}


async def test_what_may_have_arrived_rings_again(line: Exchange) -> None:
    _, phone = await officer(line)
    line.api.trouble.next_time("sendMessage", Drop(done=True), phone.id)
    await line.town.says(BEATEN)
    await line.settle()
    await line.later(seconds=11)
    assert (
        sum("新分来一件" in text for text in phone.texts) + sum("下面有新的一条" in text for text in phone.texts) == 2
    )


async def test_in_a_group_it_says_one_sentence(line: Exchange) -> None:
    phone = line.phone(bot=DUTY, group=-100900)
    phone.adds_bot()
    phone.says("/queue")
    await line.settle()
    assert set(phone.texts) == {"值班通知只发给本人，不进群。"}


async def test_a_story_typed_to_it_is_turned_away_and_not_kept(line: Exchange) -> None:
    _, phone = await officer(line)
    phone.says("那个孩子叫王小虎，住和平里")
    await line.settle()
    assert "请不要在这里写孩子的事" in phone.last
