"""`python -m tests.bench.clues`: count clue words in the practice texts and write them into `data/keywords.txt`.

The clue words at the head of 【线索】 are written by hand. This adds, in a block of its own at the end of the file, the words
that stand in practice texts of one category (or of danger now against harm that lasts, or of harm against ordinary matters) far oftener
than elsewhere. The
texts are our own and the open corpus; nothing of a site goes in. The block is looked over by hand afterwards and may be edited;
counting again keeps nothing of it.
"""

import json
import logging
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import jieba

from intake.triage.keywords import GRAVE, HARMFUL, MILD, SECTIONS, SIDES, USUAL, Rules, parse
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
SIDE_GRADES = ((1.5, "（强）"), (0.75, ""), (0.4, "（弱）"))
PER_LINE = 240
Row = dict[str, Any]
Weights = dict[str, float]
Words = Callable[[str], set[str]]


def words(text: str) -> set[str]:
    """Dictionary words, and pairs of neighbours written together, two to four signs."""
    found: set[str] = set()
    for run in HAN.findall(without_places(text)):
        tokens = jieba.lcut(run)
        found.update(token for token in tokens if 2 <= len(token) <= 4)
        found.update(one + other for one, other in pairwise(tokens) if len(one + other) <= 4)
    return found


def signs(text: str) -> set[str]:
    """The same and every single sign."""
    return words(text).union(*HAN.findall(text))


def rare(word: str, texts: int) -> bool:
    """A single sign, or a pair that no dictionary knows, must stand in two texts."""
    return texts < 2 and (len(word) == 1 or word not in jieba.dt.FREQ)


def by_category(rows: list[Row]) -> dict[str, Weights]:
    """For each category the words that stand oftener in its texts, with the log of how much."""
    of = Counter(row["category"] for row in rows)
    everywhere: Counter[str] = Counter()
    there: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for word in words(row["text"]):
            everywhere[word] += 1
            there[row["category"]][word] += 1
    found: dict[str, Weights] = defaultdict(dict)
    for category, counts in there.items():
        for word, count in counts.items():
            if rare(word, everywhere[word]):
                continue
            usual = everywhere[word] / len(rows)
            lift = math.log((count + DOUBT * usual) / (of[category] + DOUBT) / usual)
            if lift >= LEAST:
                found[category][word] = lift
    return found


def by_side(rows: list[Row], of: Callable[[Row], str | None], one: str, other: str, words: Words) -> dict[str, Weights]:
    """Words of texts on one side against words of texts on the other; texts on neither are left out."""
    sides = {one: Counter[str](), other: Counter[str]()}
    texts = {one: 0, other: 0}
    for row in rows:
        side = of(row)
        if side:
            texts[side] += 1
            sides[side].update(words(row["text"]))
    found: dict[str, Weights] = {one: {}, other: {}}
    ratio = texts[other] / texts[one]
    for word in sides[one] | sides[other]:
        if rare(word, sides[one][word] + sides[other][word]):
            continue
        here = (sides[one][word] + 1) / (texts[one] + 2)
        there = (sides[other][word] + ratio) / (texts[other] + 2)
        odds = math.log(here / there)
        if abs(odds) >= SIDE_GRADES[-1][0]:
            found[one if odds > 0 else other][word] = abs(odds)
    return found


def how_near(row: Row) -> str | None:
    """Critical texts tell of danger now, urgent ones of harm that lasts."""
    return {"critical": GRAVE, "urgent": MILD}.get(row["urgency"])


def what_kind(row: Row) -> str:
    """Whether it tells of harm to a child or of an ordinary matter."""
    return HARMFUL if row["urgency"] in ("critical", "urgent") else USUAL


def sections(rows: list[Row], by_hand: Rules) -> Iterator[str]:
    """The lines of the block. What the hand has graded for a category, or a harmless sentence says, is left alone."""
    known: dict[str, set[str]] = defaultdict(set)
    for topic in by_hand.topics:
        known[topic.category] |= topic.words
    plain = set().union(*map(signs, HARMLESS))
    names = {category: name for name, category in (*SECTIONS.items(), *SIDES.items())}
    sides = by_side(rows, how_near, GRAVE, MILD, words) | by_side(rows, what_kind, HARMFUL, USUAL, signs)
    counted = by_category(rows) | sides
    for category in (*(name for name in SECTIONS.values() if name in counted), *sides):
        counts, grades = counted[category], SIDE_GRADES if category in sides else GRADES
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
