"""Both bots as processes: one of them polls, the others wait, and what was said to a dead one is heard by the next."""

from __future__ import annotations

import asyncio
import re

from bot.edge import REPORTER
from records.tables import Case, Lease
from tests.edges.messenger import TOKENS
from tests.flows.town import Town
from tests.support.house import House
from tests.together.wire import Wire, wired

DANGER = "我班上一个8岁的女孩刚才被她爸爸拿刀砍伤了，正在流血，在罗岭县青禾镇家里"
RUNNING = re.compile("报告人机器人 @hutong_report_bot 已开始工作")
WAITING = re.compile("机器人在工作")


def test_exactly_one_of_two_polls_and_the_other_takes_over(postgres_house: House) -> None:
    second = House(postgres_house.directory, postgres_house.database, at=postgres_house.clock.now())

    async def story(wire: Wire) -> None:
        second.env |= {key: value for key, value in wire.house.env.items() if key.startswith("HUTONG_TELEGRAM")}
        await wire.start("--roles", "telegram", until=RUNNING)
        await asyncio.to_thread(second.start, "--roles", "telegram", until=WAITING)
        teacher = wire.phone(REPORTER)
        teacher.says(DANGER)
        await wire.until(lambda: "查询码：" in teacher.screen, "the first one answered")
        assert len(wire.api.bot(TOKENS[REPORTER]).called("getMe")) == 1, "the other one has not even begun"
        await wire.kill()
        teacher.says("他还在打她")
        heard = len(teacher.texts)
        await asyncio.to_thread(second.hears, RUNNING)
        await wire.until(lambda: len(teacher.texts) > heard, "the second one answered")
        assert len(await wire.read(_cases)) == 1
        (lease,) = await wire.read(_leases)
        assert lease.state == "running"

    async def both() -> None:
        async with wired(postgres_house, REPORTER) as wire:
            await story(wire)

    try:
        asyncio.run(both())
    finally:
        second.stop()


async def _cases(town: Town) -> list[Case]:
    return await town.rows(Case, source="telegram")


async def _leases(town: Town) -> list[Lease]:
    return await town.rows(Lease)
