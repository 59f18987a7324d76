"""The courier to staff: a letter becomes a message in the chat of whoever is on duty, or joins a digest when they come thick."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.duty import letters
from bot.duty.calls import Calls
from bot.duty.posts import Posts, rings_since
from bot.edge import Edge
from bot.trouble import Gone, NotNow, Unable
from escalation.couriers import CALL, Delivery, Failed, Gathered, Later, Sent
from records.batch import Batch, Lost
from records.outbox import CRITICAL
from records.tables import Account, Chat, Letter, Post
from routing.binding import chat_bound_to
from routing.directory import on_duty

MOST_A_MINUTE = 8  # letters to one chat; what comes beyond that is gathered
MINUTE = timedelta(minutes=1)
TRIES = 5  # to send a digest; then people telephone


class Courier:
    def __init__(self, edge: Edge, calls: Calls, posts: Posts) -> None:
        self._edge, self._calls, self._posts = edge, calls, posts
        self._one_by_one: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)  # by chat
        self._rung: dict[str, list[datetime]] = {}  # by chat, of the last minute

    async def carry(self, letter: Letter, now: datetime) -> Delivery:
        """To the first who can be reached of those it is for. Nobody can: a person telephones."""
        for chat, person in await self._recipients(letter, now):
            async with self._one_by_one[chat.id]:
                if letter.priority > CRITICAL and await self._had_enough(chat, now):
                    return Gathered(await self._digest(chat, person, now))
                try:
                    sent = await self._posts.make(
                        chat, person, letter.kind, letter.case_id, letter.desk_id, id=letter.id
                    )  # fmt: skip
                except NotNow as trouble:
                    return Later(trouble.reason, trouble.after)
                except Gone:
                    await self._posts.lose(chat.id)
                    continue
                except Unable as trouble:
                    await self._posts.never_sent(letter.id)
                    return Failed(trouble.reason)
                self._rung.setdefault(chat.id, []).append(now)
                return Sent(sent)
        await self._posts.never_sent(letter.id)
        return Failed("unreached")

    async def _recipients(self, letter: Letter, now: datetime) -> Sequence[tuple[Chat, Account]]:
        """Who is meant, in the order in which they are asked, as far as they have a chat that is not lost."""
        kind, _, key = letter.recipient.partition(":")
        async with self._edge.store.read() as session:
            if kind == "desk":
                people = await on_duty(session, key, "desk", now, self._edge.protocols.calendar)
            else:
                person = await session.get(Account, key)
                people = [person] if person is not None and person.disabled_at is None else []
            found = [(await chat_bound_to(session, person.id), person) for person in people]
        return [(chat, person) for chat, person in found if chat is not None]

    # storms

    async def _had_enough(self, chat: Chat, now: datetime) -> bool:
        """Whether so many letters went to this chat within the last minute that further ones are gathered."""
        if chat.id not in self._rung:  # this process has just begun: what was sent before is in the rows
            async with self._edge.store.read() as session:
                self._rung[chat.id] = [now] * await rings_since(session, chat.id, now - MINUTE)
        self._rung[chat.id] = [at for at in self._rung[chat.id] if now - at < MINUTE]
        return len(self._rung[chat.id]) >= MOST_A_MINUTE

    async def _digest(self, chat: Chat, person: Account, now: datetime) -> Post:
        """The digest that waits for this chat, or a new one, due when the minute is over."""
        async with self._edge.store.read() as session:
            waiting = await session.exec(
                select(Post).where(Post.chat_id == chat.id, Post.kind == "digest", Post.status == "waiting")
            )
            found = waiting.first()
        if found is not None:
            return found
        return Post(
            id=f"digest-{chat.id}-{int(now.timestamp()) // 60}", kind="digest", chat_id=chat.id, account_id=person.id,
            status="waiting", rings=False, due_at=now + MINUTE, created_at=now,
        )  # fmt: skip

    async def digests(self) -> int:
        """Send what was gathered and is due; how many digests. What joined one that had just gone waits for the next."""
        now = self._edge.now()
        async with self._edge.store.read() as session:
            due = await session.exec(
                select(Post).where(Post.kind == "digest", Post.status == "waiting", col(Post.due_at) <= now)
            )
            digests = due.all()
            left = await session.exec(
                select(Letter)
                .join(Post, col(Post.id) == col(Letter.call_id))
                .where(Letter.status == "gathered", Post.status != "waiting")
            )
            late = left.all()
        await self._each(late, status="waiting", call_id=None, due_at=now)
        return sum([await self._send(digest, now) for digest in digests])

    async def _send(self, digest: Post, now: datetime) -> int:
        async with self._edge.store.read() as session:
            chat = await session.get_one(Chat, digest.chat_id)
            gathered = await _gathered(session, digest)
        if not gathered:
            await self._became(digest, "void")
            return 0
        _ = self._edge.catalogue(chat.language)
        levels = [str(letter.params["urgency"]) for letter in gathered]
        link = f"{self._edge.console}/console/queue"
        rows = [[(letters.OPEN_CONSOLE.render(_), link)]] if self._edge.console else []
        try:
            if chat.account_id != digest.account_id or chat.lost_at is not None:
                raise Gone("unbound")
            message = await self._calls.send(chat.address, letters.digest(levels, _), rows)
        except (NotNow, Gone, Unable) as trouble:
            tries = digest.params.get("tries", 0) + 1
            if isinstance(trouble, NotNow) and tries <= TRIES:
                await self._became(digest, "waiting", due_at=now + (trouble.after or MINUTE), params={"tries": tries})
                return 0
            await self._each(gathered, status="waiting", courier=CALL, call_id=None, due_at=now)
            await self._became(digest, "void")
            return 0
        await self._each(gathered, status="sent", sent_at=now)
        await self._became(digest, "over", message_id=message)
        return 1

    async def _became(self, digest: Post, status: str, **values: object) -> None:
        batch = Batch()
        batch.change(digest, status=status, **values)
        await self._edge.store.write(batch)

    async def _each(self, gathered: Sequence[Letter], **values: object) -> None:
        """Each by itself: one that is no longer true must not keep the others."""
        for letter in gathered:
            batch = Batch()
            batch.change(letter, **values)
            try:
                await self._edge.store.write(batch)
            except Lost:
                continue


async def _gathered(session: AsyncSession, digest: Post) -> Sequence[Letter]:
    found = await session.exec(select(Letter).where(Letter.call_id == digest.id, Letter.status == "gathered"))
    return found.all()
