"""What every test may ask for. A run has one directory, handed to its xdist workers through the environment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support import postgres

if TYPE_CHECKING:  # a run without the browser tests need not pay for their driver
    from playwright.sync_api import Browser, Page

RUN = "HUTONG_TEST_RUN"


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    run = ExitStack()
    os.environ[RUN] = str(run.enter_context(postgres.begin_run()))
    config.add_cleanup(run.close)


@pytest.fixture(scope="session")
def postgres_server() -> postgres.Server:
    """The run's PostgreSQL, shared by all workers; stopped when the run ends."""
    return postgres.shared(Path(os.environ[RUN]))


@pytest.fixture(scope="session")
def durable_postgres_server() -> postgres.Server:
    """Another one that keeps what it confirmed through a kill (fsync on)."""
    return postgres.shared(Path(os.environ[RUN]), durable=True)


@pytest.fixture
def postgres_url(postgres_server: postgres.Server) -> Iterator[str]:
    """The address of an empty PostgreSQL database of this test's own."""
    database = postgres_server.create()
    yield postgres_server.url(database)
    postgres_server.drop(database)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of this test's own; the test runs once on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'hutong.sqlite3'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real headless Chromium. Its tests are plain functions: playwright's loop and asyncio's do not share a thread."""
    from tests.support import chromium

    with chromium.started() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh visitor with a Chinese browser. Asking any other host than this machine fails the test."""
    from tests.support import chromium

    strayed: list[str] = []
    with browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai") as visit:
        visit.on("request", lambda request: chromium.is_here(request.url) or strayed.append(request.url))
        yield visit.new_page()
    assert not strayed, f"the page asked other hosts: {strayed}"
