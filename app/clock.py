"""The one place where the time is asked. Everything below is handed `now`."""

import asyncio
import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from app.problem import Problem


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware UTC."""
        ...

    async def pause(self, seconds: float) -> None:
        """Returns when so much of this clock's time has passed. While it stands nobody is kept waiting for it."""
        ...


class SystemClock:
    """The real time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def pause(self, seconds: float) -> None:
        if seconds > 0:
            await asyncio.sleep(seconds)


class HandClock:
    """A time in memory that stands until it is moved: for a scratch house, whose hours pass in a moment."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    async def pause(self, seconds: float) -> None:
        """At once: only a hand moves it."""

    def advance(self, by: timedelta) -> None:
        self.moment += by


class FileClock:
    """A clock that a file moves, for demonstrations and tests; read at every question, so that all processes agree.

    The file holds an ISO time with zone (the clock stands still there) or `+SECONDS` (so far ahead of the real time).
    No file, or an empty one, is the real time.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def now(self) -> datetime:
        standing, ahead = self._read()
        return standing or datetime.now(UTC) + ahead

    async def pause(self, seconds: float) -> None:
        if seconds > 0 and self._read()[0] is None:
            await asyncio.sleep(seconds)

    def advance(self, by: timedelta) -> None:
        """Move on, never back. The new time is there at once, for every process that reads the file."""
        if by < timedelta():
            raise ValueError("a clock is only moved forward")
        standing, ahead = self._read()
        self._write((standing + by).isoformat() if standing else f"+{(ahead + by).total_seconds():.6f}")

    def stand_at(self, moment: datetime) -> None:
        """Stand still at this instant until moved."""
        self._write(moment.astimezone(UTC).isoformat())

    def _read(self) -> tuple[datetime | None, timedelta]:
        try:
            text = self.path.read_text(encoding="utf-8", errors="replace").strip()
        except FileNotFoundError:
            return None, timedelta()
        try:
            if not text or text.startswith("+"):
                return None, timedelta(seconds=float(text or 0))
            standing = datetime.fromisoformat(text)
        except (ValueError, OverflowError):
            raise self._unreadable() from None
        if standing.tzinfo is None:
            raise self._unreadable()
        return standing.astimezone(UTC), timedelta()

    def _unreadable(self) -> Problem:
        return Problem(
            "时钟文件 {path} 读不懂：要写一个带时区的时间（2026-11-22T03:10:00+08:00）或 +秒数。改好它，或删掉它。",
            path=self.path,
        )

    def _write(self, text: str) -> None:
        """Whole or not at all: another process may read at any moment."""
        descriptor, name = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}.")
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text + "\n")
        os.replace(name, self.path)
