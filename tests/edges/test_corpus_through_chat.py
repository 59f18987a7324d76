"""The open corpus, filed through the web chat: whatever somebody tells ends as one case that a desk has."""

import logging
from collections.abc import AsyncIterator

import httpx
import pytest

from app import settings as app_settings
from app.clock import HandClock
from app.house import House
from tests.flows.town import THURSDAY, Town
from tests.support.house import environment, move_in
from tests.together.filing import Street, all_is_kept, audit_has_no_gap, corpus, nothing_is_left_undone
from web.site import build

PARTS = 6


def browsers_of(town: Town) -> Street:
    """Browsers at the door of a house in this process."""
    site, address = build(town.house.edge()), "http://hutong.test"
    return Street(
        lambda: httpx.AsyncClient(
            transport=httpx.ASGITransport(site), base_url=address, headers={"Origin": address}, follow_redirects=True
        )
    )


@pytest.fixture
async def sqlite_town(settled_county, tmp_path) -> AsyncIterator[Town]:
    county = app_settings.read(environment(move_in(settled_county, tmp_path / "data")))
    async with House.at(county, HandClock(THURSDAY)) as house:
        yield Town(house)


@pytest.mark.parametrize("part", range(PARTS))
async def test_every_text_ends_as_one_case_with_a_desk_clocks_and_a_receipt(
    sqlite_town: Town, caplog: pytest.LogCaptureFixture, part: int
) -> None:
    texts = corpus()
    assert len(texts) == 465
    street = browsers_of(sqlite_town)
    filed = await street.file_all(texts[part::PARTS])
    await sqlite_town.house.tick()
    await all_is_kept(sqlite_town, filed)
    await audit_has_no_gap(sqlite_town)
    assert await nothing_is_left_undone(sqlite_town)
    for each in filed:
        assert each.reference in await street.reads(each), each.text
    assert street.repeated == 0
    assert not [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


async def test_the_same_on_both_databases(town: Town) -> None:
    street = browsers_of(town)
    filed = await street.file_all(corpus()[::20])
    await town.house.tick()
    await all_is_kept(town, filed)
    await audit_has_no_gap(town)
    assert await nothing_is_left_undone(town)
    assert filed[0].reference in await street.reads(filed[0])
