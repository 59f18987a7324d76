"""The first half of the reporter bot: what people did becomes what the conversation makes of it, in one write with the
answers that are to be sent. Whether those can be sent now does not matter here: danger is heard all the same.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from aiogram.types import Update as Told
from pydantic import ValidationError
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chats import here, keep
from bot.edge import REPORTER, Edge, Json
from bot.order import Queue
from bot.reporter import pages
from bot.reporter.calls import Calls
from bot.reporter.paper import paper
from bot.reporter.reading import LANGUAGE, Asks, Chooses, Comes, Nothing, Unable, Words, language_of, read
from bot.reporter.speaking import plain, pressed, say, stays
from bot.trouble import NotNow
from bot.trouble import Unable as Refused
from intake.files import MOST_FILES, Unfit, attachment, is_full
from intake.hear import come_back, hear
from intake.proof import proof_of
from intake.said import Attachment, Reply, Said
from records.batch import Batch, Lost
from records.columns import is_poster_code
from records.tables import Update
from records.updates import again, over
from words.language import CHINESE, Line, line

log = logging.getLogger("hutong.bot.reporter")

CHANNEL = "telegram"
AT_ONCE = 16  # chats dealt with side by side

_NOT_THERE = line("这个文件没有收到，请再发一次，或用文字说。")

# Reads, and answers what is to be written and what is to be sent.
Turn = Callable[[AsyncSession], Awaitable[tuple[Batch, list[Json]]]]


class Hearing:
    """`patient`: updates may come out of order, as a webhook brings them."""

    def __init__(self, edge: Edge, calls: Calls, *, patient: bool) -> None:
        self._edge, self._calls = edge, calls
        self._queue = Queue(edge.store, REPORTER, patient=patient)
        self._few = asyncio.Semaphore(AT_ONCE)
        self._typing: set[asyncio.Task[None]] = set()

    async def all_that_waits(self) -> int:
        """Hear what people did since; how many updates were dealt with."""
        chats = await self._queue.turns(self._edge.now())
        return sum(await asyncio.gather(*(self._chat(mine) for mine in chats)))

    async def close(self) -> None:
        await asyncio.gather(*self._typing, return_exceptions=True)

    async def _chat(self, mine: Sequence[Update]) -> int:
        async with self._few:
            return sum([await self._one(together) for together in _albums(mine)])

    async def _one(self, rows: Sequence[Update]) -> int:
        """One message, or the pictures of one album. What can't be dealt with now is tried again, and never forgotten."""
        try:
            await self._deal(rows)
            return len(rows)
        except Lost:
            return 0  # another process has it
        except NotNow as trouble:
            after = trouble.after
        except Exception:
            log.exception("update %s could not be heard", rows[0].number)
            after = None
        batch = Batch()
        for row in rows:
            again(batch, row, self._edge.now(), after)
        try:
            await self._edge.store.write(batch)
        except Lost:
            log.warning("update %s changed while it was heard", rows[0].number)
        return 0

    async def _deal(self, rows: Sequence[Update]) -> None:
        body = rows[0].body or {}
        chat = _chat_of(body)
        where = str(chat["id"])
        if chat.get("type", "private") != "private":
            await self._turn(rows, lambda session: self._group(session, where, body))
            return
        try:
            told = [Told.model_validate(row.body) for row in rows]
        except ValidationError:
            log.warning("update %s is of a shape that we do not know", rows[0].number)
            await self._turn(rows, _nothing)
            return
        language, wish = language_of(told[0]), read(told[0])
        query = ""
        match wish:
            case Words():
                await self._words(rows, where, language, _as_one([read(each) for each in told]))
                query = wish.query
            case Asks():
                await self._turn(rows, lambda session: self._page(session, where, language, wish))
            case Chooses():
                await self._turn(rows, lambda session: self._language(session, where, wish))
                query = wish.query
            case Unable():
                await self._turn(rows, lambda session: self._told(session, where, language, wish.says))
            case Comes():
                await self._turn(rows, lambda session: self._comes(session, where, language, wish.here))
            case Nothing():
                await self._turn(rows, _nothing)
                query = wish.query
        if query:
            await self._calls.answer_press(query)

    async def _turn(self, rows: Sequence[Update], decide: Turn) -> None:
        """What `decide` makes of it, in one write with the end of these updates."""

        async def turn(session: AsyncSession) -> tuple[Batch, None]:
            batch, answers = await decide(session)
            if answers:
                batch.change(rows[0], status="heard", answers=answers, body=None, attempts=0, due_at=self._edge.now())
            else:
                over(batch, rows[0])
            for row in rows[1:]:
                over(batch, row)
            return batch, None

        await self._edge.talk(turn)

    # the conversation

    async def _words(self, rows: Sequence[Update], where: str, language: str, words: Words) -> None:
        self._show_typing(where)
        files, lost = await self._fetched(words)
        said = Said(
            channel=CHANNEL, conversation=where, text=words.text, update_id=words.update, attachments=files,
            corrects=words.corrects, address=where,
        )  # fmt: skip

        async def decide(session: AsyncSession) -> tuple[Batch, list[Json]]:
            chat, batch = await here(session, REPORTER, where, language, self._edge.now())
            said_here = replace(said, language=chat.language, unit=chat.kept.get("unit"))
            replies: Sequence[Reply] = ()
            if files and await is_full(session, CHANNEL, where, words.update):
                replies = [Reply(line("文件已有 {most} 个，不能再多。可以用文字接着说。", most=MOST_FILES))]
            elif files or words.text:
                heard, replies = await hear(session, said_here, self._edge.now(), self._edge.ears())
                batch.include(heard)
            _ = self._edge.catalogue(chat.language)
            answers = [piece for reply in [*replies, *map(Reply, lost)] for piece in say(reply, _)]
            if words.pressed and not stays(words.text):
                answers.append(pressed(words.pressed, Line(words.text).render(_)))
            if words.typed and chat.kept.get("summary"):
                keep(batch, chat, typed=words.typed)
            return batch, answers

        await self._turn(rows, decide)

    async def _fetched(self, words: Words) -> tuple[tuple[Attachment, ...], list[Line]]:
        """The files of a message, under the types that they really have, and a sentence for each that can't be taken.
        Raises NotNow when the messenger can't give one now."""
        files, lost = list(words.notes), list[Line]()
        for file in words.files:
            try:
                files.append(attachment(file.name, await self._calls.fetch(file.id)))
            except Refused:
                lost.append(_NOT_THERE)
            except Unfit as unfit:
                lost.append(unfit.line)
        return tuple(files), lost

    def _show_typing(self, where: str) -> None:
        """Nobody waits for this, and it may fail."""
        task = asyncio.create_task(self._calls.typing(where))
        self._typing.add(task)
        task.add_done_callback(self._typing.discard)

    # the bot's own pages

    async def _page(self, session: AsyncSession, where: str, language: str, asks: Asks) -> tuple[Batch, list[Json]]:
        chat, batch = await here(session, REPORTER, where, language, self._edge.now())
        if asks.page == "start":
            shown, replies = await come_back(session, CHANNEL, where, self._edge.now())
            batch.include(shown)
            if is_poster_code(asks.unit):
                keep(batch, chat, unit=asks.unit)
                replies = [pages.FROM_UNIT, *replies]
        elif asks.page == "language":
            buttons = [[[name, LANGUAGE + code] for code, name in pages.LANGUAGES.items()]]
            text = pages.CHOOSE_LANGUAGE.text.render(CHINESE)
            return batch, [{"do": "say", "kind": "say", "text": text, "rows": buttons}]
        elif asks.page == "receipt":
            made, proof = await proof_of(session, CHANNEL, where, self._edge.home, self._edge.now())
            batch.include(made)
            if proof is not None:
                return batch, [paper(proof)]
            replies = [pages.NO_RECEIPT]
        else:
            replies = [pages.HELP if asks.page == "help" else pages.PRIVACY]
        _ = self._edge.catalogue(chat.language)
        return batch, [piece for reply in replies for piece in say(reply, _)]

    async def _language(self, session: AsyncSession, where: str, wish: Chooses) -> tuple[Batch, list[Json]]:
        chosen = wish.language if wish.language in pages.LANGUAGES else "zh"
        chat, batch = await here(session, REPORTER, where, chosen, self._edge.now())
        if chat.language != chosen:
            keep(batch, chat, language=chosen)
        mark = pressed(wish.pressed, pages.LANGUAGES[chosen])
        return batch, [*plain(pages.CHOSEN, self._edge.catalogue(chosen)), mark]

    async def _told(self, session: AsyncSession, where: str, language: str, says: Line) -> tuple[Batch, list[Json]]:
        chat, batch = await here(session, REPORTER, where, language, self._edge.now())
        return batch, plain(says, self._edge.catalogue(chat.language))

    async def _comes(self, session: AsyncSession, where: str, language: str, is_here: bool) -> tuple[Batch, list[Json]]:
        """Blocked: nothing more is sent there, and what a desk tells waits behind the receipt code."""
        chat, batch = await here(session, REPORTER, where, language, self._edge.now())
        if not is_here and chat.lost_at is None:
            keep(batch, chat, lost_at=self._edge.now())
        return batch, []

    async def _group(self, session: AsyncSession, where: str, body: Json) -> tuple[Batch, list[Json]]:
        """One sentence, when somebody calls us or takes us in; what was said there is not even read."""
        member = body.get("my_chat_member")
        message = body.get("message") or {}
        taken_in = bool(member) and member["new_chat_member"]["status"] in ("member", "administrator")
        if not (taken_in or message.get("addressed")):
            return Batch(), []
        sentence = pages.IN_A_GROUP.render(CHINESE)
        return Batch(), [{"do": "group", "to": where, "text": sentence, "label": pages.ALONE.render(CHINESE)}]


def _albums(mine: Sequence[Update]) -> list[list[Update]]:
    """Pictures that were sent as one are heard as one."""
    found: list[list[Update]] = []
    before = ""
    for row in mine:
        album = str(((row.body or {}).get("message") or {}).get("media_group_id", ""))
        if album and album == before:
            found[-1].append(row)
        else:
            found.append([row])
        before = album
    return found


def _as_one(wishes: Sequence[object]) -> Words:
    parts = [wish for wish in wishes if isinstance(wish, Words)]
    return replace(
        parts[0],
        text="\n".join(part.text for part in parts if part.text),
        files=[file for part in parts for file in part.files],
        typed=max(part.typed for part in parts),
    )


def _chat_of(body: Json) -> Json:
    """The chat in which it happened."""
    event: Json = next(body[kind] for kind in body if kind != "update_id")
    found: Json = (event.get("message") or {}).get("chat") or event.get("chat") or event["from"]
    return found


async def _nothing(session: AsyncSession) -> tuple[Batch, list[Json]]:
    return Batch(), []
