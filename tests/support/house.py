"""A whole Hutong as its own processes, with its clock in the test's hand: started, killed without warning, started again.

A house is a demonstration county in a directory (and a database) of the test's own. Its time stands still from
the first moment and moves only by `later`, for all its processes at once.
"""

from __future__ import annotations

import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from app.clock import FileClock
from tests.support import tools

# A Thursday afternoon in Beijing (15:00), in office hours.
USUAL_TIME = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)
# Long enough for a busy machine; reaching it means that something hangs, and fails the test with what was said.
PATIENCE_SECONDS = 120
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)")


def environment(directory: Path, database: str | None = None, **settings: str) -> dict[str, str]:
    """What a process of a house is started with: nothing of the HUTONG_ settings outside, and never a token."""
    outside = {key: value for key, value in os.environ.items() if not key.startswith("HUTONG_")}
    ours = {"HUTONG_MODE": "demo", "HUTONG_DATA": str(directory), "HUTONG_CLOCK_FILE": str(directory / "clock")}
    return outside | ours | ({"HUTONG_DATABASE": database} if database else {}) | settings


def hutong(*arguments: str, env: dict[str, str], text: str = "") -> str:
    """Runs one `hutong` command to its end and returns what it printed; raises with what it complained of."""
    done = subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=tools.CHECKOUT,
        env=env,
        input=text,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    if done.returncode != 0:
        raise RuntimeError(f"hutong {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


class House:
    """One installation. `hutong init --demo` has been run in `directory` (see the fixture `house`).

    `database` is None for the SQLite file in `directory`.
    """

    def __init__(self, directory: Path, database: str | None = None, at: datetime = USUAL_TIME) -> None:
        self.directory = directory
        self.database = database
        self.port = free_port()
        self.env = environment(directory, database, HUTONG_PORT=str(self.port))
        self.clock = FileClock(directory / "clock")
        self.clock.stand_at(at)
        self.said: list[str] = []
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def later(self, **by: float) -> None:
        """Moves the house's time on, as timedelta takes it: `house.later(minutes=16)`."""
        self.clock.advance(timedelta(**by))

    def start(self, *arguments: str, until: re.Pattern[str] = ADDRESS) -> House:
        """Starts `hutong serve` and returns when it has printed the address it answers at, or what `until` names."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "app", "serve", *arguments],
            cwd=tools.CHECKOUT,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self._process.stdout
        self._lines = queue.SimpleQueue()
        threading.Thread(target=self._listen, args=(self._process.stdout, self._lines), daemon=True).start()
        self.hears(until)
        return self

    def hears(self, pattern: re.Pattern[str] | str) -> str:
        """Returns the next line the process prints that matches; fails when it ends or stays silent."""
        while True:
            try:
                line = self._lines.get(timeout=PATIENCE_SECONDS)
            except queue.Empty:
                raise AssertionError(f"waited in vain for {pattern!r}; it said:\n{''.join(self.said)}") from None
            if line is None:
                raise AssertionError(f"the house ended before it said {pattern!r}:\n{''.join(self.said)}")
            if re.search(pattern, line):
                return line

    def kill(self) -> None:
        """kill -9: no goodbye, nothing flushed. What was answered must still be there after `start`."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Asks it to end, as a service manager would, and waits. Safe when it is not running."""
        self._end(signal.SIGTERM)

    def restart(self) -> House:
        self.kill()
        return self.start()

    def _end(self, with_signal: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(with_signal)
            try:
                process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise AssertionError(f"the house did not end when asked:\n{''.join(self.said)}") from None

    def _listen(self, output: IO[str], lines: queue.SimpleQueue[str | None]) -> None:
        """Keeps the pipe empty, so that a talkative process never waits for its reader."""
        with output:
            for line in output:
                self.said.append(line)
                lines.put(line)
        lines.put(None)


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(happened: Callable[[], object], what: str = "it") -> object:
    """Asks again and again until the answer is true, and returns it: for what a worker does in its own time.

    The only waiting in the tests. Fails after PATIENCE_SECONDS with `what` was waited for.
    """
    pause = threading.Event()
    deadline = datetime.now(UTC) + timedelta(seconds=PATIENCE_SECONDS)
    while not (answer := happened()):
        if datetime.now(UTC) > deadline:
            raise AssertionError(f"waited in vain until {what} happened")
        pause.wait(0.05)
    return answer


def settle(directory: Path, database: str | None = None) -> None:
    """Makes the demonstration county that houses begin with, at the usual time."""
    directory.mkdir(parents=True, exist_ok=True)
    FileClock(directory / "clock").stand_at(USUAL_TIME)
    hutong("init", "--demo", "--bare", env=environment(directory, database))


def move_in(settled: Path, directory: Path) -> Path:
    """Copies a settled county's directory for one test."""
    shutil.copytree(settled, directory)
    return directory
