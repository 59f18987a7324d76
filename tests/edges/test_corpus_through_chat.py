"""The open corpus, filed through the web chat and through a messenger: whatever somebody tells ends as one case that a
desk has, and is answered with the same words."""

import json
import logging
import re
from collections.abc import AsyncIterator

import httpx
import pytest

from app import settings as app_settings
from app.clock import HandClock
from app.house import House
from bot.edge import REPORTER
from tests.edges.messenger import exchange
from tests.edges.telegram_street import telephones_of
from tests.flows.town import THURSDAY, Town
from tests.support.house import environment, move_in
from tests.together.filing import Filed, Street, all_is_kept, audit_has_no_gap, corpus, nothing_is_left_undone
from web.site import build

PARTS = 6
HERS_ALONE = re.compile(r"HT\d{6}-\w{5}|\d{4} \d{4} \d{4} \d{4}")  # reference and code
ITS_OWN = "要一张回执（PDF，不含内容）：/receipt\n"  # a command that only a messenger has; the web shows a link


def browsers_of(town: Town) -> Street:
    """Browsers at the door of a house in this process."""
    site, address = build(town.house.edge()), "http://hutong.test"
    return Street(
        lambda: httpx.AsyncClient(
            transport=httpx.ASGITransport(site), base_url=address, headers={"Origin": address}, follow_redirects=True
        )
    )


@pytest.fixture(params=["web", "telegram"])
async def channel(request: pytest.FixtureRequest, settled_county, tmp_path) -> AsyncIterator[tuple[str, Town, Street]]:
    """A way in, the town behind it, and those who come that way."""
    county = environment(move_in(settled_county, tmp_path / "data"))
    if request.param == "web":
        async with House.at(app_settings.read(county), HandClock(THURSDAY)) as house:
            town = Town(house)
            yield "web", town, browsers_of(town)
        return
    async with exchange(county, REPORTER) as line:
        yield "telegram", line.town, telephones_of(line)


@pytest.mark.parametrize("part", range(PARTS))
async def test_every_text_ends_as_one_case_with_a_desk_clocks_and_a_receipt(
    channel: tuple[str, Town, Street], caplog: pytest.LogCaptureFixture, part: int
) -> None:
    texts = corpus()
    assert len(texts) == 465
    source, town, street = channel
    # Messengers are cheapest when many talk at once.
    filed = await street.file_all(texts[part::PARTS], at_once=12 if source == "telegram" else 4)
    await town.house.tick()
    await all_is_kept(town, filed, source)
    await audit_has_no_gap(town)
    assert await nothing_is_left_undone(town)
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


async def test_both_ways_answer_with_the_same_words(town: Town, county: dict[str, str]) -> None:
    texts = corpus()[3::24]
    by_browser = await browsers_of(town).file_all(texts, at_once=1)
    async with exchange(county, REPORTER) as line:
        by_telephone = await telephones_of(line).file_all(texts, at_once=1)
    assert [_heard(each) for each in by_browser] == [_heard(each) for each in by_telephone]


def _heard(filed: Filed) -> str:
    """All that was answered, with what is hers or the channel's alone left out; what it was judged to be shows in it."""
    return json.dumps(HERS_ALONE.sub("—", filed.heard.replace(ITS_OWN, "")), ensure_ascii=False)
