"""Another party's HTTP server, on this machine and over a real socket: answers as it is told, well or badly."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """`cut`: the connection closes in the middle of the body. `silent`: nothing is ever answered."""

    status: int = 200
    body: bytes = b'{"code": 0}'
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    silent: bool = False


WELL = Answer()
DOWN = Answer(500, b"down")
CUT = Answer(cut=True)
SILENT = Answer(silent=True)


class Elsewhere:
    """`asked` holds every request in the order of arrival, taken or not. `answers` decides what each is answered."""

    def __init__(self, answers: Callable[[Asked], Answer] = lambda asked: WELL) -> None:
        self.answers = answers
        self.asked: list[Asked] = []
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Elsewhere:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server
        self._server.close()
        for writer in list(self._open):
            writer.close()

    @property
    def port(self) -> int:
        assert self._server
        return int(self._server.sockets[0].getsockname()[1])

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while (asked := await self._one(reader)) is not None:
                self.asked.append(asked)
                answer = self.answers(asked)
                if answer.silent:
                    await reader.read()  # until the other side gives up
                    break
                writer.write(_written(answer))
                await writer.drain()
                if answer.cut:
                    break
        self._open.discard(writer)
        writer.close()

    async def _one(self, reader: asyncio.StreamReader) -> Asked | None:
        first = await reader.readline()
        if not first.strip():
            return None
        method, path, _ = first.decode().split(" ", 2)
        headers: dict[str, str] = {}
        while (line := await reader.readline()).strip():
            name, _, value = line.decode().partition(":")
            headers[name.strip().lower()] = value.strip()
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        return Asked(method, path, headers, body)


def _written(answer: Answer) -> bytes:
    length = len(answer.body) + (100 if answer.cut else 0)
    headers = {"Content-Length": str(length), "Content-Type": "application/json", **answer.headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {answer.status} X\r\n{head}\r\n".encode() + answer.body
