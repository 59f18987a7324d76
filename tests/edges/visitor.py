"""Somebody at a browser: reads pages, fills in forms, presses buttons. Knows the product only by its HTML."""

import asyncio
import itertools
import re
from html import unescape
from typing import Any

import httpx
from fastapi import FastAPI

from tests.flows.town import Town

PASSWORD = "luoling2026"
ORIGIN = "http://hutong.test"


class Visitor:
    """One browser with its own cookies."""

    def __init__(self, site: FastAPI) -> None:
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(site), base_url=ORIGIN, headers={"Origin": ORIGIN}, follow_redirects=True
        )
        self.page = ""
        self._updates = itertools.count(1)

    async def opens(self, path: str, **kwargs: Any) -> httpx.Response:
        answer = await self.http.get(path, **kwargs)
        self.page = answer.text
        return answer

    async def posts(self, path: str, **fields: Any) -> httpx.Response:
        answer = await self.http.post(path, data=fields)
        self.page = answer.text
        return answer

    async def says(self, text: str, update: str = "") -> list[dict[str, Any]]:
        """A message of a reporter; the replies."""
        answer = await self.http.post("/chat/say", json={"update": update or f"u{next(self._updates)}", "text": text})
        answer.raise_for_status()
        return answer.json()["replies"]  # type: ignore[no-any-return]

    async def signs_in(self, login: str, password: str = PASSWORD) -> httpx.Response:
        return await self.posts("/console/login", login=login, password=password)

    @property
    def csrf(self) -> str:
        return self.hidden("csrf")

    def hidden(self, name: str) -> str:
        """The value of a hidden field of the page."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page)
        assert found, f"no field {name} on the page:\n{self.text[:600]}"
        return unescape(found.group(1))

    @property
    def text(self) -> str:
        """What can be read on the page."""
        bare = re.sub(r"<(script|style).*?</\1>", " ", self.page, flags=re.S)
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", bare)))

    async def acts(self, reference: str, act: str, **fields: Any) -> httpx.Response:
        """Opens the case and presses the button of an act."""
        await self.opens(f"/console/case/{reference}")
        return await self.presses(reference, act, **fields)

    async def presses(self, reference: str, act: str, **fields: Any) -> httpx.Response:
        """Presses a button of the case page that is open."""
        hidden = {"csrf": self.csrf, "key": self.hidden("key")}
        return await self.posts(f"/console/case/{reference}/{act}", **hidden, **fields)


class Street:
    """Where visitors come from."""

    def __init__(self, site: FastAPI, town: Town) -> None:
        self.site = site
        self.town = town
        self._visitors: list[Visitor] = []
        self._streams: list[Stream] = []

    def visitor(self) -> Visitor:
        self._visitors.append(Visitor(self.site))
        return self._visitors[-1]

    async def staff(self, login: str) -> Visitor:
        """Somebody of the demonstration county, signed in."""
        visitor = self.visitor()
        assert (await visitor.signs_in(login)).status_code == 200
        return visitor

    def stream(self, visitor: Visitor, about: str = "") -> "Stream":
        """The event stream of a page that this visitor has open."""
        self._streams.append(Stream(self.site, visitor.http.cookies["s"], about))
        return self._streams[-1]

    async def close(self) -> None:
        for stream in self._streams:
            await stream.close()
        for visitor in self._visitors:
            await visitor.http.aclose()


class Stream:
    """An open event stream, read message by message."""

    def __init__(self, site: FastAPI, token: str, about: str = "") -> None:
        self._said: asyncio.Queue[str] = asyncio.Queue()
        headers = [(b"cookie", f"s={token}".encode()), (b"accept", b"text/event-stream"), (b"host", b"hutong.test")]
        scope = {
            "type": "http", "method": "GET", "path": "/console/events", "raw_path": b"/console/events",
            "query_string": f"about={about}".encode() if about else b"", "headers": headers, "scheme": "http",
            "server": ("hutong.test", 80), "client": ("127.0.0.1", 1), "root_path": "", "http_version": "1.1",
        }  # fmt: skip
        self._task = asyncio.create_task(site(scope, self._nothing_more, self._heard))

    async def _nothing_more(self) -> dict:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    async def _heard(self, message: dict) -> None:
        if message["type"] == "http.response.start":
            assert message["status"] == 200, message
        elif body := message.get("body", b"").decode():
            await self._said.put(body)

    async def event(self) -> str:
        while "event:" not in (said := await asyncio.wait_for(self._said.get(), 30)):
            pass
        return said

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
