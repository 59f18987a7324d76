"""The staff's bot: rings with what is due, takes the acts that need no words, and says who is on duty.

The framework parses updates, limits the rate and calls the handlers below. It keeps, schedules and remembers nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from telegram import Update
from telegram.ext import CallbackQueryHandler, ChatMemberHandler, CommandHandler, MessageHandler, filters

from bot.chats import here, keep
from bot.door import secret, take_all
from bot.duty import pages
from bot.duty.calls import App, Calls, application
from bot.duty.commands import Commands
from bot.duty.courier import Courier
from bot.duty.posts import Posts
from bot.duty.pressing import Pressing
from bot.edge import DUTY, Edge, Json
from bot.order import Queue
from bot.trouble import Gone, NotNow, Unable
from escalation.couriers import Delivery
from records.batch import Batch, Lost
from records.tables import Letter
from records.tables import Update as Row
from records.updates import again, over
from words.language import CHINESE

log = logging.getLogger("hutong.bot.duty")

LANGUAGES = ("", "zh", "en")  # the first is what all others read
PRIVATE = filters.ChatType.PRIVATE


class DutyBot:
    """Started by `open`. Each method does what is to be done now and returns; `bot.runner` calls them again and again."""

    def __init__(self, edge: Edge, app: App, calls: Calls, name: str) -> None:
        self._edge, self._calls, self.name = edge, calls, name
        self._posts = Posts(edge, calls)
        self._courier = Courier(edge, calls, self._posts)
        self._commands = Commands(edge, calls, self._posts)
        self._pressing = Pressing(edge, calls, self._posts)
        self._queue = Queue(edge.store, DUTY, patient=bool(edge.messenger.webhook))
        self._offset: int | None = None
        self._faults: dict[int, BaseException] = {}
        self._listen(app)

    @classmethod
    async def open(cls, edge: Edge) -> "DutyBot":
        """Say hello to the messenger. Raises WrongToken or NotNow."""
        app = application(edge.messenger.duty, edge.messenger.api)
        calls = Calls(app)
        try:
            name = await calls.open()
            await calls.introduce(
                {
                    language: {id: text.render(edge.catalogue(language or "zh")) for id, text in pages.MENU.items()}
                    for language in LANGUAGES
                }
            )
            if edge.messenger.webhook:
                await calls.by_webhook(f"{edge.messenger.webhook}/telegram/{DUTY}", secret(DUTY, edge.messenger.duty))
            else:
                await calls.by_polling()
        except BaseException:
            await calls.close()
            raise
        return cls(edge, app, calls, name)

    async def close(self) -> None:
        await self._calls.close()

    async def is_there(self) -> None:
        """Raises Trouble when the messenger does not answer, or not to us."""
        await self._calls.is_there()

    async def poll(self, seconds: int) -> int:
        """Fetch what staff did, waiting so long for something to happen. How many updates came."""
        updates = await self._calls.updates(self._offset, seconds)
        if updates:
            await take_all(self._edge.store, DUTY, updates, self._edge.now())
            self._offset = max(update["update_id"] for update in updates) + 1
        return len(updates)

    async def hear(self) -> int:
        """Deal with what staff did since, each chat's in order."""
        chats = await self._queue.turns(self._edge.now())
        return sum(await asyncio.gather(*(self._chat(mine) for mine in chats)))

    async def _chat(self, mine: Sequence[Row]) -> int:
        return sum([await self._one(row) for row in mine])

    async def answer(self) -> int:
        """Keep messages true, and send the digests that are due."""
        return await self._posts.all_that_moved() + await self._courier.digests()

    async def carry(self, letter: Letter, now: datetime) -> Delivery:
        return await self._courier.carry(letter, now)

    async def _one(self, row: Row) -> int:
        batch, after, done = Batch(), None, 0
        try:
            await self._deal(row)
            done = 1
        except NotNow as trouble:
            after = trouble.after
        except (Gone, Unable):
            done = 1  # nobody is there to be answered
        except Exception:
            log.exception("update %s of the duty bot could not be dealt with", row.number)
        if done:
            over(batch, row)
        else:
            again(batch, row, self._edge.now(), after)
        with suppress(Lost):
            await self._edge.store.write(batch)
        return done

    async def _deal(self, row: Row) -> None:
        body = row.body or {}
        if _is_group(body):
            await self._in_a_group(body)
            return
        await self._calls.deal_with(body)
        if (fault := self._faults.pop(row.number, None)) is not None:
            raise fault

    # what the framework calls

    def _listen(self, app: App) -> None:
        commands = self._commands
        for name, command in (
            ("queue", commands.queue), ("late", commands.late), ("onduty", commands.onduty), ("handover", commands.handover),
            ("help", commands.help),
        ):  # fmt: skip
            app.add_handler(CommandHandler(name, _plain(command), PRIVATE))
        app.add_handler(CommandHandler("start", self._start, PRIVATE))
        app.add_handler(MessageHandler(PRIVATE & filters.TEXT & ~filters.UpdateType.EDITED, self._words))
        app.add_handler(CallbackQueryHandler(self._pressed))
        app.add_handler(ChatMemberHandler(self._member, ChatMemberHandler.MY_CHAT_MEMBER))
        app.add_error_handler(self._stumbled)

    async def _start(self, update: Update, context: Any) -> None:
        await self._commands.start(*_where(update), " ".join(context.args or ())[:64])

    async def _words(self, update: Update, context: Any) -> None:
        text = (update.message.text if update.message else None) or ""
        await self._commands.words(*_where(update), text)

    async def _pressed(self, update: Update, context: Any) -> None:
        query = update.callback_query
        if query is None:
            return
        message = query.message.message_id if query.message else 0
        other = await self._pressing.press(*_where(update), message, query.id, query.data or "")
        if other is not None:
            await self._commands.press(*_where(update), message, query.id, other)

    async def _member(self, update: Update, context: Any) -> None:
        """Blocked: nothing rings there any more, and whoever rang there is telephoned."""
        event = update.my_chat_member
        if event is None or event.new_chat_member.status not in ("kicked", "left"):
            return
        where, language = _where(update)

        async def decide(session: Any) -> tuple[Batch, None]:
            chat, batch = await here(session, DUTY, where, language, self._edge.now())
            keep(batch, chat, lost_at=self._edge.now())
            return batch, None

        await self._edge.store.carry_out(decide)

    async def _stumbled(self, update: object, context: Any) -> None:
        """What a handler raises is raised again where the update is dealt with."""
        if isinstance(update, Update) and context.error is not None:
            self._faults[update.update_id] = context.error

    async def _in_a_group(self, body: Json) -> None:
        member, message = body.get("my_chat_member"), body.get("message") or {}
        taken_in = bool(member) and member["new_chat_member"]["status"] in ("member", "administrator")
        if taken_in or message.get("addressed"):
            chat = (member or message)["chat"]["id"]
            with suppress(Gone, Unable):
                await self._calls.send(str(chat), pages.IN_A_GROUP.render(CHINESE))


def _plain(command: Callable[[str, str], Awaitable[None]]) -> Callable[[Update, Any], Awaitable[None]]:
    async def handler(update: Update, context: Any) -> None:
        await command(*_where(update))

    return handler


def _where(update: Update) -> tuple[str, str]:
    """The chat's id, and what this person's app speaks, as far as we do."""
    chat, user = update.effective_chat, update.effective_user
    code = (user.language_code if user else None) or ""
    return str(chat.id if chat else user.id if user else ""), "en" if code.lower().startswith("en") else "zh"


def _is_group(body: Json) -> bool:
    event = next((body[kind] for kind in body if kind != "update_id"), {})
    chat = (event.get("message") or {}).get("chat") or event.get("chat") or {}
    return bool(chat.get("type", "private") != "private")
