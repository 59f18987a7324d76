"""What staff type to the duty bot: a binding code, /queue, /late, /onduty, /handover. Answers are for whoever they are now."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chats import here
from bot.duty import pages
from bot.duty.calls import Calls, Rows
from bot.duty.posts import Posts, owner
from bot.duty.seals import Press, sealed
from bot.edge import DUTY, Edge
from bot.trouble import Trouble
from records.access import queue, standing
from records.access.queue import QueueLine, places_under
from records.batch import Batch
from records.columns import new_id
from records.once import once
from records.tables import Account, Chat, Desk
from routing.binding import DIGITS, bind, chat_bound_to, locked
from routing.directory import on_duty
from routing.refusal import Refused
from routing.shifts import colleagues, has_shift, take_over
from words.beijing import clock_time
from words.language import Line
from words.names import RUNGS

A_LIST = 10  # cases in one message
DESKS = 40  # in a supervisor's list of who is on duty
# Verbs of buttons that are not about a message: open a case of a list, ask somebody to take over, take over.
OPEN, ASK, TAKE = "o", "h", "t"

# What a command answers: lines, and buttons under them.
Answer = tuple[Sequence[Line], Rows]


class Commands:
    def __init__(self, edge: Edge, calls: Calls, posts: Posts) -> None:
        self._edge, self._calls, self._posts = edge, calls, posts

    async def start(self, where: str, language: str, code: str = "") -> None:
        """`/start CODE`, as the console's link sends it, or a code typed alone. Raises Trouble."""
        chat, person = await self._who(where, language)
        if code:
            person = await self._edge.store.carry_out(lambda session: self._bind(session, where, code))
            chat, _ = await self._who(where, language)
            wrong = pages.LOCKED if locked(chat, self._edge.now()) else pages.WRONG_CODE
        else:
            wrong = pages.UNBOUND
        if person is None:
            await self._say(chat, [wrong])
            return
        async with self._edge.store.read() as session:
            desk = await session.get(Desk, person.desk_id) if person.desk_id else None
        bound = Line(pages.BOUND.zh, {"who": person.name, "desk": desk.name if desk else "—"})
        await self._say(chat, [bound, pages.HELP])

    async def words(self, where: str, language: str, text: str) -> None:
        """Anything typed: a code, or a reminder that stories do not belong here."""
        if sum(character.isdigit() for character in text) == DIGITS and len(text) <= DIGITS + 4:
            await self.start(where, language, text)
            return
        chat, person = await self._who(where, language)
        await self._say(chat, [pages.NO_STORY, pages.HELP] if person else [pages.UNBOUND])

    async def help(self, where: str, language: str) -> None:
        await self._for_staff(where, language, self._help)

    async def queue(self, where: str, language: str) -> None:
        await self._for_staff(where, language, lambda chat, person: self._list(chat, person, "open"))

    async def late(self, where: str, language: str) -> None:
        await self._for_staff(where, language, lambda chat, person: self._list(chat, person, "late"))

    async def onduty(self, where: str, language: str) -> None:
        await self._for_staff(where, language, self._on_duty)

    async def handover(self, where: str, language: str) -> None:
        await self._for_staff(where, language, self._hand_over)

    async def press(self, where: str, language: str, message: int, query: str, press: Press) -> None:
        """A button of a list or of a handover. Raises Trouble."""
        chat, person = await self._who(where, language)
        _ = self._edge.catalogue(chat.language)
        if person is None or press.verb not in (OPEN, ASK, TAKE):
            said: Line | None = pages.NOT_YOU if person is None else pages.BUTTON_DEAD
        elif press.expires <= self._edge.now():
            said = pages.BUTTON_DEAD
        elif press.verb == OPEN:
            said = await self._open(chat, person, press.subject)
        elif press.verb == ASK:
            said = await self._ask(chat, person, press.subject, message)
        else:
            said = await self._take(chat, person, press, message)
        await self._calls.answer_press(query, said.render(_) if said else "")

    # answers

    async def _help(self, chat: Chat, person: Account) -> Answer:
        return [pages.HELP], ()

    async def _list(self, chat: Chat, person: Account, show: str) -> Answer:
        now = self._edge.now()
        found = await self._queue(person, show, A_LIST + 1)
        lines = found[:A_LIST]
        buttons = [(each.reference, sealed(OPEN, each.reference, owner(chat, person.id), now)) for each in lines]
        rows = [buttons[start : start + 2] for start in range(0, len(buttons), 2)]
        return pages.work(lines, show, now, len(found) > A_LIST), rows

    async def _queue(self, person: Account, show: str, limit: int) -> Sequence[QueueLine]:
        async with self._edge.store.read() as session:
            return await queue(session, person, self._edge.now(), show=show, limit=limit)

    async def _on_duty(self, chat: Chat, person: Account) -> Answer:
        """The rungs of one's own desk; for a supervisor who is asked first at each desk of the place."""
        now = self._edge.now()
        async with self._edge.store.read() as session:
            if person.desk_id is not None:
                desk = await session.get_one(Desk, person.desk_id)
                rungs = {rung: await self._first(session, desk.id, rung, now) for rung in RUNGS}
                shown = {rung: who for rung, who in rungs.items() if who or rung == "desk"}
                return pages.on_duty(desk.name, shown), ()
            found = await session.exec(
                select(Desk)
                .where(col(Desk.place_code).in_(places_under(person.place_code)), col(Desk.active))
                .order_by(col(Desk.place_code), col(Desk.name))
                .limit(DESKS)
            )
            lines = [
                Line(
                    "{desk}：{who}",
                    {"desk": desk.name, "who": await self._first(session, desk.id, "desk", now) or pages.NOBODY},
                )
                for desk in found.all()
            ]
        return lines, ()

    async def _hand_over(self, chat: Chat, person: Account) -> Answer:
        now = self._edge.now()
        async with self._edge.store.read() as session:
            if not await has_shift(session, person, now, self._edge.protocols.calendar):
                return [pages.NOT_ON_DUTY], ()
            others = await colleagues(session, person)
            reached = [each for each in others if await chat_bound_to(session, each.id)]
        if not reached:
            return [pages.NO_COLLEAGUE], ()
        count = len(await self._queue(person, "open", 200))
        buttons = [[(each.name, sealed(ASK, each.id, owner(chat, person.id), now))] for each in reached]
        return [Line(pages.HAND_OVER.zh, {"count": count})], buttons

    # presses

    async def _open(self, chat: Chat, person: Account, reference: str) -> Line | None:
        """A case of the list as a message with its buttons."""
        async with self._edge.store.read() as session:
            stands = await standing(session, person, reference)
        if stands is None:
            return pages.BUTTON_DEAD
        desk_id = stands.own.desk_id if stands.own else person.desk_id or ""
        sent = await self._posts.make(
            chat, person, "list", stands.case.id, desk_id, id=new_id(self._edge.now()), rings=False
        )  # fmt: skip
        await self._edge.store.write(sent)
        return None

    async def _ask(self, chat: Chat, person: Account, colleague_id: str, message: int) -> Line | None:
        now = self._edge.now()
        async with self._edge.store.read() as session:
            colleague = await session.get(Account, colleague_id)
            their = await chat_bound_to(session, colleague_id)
            desk = await session.get(Desk, person.desk_id) if person.desk_id else None
            mine = await has_shift(session, person, now, self._edge.protocols.calendar)
        if colleague is None or their is None or desk is None or colleague.desk_id != desk.id or not mine:
            return pages.BUTTON_DEAD
        count = len(await self._queue(person, "open", 200))
        _ = self._edge.catalogue(their.language)
        asks = Line(pages.TAKE_OVER.zh, {"who": person.name, "desk": desk.name, "count": count})
        await self._calls.send(
            their.address, asks.render(_), [[(pages.TAKE.render(_), sealed(TAKE, person.id, owner(their, colleague.id), now))]]
        )  # fmt: skip
        asked = Line(pages.ASKED.zh, {"who": colleague.name})
        await self._edit(chat, message, asked)
        return None

    async def _take(self, chat: Chat, person: Account, press: Press, message: int) -> Line | None:
        now = self._edge.now()
        try:
            first, said = await once(
                self._edge.store, DUTY, person.id, press.key, now,
                lambda session: take_over(session, person, press.subject, now, self._edge.protocols.calendar),
            )  # fmt: skip
        except Refused as refused:
            await self._edit(chat, message, refused.line)
            return refused.line
        if not first:
            return pages.BUTTON_DONE
        await self._edit(chat, message, said[0])
        async with self._edge.store.read() as session:
            giver = await chat_bound_to(session, press.subject)
        if giver is not None:
            taken = Line(pages.TAKEN_OVER.zh, {"who": person.name, "at": clock_time(now, now)})
            with suppress(Trouble):
                await self._say(giver, [taken])
        return None

    # ways

    async def _for_staff(self, where: str, language: str, answer: Callable[[Chat, Account], Awaitable[Answer]]) -> None:
        chat, person = await self._who(where, language)
        if person is None:
            await self._say(chat, [pages.UNBOUND])
            return
        lines, rows = await answer(chat, person)
        await self._say(chat, lines, rows)

    async def _who(self, where: str, language: str) -> tuple[Chat, Account | None]:
        """The chat, written down when it is new, and whose it is."""

        async def decide(session: AsyncSession) -> tuple[Batch, tuple[Chat, Account | None]]:
            chat, batch = await here(session, DUTY, where, language, self._edge.now())
            person = await session.get(Account, chat.account_id) if chat.account_id else None
            return batch, (chat, person if person is not None and person.disabled_at is None else None)

        return await self._edge.store.carry_out(decide)

    async def _bind(self, session: AsyncSession, where: str, code: str) -> tuple[Batch, Account | None]:
        chat, _ = await here(session, DUTY, where, "zh", self._edge.now())
        return await bind(session, chat, code, self._edge.now())

    async def _say(self, chat: Chat, lines: Sequence[Line], rows: Rows = ()) -> None:
        await self._calls.send(chat.address, pages.text(lines, self._edge.catalogue(chat.language)), rows)

    async def _edit(self, chat: Chat, message: int, says: Line) -> None:
        with suppress(Trouble):
            await self._calls.edit(chat.address, message, says.render(self._edge.catalogue(chat.language)))

    async def _first(self, session: AsyncSession, desk_id: str, rung: str, now: datetime) -> str:
        people = await on_duty(session, desk_id, rung, now, self._edge.protocols.calendar)
        return people[0].name if people else ""
