"""The public bot: many strangers, no power over anything. Its conversation is a row, and the same as the web chat's."""

from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chats import keep
from bot.door import secret, take_all
from bot.edge import REPORTER, Edge
from bot.reporter import pages
from bot.reporter.answering import Answering
from bot.reporter.calls import Calls
from bot.reporter.hearing import CHANNEL, Hearing
from bot.reporter.speaking import data_of
from bot.trouble import Gone, NotNow, Unable
from escalation.couriers import Delivery, Dropped, Later, Sent
from intake.dialogue import greeting, render
from records.batch import Batch
from records.tables import Chat, Conversation, Letter
from records.updates import chat_of

LANGUAGES = ("", "zh", "en")  # the first is what all others read


class ReporterBot:
    """Started by `open`. Each method does what is to be done now and returns; `bot.runner` calls them again and again."""

    def __init__(self, edge: Edge, calls: Calls, name: str) -> None:
        self._edge, self._calls, self.name = edge, calls, name
        self._hearing = Hearing(edge, calls, patient=bool(edge.messenger.webhook))
        self._answering = Answering(edge, calls, name)
        self._offset: int | None = None

    @classmethod
    async def open(cls, edge: Edge) -> "ReporterBot":
        """Say hello to the messenger. Raises WrongToken or NotNow."""
        calls = Calls(edge.messenger.reporter, edge.messenger.api)
        try:
            name = await calls.name()
            catalogues = {language: edge.catalogue(language or "zh") for language in LANGUAGES}
            await calls.introduce(
                {
                    language: {id: text.render(_) for id, text in pages.MENU.items()}
                    for language, _ in catalogues.items()
                },
                {language: render(greeting(), _).rpartition("\n")[0] for language, _ in catalogues.items()},
            )
            if edge.messenger.webhook:
                address = f"{edge.messenger.webhook.rstrip('/')}/telegram/{REPORTER}"
                await calls.by_webhook(address, secret(REPORTER, edge.messenger.reporter))
            else:
                await calls.by_polling()
        except BaseException:
            await calls.close()
            raise
        return cls(edge, calls, name)

    async def is_there(self) -> None:
        """Raises Trouble when the messenger does not answer, or not to us."""
        await self._calls.name()

    async def poll(self, seconds: int) -> int:
        """Fetch what people did, waiting so long for something to happen. How many updates came."""
        updates = await self._calls.updates(self._offset, seconds)
        if updates:
            await take_all(self._edge.store, REPORTER, updates, self._edge.now())
            self._offset = max(update["update_id"] for update in updates) + 1
        return len(updates)

    async def hear(self) -> int:
        return await self._hearing.all_that_waits()

    async def answer(self) -> int:
        return await self._answering.all_that_is_due()

    async def carry(self, letter: Letter, now: datetime) -> Delivery:
        """The courier to a reporter: the neutral sentence, whatever the letter is about."""
        async with self._edge.store.read() as session:
            conversation = await session.get(Conversation, letter.recipient.partition(":")[2])
            address = conversation.address if conversation and conversation.channel == CHANNEL else None
            chat = await chat_of(session, REPORTER, address) if address else None
        if chat is None or chat.lost_at is not None:
            return Dropped("lost")
        _ = self._edge.catalogue(chat.language)
        look = [[[pages.LOOK.label.render(_), data_of(pages.LOOK)]]]
        try:
            await self._calls.send(chat.address, pages.NEWS.render(_), look, quiet=bool(letter.params.get("quiet")))
        except NotNow as trouble:
            return Later(trouble.reason, trouble.after)
        except (Gone, Unable) as trouble:
            await self._edge.store.carry_out(lambda session: self._lose(session, chat.id, now))
            return Dropped(trouble.reason)
        return Sent()

    async def close(self) -> None:
        await self._hearing.close()
        await self._calls.close()

    async def _lose(self, session: AsyncSession, chat_id: str, now: datetime) -> tuple[Batch, None]:
        batch, chat = Batch(), (await session.exec(select(Chat).where(Chat.id == chat_id))).one()
        if chat.lost_at is None:
            keep(batch, chat, lost_at=now)
        return batch, None
