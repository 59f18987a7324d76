"""`hutong route`, `simulate`, `keywords` and `audit`: decisions that can be asked for, and what is on record."""

import io
import json
import re

import pytest

from tests.support.terminal import Terminal
from tests.unit.routing.test_table import CODES, levels, named, stated, table
from words.ids import ROUTING_FACTS

PLACE = ("--place", "458821=罗岭县")


def test_a_route_names_desks_clauses_deadlines_and_ladder(terminal: Terminal) -> None:
    asked = ("route", "--place", "500112", "--category", "bullying", "--urgency", "urgent", "--fact", "pupil=true")
    said = terminal.hutong(*asked, "--json")
    found = json.loads(said.out)
    assert said.code == 0 and found["lead"] == ["education"]
    assert {"with", "copy", "clauses", "deadlines", "ladder"} <= set(found)
    assert "牵头" in terminal.hutong(*asked).out
    assert "地点不明" in terminal.hutong("route", "--category", "bullying").out
    by_name = json.loads(terminal.hutong("route", "--place", "高台县", "--category", "bullying", "--json").out)
    assert by_name["pack"] == "gaotai"
    assert "区划代码" in terminal.hutong("route", "--place", "某县", "--category", "bullying").err


def test_many_routes_are_answered_line_by_line(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [
        '{"id": 1, "category": "dropout", "place": "458821"}',
        "nonsense",
        '{"id": 3, "category": "nothing"}',
        "[]",
        '{"id": 5, "category": {}, "place": "458821"}',
        '{"id": 6, "category": "dropout", "place": "458821", "facts": {"weather": "rain"}}',
        '{"id": 7, "category": "dropout", "place": "458821", "facts": {"nine": [[]]}}',
        "",
        '{"id": "\\ud800", "category": "dropout", "place": 458821}',
    ]
    stdin = io.TextIOWrapper(io.BytesIO(b"\n".join([*(each.encode() for each in lines), b'{"id": 10, "\xff": 1}'])))
    monkeypatch.setattr("sys.stdin", stdin)
    answers = [json.loads(line) for line in terminal.hutong("route", "--jsonl").out.splitlines()]
    assert answers[0]["id"] == 1 and answers[0]["lead"] == ["education"]
    assert ["error" in answer for answer in answers] == [False, *[True] * 6, False, True]
    assert [answer["line"] for answer in answers if "error" in answer] == [2, 3, 4, 5, 6, 7, 10]
    assert [answer.get("id") for answer in answers] == [1, None, 3, None, 5, 6, 7, "\ud800", 10]
    assert all(key in answers[5]["error"] for key in ("weather", "subtype", "registered_place"))


def test_the_whole_table_is_answered_in_one_process(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(row, urgency) for row in table() for urgency in levels(row)]
    asked = [
        {"place": CODES[row["jurisdiction"]][-1], "category": row["category"], "urgency": urgency,
         "facts": stated(row["facts"])}
        for row, urgency in rows
    ]  # fmt: skip
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(map(json.dumps, asked))))
    answers = [json.loads(line) for line in terminal.hutong("route", "--jsonl").out.splitlines()]
    for (row, _), answer in zip(rows, answers, strict=True):
        assert answer["lead"] == named(row["lead"]) and answer["pack"] == row["jurisdiction"]
        assert sorted(answer["with"]) == named(row["with"]) and sorted(answer["copy"]) == named(row["copy"])


@pytest.mark.parametrize(
    "words",
    [["--category", "nothing"], ["--category", "dropout", "--fact", "pupil"], [], ["--category", "x", "--jsonl"]],
)
def test_a_route_that_cannot_be_asked_is_a_sentence(terminal: Terminal, words: list[str]) -> None:
    said = terminal.hutong("route", *words)
    assert said.code == 1 and said.err.strip()


def test_a_fact_nobody_knows_is_answered_with_those_there_are(terminal: Terminal) -> None:
    said = terminal.hutong("route", "--place", "500112", "--category", "dropout", "--fact", "weather=rain")
    assert said.code == 1 and all(key in said.err for key in ROUTING_FACTS)


def test_a_simulation_climbs_from_the_desk_to_the_government(terminal: Terminal) -> None:
    said = terminal.hutong(
        "simulate", "--category", "physical_abuse", "--hours", "3", "--at", "2026-11-22T03:10:00+08:00"
    )
    lines = [line for line in said.out.splitlines() if line.startswith("2026-11-22 0")]
    rungs = list(dict.fromkeys(line.split()[2] for line in lines))
    assert rungs == ["desk", "L0", "L1", "L2", "L3", "L4"]
    assert any(line.startswith("2026-11-22 03:15:00") and " L0 " in line and "公安" in line for line in lines)
    why = terminal.hutong(
        "simulate", "--category", "dropout", "--urgency", "normal", "--at", "2026-09-30T16:00:00+08:00", "--why"
    )
    assert "2026-10-01 放假" in why.out and "2026-10-10 调休上班，计入" in why.out and "statute:F6" in why.out
    assert "时区" in terminal.hutong("simulate", "--category", "bullying", "--at", "now").err


def test_past_cases_are_walked_again_on_a_draft(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUTONG_MODE", "demo")
    terminal.hutong("init", "--demo")
    draft = terminal.directory / "draft"
    draft.mkdir()
    assert "没有规程" in terminal.hutong("simulate", "--since", "2026-01-01", "--with", str(draft)).err
    assert "一起写" in terminal.hutong("simulate", "--since", "2026-01-01").err
    (draft / "luoling.toml").write_text(
        '[pack]\nid = "luoling"\nname = "罗岭县"\ndocument = "罗民〔2026〕1号"\nplaces = ["458821"]\nparent = "guangxi"\n'
        '[ladder.L0]\ncritical = "PT3M"\n[deadlines.acknowledge]\ncritical = "PT3M O"\n',
        encoding="utf-8",
    )
    said = terminal.hutong("simulate", "--since", "2026-01-01", "--with", str(draft))
    assert said.code == 0 and re.search(r"共 \d+ 件，\d+ 件会有不同", said.out)
    changed = [line for line in said.out.splitlines() if line.startswith("  ")]
    assert any(line.startswith("  + ") and " L0 " in line for line in changed)
    assert all("特急" in line for line in said.out.splitlines() if line.startswith("HT"))  # nothing else was touched
    (draft / "luoling.toml").write_text("[pack]\n", encoding="utf-8")
    assert "luoling.toml" in terminal.hutong("simulate", "--since", "2026-01-01", "--with", str(draft)).err
    (draft / "luoling.toml").unlink()
    (draft / "calendar").mkdir()
    (draft / "calendar" / "overrides.toml").write_text("", encoding="utf-8")
    assert "0 件会有不同" in terminal.hutong("simulate", "--since", "2026-01-01", "--with", str(draft)).out


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
