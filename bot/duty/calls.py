"""Calls of the duty bot to the messenger, with its troubles in our own words.

The framework's rate limiter spreads bursts over time. It does not repeat anything by itself: what did not go is a letter
that waits for its time, which survives this process and holds up nobody else's.
"""

import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

os.environ.setdefault("PTB_TIMEDELTA", "true")  # times as the next major version of the library gives them

from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)
from telegram.ext import AIORateLimiter, Application, ApplicationBuilder

from bot.door import KINDS
from bot.edge import Json
from bot.trouble import NotNow, Trouble, Unable, WrongToken, of_description

A_SECOND = 30  # messages that the messenger takes of one bot, to all chats together
PATIENCE = 20.0  # seconds for an answer
LONGEST_ANSWER = 200  # characters above the chat, after a press

App = Application[Any, Any, Any, Any, Any, Any]
# Rows of buttons as (label, data). Data that is an address opens it.
Rows = Sequence[Sequence[tuple[str, str]]]


@asynccontextmanager
async def told() -> AsyncIterator[None]:
    """Around every call. Raises NotNow, Gone, Unable or WrongToken."""
    try:
        yield
    except RetryAfter as flood:
        after = flood.retry_after
        raise NotNow("flood", after if not isinstance(after, int) else None) from None
    except InvalidToken:
        raise WrongToken("token") from None
    except Conflict:
        raise NotNow("conflict") from None
    except (BadRequest, Forbidden) as refused:
        if trouble := of_description(refused.message):
            raise trouble from None
    except TelegramError:
        raise NotNow("unreachable") from None


def application(token: str, api: str) -> App:
    """The framework, with nothing of it that keeps or schedules anything."""
    return (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{api}/bot")
        .base_file_url(f"{api}/file/bot")
        .rate_limiter(AIORateLimiter(overall_max_rate=A_SECOND, overall_time_period=1, max_retries=0))
        .updater(None)
        .job_queue(None)
        .read_timeout(PATIENCE)
        .write_timeout(PATIENCE)
        .connect_timeout(PATIENCE)
        .pool_timeout(PATIENCE)
        .build()
    )


class Calls:
    """The Bot API as the duty bot uses it. Chats by the messenger's own ids."""

    def __init__(self, app: App) -> None:
        self._app = app

    @property
    def bot(self) -> Bot:
        return self._app.bot

    async def open(self) -> str:
        """Say hello; the bot's user name."""
        async with told():
            await self._app.initialize()
        return self.bot.username

    async def close(self) -> None:
        with suppress(TelegramError):
            await self._app.shutdown()

    async def is_there(self) -> None:
        async with told():
            await self.bot.get_me()

    async def introduce(self, menus: Mapping[str, Mapping[str, str]]) -> None:
        """The command menu by language; the empty one is for all others."""
        async with told():
            for language, menu in menus.items():
                commands = [BotCommand(name, text) for name, text in menu.items()]
                await self.bot.set_my_commands(commands, language_code=language or None)

    async def by_webhook(self, url: str, secret: str) -> None:
        async with told():
            await self.bot.set_webhook(url, secret_token=secret, allowed_updates=list(KINDS))

    async def by_polling(self) -> None:
        async with told():
            await self.bot.delete_webhook(drop_pending_updates=False)

    async def updates(self, offset: int | None, seconds: int) -> list[Json]:
        async with told():
            found = await self.bot.get_updates(offset, timeout=seconds, allowed_updates=list(KINDS))
            return [update.to_dict() for update in found]
        raise AssertionError("unreachable")

    async def deal_with(self, body: Json) -> None:
        """Let the framework's handlers have an update."""
        await self._app.process_update(Update.de_json(body, self.bot))

    async def send(self, chat: str, text: str, rows: Rows = ()) -> int:
        """A message that can't be passed on; its id."""
        async with told():
            sent = await self.bot.send_message(chat, text, reply_markup=_keyboard(rows), protect_content=True)
            return sent.message_id
        raise Unable("refused")

    async def edit(self, chat: str, message: int, text: str, rows: Rows = ()) -> None:
        async with told():
            await self.bot.edit_message_text(text, chat, message, reply_markup=_keyboard(rows))

    async def edit_buttons(self, chat: str, message: int, rows: Rows = ()) -> None:
        async with told():
            await self.bot.edit_message_reply_markup(chat, message, reply_markup=_keyboard(rows))

    async def answer_press(self, query: str, text: str = "") -> None:
        """Above the chat, so that the button stops turning. It may be too late for that, which harms nothing."""
        with suppress(Trouble):
            async with told():
                await self.bot.answer_callback_query(query, text[:LONGEST_ANSWER] or None)


def _keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup([[_button(label, data) for label, data in row] for row in rows])


def _button(label: str, data: str) -> InlineKeyboardButton:
    if data.startswith(("https://", "http://")):
        return InlineKeyboardButton(label, url=data)
    return InlineKeyboardButton(label, callback_data=data)
