"""Hundreds of kills, a restarted database, a full disk, clocks that jump and an outage: held against the notes of those outside.

Writes docs/proof/kill.md.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from app import settings as app_settings
from app.clock import HandClock
from app.house import House as OpenHouse
from records.tables import ClockRow, Letter, Task
from tests.flows.town import Town
from tests.proof.figures import write_down
from tests.support import postgres, tools
from tests.support.house import House, eventually, free_port, hutong, settle
from tests.together.checker import complaints, kept
from tests.together.filing import Street, nothing_is_left_undone
from tests.together.notes import Client, Desk, Notes, acknowledge, operate, report, send_tickets
from tests.together.nursery import Nursery

pytestmark = pytest.mark.proof

HEADING = """
# Killed, restarted, out of disk, out of time: nothing lost, nothing twice

Written by `make proof`. Reporters file over HTTP, a hotline's program sends orders, an officer acknowledges, the 24-hour duty person
calls whom her screen names. Each keeps notes of what was answered. Meanwhile processes are ended by `kill -9` at random moments
and started again (on PostgreSQL two web processes and three workers, on SQLite one that does all), PostgreSQL is stopped at once
(`pg_ctl -m immediate`) and started again, the disk is filled to its last byte for a while, the clock jumps hours forwards and
back, and for six hours nothing runs. Killed processes are forked from one that has read the program from disk already
(`tests/together/nursery.py`); they share nothing else. Everything lies on a small disk of its own in memory.

Afterwards the checker (`tests/together/checker.py`) holds the tables against the notes: every report and order that was answered is
one case with its words once; every acknowledgement and every answered call is there and none that nobody noted; no clock is due,
stopped ones said nothing more; every due step was taken once, counted from the audit lines as an outsider counts; every recipient
that a step named has a letter, no letter lies undelivered, none went to somebody who may not see the case; no audit number is
missing, and `hutong audit verify` holds. The checker is tested by planted faults (`tests/together/test_checker.py`).
"""

KILLS = int(os.environ.get("HUTONG_TEST_KILLS", "200"))
REPORTS, ORDERS = 40, 25
SEED = "HUTONG_TEST_SEED"
STORY = "邻居家男的又在打孩子，孩子一直哭着喊救命，就在罗岭县青禾镇和平里{number}号，已经打了快半个小时"
ANSWERS = 60  # seconds that a process may take until it answers


@contextmanager
def small_disk() -> Iterator[Path]:
    """A directory that is a file system of its own, in memory. Skips where that is not allowed: a full disk must be nobody else's."""
    place = Path(tempfile.mkdtemp(prefix="hutong-disk-", dir="/tmp"))
    place.chmod(0o755)
    mount = ["mount", "-t", "tmpfs", "-o", "size=700m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        place.rmdir()
        pytest.skip("a disk of its own can't be had here (mount needs root)")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)
        shutil.rmtree(place, ignore_errors=True)


@dataclass
class Running:
    """One process of the house."""

    roles: str
    port: int
    log: Path
    pid: int = 0


@dataclass
class Site:
    """All processes of one house, and what is done to them."""

    house: House
    disk: Path
    nursery: Nursery
    server: postgres.Server | None
    processes: list[Running] = field(default_factory=list)
    kills: int = 0
    restarts: int = 0
    full: int = 0

    def urls(self) -> list[str]:
        return [f"http://127.0.0.1:{each.port}" for each in self.processes if "web" in each.roles]

    def begin(self, *roles: str) -> None:
        for number, role in enumerate(roles):
            self.processes.append(Running(role, free_port(), self.house.directory / f"{number}.log"))
            self.start(self.processes[-1])

    def start(self, each: Running) -> None:
        env = self.house.env | {"HUTONG_PORT": str(each.port)}
        each.pid = self.nursery.start(["serve", "--roles", each.roles], env, each.log)

    def kill(self, each: Running) -> None:
        os.kill(each.pid, signal.SIGKILL)
        self.nursery.ended(each.pid)
        self.kills += 1

    def revive(self) -> None:
        """As a service manager does: whoever ended by itself (the database was away when it began) is started again."""
        for each in self.processes:
            if self.nursery.has_ended(each.pid):
                self.start(each)

    def end(self) -> None:
        for each in self.processes:
            with suppress(ProcessLookupError):
                os.kill(each.pid, signal.SIGTERM)
            self.nursery.ended(each.pid)

    async def answers(self) -> None:
        """Returns when every web process does."""
        async with httpx.AsyncClient(timeout=5) as http:
            for url in self.urls():
                for _ in range(ANSWERS * 20):
                    self.revive()
                    with suppress(httpx.TransportError):
                        if (await http.get(f"{url}/alive")).status_code == 200:
                            break
                    await asyncio.sleep(0.05)
                else:
                    raise AssertionError(f"{url} does not answer: {self.said()[-3000:]}")

    def said(self) -> str:
        return "".join(each.log.read_text(errors="replace") for each in self.processes if each.log.exists())

    def bounce_database(self) -> None:
        """PostgreSQL ends as in a power cut, and is started again."""
        assert self.server
        _pg(self.server, "stop", "-m", "immediate")
        _pg(self.server, "start", "-l", str(self.server.directory / "server.log"), "-o", _options(self.server))
        self.restarts += 1

    def fill_disk(self) -> Path:
        ballast = self.disk / "ballast"
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1):
                with suppress(OSError):
                    while True:
                        file.write(bytes(size))
        self.full += 1
        return ballast

    def mend_database(self) -> None:
        """PostgreSQL ends itself when its log can't be written; whoever runs it starts it again."""
        if self.server and _pg(self.server, "status", check=False) != 0:
            _pg(self.server, "start", "-l", str(self.server.directory / "server.log"), "-o", _options(self.server))
            self.restarts += 1


def _options(server: postgres.Server) -> str:
    return " ".join(f"-c {one}" for one in [*postgres.ALWAYS, f"unix_socket_directories={server.directory}"])


def _pg(server: postgres.Server, *words: str, check: bool = True) -> int:
    done = subprocess.run(
        [postgres.programs() / "pg_ctl", "-w", "-D", server.directory / "data", *words],
        cwd="/", env={"PATH": os.defpath, "LC_ALL": "C"}, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=check, **tools.as_other(postgres.user_id()),
    )  # fmt: skip
    return done.returncode


@contextmanager
def a_site(kind: str) -> Iterator[Site]:
    with ExitStack() as stack:
        disk = stack.enter_context(small_disk())
        server, url = None, None
        if kind == "PostgreSQL":
            room = disk / "pg"
            room.mkdir()
            room.chmod(0o1777)
            owner = disk / "alive"
            stack.enter_context(postgres.exclusively(owner))
            before = os.environ.get("TMPDIR")
            os.environ["TMPDIR"] = str(room)
            try:
                server = postgres.start(owner, durable=True)
            finally:
                os.environ.pop("TMPDIR") if before is None else os.environ.update(TMPDIR=before)
            url = server.url(server.create())
        county = disk / "county"
        settle(county, url)
        nursery = Nursery()
        stack.callback(nursery.close)
        yield Site(House(county, url), disk, nursery, server)


async def ordeal(site: Site, notes: Notes, chance: random.Random, token: str) -> tuple[int, int]:
    """Everybody is at work while it all happens. How many messages were sent, and how many of them again."""
    over, steps = asyncio.Event(), asyncio.Condition()
    done = 0

    async def when(share: float) -> None:
        async with steps:
            await steps.wait_for(lambda: done >= share * KILLS)

    street = _Street(site.urls)
    officer, operator, program = Desk(site.urls, "gongan"), Desk(site.urls, "zhiban"), Client(site.urls)
    orders = [f"RW2026-{number:05}" for number in range(ORDERS)]
    halves = [[STORY.format(number=f"{side}-{number}") for number in range(REPORTS // 2)] for side in range(2)]
    telling = [
        asyncio.create_task(report(street, notes, half, lambda number: when(number / (REPORTS // 2) * 0.95)))
        for half in halves
    ]
    telling.append(
        asyncio.create_task(send_tickets(program, token, notes, orders, lambda number: when(number / ORDERS * 0.95)))
    )
    working = [
        asyncio.create_task(operate(operator, notes, over)),
        asyncio.create_task(acknowledge(officer, notes, over)),
    ]

    happens = {
        KILLS // 5: "full", KILLS // 4: "database", KILLS * 2 // 5: "forward", KILLS // 2: "outage", KILLS * 3 // 5: "back",
        KILLS * 7 // 10: "database", KILLS * 4 // 5: "full", KILLS * 9 // 10: "database",
    }  # fmt: skip
    for number in range(KILLS):
        site.revive()
        victim = chance.choice(site.processes)
        await asyncio.sleep(chance.uniform(0, 0.25))
        site.kill(victim)
        await _happens(site, victim, happens.get(number, ""))
        site.start(victim)
        if chance.random() < 0.3:
            await site.answers()
        if number % 4 == 0:
            site.house.later(seconds=chance.uniform(5, 100))
        async with steps:
            done = number + 1
            steps.notify_all()
        for task in (*telling, *working):
            if task.done():
                task.result()
    await site.answers()
    await asyncio.gather(*telling)
    over.set()
    await asyncio.gather(*working)
    clients = (street, officer, operator, program)
    return sum(each.sent for each in clients), sum(each.repeated for each in clients)


async def _happens(site: Site, victim: Running, what: str) -> None:
    match what:
        case "full":
            ballast = site.fill_disk()
            await asyncio.sleep(1.5)
            ballast.unlink()
            site.mend_database()
        case "database" if site.server:
            await asyncio.to_thread(site.bounce_database)
        case "forward":
            site.house.later(hours=3)
        case "back":
            site.house.clock.stand_at(site.house.clock.now() - timedelta(hours=2))
        case "outage":
            others = [each for each in site.processes if each is not victim]
            for each in others:
                site.kill(each)
            site.house.later(hours=6)
            for each in others:
                site.start(each)


class _Street(Street):
    """Where reporters come from: each uses one of the web processes, and tries again while it is away."""

    def __init__(self, urls: Callable[[], Sequence[str]]) -> None:
        super().__init__(lambda: _browser(random.choice(urls())))

    async def _until_answered(self, send: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
        for again in range(3000):
            self.sent += 1
            self.repeated += bool(again)
            with suppress(httpx.TransportError):
                answer = await send()
                if answer.status_code < 500:
                    answer.raise_for_status()
                    return answer
            await asyncio.sleep(0.05)
        raise AssertionError("a message was never answered")


def _browser(url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, headers={"Origin": url}, timeout=60)


@asynccontextmanager
async def looked_at(house: House) -> AsyncIterator[Town]:
    """The house's database at the house's own time."""
    async with OpenHouse.at(app_settings.read(house.env), HandClock(house.clock.now())) as opened:
        yield Town(opened)


async def _at_rest(house: House) -> bool:
    async with looked_at(house) as town:
        due = [row for row in await town.rows(ClockRow, status="running") if row.due_at <= town.now]
        rest = not due and await nothing_is_left_undone(town)
        if not rest:
            waiting = (
                Counter(row.status for row in await town.rows(Letter)),
                Counter(row.status for row in await town.rows(Task)),
            )
            print(f"still {len(due)} clocks due, letters and tasks {waiting}")
        return rest


async def _complaints(house: House, notes: Notes) -> tuple[list[str], int, int]:
    async with looked_at(house) as town:
        held = await kept(town)
        fired = sum(line.action == "clock.fire" for line in held.lines)
        return await complaints(held, town, notes), fired, len(held.letters)


@pytest.mark.parametrize("kind", ["SQLite", "PostgreSQL"])
def test_nothing_is_lost_and_nothing_comes_twice(kind: str) -> None:
    seed = int(os.environ.get(SEED) or random.SystemRandom().randrange(10**6))
    print(f"{SEED}={seed}")
    with a_site(kind) as site:
        house, notes, began = site.house, Notes(), time.monotonic()
        made = hutong("apikey", "new", "hotline", "--scope", "tickets", env=house.env)
        token = re.search(r"htk_\S+", made)
        assert token
        site.begin(*(["web,worker"] if kind == "SQLite" else ["web", "web", "worker", "worker", "worker"]))
        sent, repeated = asyncio.run(ordeal(site, notes, random.Random(seed), token.group()))
        # What was leased, or put off, before the clock went back comes due again.
        house.later(hours=2, minutes=5)
        eventually(
            lambda: site.revive() or asyncio.run(_at_rest(house)),
            "every clock moved, every task done, every letter carried",
        )
        site.end()
        said, fired, letters = asyncio.run(_complaints(house, notes))
        assert not said, "\n".join(said[:40])
        assert "封印链完整" in hutong("audit", "verify", env=house.env)
        if kind == "SQLite":
            with sqlite3.connect(house.directory / "hutong.db") as database:
                assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert len(notes.filed) == REPORTS and len(notes.tickets) == ORDERS
        figures = {
            "Kills": site.kills, "Database restarts": site.restarts, "Full disk": site.full, "Reports": len(notes.filed),
            "Orders": len(notes.tickets), "Acknowledged": len(notes.acknowledged), "Calls": len(notes.calls),
            "Messages": sent, "Sent again": repeated, "Steps": fired, "Letters": letters, "Complaints": len(said),
            "Seconds": round(time.monotonic() - began),
        }  # fmt: skip
        write_down("kill.md", HEADING, kind, figures)
