"""The tests' own house: its processes share one clock, and what they print is heard."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from app.clock import FileClock
from records.tables import Account
from tests.support.house import USUAL_TIME, House, environment, eventually, hutong
from tests.together.filing import inside


def test_time_stands_until_it_is_moved_for_everyone(any_house: House) -> None:
    another_process = FileClock(any_house.directory / "clock")
    assert another_process.now() == USUAL_TIME
    any_house.later(minutes=16)
    assert another_process.now() == USUAL_TIME + timedelta(minutes=16)


def test_a_house_begins_settled_and_settling_again_keeps_it(any_house: House) -> None:
    async def people() -> set[str]:
        async with inside(any_house) as town:
            return {account.id for account in await town.rows(Account)}

    settled = asyncio.run(people())
    hutong("init", "--demo", env=any_house.env)
    assert settled and asyncio.run(people()) == settled


def test_a_command_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="HUTONG_PORT"):
        hutong("init", "--demo", env=environment(tmp_path, HUTONG_PORT="no"))


def test_settings_of_the_machine_do_not_leak_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HUTONG_TELEGRAM_TOKEN", "secret")
    assert "HUTONG_TELEGRAM_TOKEN" not in environment(tmp_path)


def test_eventually_gives_back_the_first_true_answer() -> None:
    answers = iter([None, "", "领到了"])
    assert eventually(lambda: next(answers)) == "领到了"


def test_a_killed_house_starts_again_where_it_was(any_house: House) -> None:
    assert httpx.get(any_house.start().url).status_code == 200
    assert httpx.get(any_house.restart().url).status_code == 200
    any_house.stop()
    any_house.stop()


def test_a_house_that_cannot_start_says_why(house: House) -> None:
    (house.directory / "keys.json").unlink()
    with pytest.raises(AssertionError, match=r"keys\.json"):
        house.start()
