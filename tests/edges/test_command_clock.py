"""The clock in a file: standing or ahead, moved for every process at once, and never back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.clock import FileClock, HandClock, SystemClock
from app.problem import Problem

NIGHT = datetime(2026, 11, 21, 19, 10, tzinfo=UTC)


def test_no_file_and_an_empty_one_are_the_real_time(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    for content in (None, "", "\n"):
        if content is not None:
            path.write_text(content)
        before, found, after = SystemClock().now(), FileClock(path).now(), SystemClock().now()
        assert before <= found <= after and found.utcoffset() == timedelta()


def test_a_standing_clock_stands_until_it_is_moved_and_all_see_the_same(tmp_path: Path) -> None:
    mine, theirs = FileClock(tmp_path / "clock"), FileClock(tmp_path / "clock")
    mine.stand_at(NIGHT)
    assert theirs.now() == theirs.now() == NIGHT
    theirs.advance(timedelta(minutes=16))
    assert mine.now() == NIGHT + timedelta(minutes=16)
    assert [path.name for path in tmp_path.iterdir()] == ["clock"]


def test_a_clock_written_by_hand_in_beijing_time_is_understood(tmp_path: Path) -> None:
    (tmp_path / "clock").write_text("2026-11-22T03:10:00+08:00\n")
    assert FileClock(tmp_path / "clock").now() == NIGHT


def test_a_clock_ahead_runs_on_from_there(tmp_path: Path) -> None:
    clock = FileClock(tmp_path / "clock")
    clock.advance(timedelta(hours=1))
    clock.advance(timedelta(days=1))
    ahead = clock.now() - SystemClock().now()
    assert timedelta(hours=24, minutes=59) < ahead <= timedelta(hours=25)


def test_a_clock_is_never_moved_back(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="forward"):
        FileClock(tmp_path / "clock").advance(timedelta(seconds=-1))


@pytest.mark.parametrize(
    "content", ["soon", "2026-11-22T03:10:00", "+", "+1h", "2026-13-01T00:00:00Z", "+nan", "+1e400", "\xff"]
)
def test_what_is_no_time_is_refused_with_how_to_write_one(tmp_path: Path, content: str) -> None:
    (tmp_path / "clock").write_text(content, encoding="latin-1")
    with pytest.raises(Problem, match="带时区的时间"):
        FileClock(tmp_path / "clock").now()


def test_the_clock_in_hand_moves_only_by_hand() -> None:
    clock = HandClock(NIGHT)
    clock.advance(timedelta(minutes=5))
    assert clock.now() == NIGHT + timedelta(minutes=5)
