"""Somebody at a browser: reads pages, fills in forms, presses buttons. Knows the product only by its HTML."""

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

    def visitor(self) -> Visitor:
        self._visitors.append(Visitor(self.site))
        return self._visitors[-1]

    async def staff(self, login: str) -> Visitor:
        """Somebody of the demonstration county, signed in."""
        visitor = self.visitor()
        assert (await visitor.signs_in(login)).status_code == 200
        return visitor

    async def close(self) -> None:
        for visitor in self._visitors:
            await visitor.http.aclose()
