"""A tick does everything that is due; what breaks in one part is named in the log, tells nobody's story, and stops no other."""

import asyncio
import logging
from datetime import timedelta

import pytest

from app import house as app_house
from app.logs import Discreet
from records.batch import Batch
from records.tables import Conversation, Event, Setting, Task
from tests.flows.town import Town

STORY = "我班上一个8岁男孩说继父昨晚又打他，眼眶都青了，电话15400000301"


async def test_a_fault_in_one_part_of_a_tick_stops_none_of_the_others(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await town.says(STORY)

    async def broken(*_: object) -> None:
        raise ValueError(f"could not parse {STORY}")

    monkeypatch.setattr(app_house, "sweep_once", broken)
    with caplog.at_level(logging.ERROR):
        await town.later(hours=1)
    case = await town.case()
    assert not case.finished and await town.letters(case)
    assert all(letter.status == "calling" for letter in await town.letters(case) if letter.status != "held")
    (record,) = {each.getMessage(): each for each in caplog.records if each.name == "hutong.house"}.values()
    told = Discreet("%(name)s %(message)s").format(record)
    assert "sweep failed" in told and "ValueError" in told and "test_ticks.py" in told
    assert "继父" not in told and "1540000" not in told


async def test_a_log_line_of_a_fault_holds_no_words_of_a_reporter() -> None:
    try:
        int(STORY)
    except ValueError as fault:
        record = logging.LogRecord("hutong", logging.ERROR, __file__, 1, "task %s failed", ("t1",), None)
        record.exc_info = (type(fault), fault, fault.__traceback__)
    told = Discreet("%(message)s").format(record)
    assert told.splitlines()[0] == "task t1 failed" and "builtins.ValueError" in told
    assert STORY not in told and "继父" not in told


async def test_a_silence_is_submitted_once_though_ticks_overlap(town: Town) -> None:
    await town.says("小学门口的水塘没有护栏，孩子们放学都在那里玩水")
    await town.outage(hours=3)
    await asyncio.gather(*(town.house.tick() for _ in range(3)))
    assert len(await town.cases()) == 1
    (conversation,) = await town.rows(Conversation)
    assert conversation.quiet_at is None


async def test_what_a_reporter_adds_is_done_before_she_is_answered(town: Town) -> None:
    await town.says("有个孩子站在楼顶要跳楼")
    await town.says("他是初二的学生，叫陆家明")
    assert {task.status for task in await town.rows(Task)} == {"done"}


async def test_the_sweep_leaves_a_trace_for_the_doctor(town: Town) -> None:
    await town.later(minutes=1)
    (row,) = await town.rows(Setting, key="sweep")
    assert row.value["at"] == town.now.isoformat()
    before = row.updated_at
    await town.later(minutes=5)
    (row,) = await town.rows(Setting, key="sweep")
    assert row.updated_at - before >= timedelta(minutes=5)


async def test_rules_that_were_activated_elsewhere_are_in_force_here_soon(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app import judging

    before = town.house.judge.engine
    (row,) = await town.rows(Setting, key="keywords")
    batch = Batch()
    batch.change(row, value=row.value | {"text": row.value["text"] + "\n# 本县\n", "origin": "site"})
    await town.house.store.write(batch)
    monkeypatch.setattr(judging, "FRESH_SECONDS", 0.0)
    await town.house.tick()
    assert town.house.judge.engine is not before and town.house.judge.version == row.version + 1


async def test_a_day_that_is_pushed_is_written_in_few_commits_and_misses_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted, not timed: a visitor waits for it."""
    for who in ("one", "two", "three"):
        await town.says(STORY, who=who)
    store, writes = town.house.store, 0
    write = store.write

    async def counted(batch: Batch) -> None:
        nonlocal writes
        writes += 1
        await write(batch)

    monkeypatch.setattr(store, "write", counted)
    await town.later(days=1)
    rungs = await town.rows(Event, kind="rung")
    assert len(rungs) > 500 and writes < len(rungs) / 2
    for case in await town.cases():
        rows = await town.clocks(case)
        assert rows and all(row.due_at > town.now for row in rows), "everything that was due has been done"
        assert not [letter for letter in await town.letters(case) if letter.status == "waiting"]
