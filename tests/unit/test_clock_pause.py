"""Who waits by a clock that stands."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.clock import FileClock, HandClock

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)


async def test_while_a_clock_stands_nobody_is_kept_waiting(tmp_path: Path) -> None:
    standing = FileClock(tmp_path / "clock")
    standing.stand_at(NOON)
    for clock in (HandClock(NOON), standing):
        await clock.pause(timedelta(days=365).total_seconds())
        assert clock.now() == NOON
