"""A town with both bots in it, and the messenger's server next door: every step is taken by hand, nothing waits."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta

from app import settings as app_settings
from app.clock import HandClock
from app.house import House
from bot.edge import DUTY, REPORTER
from bot.runner import Bot, deliver, lease_of, opened
from records.leases import hold
from tests.flows.town import THURSDAY, Town
from tests.support.telegram import BotApi, Phone, serving

TOKENS = {REPORTER: "700001:" + "R" * 35, DUTY: "700002:" + "D" * 35}
NAMES = {REPORTER: "hutong_report_bot", DUTY: "hutong_duty_bot"}
ROUNDS = 60  # of fetching, hearing, answering and delivering, until nothing is left to do


class Exchange:
    """The bots of a town. `settle` does everything that is to be done now."""

    def __init__(self, town: Town, api: BotApi, bots: Mapping[str, Bot]) -> None:
        self.town, self.api, self.bots = town, api, bots

    def phone(self, name: str = "李老师", *, bot: str = REPORTER, **about: object) -> Phone:
        return Phone(self.api.bot(TOKENS[bot]), name, **about)  # type: ignore[arg-type]

    async def settle(self) -> None:
        """Fetch, hear, answer and deliver until nothing more is due at this moment."""
        for _ in range(ROUNDS):
            done = 0
            for name, bot in self.bots.items():
                if not self.town.house.settings.telegram.webhook:
                    done += await bot.poll(0)
                done += await bot.hear()
                done += await bot.answer()
                done += await deliver(self.town.house.bot_edge(), name, bot.carry)
            if not done:
                return
        raise AssertionError("the bots never came to rest")

    async def later(self, **by: float) -> None:
        """Time passes for the town, and the bots go on."""
        await self.town.later(**by)
        await self.settle()


def environment_of(county: Mapping[str, str], api: BotApi, *bots: str, **more: str) -> dict[str, str]:
    """The county's environment, with the tokens of these bots."""
    names = {REPORTER: "HUTONG_TELEGRAM_REPORTER_TOKEN", DUTY: "HUTONG_TELEGRAM_DUTY_TOKEN"}
    return {**county, "HUTONG_TELEGRAM_API": api.url, **{names[bot]: TOKENS[bot] for bot in bots}, **more}


@asynccontextmanager
async def exchange(county: Mapping[str, str], *bots: str, **more: str) -> AsyncIterator[Exchange]:
    """A town in which these bots are at work."""
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(serving(BotApi()))
        for bot in bots:
            api.bot(TOKENS[bot], NAMES[bot])
        settings = app_settings.read(environment_of(county, api, *bots, **more))
        house = await stack.enter_async_context(House.at(settings, HandClock(THURSDAY)))
        made = {}
        for bot in bots:
            made[bot] = await opened(bot, house.bot_edge())
            # As the runner does it, so that the worker leaves the bot's letters to it.
            assert await hold(house.store, lease_of(bot), "exchange", datetime.now(UTC), timedelta(hours=1), "running")
            stack.push_async_callback(made[bot].close)
        yield Exchange(Town(house), api, made)
