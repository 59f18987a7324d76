"""`python -m tests.bench.clues`: count clue words in the practice texts and write them into `data/keywords.txt`.

The clue words at the head of 【线索】 are written by hand. This adds, in a block of its own at the end of the file, the words
that stand in practice texts of one category (or of danger now, or of harm that lasts) far oftener than elsewhere. The
texts are our own and the open corpus; nothing of a site goes in. The block is looked over by hand afterwards and may be edited;
counting again keeps nothing of it.
"""

import json
import logging
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import jieba

from intake.triage.keywords import DANGER, GRAVE, MILD, SECTIONS, Rules, parse
from tests.bench.places import without_places
from tests.unit.triage.harmless import HARMLESS

DATA = Path(__file__).parents[1] / "data"
TEXTS = tuple(DATA / f"{name}.jsonl" for name in ("corpus", "practice", "variations", "kept_aside", "told"))
KEYWORDS = Path(__file__).parents[2] / "data" / "keywords.txt"
HEAD = "# ── 以下线索是从练习文本里数出来的（python -m tests.bench.clues），请人看过；再数一遍会整段重写 ──"
HAN = re.compile("[\u4e00-\u9fff]+")
DOUBT = 2.0  # texts of the average that every count is diluted with
LEAST = 0.5  # log of how much oftener a word must stand there
GRADES = ((1.5, "（弱）"), (LEAST, "（微）"))
DANGER_GRADES = ((1.5, "（强）"), (0.75, ""), (0.4, "（弱）"))
PER_LINE = 240
Row = dict[str, Any]


def words(text: str) -> set[str]:
    """Dictionary words, and pairs of neighbours written together, two to four signs."""
    found: set[str] = set()
    for run in HAN.findall(without_places(text)):
        tokens = jieba.lcut(run)
        found.update(token for token in tokens if 2 <= len(token) <= 4)
        found.update(one + other for one, other in pairwise(tokens) if len(one + other) <= 4)
    return found


def rare(word: str, texts: int) -> bool:
    """A pair that no dictionary knows must stand in two texts."""
    return texts < 2 and word not in jieba.dt.FREQ


def by_category(rows: list[Row]) -> dict[str, dict[str, float]]:
    """For each category the words that stand oftener in its texts, with the log of how much."""
    of = Counter(row["category"] for row in rows)
    everywhere: Counter[str] = Counter()
    there: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for word in words(row["text"]):
            everywhere[word] += 1
            there[row["category"]][word] += 1
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for category, counts in there.items():
        for word, count in counts.items():
            if rare(word, everywhere[word]):
                continue
            usual = everywhere[word] / len(rows)
            lift = math.log((count + DOUBT * usual) / (of[category] + DOUBT) / usual)
            if lift >= LEAST:
                found[category][word] = lift
    return found


def by_danger(rows: list[Row]) -> dict[str, dict[str, float]]:
    """Words of critical texts against words of urgent ones, and the other way."""
    sides = {GRAVE: Counter[str](), MILD: Counter[str]()}
    texts = {GRAVE: 0, MILD: 0}
    for row in rows:
        side = {"critical": GRAVE, "urgent": MILD}.get(row["urgency"])
        if side:
            texts[side] += 1
            sides[side].update(words(row["text"]))
    found: dict[str, dict[str, float]] = {GRAVE: {}, MILD: {}}
    ratio = texts[MILD] / texts[GRAVE]
    for word in sides[GRAVE] | sides[MILD]:
        if rare(word, sides[GRAVE][word] + sides[MILD][word]):
            continue
        grave = (sides[GRAVE][word] + 1) / (texts[GRAVE] + 2)
        mild = (sides[MILD][word] + ratio) / (texts[MILD] + 2)
        odds = math.log(grave / mild)
        if abs(odds) >= DANGER_GRADES[-1][0]:
            found[GRAVE if odds > 0 else MILD][word] = abs(odds)
    return found


def sections(rows: list[Row], by_hand: Rules) -> Iterator[str]:
    """The lines of the block. What the hand has graded for a category, or a harmless sentence says, is left alone."""
    known: dict[str, set[str]] = defaultdict(set)
    for topic in by_hand.topics:
        known[topic.category] |= topic.words
    plain = set().union(*map(words, HARMLESS))
    names = {category: name for name, category in (*SECTIONS.items(), *DANGER.items())}
    counted = by_category(rows)
    for category in (*(name for name in SECTIONS.values() if name in counted), GRAVE, MILD):
        counts, grades = counted.get(category), GRADES
        if counts is None:
            counts, grades = by_danger(rows)[category], DANGER_GRADES
        yield f"【线索：{names[category]}】数出来的词"
        left = {word: lift for word, lift in counts.items() if word not in plain and word not in known[category]}
        for least, grade in grades:
            those = sorted(word for word, lift in left.items() if lift >= least)
            left = {word: lift for word, lift in left.items() if lift < least}
            for at in range(0, len(those), PER_LINE):
                yield " ".join([*those[at : at + PER_LINE], *([grade] if grade else [])])
        yield ""


def read(paths: Iterable[Path]) -> list[Row]:
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]


def main() -> None:
    jieba.setLogLevel(logging.WARNING)
    by_hand = KEYWORDS.read_text(encoding="utf-8").partition(HEAD)[0].rstrip() + "\n"
    block = "\n".join(sections(read(TEXTS), parse(by_hand)))
    text = f"{by_hand}\n{HEAD}\n{block.rstrip()}\n"
    rules = parse(text)
    KEYWORDS.write_text(text, encoding="utf-8")
    print(f"{KEYWORDS.name}: {rules.lines} 行，线索 {sum(len(topic.words) for topic in rules.topics)} 个词")


if __name__ == "__main__":
    main()
