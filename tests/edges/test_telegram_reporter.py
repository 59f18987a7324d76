"""The public bot: what a teacher types, presses, edits and sends in a Telegram chat, and what she reads there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.edge import REPORTER
from intake.dialogue import State
from records.secrets import keyring
from records.signing import public_key
from records.tables import Attachment, Chat, Conversation, Inbox, Piece, Statement, Update
from routing.acts import accept, ask_reporter
from routing.papers import verify
from tests.edges.messenger import Exchange, exchange
from tests.support.telegram.trouble import BROKEN, DOWN, Drop, flood

DANGER = "我班上一个8岁的女孩刚才被她爸爸拿刀砍伤了，正在流血，在罗岭县青禾镇家里"
NICKNAMES = "我们班有个男生被几个同学长期起外号、孤立，抢他的零花钱，他越来越不想上学"
JPEG = b"\xff\xd8\xff\xe0" + bytes(200)


@pytest.fixture
async def line(county: dict[str, str]) -> AsyncIterator[Exchange]:
    async with exchange(county, REPORTER) as line:
        yield line


async def test_danger_is_answered_with_110_first_and_a_case(line: Exchange) -> None:
    phone = line.phone()
    phone.says(DANGER)
    await line.settle()
    assert phone.texts[0].startswith("请马上打 110")
    assert phone.labels[:3] == ["已打", "现在不方便打", "警察/医生已在场"]
    case = await line.town.case()
    assert case.urgency == "critical" and case.source == "telegram" and case.reference in phone.screen
    assert phone.chat.typing == 1
    phone.presses("已打")
    await line.settle()
    assert "好。请照接线员说的做。" in phone.screen and "✓ 已打" in phone.labels and "已打" not in phone.labels


async def test_a_press_is_answered_and_a_second_one_on_the_same_button_is_harmless(line: Exchange) -> None:
    phone = line.phone()
    phone.says(DANGER)
    await line.settle()
    card = phone.messages[0]["message_id"]
    first, second = phone.presses("已打"), phone.presses("已打", card)
    await line.settle()
    assert phone.answer_to(first) == phone.answer_to(second) == ""
    phone.presses("✓ 已打")
    await line.settle()
    assert phone.screen.count("好。请照接线员说的做。") == 1


async def test_the_whole_way_to_a_receipt_with_buttons(line: Exchange) -> None:
    phone = line.phone()
    phone.says("/start")
    await line.settle()
    assert "请说发生了什么" in phone.last and "收不回来" in phone.last
    phone.says(NICKNAMES)
    await line.settle()
    while "提交" in phone.labels and "请看一遍" not in phone.last:
        phone.presses("跳过" if "跳过" in [button["text"] for button in phone.buttons_of(phone.messages[-1]["message_id"])] else "不知道")  # fmt: skip
        await line.settle()
    phone.presses("提交")
    await line.settle()
    case = await line.town.case()
    assert case.finished and case.reference in phone.screen and "查询码：" in phone.screen


async def test_a_receipt_on_paper_is_sent_when_it_is_asked_for(line: Exchange) -> None:
    phone = line.phone()
    phone.says("/receipt")
    await line.settle()
    assert phone.last == "报告交出去以后才有回执。"
    phone.says(DANGER)
    await line.settle()
    assert "/receipt" in phone.screen and not phone.bot.sent, "nothing is sent by itself"
    phone.says("/receipt")
    line.api.trouble.next_time("sendDocument", DOWN)
    await line.settle()
    await line.later(seconds=30)
    case = await line.town.case()
    (document,) = [message["document"] for message in phone.messages if "document" in message]
    assert document["file_name"] == f"document-{case.reference[-5:]}.pdf", "its name says nothing"
    said = dict(verify.check_text(verify.signed_in_pdf(phone.bot.sent[document["file_id"]]), public_key(keyring())))
    assert said["reference"] == case.reference and "女孩" not in str(said)
    assert phone.last == "回执，一页，不含报告的内容。"


async def test_messages_that_arrive_together_are_heard_in_order(line: Exchange) -> None:
    phone = line.phone()
    told = [NICKNAMES, "他读三年级", "在中心小学", "昨天放学路上又被围住"]
    for text in told:
        phone.says(text)
    await line.settle()
    (conversation,) = await line.town.rows(Conversation)
    assert [said.text for said in State.from_json(conversation.state).heard] == told


async def test_a_redelivered_update_is_no_news(line: Exchange) -> None:
    phone = line.phone()
    phone.says(DANGER)
    line.api.bot(phone.bot.token).updates.append(phone.bot.updates[0])
    await line.settle()
    shown = len(phone.texts)
    phone.bot.updates.append({"update_id": 99_999, "message": {**phone.chat.messages[1]}})
    await line.settle()
    assert len(await line.town.cases()) == len(await line.town.rows(Statement)) == 1
    assert len(phone.texts) > shown, "the same message under another number shows where we are"


async def test_the_summary_stands_once(line: Exchange) -> None:
    phone = line.phone()
    phone.says("孩子的补助停了，在罗岭县青禾镇")
    await line.settle()
    phone.says("修改")
    await line.settle()
    (summary,) = [message["message_id"] for message in phone.messages if "请看一遍" in message["text"]]
    phone.presses("修改：发生在哪里")
    await line.settle()
    assert "“发生在哪里”改成什么？" in phone.last
    phone.presses("取消")
    await line.settle()
    phone.presses("修改：发生了什么", summary)
    await line.settle()
    assert phone.screen.count("请看一遍") == 1, "it was not sent a second time"
    phone.presses("修改：发生在哪里", summary)
    await line.settle()
    phone.says("罗岭县河东镇")
    phone.says("修改")
    await line.settle()
    moved = [message for message in phone.messages if "发生在哪里：" in message["text"]]
    assert len(moved) == 2 and moved[-1]["message_id"] > summary, "something was typed below it: it moves down"
    assert not phone.buttons_of(summary) and "河东镇" in moved[-1]["text"]


async def test_an_edited_message_corrects_what_it_said(line: Exchange) -> None:
    phone = line.phone()
    number = phone.says("罗岭县青禾镇，班里女生9岁，昨天身上有伤，说是爸爸打的")
    await line.settle()
    phone.edits(number, "罗岭县青禾镇，班里女生7岁，昨天身上有伤，说是爸爸打的")
    await line.settle()
    assert "已更正：孩子年龄" in phone.screen
    phone.edits(number, "罗岭县青禾镇，班里女生6岁，昨天身上有伤，说是爸爸打的")
    await line.settle()
    assert [each.kind for each in await line.town.rows(Statement)].count("correction") == 2


async def test_what_is_sent_becomes_attachments_by_what_it_is(line: Exchange) -> None:
    phone = line.phone()
    phone.sends_photo(JPEG, caption=NICKNAMES)
    phone.sends_file("voice", b"OggS" + bytes(50))
    phone.sends_file("document", b"%PDF-1.7", "诊断.pdf")
    phone.sends_location(23.5, 106.6)
    phone.sends_contact("13800000000", "王某")
    await line.settle()
    kept = {each.kind: each for each in await line.town.rows(Attachment)}
    assert {kind: each.media_type for kind, each in kept.items()} == {
        "photo": "image/jpeg", "voice": "audio/ogg", "document": "application/pdf",
        "location": "text/plain; charset=utf-8", "contact": "text/plain; charset=utf-8",
    }  # fmt: skip
    assert all(len(each.sha256) == 64 for each in kept.values())
    pieces = {piece.attachment_id: piece.content for piece in await line.town.rows(Piece)}
    assert pieces[kept["photo"].id] == JPEG and pieces[kept["location"].id] == b"geo:23.5,106.6"
    assert pieces[kept["contact"].id].decode() == "王某\n13800000000"
    assert NICKNAMES in [each.text for each in await line.town.rows(Statement)]
    assert len(await line.town.duty_tasks("gist")) == 5


async def test_her_own_card_says_how_she_can_be_called_and_is_no_file(line: Exchange) -> None:
    phone = line.phone()
    phone.says(NICKNAMES)
    phone.sends_contact("+8615400001234", "李红梅", own=True)
    await line.settle()
    assert "我的电话15400001234" in [each.text for each in await line.town.rows(Statement)]
    assert not await line.town.rows(Attachment)
    (conversation,) = await line.town.rows(Conversation)
    assert State.from_json(conversation.state).value("reporter_phone") == "15400001234"


async def test_an_album_is_heard_as_one_message(line: Exchange) -> None:
    phone = line.phone()
    for number in range(3):
        phone.sends_photo(JPEG + bytes([number]), caption=NICKNAMES if number == 0 else "", album="a1")
    await line.settle()
    assert len(await line.town.rows(Attachment)) == 3 and len(await line.town.rows(Statement)) == 1
    assert phone.screen.count("人工收听、查看") == 1


async def test_what_cannot_be_taken_is_said_and_stops_nothing(line: Exchange) -> None:
    phone = line.phone()
    phone.sends_file("document", b"MZ\x90\x00", "a.exe")
    phone.sends_file("video", b"\x00\x00\x00\x18ftypmp42", size=30 << 20)
    phone.sends_sticker()
    await line.settle()
    assert "这种文件收不了" in phone.texts[0] and "太大了" in phone.texts[1] and "这种消息收不了" in phone.texts[2]
    assert await line.town.cases() == []
    phone.says(DANGER)
    await line.settle()
    assert len(await line.town.cases()) == 1


async def test_a_file_that_does_not_come_now_holds_up_no_word(line: Exchange) -> None:
    phone = line.phone()
    line.api.trouble.next_time("getFile", DOWN)
    phone.sends_file("voice", b"OggS" + bytes(50))
    phone.says(DANGER)
    await line.settle()
    assert len(await line.town.cases()) == 1 and await line.town.rows(Attachment) == []
    await line.later(seconds=5)
    assert len(await line.town.rows(Attachment)) == 1


async def test_answers_arrive_in_order_whatever_is_in_the_way(line: Exchange) -> None:
    phone = line.phone()
    for woe in (flood(3), DOWN, BROKEN, Drop(done=False)):
        line.api.trouble.next_time("sendMessage", woe)
    phone.says(DANGER)
    phone.says("/help")
    await line.settle()
    assert phone.texts == [] and len(await line.town.cases()) == 1, "heard, though nothing can be answered yet"
    await line.later(seconds=2)
    assert phone.texts == [], "as long as it was asked to wait, nothing is sent"
    for _ in range(4):
        await line.later(seconds=20)
    assert phone.texts[0].startswith("请马上打 110") and phone.texts[-1].startswith("直接写发生了什么")
    assert len(phone.texts) == len(set(phone.texts))


async def test_what_may_have_arrived_is_sent_again(line: Exchange) -> None:
    phone = line.phone()
    line.api.trouble.next_time("sendMessage", Drop(done=True))
    phone.says("/help")
    await line.settle()
    await line.later(seconds=5)
    assert len(phone.texts) == 2 and len(set(phone.texts)) == 1


async def test_in_a_group_it_says_one_sentence_and_keeps_nothing(line: Exchange) -> None:
    phone = line.phone(group=-100500)
    phone.adds_bot()
    phone.says(DANGER)
    phone.says("/report@hutong_report_bot 我班上的孩子")
    await line.settle()
    assert set(phone.texts) == {"这里不收群里的消息。有关孩子的事，请点我的头像，单独和我说，不要发在群里。"}
    assert phone.buttons_of(phone.messages[0]["message_id"])[0]["url"] == "https://t.me/hutong_report_bot"
    assert await line.town.cases() == [] and await line.town.rows(Inbox) == [] and await line.town.rows(Chat) == []


async def test_the_story_of_a_group_is_not_even_written_down(line: Exchange) -> None:
    phone = line.phone(group=-100500)
    phone.says(DANGER)
    await line.bots[REPORTER].poll(0)
    (row,) = await line.town.rows(Update)
    assert "砍伤" not in str(row.body) and phone.user["first_name"] not in str(row.body)


async def test_the_menu_stands_in_both_languages_and_the_language_can_be_chosen(line: Exchange) -> None:
    commands = line.api.bot(line.phone().bot.token).commands
    assert [each["command"] for each in commands["default", "zh"]] == [
        "report", "status", "add", "receipt", "help", "cancel", "language", "privacy",
    ]  # fmt: skip
    assert all(each["description"].isascii() for each in commands["default", "en"] if each["command"] != "language")
    phone, visitor = line.phone(), line.phone("John", language="en")
    visitor.says(DANGER)
    phone.says("/language")
    await line.settle()
    assert visitor.texts[0].startswith("Call 110") and "已打" not in visitor.labels
    phone.presses("English")
    phone.says("/help")
    await line.settle()
    assert phone.last.isascii() or "Telegram" in phone.last
    visitor.presses(visitor.labels[0])
    await line.settle()
    assert "✓" in "".join(visitor.labels)


async def test_a_units_link_says_so_and_asks_all_the_same(line: Exchange) -> None:
    phone = line.phone()
    phone.says("/start ACDEF347")
    await line.settle()
    assert "您是从一个单位的链接进来的" in phone.texts[0]
    phone.says("罗岭县青禾镇，班里女生9岁，昨天身上有伤，说是爸爸打的")
    await line.settle()
    for _ in range(6):
        if "您以谁的名义报告？" in phone.screen:
            break
        phone.presses("跳过" if "跳过" in phone.labels[-3:] else "不知道")
        await line.settle()
    assert "以我个人名义（不告诉单位）" in phone.labels and "代表单位" in phone.labels


async def test_the_words_are_nowhere_in_the_clear_and_leave_the_inbox(line: Exchange) -> None:
    phone = line.phone()
    phone.says(DANGER)
    await line.settle()
    assert {(row.status, row.body, row.answers) for row in await line.town.rows(Update)} == {("done", None, None)}
    (conversation,) = await line.town.rows(Conversation)
    assert conversation.address == str(phone.id) and str(phone.id) not in conversation.key_hash


async def test_a_desks_question_rings_with_the_neutral_sentence_alone(line: Exchange) -> None:
    phone = line.phone()
    phone.says(DANGER)
    await line.settle()
    case, officer = await line.town.case(), await line.town.person("police")
    await line.town.act(accept, officer, case.reference)
    await line.town.act(ask_reporter, officer, case.reference, "门牌号是多少？", protocols=line.town.house.protocols)
    await line.settle()
    assert phone.last == "您咨询的事项有更新，请凭查询码查看。"
    phone.presses("查一下我的报告")
    await line.settle()
    assert "门牌号是多少" in phone.screen
    phone.says("3栋502")
    await line.settle()
    assert await line.town.events(case, "answered")


async def test_who_wants_no_contact_gets_none(line: Exchange) -> None:
    phone = line.phone()
    phone.says(DANGER)
    phone.says("不联系，我凭查询码来看")
    await line.settle()
    case, officer = await line.town.case(), await line.town.person("police")
    await line.town.act(accept, officer, case.reference)
    shown = list(phone.texts)
    await line.town.act(ask_reporter, officer, case.reference, "门牌号是多少？", protocols=line.town.house.protocols)
    await line.settle()
    assert phone.texts == shown


async def test_a_block_is_noticed_and_the_feedback_waits_behind_the_code(line: Exchange) -> None:
    phone, other = line.phone(), line.phone("陈医生")
    for each in (phone, other):
        each.says(DANGER)
    await line.settle()
    phone.blocks()
    other.vanishes()
    await line.settle()
    chats = {chat.address: chat for chat in await line.town.rows(Chat)}
    assert chats[str(phone.id)].lost_at and not chats[str(other.id)].lost_at, "nobody tells of a deleted account"
    officer = await line.town.person("police")
    for case in await line.town.cases():
        await line.town.act(accept, officer, case.reference)
        await line.town.act(ask_reporter, officer, case.reference, "门牌号？", protocols=line.town.house.protocols)
    await line.settle()
    assert all(chat.lost_at for chat in await line.town.rows(Chat))
    for case in await line.town.cases():
        (letter,) = await line.town.letters(case, "news")
        assert letter.status == "void" and await line.town.events(case, "not_notified")
        assert (await line.town.receipt(case)).view["question"] == "门牌号？"
    phone.unblocks()
    phone.says("/status")
    await line.settle()
    assert "门牌号" in phone.screen
    assert [chat.lost_at is None for chat in await line.town.rows(Chat) if chat.address == str(phone.id)] == [True]
