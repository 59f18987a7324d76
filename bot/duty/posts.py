"""The duty bot's messages about cases: what each should say now, and making it say so.

One message of a case is live in a chat: it has the buttons, and is changed in its place as the case moves. A letter that
rings makes a new one, and the one above it loses its buttons.
"""

import asyncio
import hashlib
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import and_
from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.duty import letters
from bot.duty.calls import Calls, Rows
from bot.duty.seals import sealed
from bot.edge import Edge
from bot.trouble import Gone, NotNow, Trouble, Unable
from records.access.face import Face, face
from records.batch import Batch, Lost
from records.tables import Account, Chat, Event, Letter, Post

log = logging.getLogger("hutong.bot.duty")

AT_ONCE = 500  # live messages looked at together
OVERLAP_MS = 60_000  # events of the last minute are looked at again: another process may commit a little late
VERBS = {"acknowledge": "a", "accept": "c", "police_dispatched": "p", "pass": "r", "reassign": "s"}


def owner(chat: Chat, account_id: str) -> str:
    """For whom buttons are signed."""
    return f"{chat.id}/{account_id}"


class Posts:
    def __init__(self, edge: Edge, calls: Calls) -> None:
        self._edge, self._calls = edge, calls
        self._looked_at = ""  # the counter of events when cases were looked at last; empty: everything is looked at
        self._made = True  # whether a message was sent since it was last looked whether one stands above another
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)  # by chat: one message at a time
        self._fresh: set[str] = set()  # messages sent just now: what they say may have changed on the way

    # showing

    async def make(
        self, chat: Chat, person: Account, kind: str, case_id: str, desk_id: str, *, id: str, rings: bool = True
    ) -> Batch:
        """Send a message about a case. Raises Trouble. Its row is there before it goes out, so that a button can be pressed
        whatever happens to us meanwhile; the batch that is answered, and the caller's to write, says that it went."""
        now = self._edge.now()
        post = Post(
            id=id, chat_id=chat.id, account_id=person.id, case_id=case_id, desk_id=desk_id, letter=kind, rings=rings,
            status="sending", due_at=now, created_at=now,
        )  # fmt: skip
        begun = Batch()
        begun.change_all(Post, {"id": id}, chat_id=chat.id, account_id=person.id, status="sending")
        begun.add_if_new(post)
        await self._edge.store.write(begun)
        async with self._turns[chat.id]:
            async with self._edge.store.read() as session:
                seen = await face(session, person, case_id)
            told = letters.told(kind, seen, now, self._edge.catalogue(chat.language))
            message = await self._calls.send(chat.address, told.text, self._buttons(chat, post, told, seen))
        self._made, sent = True, Batch()
        self._fresh.add(id)
        status = "over" if told.over else "live"
        sent.change_all(Post, {"id": id}, message_id=message, shown=fingerprint(told), status=status)
        return sent

    async def never_sent(self, id: str) -> None:
        """A message that was begun for nobody: there is no way to send it."""
        batch = Batch()
        batch.change_all(Post, {"id": id, "status": "sending"}, status="void")
        await self._edge.store.write(batch)

    async def show(self, post: Post, *, anew: bool = False) -> None:
        """Make a live message say what is true now. `anew`: with fresh buttons, even if it says that already."""
        async with self._turns[post.chat_id]:
            await self._show(await self._now(post), anew)

    async def _show(self, post: Post, anew: bool) -> None:
        if post.status != "live":
            return
        async with self._edge.store.read() as session:
            chat, person = await session.get_one(Chat, post.chat_id), await session.get(Account, post.account_id)
            mine = person is not None and chat.account_id == person.id and person.disabled_at is None
            moved = mine and person is not None and person.role == "officer" and person.desk_id != post.desk_id
            seen = await face(session, person, post.case_id or "") if mine and not moved and person else None
        told = letters.told(post.letter, seen, self._edge.now(), self._edge.catalogue(chat.language))
        if chat.lost_at is not None and not told.over:
            return
        if fingerprint(told) != post.shown or anew:
            if chat.lost_at is None:
                await self._edit(chat, post, told, self._buttons(chat, post, told, seen))
            await self._became(post, "over" if told.over else "live", fingerprint(told))

    async def replace(self, post: Post) -> None:
        """A newer message about the same case stands below it in this chat."""
        async with self._turns[post.chat_id]:
            post = await self._now(post)
            if post.status != "live":
                return
            async with self._edge.store.read() as session:
                chat, person = await session.get_one(Chat, post.chat_id), await session.get(Account, post.account_id)
                seen = await face(session, person, post.case_id or "") if person else None
            with suppress(Unable, Gone):
                text = letters.replaced(seen, self._edge.catalogue(chat.language))
                await self._calls.edit(chat.address, post.message_id or 0, text)
            await self._became(post, "over", "replaced")

    async def pressed(self, post: Post, message: int) -> Post:
        """A button of this message was pressed, so it is there, whether we knew that or not. The row as it is now."""
        async with self._turns[post.chat_id]:
            post = await self._now(post)
            if post.status == "sending":
                await self._became(post, "live", "", message_id=message)
                post = await self._now(post)
            return post

    async def dealt_with(self, post: Post, message: int) -> None:
        """After a press: the message of which we did not know, because it arrived twice, has no more buttons."""
        async with self._turns[post.chat_id]:
            if (await self._now(post)).message_id != message:
                await self.ask(post, message, ())

    async def ask(self, post: Post, message: int, rows: Rows) -> None:
        """Other buttons under a message for a moment: departments, reasons, or none."""
        async with self._edge.store.read() as session:
            chat = await session.get_one(Chat, post.chat_id)
        with suppress(Trouble):
            await self._calls.edit_buttons(chat.address, message, rows)

    async def _now(self, post: Post) -> Post:
        async with self._edge.store.read() as session:
            return await session.get_one(Post, post.id)

    async def _edit(self, chat: Chat, post: Post, told: letters.Told, buttons: Rows) -> None:
        try:
            await self._calls.edit(chat.address, post.message_id or 0, told.text, buttons)
        except Unable:
            log.warning("a message about case %s is not there any more", post.case_id)
        except Gone:
            await self.lose(chat.id)

    def _buttons(self, chat: Chat, post: Post, told: letters.Told, seen: Face | None) -> Rows:
        _ = self._edge.catalogue(chat.language)
        for_whom, now = owner(chat, post.account_id), self._edge.now()
        made = [(letters.ACTS[act].render(_), sealed(VERBS[act], post.id, for_whom, now)) for act in told.acts]
        rows = [made[start : start + 2] for start in range(0, len(made), 2)]
        if seen is not None and not told.over and self._edge.console:
            rows.append([(letters.OPEN_CONSOLE.render(_), f"{self._edge.console}/console/case/{seen.reference}")])
        return rows

    # keeping them true

    async def all_that_moved(self) -> int:
        """Change the messages of cases that moved, and of people who may not see them any more. How many were looked at."""
        async with self._edge.store.read() as session:
            mark = await _mark(session)
            posts = await self._to_look_at(session, mark)
            above = await _above(session) if self._made else ()
            begun = await _begun_in_vain(session)
        for id in begun:
            await self.never_sent(id)
        self._made, self._looked_at = False, mark
        replaced = {post.id for post in above}
        self._fresh -= {post.id for post in posts}
        for post in above:
            await self._try(post, self.replace)
        for post in posts:
            if post.id not in replaced:
                await self._try(post, self.show)
        return len(above)

    async def of_case(self, case_id: str) -> None:
        """The same for one case, at once."""
        async with self._edge.store.read() as session:
            found = await session.exec(select(Post).where(Post.case_id == case_id, Post.status == "live"))
            posts = found.all()
        for post in posts:
            await self._try(post, self.show)

    async def _try(self, post: Post, change: Callable[[Post], Awaitable[None]]) -> None:
        """What can't be changed now is looked at again; it says what was true, and its buttons are checked when pressed."""
        try:
            await change(post)
        except NotNow:
            self._looked_at, self._made = "", True
        except Lost:
            log.info("a message about case %s was changed by somebody else meanwhile", post.case_id)
        except Trouble:
            log.warning("a message about case %s could not be changed", post.case_id)

    async def _to_look_at(self, session: AsyncSession, mark: str) -> Sequence[Post]:
        live = select(Post).where(Post.kind == "case", Post.status == "live")
        if not self._looked_at:
            return (await session.exec(live.order_by(col(Post.id).desc()).limit(AT_ONCE))).all()
        moved: Sequence[str] = ()
        if mark != self._looked_at:
            since = _a_minute_before(self._looked_at)
            moved = (await session.exec(select(Event.case_id).where(col(Event.id) >= since).distinct())).all()
        theirs = (
            select(Post.id)
            .join(Chat, col(Chat.id) == col(Post.chat_id))
            .join(Account, col(Account.id) == col(Post.account_id))
            .where(Post.kind == "case", Post.status == "live")
            .where(
                or_(
                    col(Chat.account_id).is_(None), col(Chat.account_id) != col(Post.account_id),
                    col(Account.disabled_at).is_not(None),
                    and_(Account.role == "officer", col(Account.desk_id) != col(Post.desk_id)),
                )
            )
        )  # fmt: skip
        wanted = or_(
            col(Post.case_id).in_(sorted(moved)), col(Post.id).in_(theirs), col(Post.id).in_(sorted(self._fresh))
        )  # fmt: skip
        return (await session.exec(live.where(wanted).order_by(col(Post.id)).limit(AT_ONCE))).all()

    async def _became(self, post: Post, status: str, shown: str, **more: int) -> None:
        batch = Batch()
        batch.change(post, status=status, shown=shown, **more)
        await self._edge.store.write(batch)

    async def lose(self, chat_id: str) -> None:
        """The chat was blocked, or is gone: nothing is sent there until somebody writes from it again."""
        batch = Batch()
        batch.change_all(Chat, {"id": chat_id}, lost_at=self._edge.now())
        await self._edge.store.write(batch)


async def _mark(session: AsyncSession) -> str:
    """The counter of events: the greatest id, and how many lie within a minute before it. Ids are random within a millisecond,
    and another process may commit a little late."""
    greatest = (await session.exec(select(func.max(col(Event.id))))).one()
    if greatest is None:
        return "0" * 12
    since = _a_minute_before(greatest)
    near = (await session.exec(select(func.count()).select_from(Event).where(col(Event.id) >= since))).one()
    return f"{greatest}.{near}"


def _a_minute_before(id: str) -> str:
    return f"{max(0, int(id[:12], 16) - OVERLAP_MS):012x}"


async def _begun_in_vain(session: AsyncSession) -> Sequence[str]:
    """Messages that were never sent before their letter was no longer true."""
    found = await session.exec(
        select(Post.id)
        .join(Letter, col(Letter.id) == col(Post.id))
        .where(Post.status == "sending", Post.kind == "case", Letter.status == "void")
    )
    return found.all()


async def _above(session: AsyncSession) -> Sequence[Post]:
    """Live messages above a newer one about the same case in the same chat."""
    newest = (
        select(Post.chat_id, Post.case_id, func.max(col(Post.message_id)).label("newest"))
        .where(Post.kind == "case", Post.status == "live")
        .group_by(Post.chat_id, Post.case_id)
        .having(func.count() > 1)
        .subquery()
    )
    found = await session.exec(
        select(Post)
        .join(newest, and_(newest.c.chat_id == col(Post.chat_id), newest.c.case_id == col(Post.case_id)))
        .where(Post.kind == "case", Post.status == "live", col(Post.message_id) < newest.c.newest)
        .order_by(col(Post.id))
        .limit(AT_ONCE)
    )
    return found.all()


def fingerprint(told: letters.Told) -> str:
    """Whether two messages say the same; the words themselves are not kept."""
    return hashlib.sha256(f"{told.text}\0{','.join(told.acts)}".encode()).hexdigest()[:16]


async def rings_since(session: AsyncSession, chat_id: str, since: datetime) -> int:
    """How often this chat was rung since then."""
    return (
        await session.exec(
            select(func.count())
            .select_from(Post)
            .where(Post.chat_id == chat_id, Post.rings, col(Post.created_at) > since)
        )
    ).one()
