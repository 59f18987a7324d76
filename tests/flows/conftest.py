"""A town for each story, once on SQLite and once on PostgreSQL."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app import settings as app_settings
from app.clock import HandClock
from app.house import House
from tests.conftest import RUN
from tests.flows.town import THURSDAY, Town
from tests.support import postgres
from tests.support.house import environment, move_in, settle


@pytest.fixture(params=["sqlite", "postgresql"])
def county(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a demonstration county of this test's own, just made."""
    if request.param == "sqlite":
        yield environment(move_in(request.getfixturevalue("settled_county"), tmp_path / "data"))
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    shared = Path(os.environ[RUN]) / "county"
    name = server.create(server.template("county", lambda url: settle(shared, url)))
    yield environment(move_in(shared, tmp_path / "data"), server.url(name))
    server.drop(name)


@pytest.fixture
async def town(county: dict[str, str]) -> AsyncIterator[Town]:
    async with House.at(app_settings.read(county), HandClock(THURSDAY)) as house:
        yield Town(house)
