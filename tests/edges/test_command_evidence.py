"""`hutong evidence`, as it is typed for a procurator at the counter."""

import json
from pathlib import Path

import pytest

from records.tables import AuditLine
from routing.papers import verify
from tests.edges.test_web_evidence import NAMED
from tests.flows.town import Town
from tests.support.terminal import hutong


async def test_a_packet_is_written_checked_and_its_envelope_opened_by_order(
    town: Town, at_home: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await town.says(NAMED)
    reference = (await town.case()).reference
    assert await hutong("evidence", reference.lower(), "--reason", "罗检未调〔2026〕3号", "--to", str(tmp_path)) == 0
    path = tmp_path / f"{reference}.zip"
    assert path.stat().st_mode & 0o077 == 0
    assert await hutong("verify", str(path)) == 0
    said = capsys.readouterr().out
    assert reference in said and "reason 罗检未调〔2026〕3号" in said
    assert verify.main([str(path)]) == 0
    assert "只说明没有改动过" in capsys.readouterr().out
    assert await hutong("evidence", str(path), "--open", "--reason", "罗检未调〔2026〕4号") == 0
    assert json.loads(capsys.readouterr().out)["covered"] == ["15400001234", "李红梅"]
    lines = [(line.action, line.actor, line.purpose) for line in await town.rows(AuditLine, actor="command:evidence")]
    assert sorted(lines) == [
        ("case.evidence", "command:evidence", "罗检未调〔2026〕3号"),
        ("evidence.open", "command:evidence", "罗检未调〔2026〕4号"),
    ]


async def test_what_is_not_there_or_was_changed_is_a_sentence(
    town: Town, at_home: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await hutong("evidence", "HT261119-AAAAA") == 1
    await town.says(NAMED)
    reference = (await town.case()).reference
    assert await hutong("evidence", reference, "--to", str(tmp_path / "no such")) == 1
    assert await hutong("evidence", reference, "--to", str(tmp_path)) == 0
    path = tmp_path / f"{reference}.zip"
    path.write_bytes(path.read_bytes()[:-300])
    assert await hutong("evidence", str(path), "--open") == 1
    said = capsys.readouterr().err
    assert "没有编号为" in said and "没有" in said and "打不开" in said
