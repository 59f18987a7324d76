"""Starts `hutong` processes quickly, for proofs that kill hundreds of them.

A nursery is one process that has imported the program and loaded its words, and does nothing but fork: what it starts are
processes of their own, with their own connections, sockets and threads, that differ from others only in what was read from disk
before they were born.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support import tools


class Nursery:
    """The nursery as the proof sees it."""

    def __init__(self) -> None:
        outside = {key: value for key, value in os.environ.items() if not key.startswith("HUTONG_")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.together.nursery"],
            cwd=tools.CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=outside,
            text=True,
            start_new_session=True,
        )

    def start(self, words: Sequence[str], env: Mapping[str, str], log: Path) -> int:
        """Starts `hutong WORDS`; what it says is put at the end of `log`. The process id."""
        return self._ask({"start": list(words), "env": dict(env), "log": str(log)})

    def ended(self, pid: int) -> None:
        """Returns when that process has ended."""
        self._ask({"ended": pid})

    def has_ended(self, pid: int) -> bool:
        """Whether it has ended by itself; then it is gone for good and must not be asked for again."""
        return self._ask({"ask": pid}) != 0

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(30)

    def _ask(self, what: Mapping[str, object]) -> int:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


def _born(words: Sequence[str], env: Mapping[str, str], log: str) -> None:
    """The child's life. Never returns."""
    from app.__main__ import main

    os.setsid()
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number, target in ((0, nothing), (1, out), (2, out)):
        os.dup2(target, number)
    os.environ.clear()
    os.environ.update(env)
    code = 1
    try:
        code = main(list(words))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


async def _lived_in() -> None:
    """Opens a house that is thrown away, once: what is read on first use has been read."""
    from app.house import House
    from app.scratch import scratch
    from web.site import build

    with tempfile.TemporaryDirectory(prefix="hutong-nursery-") as directory:
        settings = await asyncio.to_thread(scratch, Path(directory))
        async with House.at(settings) as house:
            await asyncio.to_thread(house.judge.assess, "继父打孩子")
            build(house.edge())


def keep() -> None:
    """Forks at every order until nobody gives any; then ends what still runs."""
    import web.site  # noqa: F401
    from app.judging import SHIPPED_RULES, engine_of
    from routing.tellable import problems

    engine_of(SHIPPED_RULES.read_text(encoding="utf-8-sig"))
    problems("继父打孩子", {}, {})  # word lists that are loaded on first use
    asyncio.run(_lived_in())
    assert threading.active_count() == 1, "only a process without threads is forked"
    children: set[int] = set()
    for text in sys.stdin:
        order = json.loads(text)
        if "start" in order:
            if not (pid := os.fork()):
                _born(order["start"], order["env"], order["log"])
            children.add(pid)
            print(pid, flush=True)
        elif "ask" in order:
            over = os.waitpid(order["ask"], os.WNOHANG)[0]
            children.discard(over)
            print(over, flush=True)
        else:
            os.waitpid(order["ended"], 0)
            children.discard(order["ended"])
            print(0, flush=True)
    for pid in children:
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    keep()
