"""The second half of the reporter bot: what was answered is sent, each chat's answers in order, until it has arrived.

What was sent, and nobody knows whether it arrived, is sent again: two bubbles beat none.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chats import keep
from bot.edge import REPORTER, Edge, Json
from bot.order import by_chat
from bot.reporter import pages
from bot.reporter.calls import Calls
from bot.reporter.paper import page_of
from bot.trouble import Gone, NotNow, Trouble, Unable
from records.batch import Batch, Lost
from records.tables import Chat, Update
from records.updates import again, over, rows

log = logging.getLogger("hutong.bot.reporter")


class Answering:
    """`name` is the bot's user name, for the link that leads out of a group."""

    def __init__(self, edge: Edge, calls: Calls, name: str) -> None:
        self._edge, self._calls, self._name = edge, calls, name

    async def all_that_is_due(self) -> int:
        """Send what waits to be sent; how many updates have their whole answer now."""
        async with self._edge.store.read() as session:
            heard = await rows(session, REPORTER, "heard")
        return sum(await asyncio.gather(*(self._chat(mine) for mine in by_chat(heard))))

    async def _chat(self, mine: Sequence[Update]) -> int:
        """One chat's answers, one after the other: what can't be sent now holds up those behind it."""
        done = 0
        for row in mine:
            if row.due_at > self._edge.now() or not await self._one(row):
                break
            done += 1
        return done

    async def _one(self, row: Update) -> bool:
        """Whether the way is free for the next answer."""
        left, batch, sent = list(row.answers or ()), Batch(), False
        try:
            while left:
                await self._send(row, left[0])
                left.pop(0)
            over(batch, row)
            sent = True
        except NotNow as trouble:
            again(batch, row, self._edge.now(), trouble.after, answers=left)
        except Gone:
            over(batch, row)
            await self._lose(row)
            sent = True
        except Exception:
            log.exception("the answer to update %s could not be sent", row.number)
            again(batch, row, self._edge.now(), answers=left)
        try:
            await self._edge.store.write(batch)
        except Lost:
            return False
        return sent

    async def _send(self, row: Update, item: Json) -> None:
        if item["do"] == "group":
            await self._to_group(item)
            return
        chat = await self._chat_row(row)
        if chat is None:
            return
        if item["do"] == "mark":
            with suppress(Trouble):  # the choice is made; that its button shows it is only nice
                await self._calls.edit_buttons(chat.address, item["message"], item["rows"])
            return
        if item["do"] == "paper":
            await self._paper(chat, item)
            return
        try:
            await self._say(chat, item)
        except Unable:
            log.error("an answer to update %s was refused, and is sent without its buttons", row.number)
            with suppress(Unable):
                await self._calls.send(chat.address, item["text"])

    async def _paper(self, chat: Chat, item: Json) -> None:
        _ = self._edge.catalogue(chat.language)
        name, content = await page_of(self._edge, item)
        try:
            await self._calls.send_file(chat.address, name, content, pages.ON_PAPER.render(_))
        except Unable:
            log.error("a receipt was refused")
            with suppress(Unable):
                await self._calls.send(chat.address, pages.NOT_ON_PAPER.render(_))

    async def _say(self, chat: Chat, item: Json) -> None:
        """A bubble. The summary stands once: changed in its place as long as nothing was typed below it, else moved down."""
        buttons = item.get("rows", ())
        if item["kind"] != "summary":
            await self._calls.send(chat.address, item["text"], buttons)
            return
        there, typed = chat.kept.get("summary"), chat.kept.get("typed", 0)
        if there and typed <= there:
            with suppress(Unable):
                await self._calls.edit(chat.address, there, item["text"], buttons)
                return
        message = await self._calls.send(chat.address, item["text"], buttons)
        await self._keep(chat.id, summary=message)
        if there:
            with suppress(Trouble):
                await self._calls.edit_buttons(chat.address, there)

    async def _to_group(self, item: Json) -> None:
        with suppress(Gone, Unable):
            await self._calls.send(item["to"], item["text"], link=(item["label"], f"https://t.me/{self._name}"))

    async def _chat_row(self, row: Update) -> Chat | None:
        async with self._edge.store.read() as session:
            found = await session.exec(select(Chat).where(Chat.bot == REPORTER, Chat.key_hash == row.chat_hash))
            return found.one_or_none()

    async def _keep(self, chat_id: str, **values: object) -> None:
        async def decide(session: AsyncSession) -> tuple[Batch, None]:
            batch = Batch()
            keep(batch, await session.get_one(Chat, chat_id), **values)
            return batch, None

        await self._edge.store.carry_out(decide)

    async def _lose(self, row: Update) -> None:
        chat = await self._chat_row(row)
        if chat is not None and chat.lost_at is None:
            await self._keep(chat.id, lost_at=self._edge.now())
