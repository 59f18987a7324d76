"""Very many people who write to the reporter bot at the same moment, over a messenger that fails, drops and delivers twice."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import Counter
from dataclasses import dataclass

from bot.edge import REPORTER
from records.tables import Case, Post, Statement
from tests.flows.town import Town
from tests.support.house import House
from tests.support.telegram import Phone
from tests.together.wire import Wire, wired

FIRST = "隔壁{number}号男的又在打孩子，孩子一直哭着喊救命，罗岭县和平里3栋"
THEN = ("在屋里，和他爸在一起", "提交")
REFERENCE = re.compile(r"HT\d{6}-\w{5}")
ERRORS, DROPS = 0.05, 0.02  # shares of all calls at the messenger


@dataclass(frozen=True)
class Crowd:
    """`troubles`: calls that failed or were cut. `heard_twice`: messages of which more than one statement was made."""

    people: int
    seconds: float
    cases: int
    troubles: int
    heard_twice: int
    out_of_order: int
    unanswered: int
    waiting: int


def crowd(house: House, people: int) -> Crowd:
    """Everybody writes three messages without waiting for an answer, all of them mixed; each hers in order."""
    return asyncio.run(_crowd(house, people))


async def _crowd(house: House, people: int) -> Crowd:
    chance = random.Random(people)
    async with wired(house, REPORTER) as wire:
        await wire.start()
        await wire.until(lambda: wire.phone(REPORTER).bot.polled.is_set(), "the bot was there")
        wire.api.trouble.errors, wire.api.trouble.drops = ERRORS, DROPS
        phones = [wire.phone(REPORTER, f"邻居{number}") for number in range(people)]
        turns = [number for number in range(people) for _ in range(1 + len(THEN))]
        chance.shuffle(turns)
        said = Counter[int]()
        began = time.monotonic()
        for number in turns:
            text = FIRST.format(number=number) if not said[number] else THEN[said[number] - 1]
            phones[number].says(text)
            said[number] += 1
        walking = asyncio.create_task(_walk(house))
        for phone in phones:
            await wire.until(lambda phone=phone: _done(phone), "everybody had a receipt and an answer to the last word")
        seconds = time.monotonic() - began
        walking.cancel()
        house.later(minutes=3)  # the leases of letters whose sending was cut have ended
        await wire.until_read(lambda: wire.read(_nothing_waits), "no message to a reporter waited")
        troubles = wire.api.trouble.made
        wire.api.trouble.over()
        return await _counted(wire, phones, seconds, troubles)


async def _walk(house: House) -> None:
    """The house's clock goes on as ours does: what the messenger put off for a second is due a second later."""
    while True:
        await asyncio.sleep(1)
        house.later(seconds=1)


def _done(phone: Phone) -> bool:
    """She reads her code, and has an answer to 提交: the receipt once more."""
    return "查询码：" in phone.screen and sum("已收到，编号" in text for text in phone.texts) >= 2


async def _counted(wire: Wire, phones: list[Phone], seconds: float, troubles: int) -> Crowd:
    cases, statements, waiting = await wire.read(_rows)
    told: dict[str, list[str]] = {}
    for row in statements:
        told.setdefault(row.case_id, []).append(row.text)
    whole = {FIRST.format(number=number): number for number in range(len(phones))}
    first = {case.id: whole[text] for case in cases for text in told[case.id] if text in whole}
    theirs = {number: set(REFERENCE.findall(phone.screen)) for number, phone in enumerate(phones)}
    # Heard in another order, 提交 would have met nothing to hand in, and the case would still be unfinished.
    wrong = [
        case for case in cases
        if case.id not in first or theirs[first[case.id]] != {case.reference} or not case.finished
    ]  # fmt: skip
    twice = sum(max(Counter(texts).values()) > 1 for texts in told.values())
    return Crowd(
        len(phones),
        seconds,
        len(cases),
        troubles,
        twice,
        len(wrong),
        sum(not _done(phone) for phone in phones),
        waiting,
    )


async def _nothing_waits(town: Town) -> bool:
    return not [post for post in await town.rows(Post) if post.status in ("sending", "waiting")]


async def _rows(town: Town) -> tuple[list[Case], list[Statement], int]:
    cases = await town.rows(Case, source="telegram")
    mine = {case.id for case in cases}
    statements = [row for row in await town.rows(Statement) if row.case_id in mine]
    posts = [post for post in await town.rows(Post) if post.status in ("sending", "waiting")]
    return cases, statements, len(posts)
