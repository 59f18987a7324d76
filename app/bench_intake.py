"""A real `hutong serve` under a crowd, and the very rows it wrote once more, one transaction a report, on one bare connection
of the same database. Both in one run, so that the ratio does not depend on the machine."""

import http.client
import json
import os
import secrets
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.string import TextLoader

from app.problem import Problem
from app.settings import SHIPPED, Settings
from records.schema import upgrade
from records.writers import open_sqlite

# A grave first message is a case at once: one request is one report, with its desks, clocks, letters and receipt.
STORY = "我班上一个8岁女孩说继父昨晚又打她，眼眶青了，今早走路一瘸一拐，第{number}次"
# What a report adds. Other tables (settings, audit of others, duty tasks of the worker) are not part of taking it in.
TABLES = ("conversations", "inbox", "statements", "cases", "assignments", "clocks", "letters", "events", "receipts", "marks",
          "duty_tasks", "tickets", "ticket_bodies", "audit")  # fmt: skip

Share = list[tuple[str, list[tuple[Any, ...]]]]  # of one report: table and rows


@dataclass(frozen=True)
class Way:
    """How a report is handed in: where to, with which headers, what is said the n-th time, and whether it was taken."""

    path: str
    headers: Mapping[str, str]
    body: Callable[[int], Mapping[str, str]]
    taken: Callable[[int, str], bool]


CHAT = Way(
    "/chat/say",
    {},
    lambda number: {"update": secrets.token_hex(8), "text": STORY.format(number=number)},
    lambda status, said: status == 200 and "receipt" in said,
)


def tickets(token: str) -> Way:
    """Over the ticket interface, each an order of its own."""
    return Way(
        "/api/v1/tickets",
        {"authorization": f"Bearer {token}"},
        lambda number: {
            "order_no": f"RW{secrets.token_hex(6)}", "title": "反映孩子被打", "content": STORY.format(number=number),
            "region_code": "458821", "caller_phone": "15400000301",
        },
        lambda status, said: status == 201 and '"case"' in said,
    )  # fmt: skip


@dataclass
class Crowd:
    """Reporters who write at the same time, each on a connection of her own."""

    reports: int
    at_once: int
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return self.reports / self.seconds

    def waited(self, share: float) -> int:
        """Milliseconds within which that share of them had the answer."""
        return round(1000 * sorted(self.waits)[min(len(self.waits) - 1, int(share * len(self.waits)))])


def file(port: int, crowd: Crowd, way: Way) -> Crowd:
    """Raises Problem when one of them was not taken."""
    numbers: Iterator[int] = iter(range(crowd.reports))
    taking = threading.Lock()
    headers = {"content-type": "application/json", "origin": f"http://127.0.0.1:{port}", **way.headers}

    def report() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        while True:
            with taking:
                number = next(numbers, None)
            if number is None:
                break
            body = json.dumps(way.body(number)).encode()
            began = time.perf_counter()
            # Each from an address of her own: one address that writes so much is slowed (web/slowing.py).
            address = {"x-forwarded-for": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}
            connection.request("POST", way.path, body, {**headers, **address})
            answer = connection.getresponse()
            said = answer.read().decode()
            crowd.waits.append(time.perf_counter() - began)
            if not way.taken(answer.status, said):
                crowd.failed.append(f"{answer.status}")
        connection.close()

    people = [threading.Thread(target=report) for _ in range(crowd.at_once)]
    began = time.perf_counter()
    for person in people:
        person.start()
    for person in people:
        person.join()
    crowd.seconds = time.perf_counter() - began
    if crowd.failed or len(crowd.waits) != crowd.reports:
        count = crowd.reports - len(crowd.waits) + len(crowd.failed)
        raise Problem("{count} 件没有收下（{status}），结果不能用。", count=count, status=(crowd.failed or ["—"])[0])
    return crowd


@dataclass(frozen=True)
class Served:
    """A process that answers: where, which it is, and after how many seconds it did."""

    port: int
    pid: int
    seconds: float


@contextmanager
def serving(settings: Settings) -> Iterator[Served]:
    """One process that answers as long as the block lasts."""
    port, began = _free_port(), time.perf_counter()
    outside = {key: value for key, value in os.environ.items() if not key.startswith("HUTONG_")}
    ours = {
        "HUTONG_DATA": str(settings.data), "HUTONG_DATABASE": settings.database, "HUTONG_MODE": "demo", "HUTONG_PORT": str(port),
        "HUTONG_PROXIES": "127.0.0.1",
    }  # fmt: skip
    server = subprocess.Popen(
        [sys.executable, "-m", "app", "serve", "--roles", "web"],
        cwd=SHIPPED.parent, env=outside | ours, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _await(port, server)
        yield Served(port, server.pid, time.perf_counter() - began)
    finally:
        server.terminate()
        server.wait()


def _await(port: int, server: "subprocess.Popen[bytes]") -> None:
    while server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise Problem("服务没有启动。请先运行：hutong doctor")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def rows_of(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in the tables that a report fills, oldest first as far as the database keeps an order."""
    if (path := settings.database_file) is not None:
        connection = sqlite3.connect(str(path))
        found = {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
        connection.close()
        return found
    with _postgres(settings) as open:
        return {table: open.execute(_sql("SELECT * FROM {}", table)).fetchall() for table in TABLES}


def bare(settings: Settings, directory: Path, reports: int) -> float:
    """Commits a report's share of the rows that are there into tables like theirs a second, without any of our code."""
    shares: list[Share] = [[] for _ in range(reports)]
    for table, rows in rows_of(settings).items():
        for number, share in enumerate(shares):
            if mine := rows[number::reports]:
                share.append((table, mine))
    if settings.database_file is not None:
        return _bare_sqlite(directory / "bare.db", shares)
    return _bare_postgres(settings, shares)


def _bare_sqlite(path: Path, shares: Sequence[Share]) -> float:
    upgrade(f"sqlite:///{path}")
    target = open_sqlite(path)
    target.execute("PRAGMA foreign_keys=OFF")  # rows are dealt out table by table: a child may come before its parent
    began = time.perf_counter()
    for share in shares:
        target.execute("BEGIN IMMEDIATE")
        for table, mine in share:
            target.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(mine[0]))})", mine)
        target.execute("COMMIT")
    seconds = time.perf_counter() - began
    target.close()
    return len(shares) / seconds


def _bare_postgres(settings: Settings, shares: Sequence[Share]) -> float:
    with _postgres(settings) as open:
        open.execute("CREATE SCHEMA hutong_bare")
        try:
            for table in TABLES:
                open.execute(_sql("CREATE TABLE hutong_bare.{} (LIKE {} INCLUDING ALL)", table, table))
            began = time.perf_counter()
            for share in shares:
                with open.transaction(), open.cursor() as cursor:
                    for table, mine in share:
                        values = sql.SQL(",").join([sql.Placeholder()] * len(mine[0]))
                        cursor.executemany(
                            sql.SQL("INSERT INTO hutong_bare.{} VALUES ({})").format(sql.Identifier(table), values),
                            mine,
                        )
            return len(shares) / (time.perf_counter() - began)
        finally:
            open.execute("DROP SCHEMA hutong_bare CASCADE")


@contextmanager
def _postgres(settings: Settings) -> Iterator["psycopg.Connection[tuple[Any, ...]]"]:
    """A connection that commits by itself and gives JSON as it is written."""
    with psycopg.connect(settings.database, autocommit=True) as open:
        for kind in ("json", "jsonb"):
            open.adapters.register_loader(kind, TextLoader)
        yield open


def _sql(text: str, *tables: str) -> sql.Composed:
    return sql.SQL(text).format(*map(sql.Identifier, tables))  # type: ignore[arg-type]  # all texts stand in this file
