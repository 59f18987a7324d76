"""What the runner says when a bot cannot work, that nothing else stops for it, and what the doctor says of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app import messengers
from app import settings as app_settings
from app.clock import HandClock
from app.house import House
from bot.edge import DUTY, REPORTER
from bot.runner import Runner
from tests.edges.messenger import NAMES, TOKENS, environment_of
from tests.flows.town import THURSDAY, Town
from tests.support.house import environment, free_port, move_in
from tests.support.telegram import BotApi, Phone, serving
from tests.support.terminal import Terminal
from words.language import CHINESE, Line

DANGER = "我班上一个8岁的女孩刚才被她爸爸拿刀砍伤了，正在流血，在罗岭县青禾镇家里"
WRONG = "700009:" + "W" * 35
PATIENCE = 60  # seconds; reaching them means that something hangs


@dataclass
class Running:
    """A house whose bots run as in a process of their own. `said` is what the person at the terminal reads."""

    house: House
    api: BotApi
    said: list[str] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def says(self, text: Line) -> None:
        self.said.append(text.render(CHINESE))
        self.news.set()

    async def happened(self, method: str, values: dict, moment: str) -> None:
        self.news.set()

    async def until(self, true: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not true():
                self.news.clear()
                await self.news.wait()

    async def until_said(self, words: str) -> None:
        await self.until(lambda: [each for each in self.said if words in each])

    def phone(self) -> Phone:
        return Phone(self.api.bot(TOKENS[REPORTER]), "李老师")


@asynccontextmanager
async def running(county: Mapping[str, str], *bots: str, **more: str) -> AsyncIterator[Running]:
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(serving(BotApi()))
        for bot in bots:
            api.bot(TOKENS[bot], NAMES[bot])
        settings = app_settings.read(environment_of(county, api, *bots) | more)
        house = await stack.enter_async_context(House.at(settings, HandClock(THURSDAY)))
        here = Running(house, api)
        api.watch = here.happened
        runner = Runner(house.bot_edge(), here.says)
        at_work = asyncio.create_task(runner.run())
        try:
            yield here
        finally:
            runner.stop()
            await at_work


@pytest.fixture
def one_county(settled_county: Path, tmp_path: Path) -> dict[str, str]:
    return environment(move_in(settled_county, tmp_path / "data"))


async def test_a_wrong_token_is_said_without_it_and_the_other_bot_works(one_county: dict[str, str], caplog: pytest.LogCaptureFixture) -> None:  # fmt: skip
    async with running(one_county, REPORTER, HUTONG_TELEGRAM_DUTY_TOKEN=WRONG) as here:
        await here.until_said("值班机器人：Telegram 不认这个令牌。请核对 HUTONG_TELEGRAM_DUTY_TOKEN")
        await here.until_said("报告人机器人 @hutong_report_bot 已开始工作")
        teacher = here.phone()
        teacher.says(DANGER)
        await here.until(lambda: "110" in teacher.screen)
        found = [each async for each in _looks(here)]
    assert (
        "bad",
        "值班机器人：Telegram 不认这个令牌",
        "请向 BotFather 核对，再设置 HUTONG_TELEGRAM_DUTY_TOKEN",
    ) in found
    assert ("good", "报告人机器人 @hutong_report_bot 可用", "") in found and (
        "good",
        "报告人机器人正在运行",
        "",
    ) in found
    everything = "".join(here.said) + caplog.text + "".join(map(str, found))
    assert not [part for token in (WRONG, *TOKENS.values()) for part in token.split(":") if part in everything]


async def test_an_unreachable_messenger_is_said_and_its_letters_are_telephoned(one_county: dict[str, str]) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    async with running(one_county, REPORTER, DUTY, HUTONG_TELEGRAM_API=nowhere) as here:
        await here.until_said(f"值班机器人：现在连不上 {nowhere}，会一直再试；这期间的通知改打电话")
        town = Town(here.house)
        await town.says(DANGER)
        await here.house.tick()
        assert await town.duty_tasks()
        found = [each async for each in _looks(here)]
    assert ("warning", f"值班机器人：连不上 {nowhere}") in [each[:2] for each in found]


def test_a_process_for_bots_without_a_token_says_what_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    terminal = Terminal(tmp_path, monkeypatch, capsys)
    terminal.hutong("init", "--place", "458821=罗岭县")
    said = terminal.hutong("serve", "--roles", "telegram")
    assert said.code == 1 and "HUTONG_TELEGRAM_REPORTER_TOKEN" in said.err + said.out


async def _looks(here: Running) -> AsyncIterator[tuple[str, str, str]]:
    for level, says, step in await asyncio.to_thread(lambda: list(messengers.look(here.house.settings))):
        yield level, says.render(CHINESE), step.render(CHINESE) if step else ""
