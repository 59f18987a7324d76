"""The tests' own Bot API server: both real libraries talk to it over real HTTP, and read its refusals as the real one's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot as AiogramBot
from aiogram import exceptions, types
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from telegram import Bot as PtbBot
from telegram import BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, error

from tests.support.telegram import BotApi, Phone, serving
from tests.support.telegram.trouble import BROKEN, DOWN, Drop, flood

TOKEN = "700001:" + "A" * 35
WRONG = "700001:" + "B" * 35


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with serving(BotApi()) as api:
        yield api


@pytest.fixture
async def aiogram(api: BotApi) -> AsyncIterator[AiogramBot]:
    api.bot(TOKEN, "hutong_report_bot")
    async with aiogram_bot(api, TOKEN) as bot:
        yield bot


@pytest.fixture
async def ptb(api: BotApi) -> AsyncIterator[PtbBot]:
    api.bot(TOKEN, "hutong_duty_bot")
    async with PtbBot(TOKEN, base_url=f"{api.url}/bot", base_file_url=f"{api.url}/file/bot") as bot:
        yield bot


def aiogram_bot(api: BotApi, token: str) -> AiogramBot:
    return AiogramBot(token, AiohttpSession(api=TelegramAPIServer.from_base(api.url)))


async def test_both_libraries_learn_who_they_are(api: BotApi, aiogram: AiogramBot, ptb: PtbBot) -> None:
    assert (await aiogram.get_me()).id == (await ptb.get_me()).id == 700001


async def test_aiogram_sends_edits_and_answers(api: BotApi, aiogram: AiogramBot) -> None:
    phone = Phone(api.bot(TOKEN))
    phone.says("你好")
    (update,) = await aiogram.get_updates()
    assert update.message is not None and update.message.text == "你好" and update.message.chat.type == "private"
    keyboard = types.InlineKeyboardMarkup(
        inline_keyboard=[[types.InlineKeyboardButton(text="已打", callback_data="已打")]]
    )
    sent = await aiogram.send_message(phone.id, "请马上打 110", reply_markup=keyboard)
    assert phone.last == "请马上打 110" and phone.labels == ["已打"]
    query = phone.presses("已打")
    (pressed,) = await aiogram.get_updates(offset=update.update_id + 1)
    assert pressed.callback_query is not None and pressed.callback_query.data == "已打"
    await aiogram.answer_callback_query(pressed.callback_query.id, text="好")
    assert phone.answer_to(query) == "好"
    await aiogram.edit_message_text("已打", chat_id=phone.id, message_id=sent.message_id)
    assert phone.texts == ["已打"] and phone.labels == []
    await aiogram.send_chat_action(phone.id, "typing")
    assert phone.chat.typing == 1
    await aiogram.set_my_commands([types.BotCommand(command="start", description="开始")], language_code="zh")
    assert [command.command for command in await aiogram.get_my_commands(language_code="zh")] == ["start"]


async def test_ptb_sends_edits_and_answers(api: BotApi, ptb: PtbBot) -> None:
    phone = Phone(api.bot(TOKEN))
    phone.says("/start 1234")
    (update,) = await ptb.get_updates()
    assert update.message is not None and update.message.text == "/start 1234"
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("看到了", callback_data="a"), InlineKeyboardButton("打开", url="https://h.cn/x")]])  # fmt: skip
    sent = await ptb.send_message(phone.id, "新的一件", reply_markup=markup, protect_content=True)
    assert phone.labels == ["看到了", "打开"] and phone.messages[0]["protect_content"]
    query = phone.presses("看到了")
    (pressed,) = await ptb.get_updates(offset=update.update_id + 1)
    assert pressed.callback_query is not None
    await ptb.answer_callback_query(pressed.callback_query.id)
    assert phone.answer_to(query) == ""
    await ptb.edit_message_text("已签收", phone.id, sent.message_id)
    assert phone.last == "已签收" and phone.labels == []
    await ptb.set_my_commands([BotCommand("queue", "待办")])


async def test_a_file_is_fetched_and_one_that_is_too_big_is_not(api: BotApi, aiogram: AiogramBot) -> None:
    phone = Phone(api.bot(TOKEN))
    phone.sends_file("voice", b"OggS" + b"voice")
    phone.sends_file("document", b"%PDF-", "a.pdf", size=25 << 20)
    voice, document = await aiogram.get_updates()
    assert voice.message and voice.message.voice and document.message and document.message.document
    found = await aiogram.get_file(voice.message.voice.file_id)
    assert found.file_path
    content = await aiogram.download_file(found.file_path)
    assert content is not None and content.read() == b"OggSvoice"
    with pytest.raises(exceptions.TelegramBadRequest, match="file is too big"):
        await aiogram.get_file(document.message.document.file_id)


async def test_aiogram_reads_every_refusal(api: BotApi, aiogram: AiogramBot) -> None:
    bot, phone = api.bot(TOKEN), Phone(api.bot(TOKEN))
    with pytest.raises(exceptions.TelegramBadRequest, match="chat not found"):
        await aiogram.send_message(1, "喂")
    with pytest.raises(exceptions.TelegramForbiddenError, match="can't initiate"):
        await aiogram.send_message(phone.id, "喂")
    phone.says("你好")
    with pytest.raises(exceptions.TelegramBadRequest, match="text is empty"):
        await aiogram.send_message(phone.id, " ")
    with pytest.raises(exceptions.TelegramBadRequest, match="too long"):
        await aiogram.send_message(phone.id, "长" * 4097)
    sent = await aiogram.send_message(phone.id, "喂")
    with pytest.raises(exceptions.TelegramBadRequest, match="not modified"):
        await aiogram.edit_message_text("喂", chat_id=phone.id, message_id=sent.message_id)
    with pytest.raises(exceptions.TelegramBadRequest, match="query is too old"):
        await aiogram.answer_callback_query("nobody")
    api.trouble.next_time("sendMessage", flood(7))
    with pytest.raises(exceptions.TelegramRetryAfter) as told:
        await aiogram.send_message(phone.id, "喂")
    assert told.value.retry_after == 7
    for woe, raised in ((DOWN, exceptions.TelegramServerError), (BROKEN, exceptions.ClientDecodeError), (Drop(False), exceptions.TelegramNetworkError)):  # fmt: skip
        api.trouble.next_time("sendMessage", woe)
        with pytest.raises(raised):
            await aiogram.send_message(phone.id, "喂")
    phone.blocks()
    with pytest.raises(exceptions.TelegramForbiddenError, match="blocked by the user"):
        await aiogram.send_message(phone.id, "喂")
    assert bot.updates[-1]["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    async with aiogram_bot(api, WRONG) as stranger:
        with pytest.raises(exceptions.TelegramUnauthorizedError):
            await stranger.get_me()


async def test_ptb_reads_every_refusal(api: BotApi, ptb: PtbBot) -> None:
    phone = Phone(api.bot(TOKEN))
    phone.says("你好")
    with pytest.raises(error.BadRequest, match=r"(?i)chat not found"):
        await ptb.send_message(1, "喂")
    api.trouble.next_time("sendMessage", flood(7))
    with pytest.raises(error.RetryAfter):
        await ptb.send_message(phone.id, "喂")
    for woe in (DOWN, BROKEN, Drop(False), Drop(True)):
        api.trouble.next_time("sendMessage", woe)
        with pytest.raises(error.NetworkError):
            await ptb.send_message(phone.id, "喂")
    assert phone.texts == ["喂"], "the last one was carried out, though nobody was told"
    phone.vanishes()
    with pytest.raises(error.Forbidden, match="deactivated"):
        await ptb.send_message(phone.id, "喂")
    with pytest.raises(error.InvalidToken):
        async with PtbBot(WRONG, base_url=f"{api.url}/bot", base_file_url=f"{api.url}/file/bot"):
            pass


async def test_who_polls_second_ends_the_first_and_a_webhook_ends_both(api: BotApi, aiogram: AiogramBot) -> None:
    first = asyncio.create_task(aiogram.get_updates(timeout=20))
    await api.bot(TOKEN).polled.wait()
    second = asyncio.create_task(aiogram.get_updates(timeout=20))
    with pytest.raises(exceptions.TelegramConflictError, match="other getUpdates"):
        await first
    Phone(api.bot(TOKEN)).says("你好")
    assert len(await second) == 1
    await aiogram.set_webhook(f"{api.url}/nowhere")
    with pytest.raises(exceptions.TelegramConflictError, match="webhook is active"):
        await aiogram.get_updates()
