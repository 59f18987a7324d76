"""`hutong triage` and `hutong replay`: lines in, lines out, and a bad line in its place."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.terminal import Terminal
from words.ids import CATEGORIES, DEPARTMENTS, FACT_KEYS, Urgency

CORPUS = Path(__file__).parents[1] / "data" / "corpus.jsonl"


def triage(terminal: Terminal, monkeypatch: pytest.MonkeyPatch, text: str) -> list[dict[str, Any]]:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8"))
    monkeypatch.setattr("sys.stdout", Stdout())
    said = terminal.hutong("triage", "--jsonl")
    assert said.code == 0
    import sys

    return [json.loads(line) for line in sys.stdout.getvalue().splitlines()]  # type: ignore[attr-defined]


class Stdout(io.StringIO):
    def reconfigure(self, **_: object) -> None:
        """As the real one can."""


def test_every_line_of_the_corpus_gets_one_answer_in_order(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = CORPUS.read_text(encoding="utf-8")
    answers = triage(terminal, monkeypatch, lines)
    assert [answer["id"] for answer in answers] == [json.loads(line)["id"] for line in lines.splitlines()]
    for answer in answers:
        assert answer["urgency"] in list(Urgency) and answer["category"] in CATEGORIES
        assert answer["categories"][0] == answer["category"]
        assert answer["lead"] in DEPARTMENTS and set(answer["with"]) <= set(DEPARTMENTS)
        assert answer["lead"] not in answer["with"]
        assert isinstance(answer["emergency"], bool) and set(answer["facts"]) <= set(FACT_KEYS)
        assert all(isinstance(reason, str) for reason in answer["reasons"])
        if "child_age" in answer["facts"]:
            assert isinstance(answer["facts"]["child_age"], int | float)


def test_an_unreadable_line_says_so_in_its_place_and_the_run_goes_on(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ['{"id": 1, "text": "孩子要跳楼"}', "not json", "[]", '{"id": 4}', '{"id": 5, "text": 7}', "",
             '{"id": 6, "text": "你好", "via": "fax", "reporter": "nobody"}', "[" * 100_000]  # fmt: skip
    answers = triage(terminal, monkeypatch, "\n".join(lines))
    assert [answer["id"] for answer in answers] == [1, None, None, 4, 5, 6, None]
    assert ["error" in answer for answer in answers] == [False, True, True, True, True, False, True]
    assert answers[0]["emergency"] is True


def test_one_text_is_explained_to_a_person(terminal: Terminal) -> None:
    said = terminal.hutong("triage", "继父昨晚又打8岁的男孩，眼眶都青了")
    assert said.code == 0
    assert "家庭暴力" in said.out and "先办：公安" in said.out and "继父" in said.out
    assert terminal.hutong("triage").code == 1


def test_a_rule_file_in_another_encoding_is_refused_with_the_way_to_save_it(terminal: Terminal) -> None:
    path = terminal.directory / "keywords.txt"
    path.write_bytes("［性侵］".encode("gbk"))
    said = terminal.hutong("triage", "x", "--rules", str(path))
    assert said.code == 1 and "UTF-8" in said.err


def test_scripts_go_through_the_real_conversation(terminal: Terminal) -> None:
    scripts = [
        {"id": "greets", "messages": ["你好"]},
        {"id": "stops", "messages": ["我班上一个8岁男孩说继父昨晚又打他，眼眶青了"]},
        {"id": "jokes", "messages": ["有个孩子站在楼顶要跳楼", "开玩笑的"]},
        {
            "id": "finishes",
            "messages": ["村里水塘没有护栏，在小学门口，孩子放学都去玩", "提交", "跳过", "跳过", "提交"],
        },
    ]
    path = terminal.directory / "scripts.jsonl"
    lines = [json.dumps(script, ensure_ascii=False) for script in scripts]
    path.write_text("\n".join([*lines[:2], "nonsense", *lines[2:]]), encoding="utf-8")
    said = terminal.hutong("replay", str(path), "--at", "2026-11-19T15:00:00+08:00")
    assert said.code == 0
    greets, stops, bad, jokes, finishes = map(json.loads, said.out.splitlines())
    assert greets["case"] is None and greets["emergency_after"] is None
    assert stops["case"]["finished"] is False and stops["case"]["lead"] == "police"
    assert "error" in bad
    assert jokes["emergency_after"] == 0 and jokes["case"]["urgency"] == "critical"
    assert finishes["case"]["category"] == "water_safety"
    assert any("[" in text for texts in finishes["replies"] for text in texts)
    assert said.out.count("HT261119-") >= 3


def test_a_missing_script_file_is_a_sentence(terminal: Terminal) -> None:
    assert "hutong replay FILE.jsonl" in terminal.hutong("replay", "nothing.jsonl").err
    assert "时区" in terminal.hutong("replay", "nothing.jsonl", "--at", "2026-11-19").err


def test_the_bench_says_the_ratio_to_jieba_of_the_same_run(terminal: Terminal, tmp_path: Path) -> None:
    texts = tmp_path / "texts.jsonl"
    lines = CORPUS.read_text(encoding="utf-8").splitlines()
    texts.write_text("\n".join(line for line in lines if '"out_of_scope"' in line)[:20_000].rpartition("\n")[0])
    said = terminal.hutong("bench", "triage", "--rounds", "1", "--texts", str(texts))
    assert said.code == 0
    assert said.out.count("研判的速度是 jieba 分词的") == 2 and "问过 jieba 的分句：0 个" in said.out


def test_a_bench_without_texts_says_what_to_name(terminal: Terminal, tmp_path: Path) -> None:
    said = terminal.hutong("bench", "triage", "--texts", str(tmp_path / "none.jsonl"))
    assert said.code and "--texts" in said.err
