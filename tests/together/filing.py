"""Reporters who file what the open corpus tells, each from a browser of their own, and what must be true afterwards.

A reporter goes on as the chat page does: a message without an answer is sent again, under the same id, until there is one.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from app import settings as app_settings
from app.clock import HandClock
from app.house import House as OpenHouse
from records.columns import bare_code
from records.secrets import keyring
from records.tables import (
    Assignment,
    AuditLine,
    Case,
    ClockRow,
    DutyTask,
    Letter,
    Receipt,
    Statement,
    Task,
)
from tests.flows.town import Town
from tests.support.house import USUAL_TIME, House

CORPUS = Path(__file__).parents[1] / "data" / "corpus.jsonl"
CODE = re.compile(r"查询码：(\d{4} \d{4} \d{4} \d{4})")
REFERENCE = re.compile(r"HT\d{6}-\w{5}")
MOST_MESSAGES = 12  # of one report: its text, a few short questions, 提交

Browser = Callable[[], httpx.AsyncClient]


def corpus() -> list[str]:
    """The texts, in the order of the file."""
    lines = CORPUS.read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines if line]


@dataclass(frozen=True)
class Filed:
    """A report whose receipt was read: what was told, what the receipt says, and all that was answered on the way."""

    text: str
    reference: str
    code: str
    heard: str = field(default="", repr=False)


@dataclass
class Street:
    """Where browsers come from. `open` is cleared while the server is known to be away; reporters wait until it is set."""

    browser: Browser
    open: asyncio.Event = field(default_factory=asyncio.Event)
    sent: int = 0
    repeated: int = 0
    _moved: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.open.set()

    async def has_sent(self, messages: int) -> None:
        """Returns when the reporters have sent so many messages in all."""
        while self.sent < messages:
            self._moved.clear()
            await self._moved.wait()

    async def file_all(self, texts: Sequence[str], at_once: int = 4) -> list[Filed]:
        """Each text by a reporter of its own, so many of them at a time."""
        waiting, filed = iter(texts), list[Filed]()

        async def reporters() -> None:
            for text in waiting:
                filed.append(await self.file(text))

        await asyncio.gather(*(reporters() for _ in range(at_once)))
        return filed

    async def file(self, text: str) -> Filed:
        """Tell it, answer 不知道 or 跳过 to every question, press 提交, and keep the receipt."""
        told = ""
        async with self.browser() as web:
            await self._until_answered(lambda: web.get("/"))
            say: str | None = text
            for number in range(MOST_MESSAGES):
                message = {"update": f"m{number}", "text": say}
                answer = await self._until_answered(lambda message=message: web.post("/chat/say", json=message))
                replies = answer.json()["replies"]
                told += "\n".join(line for reply in replies for line in (reply["text"], *reply["lines"])) + "\n"
                say = _next_press({button["say"] for reply in replies for button in reply["buttons"]})
                if say is None:
                    break
        code = CODE.search(told)
        references = set(REFERENCE.findall(told))
        assert code and len(references) == 1, f"no receipt for {text!r}, who was told:\n{told}"
        return Filed(text, references.pop(), code.group(1), told)

    async def reads(self, filed: Filed) -> str:
        """The page that the receipt code opens in somebody else's browser."""
        async with self.browser() as web:
            form = {"update": "r1", "code": filed.code}
            return (await self._until_answered(lambda: web.post("/receipt", data=form))).text

    async def _until_answered(self, send: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
        for again in range(100):
            await self.open.wait()
            self.sent += 1
            self._moved.set()
            self.repeated += bool(again)
            try:
                answer = await send()
            except httpx.TransportError:
                await asyncio.sleep(0)  # whoever killed the server closes the street before anybody tries again
                continue
            if answer.status_code < 500:
                answer.raise_for_status()
                return answer
        raise AssertionError("a message was sent a hundred times and never answered")


def _next_press(offered: set[str]) -> str | None:
    return next((label for label in ("跳过", "不知道", "提交") if label in offered), None)


def browsers_of(house: House) -> Browser:
    """Browsers that reach a house over real HTTP."""
    return lambda: httpx.AsyncClient(base_url=house.url, headers={"Origin": house.url}, timeout=120)


@asynccontextmanager
async def inside(house: House) -> AsyncIterator[Town]:
    """The database of a house, looked at while its processes run or rest."""
    async with OpenHouse.at(app_settings.read(house.env), HandClock(USUAL_TIME)) as opened:
        yield Town(opened)


async def all_is_kept(town: Town, filed: Sequence[Filed], source: str = "web") -> None:
    """Every report that was answered with a receipt is one case, whole; nothing is there twice."""
    cases = {case.id: case for case in await town.rows(Case, source=source)}
    receipts = {row.reference: row for row in await town.rows(Receipt) if row.case_id in cases}
    parts, clocks, letters, told = [
        _by_case(await town.rows(table)) for table in (Assignment, ClockRow, Letter, Statement)
    ]
    lost = [each for each in filed if each.reference not in receipts]
    assert not lost, f"lost: {lost}"
    assert len({each.reference for each in filed}) == len(filed) == len(cases) == len(receipts), "something is doubled"
    assert len({row.conversation_id for row in receipts.values()}) == len(filed)
    for each in filed:
        receipt = receipts[each.reference]
        case = cases[receipt.case_id]
        assert receipt.code_hash == keyring().blind("receipt", bare_code(each.code)), each
        assert case.finished and case.status == "open", each
        assert [said.text for said in told[case.id]].count(each.text) == 1, each
        assert any(part.part == "lead" for part in parts[case.id]), each
        assert any(clock.status == "running" for clock in clocks[case.id]), each
        assert {part.desk_id for part in parts[case.id]} <= {letter.desk_id for letter in letters[case.id]}, each


async def nothing_is_left_undone(town: Town) -> bool:
    """No task waits, no letter waits or is on its way, and each letter that a person carries stands in an open call, one to
    a person and a case."""
    tasks = [task for task in await town.rows(Task) if task.status != "done"]
    assert not [task for task in tasks if task.status == "failed"]
    letters = await town.rows(Letter)
    if tasks or any(letter.status in ("waiting", "sending") for letter in letters):
        return False
    calls = [task for task in await town.rows(DutyTask) if task.kind == "call" and task.status == "open"]
    carried = {letter.call_id for letter in letters if letter.status == "calling"}
    assert set(Counter((call.case_id, call.recipient) for call in calls).values()) <= {1}
    return carried <= {call.id for call in calls}


async def audit_has_no_gap(town: Town) -> None:
    """Each writer numbered its lines 1, 2, 3 …"""
    numbers: dict[str, list[int]] = {}
    for line in await town.rows(AuditLine):
        numbers.setdefault(line.writer, []).append(line.number)
    for writer, of_writer in numbers.items():
        assert sorted(of_writer) == list(range(1, len(of_writer) + 1)), f"writer {writer} has a gap"


def _by_case(rows: Sequence[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(row)
    return found
