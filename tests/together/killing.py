"""A house that is killed without warning while reports come in, and what must have survived."""

from __future__ import annotations

import asyncio
import os
import random
import re
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.support.house import House, eventually
from tests.together.filing import (
    Filed,
    Street,
    all_is_kept,
    audit_has_no_gap,
    browsers_of,
    inside,
    nothing_is_left_undone,
)

SEED = "HUTONG_TEST_SEED"  # set it to the number a failed run printed, to kill at the same messages again
LONGEST_BREATH = 0.25  # seconds between the message that the kill waits for and the kill
FAULT = re.compile(r" (ERROR|CRITICAL) |Traceback")


@dataclass(frozen=True)
class Ordeal:
    """What it took: every report was answered with a receipt in the end."""

    filed: Sequence[Filed]
    kills: int
    seconds: float
    sent: int
    repeated: int


def file_while_killed(house: House, texts: Sequence[str], kills: int, at_once: int = 4) -> Ordeal:
    """Files every text over HTTP. Meanwhile the house is killed at random moments and started again."""
    seed = int(os.environ.get(SEED) or random.SystemRandom().randrange(10**6))
    print(f"{SEED}={seed}")
    return asyncio.run(_file_while_killed(house.start(), texts, kills, at_once, random.Random(seed)))


async def _file_while_killed(
    house: House, texts: Sequence[str], kills: int, at_once: int, chance: random.Random
) -> Ordeal:
    street, began = Street(browsers_of(house)), time.monotonic()
    filing = asyncio.create_task(street.file_all(texts, at_once))
    # Every report takes three messages at least, so that each of these numbers comes.
    for number in sorted(chance.sample(range(at_once, 3 * len(texts)), kills)):
        await street.has_sent(number)
        await asyncio.wait({filing}, timeout=chance.uniform(0, LONGEST_BREATH))
        street.open.clear()
        house.kill()
        await asyncio.to_thread(house.start)
        street.open.set()
    filed = await filing
    return Ordeal(filed, kills, time.monotonic() - began, street.sent, street.repeated)


def nothing_was_lost(house: House, ordeal: Ordeal) -> None:
    """Looks at the house while it runs, then at what it leaves behind."""
    house.later(minutes=3)  # the leases of couriers that were killed end, and their letters go again
    eventually(lambda: asyncio.run(_at_rest(house)), "every task done and every letter carried")
    asyncio.run(_all_codes_open(house, ordeal))
    house.stop()
    asyncio.run(_look(house, ordeal))
    assert not [line for line in house.said if FAULT.search(line)]
    if house.database is None:
        with sqlite3.connect(house.directory / "hutong.db") as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert database.execute("PRAGMA foreign_key_check").fetchall() == []


async def _at_rest(house: House) -> bool:
    async with inside(house) as town:
        return await nothing_is_left_undone(town)


async def _all_codes_open(house: House, ordeal: Ordeal) -> None:
    street = Street(browsers_of(house))
    for each in ordeal.filed:
        assert each.reference in await street.reads(each), each


async def _look(house: House, ordeal: Ordeal) -> None:
    async with inside(house) as town:
        await all_is_kept(town, ordeal.filed)
        await audit_has_no_gap(town)
