"""Reporters who file by Telegram what the web chat's suite files by browser: a telephone that looks like a browser."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx

from tests.edges.messenger import Exchange
from tests.support.telegram import Phone
from tests.together.filing import Street


class Telephone:
    """The web chat's addresses, answered by a chat with the bot: what is said there is typed or pressed here."""

    def __init__(self, line: Exchange, turns: asyncio.Lock) -> None:
        self._line, self._turns = line, turns
        self._phone = line.phone()
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
        async with self._turns:
            await self._line.settle()
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
    turns = asyncio.Lock()
    return Street(lambda: Telephone(line, turns))  # type: ignore[arg-type,return-value]  # it has what the suite uses


_REQUEST = httpx.Request("POST", "http://hutong.test")


def _answer(body: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, text=json.dumps(body), request=_REQUEST)
