"""What those outside wrote down themselves: what they were answered, whom they reached, what they read. A proof holds the product's
tables against these, never the tables against themselves alone."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from html import unescape

import httpx

from tests.together.filing import Filed, Street

PASSWORD = "luoling2026"
_CALL = re.compile(r'<details class="card" data-key="([^"]+)"(.*?)</details>', re.S)
_GROUP = re.compile(r'data-key="case:(HT[\w-]+)"')
_LINK = re.compile(r"/console/case/(HT\d{6}-\w{5})")


@dataclass
class Notes:
    """`calls` are the duty person's: task, case and who was reached, each once. `acknowledged` are cases that an officer was shown
    as acknowledged. `tickets` are order numbers and the references they were answered with."""

    filed: list[Filed] = field(default_factory=list)
    tickets: dict[str, str] = field(default_factory=dict)
    acknowledged: list[str] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)
    doubtful: set[str] = field(
        default_factory=set
    )  # calls whose noting got no clear answer: nobody can say whether it was


class Away(Exception):
    """The server is not there now."""


@dataclass
class Client:
    """Somebody with a browser or a program, who tries again until there is an answer."""

    urls: Callable[[], Sequence[str]]
    sent: int = 0
    repeated: int = 0
    _turn: itertools.count[int] = field(default_factory=itertools.count)

    async def until_answered(self, ask: Callable[[httpx.AsyncClient, str], Awaitable[httpx.Response]], http: httpx.AsyncClient) -> httpx.Response:  # fmt: skip
        for again in range(3000):
            self.sent += 1
            self.repeated += bool(again)
            urls = self.urls()
            try:
                answer = await ask(http, urls[next(self._turn) % len(urls)])
            except httpx.TransportError:
                await asyncio.sleep(0.05)
                continue
            if answer.status_code < 500:
                return answer
            await asyncio.sleep(0.05)
        raise AssertionError("never answered")


class Desk(Client):
    """Somebody signed in at the console."""

    def __init__(self, urls: Callable[[], Sequence[str]], login: str) -> None:
        super().__init__(urls)
        self.login = login
        self.form = {"login": login, "password": PASSWORD}
        self.http = httpx.AsyncClient(timeout=60)

    async def opens(self, path: str) -> str:
        for _ in range(20):
            answer = await self.until_answered(lambda http, url: http.get(url + path), self.http)
            if answer.status_code == 200:
                return answer.text
            await self.until_answered(
                lambda http, url: http.post(f"{url}/console/login", data=self.form, headers={"Origin": url}), self.http
            )
        raise AssertionError(f"{self.login} was never let in to {path}: {answer.status_code}")

    async def presses(self, page: str, path: str, key: str, **fields: str) -> int:
        csrf = re.search(r'name="csrf" value="([^"]*)"', page)
        assert csrf
        form = {"csrf": unescape(csrf.group(1)), "key": key, **fields}
        answer = await self.until_answered(
            lambda http, url: http.post(url + path, data=form, headers={"Origin": url}), self.http
        )
        return answer.status_code


async def operate(desk: Desk, notes: Notes, over: asyncio.Event, share: float = 0.5) -> None:
    """The 24-hour duty person: calls whom the screen names, says that somebody answered, writes it into a book."""
    number = itertools.count()
    while not over.is_set():
        page = await desk.opens("/console/duty")
        group = ""
        for part in re.split(r"(?=<h2 class=\"about\"|<details class=\"card\")", page):
            if found := _GROUP.search(part):
                group = found.group(1)
            card = _CALL.match(part)
            if card is None or 'value="connected"' not in part or over.is_set():
                continue
            if next(number) % 10 >= share * 10:
                continue
            task = card.group(1)
            done = await desk.presses(page, f"/console/duty/{task}", f"book-{task}", act="connected", who="接听人")
            if done == 303:
                notes.calls.append((task, group))
            elif done != 409:
                notes.doubtful.add(task)
        await asyncio.sleep(0.3)


async def acknowledge(desk: Desk, notes: Notes, over: asyncio.Event) -> None:
    """An officer who presses 看到了 on every second case that the queue shows, and keeps a list."""
    seen: set[str] = set()
    while not over.is_set():
        for reference in sorted(set(_LINK.findall(await desk.opens("/console/queue"))) - seen):
            seen.add(reference)
            if len(seen) % 2 or over.is_set():
                continue
            page = await desk.opens(f"/console/case/{reference}")
            if f"/console/case/{reference}/acknowledge" not in page:
                continue
            await desk.presses(page, f"/console/case/{reference}/acknowledge", f"ack-{reference}")
            if "已签收" in await desk.opens(f"/console/case/{reference}"):
                notes.acknowledged.append(reference)
        await asyncio.sleep(0.3)


async def report(street: Street, notes: Notes, texts: Sequence[str], go_on: Callable[[int], Awaitable[None]]) -> None:
    """Reporters, one after another; `go_on(number)` returns when the next one may begin."""
    for number, text in enumerate(texts):
        await go_on(number)
        notes.filed.append(await street.file(text))


async def send_tickets(
    client: Client, token: str, notes: Notes, orders: Sequence[str], go_on: Callable[[int], Awaitable[None]]
) -> None:
    """A hotline's program: the same order is sent until it is answered."""
    async with httpx.AsyncClient(timeout=60, headers={"Authorization": f"Bearer {token}"}) as http:
        for number, order in enumerate(orders):
            await go_on(number)
            body = {
                "order_no": order,
                "content": f"来电人反映：罗岭县青禾镇第{number}户，继父经常殴打8岁男孩，今早眼眶青紫。",
                "region_code": "458821",
            }
            answer = await client.until_answered(
                lambda http, url, body=body: http.post(f"{url}/api/v1/tickets", json=body), http
            )
            assert answer.status_code in (200, 201), answer.text
            notes.tickets[order] = answer.json()["case"]
