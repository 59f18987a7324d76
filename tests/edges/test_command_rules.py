"""`hutong route`, `simulate`, `keywords` and `audit`: decisions that can be asked for, and what is on record."""

import io
import json
from pathlib import Path

import pytest

from tests.support.terminal import Terminal

PLACE = ("--place", "458821=罗岭县")


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(tmp_path, monkeypatch, capsys)


def test_a_route_names_desks_clauses_deadlines_and_ladder(terminal: Terminal) -> None:
    said = terminal.hutong("route", "--category", "bullying", "--urgency", "urgent", "--fact", "pupil=true", "--json")
    found = json.loads(said.out)
    assert said.code == 0 and found["lead"][0] == "education"
    assert {"with", "copy", "clauses", "deadlines", "ladder"} <= set(found)
    assert "牵头" in terminal.hutong("route", "--category", "bullying").out


def test_many_routes_are_answered_line_by_line(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [
        '{"id": 1, "category": "dropout", "place": "458821"}',
        "nonsense",
        '{"id": 3, "category": "nothing"}',
        "[]",
    ]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))
    answers = [json.loads(line) for line in terminal.hutong("route", "--jsonl").out.splitlines()]
    assert answers[0]["id"] == 1 and answers[0]["lead"] == ["education"]
    assert ["error" in answer for answer in answers] == [False, True, True, True]
    assert answers[2]["id"] == 3


@pytest.mark.parametrize("words", [["--category", "nothing"], ["--category", "dropout", "--fact", "pupil"], []])
def test_a_route_that_cannot_be_asked_is_a_sentence(terminal: Terminal, words: list[str]) -> None:
    said = terminal.hutong("route", *words)
    assert said.code == 1 and said.err.strip()


def test_a_simulation_climbs_from_the_desk_to_the_government(terminal: Terminal) -> None:
    said = terminal.hutong(
        "simulate", "--category", "physical_abuse", "--hours", "3", "--at", "2026-11-22T03:10:00+08:00"
    )
    lines = [line for line in said.out.splitlines() if line.startswith("2026-11-22 0")]
    rungs = list(dict.fromkeys(line.split()[2] for line in lines))
    assert rungs == ["desk", "L0", "L1", "L2", "L3", "L4"]
    assert any(line.startswith("2026-11-22 03:15:00") and " L0 " in line and "公安" in line for line in lines)
    assert "时区" in terminal.hutong("simulate", "--category", "bullying", "--at", "now").err


def test_rules_are_taken_out_changed_checked_and_put_in_force(terminal: Terminal) -> None:
    terminal.hutong("init", *PLACE)
    path = terminal.directory / "my rules.txt"
    assert terminal.hutong("keywords", "export", str(path)).code == 0
    assert "已经有了" in terminal.hutong("keywords", "export", str(path)).err
    assert terminal.hutong("keywords", "check", str(path)).code == 0
    path.write_text(path.read_text(encoding="utf-8") + "\n# 本县补充\n", encoding="utf-8")
    assert terminal.hutong("keywords", "activate", str(path), "--by", "罗主任").code == 0
    assert terminal.hutong("init").code == 0  # an upgrade leaves a site's own rules alone
    terminal.hutong("keywords", "export", str(terminal.directory / "again.txt"))
    assert "本县补充" in (terminal.directory / "again.txt").read_text(encoding="utf-8")
    assert "罗主任" in terminal.hutong("audit").out


def test_broken_rules_are_never_put_in_force(terminal: Terminal) -> None:
    terminal.hutong("init", *PLACE)
    path = terminal.directory / "bad.txt"
    path.write_text("没有节的一行\n", encoding="utf-8")
    for doing in (["check"], ["activate", "--by", "某人"]):
        said = terminal.hutong("keywords", *doing, str(path))
        assert said.code == 1 and "第1行" in said.err
    assert "keywords" not in terminal.hutong("audit").out


def test_the_audit_lists_who_did_what(terminal: Terminal) -> None:
    terminal.hutong("init", *PLACE)
    terminal.hutong("backup", str(terminal.directory))
    said = terminal.hutong("audit")
    assert "command:init" in said.out and "command:backup" in said.out
    lines = [json.loads(line) for line in terminal.hutong("audit", "--jsonl").out.splitlines()]
    assert [line["action"] for line in lines] == ["account_made", "backup"]
    assert "没有这样的记录" in terminal.hutong("audit", "--subject", "HT000000-AAAAA").out
