"""What holds for every text: no input raises, form changes nothing, a harmless sentence lowers nothing, work is linear."""

import json
import random

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.triage import segment
from intake.triage.normalise import Normaliser
from intake.triage.scan import Index, Scan
from tests.unit.triage.harmless import HARMLESS
from tests.unit.triage.house import ROOT, engine

CORPUS = [json.loads(line) for line in (ROOT / "tests/data/corpus.jsonl").read_text(encoding="utf-8").splitlines()]
SAMPLE = CORPUS[::9]


def judged(text: str, row: dict) -> tuple[object, ...]:  # type: ignore[type-arg]  # a corpus line
    found = engine().assess(text, via=row["via"], reporter=row["reporter"])
    return found.urgency, found.category, found.emergency, found.readable


@given(st.text(max_size=300))
@settings(max_examples=80, deadline=None)
def test_no_input_raises(text: str) -> None:
    found = engine().assess(text)
    for fact in (*found.facts.values(), *found.more.values()):
        assert 0 <= fact.start < fact.end <= len(text)
    for reason in found.reasons:
        assert 0 <= reason.start <= reason.end <= len(text)


@pytest.mark.parametrize("row", SAMPLE, ids=[row["id"] for row in SAMPLE])
def test_form_does_not_change_the_answer(row: dict) -> None:  # type: ignore[type-arg]
    text = row["text"]
    chance = random.Random(row["id"])
    spaced = "".join(sign + chance.choice(("", "", "", " ", "\u3000", "\u200b", "\n")) for sign in text)
    wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" and sign.isalnum() else sign for sign in text)
    plain = judged(text, row)
    assert judged(spaced, row) == plain
    assert judged(wide, row) == plain
    assert judged(opencc.OpenCC("s2t").convert(text), row) == plain


@pytest.mark.parametrize("row", SAMPLE, ids=[row["id"] for row in SAMPLE])
def test_a_harmless_sentence_never_lowers(row: dict) -> None:  # type: ignore[type-arg]
    before = engine().assess(row["text"], via=row["via"], reporter=row["reporter"])
    for sentence in random.Random(row["id"]).sample(HARMLESS, 5):
        text = row["text"] + ("" if row["text"][-1] in "。！？!?" else "。") + sentence
        after = engine().assess(text, via=row["via"], reporter=row["reporter"])
        assert after.urgency.rank <= before.urgency.rank, (sentence, [reason.text for reason in after.reasons])


def test_a_text_without_keywords_asks_jieba_nothing() -> None:
    texts = [row["text"] for row in CORPUS if row["category"] == "out_of_scope" and not row["emergency"]]
    engine().assess("孩子被打了")  # jieba is loaded by now
    bare = [
        text for text in texts if not any("紧急" in said or "特急" in said or "不算" in said for said in _said(text))
    ]
    asked = segment.calls
    for text in bare:
        engine().assess(text)
    assert len(bare) >= 15
    assert segment.calls == asked


def _said(text: str) -> list[str]:
    return [reason.text for reason in engine().assess(text).reasons if reason.rule != "误词"]


def test_work_is_linear_in_length() -> None:
    """Counted, not timed: words found and clauses shown to jieba grow no faster than the text."""
    rules = engine().rules
    index, normaliser = Index(rules), Normaliser(rules.aliases, rules.pinyin)
    sentence = "邻居家的继父昨晚又用皮带打八岁的孩子，孩子哭得很惨，没有人管。"

    def found(times: int) -> int:
        return Scan(index, normaliser.plain(sentence * times).text).found

    assert found(80) <= 8 * found(10) + 80
    before = segment.calls
    engine().assess(sentence * 3000)  # 99,000 characters
    assert segment.calls - before <= 100
