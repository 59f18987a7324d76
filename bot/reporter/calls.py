"""Calls of the reporter bot to the messenger, with its troubles in our own words."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from io import BytesIO

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageReplyMarkup,
    EditMessageText,
    GetUpdates,
    Response,
    SendChatAction,
    SendMessage,
)
from aiogram.types import BotCommand, BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup, ReplyMarkupUnion
from aiogram.utils.token import TokenValidationError
from aiohttp import ClientError
from aiolimiter import AsyncLimiter

from bot.door import KINDS
from bot.edge import Json
from bot.trouble import NotNow, Unable, WrongToken, of_description

A_SECOND = 30  # messages that the messenger takes of one bot, to all chats together
PATIENCE = 20  # seconds for an answer
FILE_PATIENCE = 120  # seconds for a file of 20 MB

Rows = Sequence[Sequence[Sequence[str]]]

# The shapes of the usual answers. Nobody else holds them: the framework would build each anew for every call.
_SHAPES = tuple(
    Response[call.__returning__]
    for call in (
        AnswerCallbackQuery,
        EditMessageReplyMarkup,
        EditMessageText,
        GetUpdates,
        SendChatAction,
        SendMessage,
    )
)


@asynccontextmanager
async def _told() -> AsyncIterator[None]:
    """Around every call. Raises NotNow, Gone, Unable or WrongToken."""
    try:
        yield
    except TelegramRetryAfter as flood:
        raise NotNow("flood", timedelta(seconds=flood.retry_after)) from None
    except (TelegramUnauthorizedError, TelegramNotFound):
        raise WrongToken("token") from None
    except TelegramConflictError:
        raise NotNow("conflict") from None
    except (TelegramBadRequest, TelegramForbiddenError) as refused:
        if trouble := of_description(refused.message):
            raise trouble from None
    except (TelegramAPIError, ClientDecodeError, ClientError, TimeoutError):
        raise NotNow("unreachable") from None


class Calls:
    """The Bot API as this bot uses it. Chats by the messenger's own ids."""

    def __init__(self, token: str, api: str) -> None:
        try:
            self._bot = Bot(token, AiohttpSession(api=TelegramAPIServer.from_base(api), timeout=PATIENCE))
        except TokenValidationError:
            raise WrongToken("token") from None
        self._limiter = AsyncLimiter(A_SECOND, 1)

    async def close(self) -> None:
        await self._bot.session.close()

    async def name(self) -> str:
        """The bot's user name: the first call that tells whether token and address are right."""
        async with _told():
            return (await self._bot.get_me()).username or ""

    async def introduce(self, menus: Mapping[str, Mapping[str, str]], about: Mapping[str, str]) -> None:
        """The command menu and the first screen, by language; the empty one is for all others."""
        async with _told():
            for language, menu in menus.items():
                commands = [BotCommand(command=name, description=text) for name, text in menu.items()]
                await self._bot.set_my_commands(commands, language_code=language or None)
            for language, text in about.items():
                await self._bot.set_my_description(text[:512], language_code=language or None)

    async def by_webhook(self, url: str, secret: str) -> None:
        async with _told():
            await self._bot.set_webhook(url, secret_token=secret, allowed_updates=list(KINDS))

    async def by_polling(self) -> None:
        async with _told():
            await self._bot.delete_webhook(drop_pending_updates=False)

    async def updates(self, offset: int | None, seconds: int) -> list[Json]:
        """What has happened, as the messenger tells it; waits so long for something to happen."""
        async with _told():
            found = await self._bot.get_updates(
                offset, timeout=seconds, allowed_updates=list(KINDS), request_timeout=seconds + PATIENCE
            )
            return [update.model_dump(mode="json", by_alias=True, exclude_none=True) for update in found]
        raise AssertionError("unreachable")

    async def send(
        self, chat: str, text: str, rows: Rows = (), link: tuple[str, str] = ("", ""), *, quiet: bool = False
    ) -> int:
        """A message; its id. `link` is a label and an address, for a button of its own."""
        async with self._limiter, _told():
            sent = await self._bot.send_message(
                chat, text, reply_markup=_keyboard(rows, link), disable_notification=quiet or None
            )
            return sent.message_id
        raise Unable("refused")

    async def send_file(self, chat: str, name: str, content: bytes, text: str) -> None:
        """A file with a sentence below it."""
        async with self._limiter, _told():
            file = BufferedInputFile(content, name)
            await self._bot.send_document(chat, file, caption=text, request_timeout=FILE_PATIENCE)

    async def edit(self, chat: str, message: int, text: str, rows: Rows = ()) -> None:
        async with self._limiter, _told():
            await self._bot.edit_message_text(text, chat_id=chat, message_id=message, reply_markup=_keyboard(rows))

    async def edit_buttons(self, chat: str, message: int, rows: Rows = ()) -> None:
        async with self._limiter, _told():
            await self._bot.edit_message_reply_markup(chat_id=chat, message_id=message, reply_markup=_keyboard(rows))

    async def answer_press(self, query: str) -> None:
        """So that the button stops turning. It may be too late for that, which harms nothing."""
        with suppress(NotNow, Unable):
            async with _told():
                await self._bot.answer_callback_query(query)

    async def typing(self, chat: str) -> None:
        with suppress(TelegramAPIError, ClientDecodeError):
            await self._bot.send_chat_action(chat, "typing", request_timeout=5)

    async def leave(self, chat: str) -> None:
        async with _told():
            await self._bot.leave_chat(chat)

    async def fetch(self, file_id: str) -> bytes:
        """The content of a file. Raises Unable when it is too big, or no longer there."""
        content = BytesIO()
        async with _told():
            await self._bot.download(file_id, content, timeout=FILE_PATIENCE)
        return content.getvalue()


def _keyboard(rows: Rows, link: tuple[str, str] = ("", "")) -> ReplyMarkupUnion | None:
    found = [[InlineKeyboardButton(text=label, callback_data=data) for label, data in row] for row in rows]
    if link[1]:
        found.append([InlineKeyboardButton(text=link[0], url=link[1])])
    return InlineKeyboardMarkup(inline_keyboard=found) if found else None
