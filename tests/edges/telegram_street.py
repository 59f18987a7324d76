"""Reporters who file by Telegram what the web chat's suite files by browser: a telephone that looks like a browser."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx

from tests.edges.messenger import Exchange
from tests.support.telegram import Phone
from tests.together.filing import Street


class Rounds:
    """The bots go round for all who wrote meanwhile, and not once for each: as in a process that is at work."""

    def __init__(self, line: Exchange) -> None:
        self.line = line
        self._now: asyncio.Task[None] | None = None  # under way, and may have fetched already
        self._next: asyncio.Task[None] | None = None  # begins when that is over

    async def settle(self) -> None:
        """Returns when whatever was written before this call is heard and answered."""
        if self._next is None:
            self._next = asyncio.create_task(self._after(self._now))
        await asyncio.shield(self._next)

    async def _after(self, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait({before})
        await asyncio.sleep(0)  # whoever was answered by that one has written again
        self._now, self._next = self._next, None
        await self.line.settle()


class Telephone:
    """The web chat's addresses, answered by a chat with the bot: what is said there is typed or pressed here."""

    def __init__(self, rounds: Rounds) -> None:
        self._rounds = rounds
        self._phone = rounds.line.phone()
        self._read = 0
        self._sent: dict[str, list[dict[str, Any]]] = {}

    async def __aenter__(self) -> Telephone:
        return self

    async def __aexit__(self, *fault: object) -> None:
        return None

    async def get(self, path: str) -> httpx.Response:
        return _answer({})

    async def post(self, path: str, json: dict[str, str] | None = None, data: dict[str, str] | None = None) -> httpx.Response:  # fmt: skip
        text = (json or {}).get("text") or (data or {})["code"]
        _press_or_type(self._phone, text)
        await self._rounds.settle()
        replies = [_reply(message) for message in self._phone.messages[self._read :]]
        self._read = len(self._phone.messages)
        if data is None:
            return _answer({"replies": replies})
        return httpx.Response(200, text=self._phone.screen, request=_REQUEST)


def _press_or_type(phone: Phone, text: str) -> None:
    if text in phone.labels:
        phone.presses(text)
    else:
        phone.says(text)


def _reply(message: dict[str, Any]) -> dict[str, Any]:
    """A bubble as the web chat's JSON has it. What kind it is cannot be seen in a messenger."""
    first, *lines = message["text"].split("\n")
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = [{"say": button["callback_data"], "label": button["text"]} for row in rows for button in row]
    return {"text": first, "lines": lines, "buttons": buttons}


def telephones_of(line: Exchange) -> Street:
    """Telephones with the bot on them, for the suite that files through browsers."""
    rounds = Rounds(line)
    return Street(lambda: Telephone(rounds))  # type: ignore[arg-type,return-value]  # it has what the suite uses


_REQUEST = httpx.Request("POST", "http://hutong.test")


def _answer(body: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, text=json.dumps(body), request=_REQUEST)
