"""A button of the duty bot is pressed: who pressed it, whether it may still be pressed, and the act behind it.

The act is the same use case as on the console's page, which decides who may do it; a button only says which.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chats import here
from bot.duty import letters, pages
from bot.duty.calls import Calls, Rows
from bot.duty.posts import Posts, owner
from bot.duty.seals import Press, department_of, opened, sealed, short
from bot.edge import DUTY, Edge
from bot.trouble import Trouble
from records.access.face import face
from records.access.standing import UNITS, standing
from records.batch import Batch
from records.once import once
from records.tables import Account, Case, Chat, Post
from routing.acts import accept, acknowledge, hand_over, police_dispatched, reassign, return_case
from routing.directory import desks_for
from routing.refusal import Refused
from words.ids import DEPARTMENTS
from words.language import Line
from words.names import DEPARTMENT

Decided = Awaitable[tuple[Batch, Any]]
Act = Callable[[AsyncSession, Account, str, datetime], Decided]

_ACTS: dict[str, Act] = {
    "a": acknowledge,
    "c": accept,
    "p": lambda session, person, reference, now: police_dispatched(session, person, reference, "", now),
}
# Passing on: by which verb departments are asked for, which one answers with a department, and which with the reason too.
_PASS, _REASSIGN = ("r", "d", "e"), ("s", "u", "v")
BACK = "k"


class Pressing:
    def __init__(self, edge: Edge, calls: Calls, posts: Posts) -> None:
        self._edge, self._calls, self._posts = edge, calls, posts

    async def press(self, where: str, language: str, message: int, query: str, data: str) -> Press | None:
        """Deal with a press on a message about a case. A press that is about something else is given back, for whoever
        made that button."""
        chat, person = await self._who(where, language)
        _ = self._edge.catalogue(chat.language)
        if person is None:
            await self._refresh(chat, message)
            await self._calls.answer_press(query, pages.NOT_YOU.render(_))
            return None
        press = opened(data, owner(chat, person.id))
        if press is None:
            await self._refresh(chat, message)
            await self._calls.answer_press(query, pages.BUTTON_DEAD.render(_))
            return None
        post = await self._post(chat, press)
        if post is None:
            return press
        post = await self._posts.pressed(post, message)
        live = post.status == "live"
        if not live and (press.verb not in _ACTS or press.expires <= self._edge.now()):
            await self._posts.ask(post, message, ())
            await self._calls.answer_press(query, pages.BUTTON_DEAD.render(_))
            return None
        if press.expires <= self._edge.now():
            await self._posts.show(post, anew=True)
            await self._calls.answer_press(query, pages.BUTTON_OLD.render(_))
            return None
        said = await self._do(chat, person, post, message, press)
        await self._calls.answer_press(query, said.render(_) if said else "")
        return None

    async def _do(self, chat: Chat, person: Account, post: Post, message: int, press: Press) -> Line | None:
        if press.verb in ("r", "d", "s", "u"):
            return await self._ask(chat, person, post, message, press)
        if press.verb == BACK:
            await self._posts.show(post, anew=True)
            return None
        said = await self._act(person, post, press)
        await self._posts.dealt_with(post, message)
        return said

    async def _act(self, person: Account, post: Post, press: Press) -> Line:
        """Once, however often it is pressed; refused, the message shows what is true now."""
        now, reference = self._edge.now(), await self._reference(post)
        try:
            first, said = await once(
                self._edge.store, DUTY, person.id, press.key, now,
                lambda session: self._decide(session, person, reference, press, now),
            )  # fmt: skip
            answer: Line = said if first else pages.BUTTON_DONE
        except Refused as refused:
            answer = refused.line
            if post.status == "live":
                with suppress(Trouble):
                    await self._posts.show(post, anew=True)
        await self._posts.of_case(post.case_id or "")
        return answer

    def _decide(self, session: AsyncSession, person: Account, reference: str, press: Press, now: datetime) -> Decided:
        if press.verb in _ACTS:
            return _ACTS[press.verb](session, person, reference, now)
        department, reason = department_of(press.choice[:4]) or "", press.choice[4:]
        protocols = self._edge.protocols
        if press.verb == "v":
            why = letters.REASSIGN_REASONS[reason].render()
            return reassign(session, person, reference, department, why, protocols, now)
        why = letters.REASONS[reason].render()
        return self._pass(session, person, reference, department, why, now)

    async def _pass(
        self, session: AsyncSession, person: Account, reference: str, department: str, why: str, now: datetime
    ) -> tuple[Batch, Line]:
        """Returned, or handed over where a case may not be returned."""
        stands = await standing(session, person, reference)
        seen = await face(session, person, stands.case.id) if stands else None
        how = letters.passing(seen) if seen else "return"
        verb = hand_over if how == "hand_over" else return_case
        return await verb(session, person, reference, department, why, self._edge.protocols, now)

    # asking for department and reason

    async def _ask(self, chat: Chat, person: Account, post: Post, message: int, press: Press) -> Line:
        _ = self._edge.catalogue(chat.language)
        first, second, last = _PASS if press.verb in _PASS else _REASSIGN
        now, for_whom = self._edge.now(), owner(chat, person.id)
        back = (letters.BACK.render(_), sealed(BACK, post.id, for_whom, now))
        if press.verb == first:
            made = [
                (DEPARTMENT[each].render(_), sealed(second, post.id, for_whom, now, short(each)))
                for each in await self._departments(post)
            ]
            question = pages.CHOOSE_DEPARTMENT
        else:
            reasons = letters.REASONS if last == "e" else letters.REASSIGN_REASONS
            made = [
                (why.render(_), sealed(last, post.id, for_whom, now, press.choice + code))
                for code, why in reasons.items()
            ]
            question = pages.CHOOSE_REASON
        wide = 2 if press.verb == first else 1
        rows: Rows = [*(made[start : start + wide] for start in range(0, len(made), wide)), [back]]
        await self._posts.ask(post, message, rows)
        return question

    async def _departments(self, post: Post) -> list[str]:
        """Those that have a desk for the case's place, but its own; a school or hospital is never told this way."""
        wanted = [each for each in DEPARTMENTS if each not in UNITS and each != "duty_desk"]
        async with self._edge.store.read() as session:
            case = await session.get_one(Case, post.case_id)
            found = await desks_for(session, case.place_code, wanted)
        return [department for department, desk in found.items() if desk.id != post.desk_id]

    # who and what

    async def _who(self, where: str, language: str) -> tuple[Chat, Account | None]:
        """The chat, and whose it is, as long as they may still act."""
        async with self._edge.store.read() as session:
            chat, _ = await here(session, DUTY, where, language, self._edge.now())
            person = await session.get(Account, chat.account_id) if chat.account_id else None
        return chat, person if person is not None and person.disabled_at is None else None

    async def _post(self, chat: Chat, press: Press) -> Post | None:
        async with self._edge.store.read() as session:
            post = await session.get(Post, press.subject)
        return post if post is not None and post.chat_id == chat.id and post.kind == "case" else None

    async def _refresh(self, chat: Chat, message: int) -> None:
        """The message that was pressed on shows what is true now: without buttons, where they are no longer this chat's."""
        async with self._edge.store.read() as session:
            found = await session.exec(
                select(Post)
                .where(Post.chat_id == chat.id, Post.message_id == message, Post.kind == "case")
                .order_by(col(Post.id).desc())
            )
            post = found.first()
        if post is not None and post.status == "live":
            with suppress(Trouble):
                await self._posts.show(post, anew=True)

    async def _reference(self, post: Post) -> str:
        async with self._edge.store.read() as session:
            return (await session.get_one(Case, post.case_id)).reference
