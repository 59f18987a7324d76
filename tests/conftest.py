"""What every test may ask for. A run has one directory, handed to its xdist workers through the environment."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.support import postgres

if TYPE_CHECKING:  # a run of the pure tests pays neither for a browser's driver nor for a database's
    from playwright.sync_api import Browser, Page

    from records.store import Store
    from tests.support.house import House

RUN = "HUTONG_TEST_RUN"

# Property tests judge what is true, never how fast this machine is today; and the same tree always gets the same answer.
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")


ROOMY = 3 * 2**30  # bytes that a memory disk must have free to hold the databases of a run
MEMORY = Path("/dev/shm")


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    # Hundreds of short-lived databases are made and thrown away: in memory that takes a fifth less time. Proofs measure the disk.
    proofs = config.option.markexpr == "proof"
    if (
        not proofs
        and "TMPDIR" not in os.environ
        and os.access(MEMORY, os.W_OK)
        and shutil.disk_usage(MEMORY).free > ROOMY
    ):
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None
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
        return f"sqlite:///{tmp_path / 'hutong.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(scope="session")
def sqlite_with_schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the whole schema and no row, to be copied."""
    from records import schema

    path = tmp_path_factory.mktemp("schema") / "hutong.db"
    schema.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of this test's own with the schema and no row; once on each kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_with_schema"), tmp_path / "hutong.db")
        yield f"sqlite:///{tmp_path / 'hutong.db'}"
        return
    from records import schema

    server: postgres.Server = request.getfixturevalue("postgres_server")
    name = server.create(server.template("with_schema", schema.upgrade))
    yield server.url(name)
    server.drop(name)


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    """An open store on such a database, with keys of this test's own; once on each kind."""
    from records.secrets import install, new_keyring
    from records.store import open_store

    install(new_keyring())
    store = open_store(database)
    yield store
    await store.close()


@pytest.fixture(scope="session")
def settled_county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a demonstration county on SQLite, just made, to be copied."""
    from tests.support import house

    county = tmp_path_factory.mktemp("county") / "data"
    house.settle(county)
    return county


@pytest.fixture
def house(settled_county: Path, tmp_path: Path) -> Iterator[House]:
    """A Hutong of this test's own, on SQLite, not yet started, with its clock standing at a Thursday 15:00 in Beijing."""
    from tests.support.house import House, move_in

    house = House(move_in(settled_county, tmp_path / "house"))
    yield house
    house.stop()


@pytest.fixture
def postgres_house(postgres_server: postgres.Server, tmp_path: Path) -> Iterator[House]:
    """The same on PostgreSQL. All copies of the county share the keys they were made with."""
    from tests.support.house import House, move_in, settle

    county = Path(os.environ[RUN]) / "county"
    name = postgres_server.create(postgres_server.template("county", lambda url: settle(county, url)))
    house = House(move_in(county, tmp_path / "house"), postgres_server.url(name))
    yield house
    house.stop()
    postgres_server.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def any_house(request: pytest.FixtureRequest) -> House:
    """The same, once on each kind of database."""
    return request.getfixturevalue("house" if request.param == "sqlite" else "postgres_house")  # type: ignore[no-any-return]  # pytest cannot know


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

    asked: list[str] = []
    with browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai") as visit:
        visit.on("request", lambda request: asked.append(request.url))
        yield visit.new_page()
    strayed = [url for url in asked if not chromium.is_here(url)]
    assert not strayed, f"the page asked other hosts: {strayed}"
