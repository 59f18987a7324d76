"""`hutong bench triage`: the whole triage of a text against `jieba.lcut` of the same text, in one process and one run.

Only ratios of one run are compared, so that a busy machine does not matter. Rounds of both take turns and the best of each
counts; what triage remembers of texts between rounds (jieba's cuts) is forgotten before each.
"""

import json
import logging
import random
import re
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from app.judging import SHIPPED_RULES, engine_of
from app.problem import Problem
from app.settings import SHIPPED
from app.terminal import say
from intake.triage import segment
from intake.triage.engine import Engine

CORPUS = SHIPPED.parent / "tests/data/corpus.jsonl"
MADE = 1000  # texts made from those without a keyword
CLAUSE = re.compile(r"[^，。！？；,!?;]+[，。！？；,!?;]*")
Text = tuple[str, str, str]  # what is written, by which way, by whom


@dataclass
class Measured:
    """Seconds for all texts, the best round of each."""

    triage: float = float("inf")
    jieba: float = float("inf")
    scan: float = float("inf")

    @property
    def ratio(self) -> float:
        return self.jieba / self.triage


def bench(path: Path | None, rounds: int) -> None:
    """Measure and say it. `path`: JSON Lines with text, via, reporter and category."""
    rows = _rows(path or CORPUS)
    resident, began = _resident(), time.perf_counter()
    engine = engine_of(SHIPPED_RULES.read_text(encoding="utf-8-sig"))
    loaded = time.perf_counter() - began
    grown = _resident() - resident
    cut = lcut()
    everything = [_text(row) for row in rows]
    calm = [_text(row) for row in rows if row.get("category") == "out_of_scope"]
    say("装入规则：{seconds} 秒，常驻内存增加 {memory} MB", seconds=f"{loaded:.2f}", memory=f"{grown / 2**20:.0f}")
    _say("全部文本", everything, measure(engine, everything, cut, rounds))
    if calm:
        without = [*calm, *made_from([text for text, _, _ in calm], MADE)]
        before = segment.calls
        found = measure(engine, without, cut, rounds)
        _say("与孩子无关的文本和由它们拼成的", without, found)
        asked = (segment.calls - before) / rounds
        say("  其中问过 jieba 的分句：{asked} 个", asked=round(asked))


def measure(engine: Engine, texts: Sequence[Text], cut: Callable[[str], Any], rounds: int) -> Measured:
    """Triage with facts and reasons, jieba, and the bare scan for the same words, over the same texts."""
    found = Measured()

    def triage() -> None:
        for text, via, reporter in texts:
            engine.assess(text, via=via, reporter=reporter, year=2025)

    def segmented() -> None:
        for text, _, _ in texts:
            cut(text)

    def scan() -> None:
        for text, _, _ in texts:
            engine.index.automaton.find_matches_as_indexes(text, overlapping=True)

    for _ in range(rounds):
        segment.forget()
        found.triage = min(found.triage, _seconds(triage))
        found.jieba = min(found.jieba, _seconds(segmented))
        found.scan = min(found.scan, _seconds(scan))
    return found


def made_from(texts: Sequence[str], count: int) -> list[Text]:
    """Texts of two to six clauses of the given ones, always the same."""
    clauses = [clause for text in texts for clause in CLAUSE.findall(text)]
    chance = random.Random(20260101)
    return [("".join(chance.choices(clauses, k=chance.randint(2, 6))), "hotline", "other") for _ in range(count)]


def _seconds(work: Callable[[], None]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _say(name: str, texts: Sequence[Text], found: Measured) -> None:
    count = len(texts)
    say(
        "{name}：{count} 条，平均 {signs} 字",
        name=name,
        count=count,
        signs=round(_mean(len(text) for text, _, _ in texts)),
    )
    for what, seconds in (
        ("研判（含事实和理由）", found.triage),
        ("jieba.lcut", found.jieba),
        ("只扫一遍同样的词", found.scan),
    ):
        say("  {what}：每条 {micro} 微秒", what=what, micro=round(1e6 * seconds / count))
    say("  研判的速度是 jieba 分词的 {ratio} 倍", ratio=f"{found.ratio:.2f}")


def _mean(numbers: Iterable[int]) -> float:
    those = list(numbers)
    return sum(those) / len(those)


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
        if not rows or not all(isinstance(row, dict) and isinstance(row.get("text"), str) for row in rows):
            raise ValueError("text")
    except (OSError, ValueError) as fault:
        raise Problem(
            "读不出要量的文本：{path}。请用 --texts 指定一个 JSON Lines 文件，每行有 text。", path=path
        ) from fault
    return rows


def _text(row: dict[str, Any]) -> Text:
    return row["text"], str(row.get("via", "mandatory")), str(row.get("reporter", "other"))


def lcut() -> Callable[[str], Any]:
    """jieba's cutting with its dictionary loaded."""
    jieba = import_module("jieba")
    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    cut: Callable[[str], Any] = jieba.lcut
    return cut


def _resident() -> int:
    """Bytes of this process in memory, the most so far; 0 where the system does not say."""
    try:
        most = int(import_module("resource").getrusage(0).ru_maxrss)
    except ImportError:
        return 0
    return most if sys.platform == "darwin" else most * 1024
