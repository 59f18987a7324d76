"""「0 missed, 0 doubled」: counted from the audit lines, by the house for a day and by an outsider from the whole export."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import select

from records import recount, sealing, signing
from records.batch import Batch
from records.secrets import keyring
from records.statement import counted, exported, exported_seal, statement
from records.tables import AuditLine, ClockRow, Seal, Setting
from routing import acts
from tests.flows.filing import filed
from tests.flows.town import Town

THURSDAY, FRIDAY = date(2026, 11, 19), date(2026, 11, 20)


async def export(town: Town) -> list[dict[str, Any]]:
    async with town.house.store.read() as session:
        lines = (await session.exec(select(AuditLine))).all()
        seals = (await session.exec(select(Seal))).all()
    return [*map(exported, lines), *map(exported_seal, seals)]


async def lines(town: Town) -> list[dict[str, Any]]:
    return [line for line in await export(town) if "position" not in line]


async def two_cases(town: Town) -> None:
    """One that nobody touches, one that police take."""
    await filed(town, "critical", "physical_abuse")
    case = await filed(town, "urgent", "guardianship")
    await town.later(minutes=3)
    await town.act(acts.acknowledge, await town.person("civil_affairs"), case.reference)
    await town.later(hours=10)
    await town.house.seal()


async def test_nothing_is_missed_and_nothing_comes_twice(town: Town) -> None:
    await two_cases(town)
    await town.later(hours=20)
    await town.house.seal()
    found = await counted(town.house.store, THURSDAY, town.now)
    assert found["fired"] > 20 and found["ended"] > 0
    assert (found["missed"], found["doubled"], found["overtaken"], found["lost"], found["latest_seconds"]) == (0,) * 5
    for day in (THURSDAY, FRIDAY):
        assert await counted(town.house.store, day, town.now) == recount.recount(await lines(town), day, town.now)


async def test_the_statement_is_made_by_itself_when_the_day_is_over(town: Town) -> None:
    await two_cases(town)
    await town.later(hours=2)  # 03:03 on Friday
    await town.house.seal()
    await town.house.seal()
    (row,) = await town.rows(Setting, key="statement")
    assert row.value["day"] == "2026-11-19" and row.value["found"]["missed"] == 0
    assert "missed 0\ndoubled 0\n" in signing.verified(row.value["text"], signing.public_key(keyring()))
    assert len(await town.rows(AuditLine, action="statement")) == 1


async def test_a_clock_that_nobody_swept_is_missed_and_said_so(town: Town) -> None:
    await filed(town, "critical", "physical_abuse")
    await town.outage(hours=12)
    await town.house.seal()
    found = await counted(town.house.store, THURSDAY, town.now)
    assert found["missed"] > 5 and found["fired"] == 0
    assert recount.recount(await lines(town), THURSDAY, town.now) == found
    text, _ = await statement(town.house.store, keyring(), town.house.home, THURSDAY, town.now)
    assert f"missed {found['missed']}\n" in text


async def test_what_an_outage_made_late_is_fired_once_and_says_how_late(town: Town) -> None:
    await filed(town, "critical", "physical_abuse")
    await town.outage(hours=2)
    await town.house.tick()
    await town.house.seal()
    found = await counted(town.house.store, THURSDAY, town.now)
    assert found["doubled"] == 0 and found["latest_seconds"] > 3600


async def test_an_act_that_beats_a_late_sweep_is_counted_as_such(town: Town) -> None:
    case = await filed(town, "critical", "physical_abuse")
    await town.outage(minutes=10)
    await town.act(acts.acknowledge, await town.person("police"), case.reference)
    await town.house.seal()
    assert (await counted(town.house.store, THURSDAY, town.now))["overtaken"] > 0


async def test_a_step_that_was_done_twice_and_a_version_without_a_line_are_found(town: Town) -> None:
    await filed(town, "critical", "physical_abuse")
    await town.later(minutes=30)
    told = await lines(town)
    before = recount.recount(told, THURSDAY)
    fire = next(line for line in told if line["action"] == "clock.fire")
    assert recount.recount([*told, fire], THURSDAY)["doubled"] == before["doubled"] + 1
    assert recount.recount([line for line in told if line is not fire], THURSDAY)["lost"] == before["lost"] + 1


async def test_a_clock_moved_without_an_act_of_anybody_has_a_line_too(town: Town) -> None:
    await filed(town, "critical", "physical_abuse")
    (row, *_) = await town.rows(ClockRow)
    batch = Batch()
    batch.change(row, status="stopped", stopped_at=town.now)
    await town.house.store.write(batch)
    (line,) = await town.rows(AuditLine, action="clock.move")
    assert (line.actor, line.subject, line.at) == ("system", row.case_id, town.now)
    assert line.detail["clocks"][0][:4] == [row.id, row.kind, row.version + 1, "stopped"]


async def test_an_outsider_counts_the_same_with_nothing_but_an_interpreter(town: Town, tmp_path: Path) -> None:
    await two_cases(town)
    await town.later(hours=6)
    await town.house.seal()
    path = tmp_path / "audit.jsonl"

    def counts() -> subprocess.CompletedProcess[str]:
        program = [sys.executable, "-I", "-S", recount.__file__, str(path), "2026-11-19"]
        return subprocess.run(program, capture_output=True, text=True, env={"PYTHONUTF8": "1"}, check=False)

    told = await export(town)
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in told))
    good = counts()
    assert good.returncode == 0 and "0 missed, 0 doubled" in good.stdout and "封印链完整" in good.stdout
    spoilt = next(line for line in told if line.get("action") == "clock.fire")
    spoilt["detail"] = {}
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in told))
    bad = counts()
    assert bad.returncode == 1 and f"书写者 {spoilt['writer']} 第 {spoilt['number']} 行：被改过" in bad.stdout


async def test_what_a_house_wrote_in_a_day_is_sealed_within_a_tick(town: Town) -> None:
    await two_cases(town)
    verdict = await sealing.verify(town.house.store, signing.public_keys(keyring()))
    assert not verdict.faults and verdict.unsealed == 0 and verdict.sealed > 50
    await filed(town, "normal", "dropout")
    await town.later(seconds=timedelta(seconds=5).total_seconds())
    assert (await sealing.verify(town.house.store, signing.public_keys(keyring()))).unsealed > 0


async def test_after_an_outage_over_midnight_the_statement_waits_for_the_sweep(town: Town) -> None:
    await filed(town, "critical", "physical_abuse")
    await town.house.tick()
    await town.outage(hours=10)  # 01:00 on Friday
    await town.house.seal()
    assert not await town.rows(Setting, key="statement")
    await town.house.tick()
    await town.house.seal()
    (row,) = await town.rows(Setting, key="statement")
    found = row.value["found"]
    assert found["missed"] == 0 and found["fired"] > 5 and found["latest_seconds"] > 3600
    assert recount.recount(await lines(town), THURSDAY, town.now) == found


async def test_a_worker_that_never_sweeps_is_told_of_in_the_morning(town: Town) -> None:
    await filed(town, "critical", "physical_abuse")
    await town.outage(hours=16)  # 07:00 on Friday
    await town.house.seal()
    (row,) = await town.rows(Setting, key="statement")
    assert row.value["found"]["missed"] > 5
