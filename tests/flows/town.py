"""A whole Hutong in one process, told as a story: people say and do things, the clock moves by hand.

Nothing is faked but the outside: both databases are real, and every act goes the way the web and the bots go.
"""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import col, select

from app.clock import HandClock
from app.house import House
from intake.dialogue import render
from intake.said import Attachment, Reply, Said
from records.access import duty_screen
from records.access.duty import DutyLine
from records.tables import (
    Account,
    Assignment,
    Case,
    ClockRow,
    Desk,
    DutyTask,
    Event,
    Letter,
    Receipt,
    Statement,
    Telling,
)

# A Thursday in Beijing, 15:00: office hours, and no holiday near.
THURSDAY = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)


class Town:
    """The house and everybody in it. Reporters are named by what the story calls them; each has one conversation."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._updates = itertools.count(1)

    @property
    def now(self) -> datetime:
        return self.house.now()

    # reporters

    async def says(
        self, text: str, who: str = "teacher", *, update: str = "", files: Sequence[Attachment] = ()
    ) -> list[Reply]:
        """One message. `update` makes it a redelivery of an earlier one."""
        said = Said("web", who, text, update or f"u{next(self._updates)}", attachments=tuple(files))
        return await self.house.hear(said)

    async def hears(self, text: str, who: str = "teacher") -> str:
        """Says it, and reads the whole answer as one text."""
        return "\n".join(render(reply, {}) for reply in await self.says(text, who))

    # time

    async def later(self, **by: float) -> None:
        """Time passes, as timedelta takes it; whatever comes due happens on the way."""
        await self.house.later(timedelta(**by))

    async def outage(self, **by: float) -> None:
        """Time passes and nothing runs: the machine was off."""
        clock = self.house.clock
        assert isinstance(clock, HandClock)
        clock.advance(timedelta(**by))

    async def long_after(self, **by: float) -> None:
        """Much later, and what is due then happens once: what climbed step by step in between is another story."""
        await self.outage(**by)
        await self.house.tick()

    # staff

    async def person(self, department: str, rung: str = "desk") -> Account:
        """Somebody of the county's desk of that department."""
        from routing.directory import desks_for, on_duty

        async with self.house.store.read() as session:
            desk = (await desks_for(session, self.house.home, [department]))[department]
            return (await on_duty(session, desk.id, rung, self.now))[0]

    async def staff(self, role: str) -> Account:
        async with self.house.store.read() as session:
            return (await session.exec(select(Account).where(Account.role == role))).first()  # type: ignore[return-value]

    async def act(self, verb: Callable[..., Awaitable[Any]], person: Account, *args: Any, **kwargs: Any) -> Any:
        """One act of a desk through its use case: read, decide, write. Raises Refused as the page would show it."""
        return await self.house.store.carry_out(lambda session: verb(session, person, *args, now=self.now, **kwargs))

    # what became true

    async def rows(self, table: type[Any], **where: Any) -> list[Any]:
        async with self.house.store.read() as session:
            query = select(table)
            for name, value in where.items():
                query = query.where(getattr(table, name) == value)
            return list((await session.exec(query)).all())

    async def case(self, **where: Any) -> Case:
        """The only case there is (of those that match)."""
        (case,) = await self.rows(Case, **where)
        return case  # type: ignore[no-any-return]

    async def cases(self) -> list[Case]:
        return await self.rows(Case)

    async def desks_of(self, case: Case, part: str) -> list[str]:
        """Departments that take part in this way, in no order."""
        return sorted(each.department for each in await self.rows(Assignment, case_id=case.id) if each.part == part)

    async def events(self, case: Case, kind: str) -> list[Event]:
        found = await self.rows(Event, case_id=case.id, kind=kind)
        return sorted(found, key=lambda event: (event.at, event.id))

    async def clocks(self, case: Case, status: str = "running") -> list[ClockRow]:
        return await self.rows(ClockRow, case_id=case.id, status=status)

    async def letters(self, case: Case, kind: str = "") -> list[Letter]:
        return [letter for letter in await self.rows(Letter, case_id=case.id) if letter.kind.startswith(kind)]

    async def duty_tasks(self, kind: str = "call") -> list[DutyTask]:
        async with self.house.store.read() as session:
            query = (
                select(DutyTask).where(DutyTask.kind == kind, DutyTask.status == "open").order_by(col(DutyTask.due_at))
            )
            return list((await session.exec(query)).all())

    async def duty_lines(self, person: Account) -> list[DutyLine]:
        """The duty screen of this person."""
        async with self.house.store.read() as session:
            return list(await duty_screen(session, person, self.now))

    async def receipt(self, case: Case) -> Receipt:
        (receipt,) = await self.rows(Receipt, case_id=case.id)
        return receipt  # type: ignore[no-any-return]

    async def tellings(self, case: Case) -> list[Telling]:
        return await self.rows(Telling, case_id=case.id)

    async def statements(self, case: Case) -> list[str]:
        found = await self.rows(Statement, case_id=case.id)
        return [statement.text for statement in sorted(found, key=lambda each: (each.at, each.id))]

    async def desk(self, department: str) -> Desk:
        (desk,) = await self.rows(Desk, department=department, place_code=self.house.home)
        return desk  # type: ignore[no-any-return]
