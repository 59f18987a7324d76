"""A house that is killed between claiming a letter and sending it, and between sending it and writing that down."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from bot.edge import DUTY, REPORTER
from records.tables import Case, Letter, Post
from tests.flows.town import Town
from tests.support.house import House
from tests.support.telegram import Phone
from tests.support.telegram.trouble import Drop, Woe
from tests.together.wire import Wire, wired

BEATEN = "隔壁{number}号男的又在打孩子，孩子一直哭着喊救命，罗岭县和平里3栋"
LEASE_MINUTES = 3  # a killed courier's claim has ended by then
RUNG = "新分来一件"
# What happens at the messenger when the house is killed: nothing yet, or everything but our hearing of it.
CLAIMED, SENT = "asked", "done"


@dataclass(frozen=True)
class Severed:
    """`arrived` counts per case how often the first letter came to the officer."""

    kills: int
    seconds: float
    cases: int
    letters: int
    sends: int
    arrived: Counter[str]


def sever(house: House, kills: int) -> Severed:
    """One report for each kill, half of them before and half of them after the letter went out."""
    return asyncio.run(_sever(house, kills))


async def _sever(house: House, kills: int) -> Severed:
    began = time.monotonic()
    async with wired(house, REPORTER, DUTY) as wire:
        await wire.start()
        officer = await wire.officer()
        sends = list[str]()
        for number in range(kills):
            killed = _kill_at(wire, officer, CLAIMED if number % 2 else SENT, sends)
            neighbour = wire.phone(REPORTER, f"邻居{number}")
            neighbour.says(BEATEN.format(number=number))
            await killed.wait()
            house.later(minutes=LEASE_MINUTES)
            await wire.start()
            await wire.until(lambda phone=neighbour: "查询码：" in phone.screen, "the neighbour had a receipt")
            await wire.until(lambda: _accepts_all(officer), "the letter came to the officer")
            await wire.until(lambda: "我来处理" not in officer.labels, "the press was done")
        house.later(minutes=LEASE_MINUTES)
        await wire.until_read(lambda: wire.read(_nothing_waits), "no letter waited")
        cases, letters, posts = await wire.read(_rows)
    arrived = Counter(text.split()[0].partition("】")[2] for text in sends if RUNG in text)
    assert len(cases) == kills and all(arrived[case.reference] >= 1 for case in cases), arrived
    assert {letter.status for letter in letters} <= {"sent", "void", "calling", "held"}, Counter(
        each.status for each in letters
    )
    first = [letter for letter in letters if letter.kind == "opened" and letter.courier == "telegram"]
    assert len(first) == kills and {letter.status for letter in first} <= {"sent", "void"}, "void: accepted before"
    assert not [post for post in posts if post.status in ("sending", "waiting")]
    return Severed(kills, time.monotonic() - began, len(cases), len(letters), len(sends), arrived)


def _kill_at(wire: Wire, officer: Phone, moment: str, sends: list[str]) -> asyncio.Event:
    """Kill the house at this moment of the next message to the officer. The event is set once it is dead."""
    killed = asyncio.Event()

    async def watch(method: str, values: dict[str, Any], now: str) -> Woe | None:
        if method != "sendMessage" or str(values.get("chat_id")) != str(officer.id):
            return None
        if now == SENT:
            sends.append(values["text"])
        if now != moment or killed.is_set() or RUNG not in values["text"]:
            return None
        await wire.kill()
        killed.set()
        return Drop(done=moment == SENT)

    wire.api.watch = watch
    return killed


def _accepts_all(officer: Phone) -> bool:
    """Press 我来处理 wherever it can be pressed; true when there was such a button."""
    for message in officer.messages:
        for button in officer.buttons_of(message["message_id"]):
            if button["text"] == "我来处理":
                officer.presses_data(message["message_id"], button["callback_data"])
                return True
    return False


async def _nothing_waits(town: Town) -> bool:
    return not [letter for letter in await town.rows(Letter) if letter.status in ("waiting", "sending", "gathered")]


async def _rows(town: Town) -> tuple[list[Case], list[Letter], list[Post]]:
    cases = await town.rows(Case, source="telegram")
    mine = {case.id for case in cases}
    letters = [letter for letter in await town.rows(Letter) if letter.case_id in mine]
    return cases, letters, await town.rows(Post)
