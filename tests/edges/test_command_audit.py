"""`hutong audit verify, checkpoint, export, statement`, as an auditor types them."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from records.schema import sync_engine
from tests.flows.filing import filed
from tests.flows.town import Town
from tests.support.terminal import hutong


async def test_an_auditor_keeps_a_checkpoint_and_finds_what_was_changed(
    town: Town, at_home: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await hutong("audit", "checkpoint") == 1  # nothing is sealed yet
    await filed(town, "critical", "physical_abuse")
    await town.house.seal()
    kept = tmp_path / "checkpoint.txt"
    assert await hutong("audit", "checkpoint", kept) == 0
    await filed(town, "normal", "dropout")
    capsys.readouterr()
    assert await hutong("audit", "verify", "--checkpoint", kept) == 0
    said = capsys.readouterr().out
    assert "封印链完整：2 个封印" in said and "还没有封印的 1 行，最早的写于 2026-11-19 15:00:00" in said
    await town.house.seal()

    engine = sync_engine(town.house.settings.database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE audit SET actor = 'nobody' WHERE action = 'case.open'"))
    engine.dispose()
    assert await hutong("audit", "verify") == 1
    said = capsys.readouterr().out
    assert said.count("被改过") == 2 and "书写者" in said
    kept.write_text(kept.read_text().replace("position 2", "position 9"))
    assert await hutong("audit", "verify", "--checkpoint", kept) == 1
    assert "不是本站的校验点" in capsys.readouterr().err


async def test_an_export_is_counted_by_somebody_else_and_agrees_with_the_statement(
    town: Town, at_home: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await filed(town, "critical", "physical_abuse")
    await town.later(hours=1)
    await town.house.seal()
    assert await hutong("audit", "export", tmp_path / "audit.jsonl") == 0
    assert await hutong("audit", "statement", tmp_path / "day.txt", "--day", "2026-11-19") == 0
    said = capsys.readouterr().out.splitlines()[-1]
    assert "0 missed, 0 doubled" in said and "missed 0" in (tmp_path / "day.txt").read_text()
    assert await hutong("verify", tmp_path / "day.txt") == 0
    program = [sys.executable, "-I", "-S", str(tmp_path / "recount.py"), str(tmp_path / "audit.jsonl"), "2026-11-19"]
    counted = await asyncio.to_thread(
        subprocess.run, program, capture_output=True, text=True, env={"PYTHONUTF8": "1"}, check=False
    )
    assert counted.returncode == 0 and said in counted.stdout
    assert await hutong("audit", "export") == 1
