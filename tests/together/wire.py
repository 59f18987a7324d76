"""A house in its own process, the messenger's server in ours, and the telephones of those who talk with the bots."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from routing.binding import new_code
from tests.edges.messenger import NAMES, TOKENS, environment_of
from tests.flows.town import Town
from tests.support.house import PATIENCE_SECONDS, House
from tests.support.telegram import BotApi, Phone, serving
from tests.together.filing import inside

PAUSE_SECONDS = 0.05


class Wire:
    """`api` is the messenger's server; `house` may be killed and started again while it goes on."""

    def __init__(self, house: House, api: BotApi) -> None:
        self.house, self.api = house, api

    async def start(self, *arguments: str, **more: Any) -> None:
        await asyncio.to_thread(self.house.start, *arguments, **more)

    async def kill(self) -> None:
        await asyncio.to_thread(self.house.kill)

    def phone(self, bot: str, name: str = "李老师") -> Phone:
        return Phone(self.api.bot(TOKENS[bot]), name)

    async def officer(self, department: str = "police") -> Phone:
        """The telephone of whoever is on duty at that desk, bound by a code."""
        async with inside(self.house) as town:
            person = await town.person(department)
            code = await town.house.store.carry_out(lambda session: new_code(session, person, self.house.clock.now()))
        phone = self.phone("duty", person.name)
        phone.says(code)
        await self.until(lambda: "已绑定" in phone.screen, "the officer was bound")
        return phone

    async def until(self, happened: Callable[[], object], what: str) -> object:
        """Returns the first true answer. The only waiting here: for what another process does in its own time."""

        async def asked() -> object:
            return happened()

        return await self.until_read(asked, what)

    async def until_read(self, happened: Callable[[], Awaitable[object]], what: str) -> object:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE_SECONDS
        while not (answer := await happened()):
            if loop.time() > deadline:
                raise AssertionError(f"waited in vain until {what}; it said:\n{''.join(self.house.said[-40:])}")
            await asyncio.sleep(PAUSE_SECONDS)
        return answer

    async def read(self, question: Callable[[Town], Awaitable[Any]]) -> Any:
        async with inside(self.house) as town:
            return await question(town)


@asynccontextmanager
async def wired(house: House, *bots: str, **more: str) -> AsyncIterator[Wire]:
    """The house's settings name this server and these bots. It is not started yet, and stopped in the end."""
    async with serving(BotApi()) as api:
        for bot in bots:
            api.bot(TOKENS[bot], NAMES[bot])
        house.env |= environment_of({}, api, *bots, **more)
        try:
            yield Wire(house, api)
        finally:
            await asyncio.to_thread(house.stop)
