"""Redelivery, double taps, a locked database, a crowd: a message is heard once, and a report waits rather than getting lost."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from app import settings as app_settings
from app.clock import HandClock
from app.house import House
from intake.hear import find
from intake.said import Reply, Said
from records import writers
from records.tables import Case, Conversation, Inbox, Receipt, Statement
from tests.edges.visitor import ORIGIN, Street
from tests.flows.town import THURSDAY, Town
from tests.support.house import environment, move_in
from web.site import build

DANGER = "我班上一个8岁的女孩刚才被她爸爸拿刀砍伤了，正在流血，在罗岭县青禾镇家里"
NICKNAMES = "我们班有个男生被几个同学长期起外号、孤立，抢他的零花钱，他越来越不想上学"
A_WHILE = 1.5  # seconds that the other writer keeps the database


@contextmanager
def another_writer(database: str) -> Iterator[None]:
    """Somebody beside the server who holds what every report must write."""
    if database.startswith("sqlite"):
        connection = sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")
        connection.close()
        return
    with psycopg.connect(database) as postgres:
        postgres.execute("LOCK TABLE conversations, cases IN EXCLUSIVE MODE")
        yield
        postgres.rollback()


async def test_eight_taps_on_one_message_are_one_report(street: Street, town: Town) -> None:
    teacher = street.visitor()
    await teacher.opens("/")
    answers = await asyncio.gather(*(teacher.says(DANGER, update="tap") for _ in range(8)))
    assert all(answer[0]["kind"] == "danger" for answer in answers), "110 stands first in every answer"
    assert len(await town.cases()) == len(await town.rows(Statement)) == len(await town.rows(Inbox)) == 1


async def test_a_tap_that_reads_while_the_first_is_written_says_110_too(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second has looked for the conversation and found none; then the first is heard whole; then the second goes on."""
    tap, first = Said("web", "teacher", DANGER, "tap"), list[Reply]()

    async def looks_too_early(session: AsyncSession, channel: str, key: str) -> Conversation | None:
        found = await find(session, channel, key)
        monkeypatch.setattr("intake.hear.find", find)
        first.extend(await town.house.hear(tap))
        return found

    monkeypatch.setattr("intake.hear.find", looks_too_early)
    second = await town.house.hear(tap)
    assert first[0].kind == second[0].kind == "danger"
    assert len(await town.cases()) == len(await town.rows(Inbox)) == 1


async def test_two_taps_on_submit_are_one_case_and_a_status(street: Street, town: Town) -> None:
    teacher = street.visitor()
    await teacher.opens("/")
    await teacher.says(NICKNAMES)
    answers = await asyncio.gather(teacher.says("提交"), teacher.says("提交"))
    kinds = sorted(reply["kind"] for answer in answers for reply in answer if reply["kind"] in ("receipt", "status"))
    assert kinds == ["receipt", "status"]
    assert len(await town.cases()) == len(await town.rows(Receipt)) == 1


async def test_two_messages_at_once_are_both_heard(street: Street, town: Town) -> None:
    teacher = street.visitor()
    await teacher.opens("/")
    more = "他昨天说不想活了"
    await asyncio.gather(teacher.says(NICKNAMES), teacher.says(more))
    assert {said.text for said in await town.rows(Statement)} == {NICKNAMES, more}
    assert len(await town.rows(Case)) <= 1


async def test_a_redelivery_after_the_report_went_on_changes_nothing(street: Street, town: Town) -> None:
    teacher = street.visitor()
    await teacher.opens("/")
    await teacher.says(NICKNAMES, update="first")
    await teacher.says("提交", update="second")
    before = (await town.case()).version, len(await town.rows(Statement))
    for update in ("first", "second", "first"):
        await teacher.says(NICKNAMES, update=update)
    assert ((await town.case()).version, len(await town.rows(Statement))) == before


async def test_a_report_waits_while_another_writer_holds_the_database(street: Street, town: Town) -> None:
    teacher = street.visitor()
    await teacher.opens("/")
    with another_writer(town.house.settings.database):
        telling = asyncio.create_task(teacher.says(DANGER))
        _, waiting = await asyncio.wait({telling}, timeout=A_WHILE)
        assert waiting, "a receipt was shown for what is not written"
    assert "编号" in str(await telling)
    assert (await town.case()).urgency == "critical"


async def test_a_crowd_before_a_locked_database_is_heard_to_the_last(
    street: Street, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writers, "GROUP", 8)  # so that the queue is longer than one commit takes
    crowd = [street.visitor() for _ in range(40)]
    for one in crowd:
        await one.opens("/")
    with another_writer(town.house.settings.database):
        telling = [asyncio.create_task(one.says(DANGER)) for one in crowd]
        done, _ = await asyncio.wait(telling, timeout=A_WHILE)
        assert not done
    answers = await asyncio.gather(*telling)
    assert all(answer[0]["kind"] == "danger" for answer in answers)
    assert len(await town.cases()) == len(await town.rows(Receipt)) == len(crowd)


async def test_locked_for_too_long_is_a_fault_and_the_same_message_again_is_heard_once(
    settled_county: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writers, "BUSY_SECONDS", 0.2)
    settings = app_settings.read(environment(move_in(settled_county, tmp_path / "data")))
    async with House.at(settings, HandClock(THURSDAY)) as house:
        town, message = Town(house), {"update": "same", "text": DANGER}
        # As over a network: a fault is a page, not an exception.
        transport = httpx.ASGITransport(build(house.edge()), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={"Origin": ORIGIN}) as page:
            await page.get("/")
            with another_writer(settings.database):
                assert (await page.post("/chat/say", json=message)).status_code == 500
            assert await town.cases() == [] and await town.rows(Inbox) == []
            for _ in range(2):
                answer = await page.post("/chat/say", json=message)
                assert answer.status_code == 200 and "查询码" in answer.text
        assert len(await town.cases()) == len(await town.rows(Statement)) == 1
