"""`make triage-report`: the figures of triage on the open texts, into docs/proof/triage.md.

Scores as the corpus conventions say: an alternative level, category or department counts as right. The second opinion is
never asked about a text it was counted from: the corpus is judged in four folds, the others without their own texts.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.bench_triage import lcut, measure
from intake.triage.assessment import Assessment
from intake.triage.engine import Engine
from intake.triage.keywords import decode, parse
from intake.triage.opinion import Counted
from routing.packs import ROOT as NATIONAL
from routing.rules import route
from routing.shipped import read_protocols
from tests.bench.clues import HEAD
from tests.bench.halves import halves
from tests.bench.learn_opinion import counts
from words.ids import FACT_KEYS, Urgency

HOME = Path(__file__).parents[2]
REPORT = HOME / "docs/proof/triage.md"
CORPUS = HOME / "tests/data/corpus.jsonl"
PRACTICE = HOME / "tests/data/practice.jsonl"
VARIATIONS = HOME / "tests/data/variations.jsonl"
ASIDE = (
    HOME / "tests/data/aside.jsonl"
)  # totals only: nothing is counted or written from it, its misses are never printed
APART = HOME / "tests/data/apart.jsonl"  # the same, of another writer, and full of traps
YEAR = 2025  # the open texts were written then
HARM = ("critical", "urgent")
FOLDS = 4
Row = dict[str, Any]


@dataclass
class Tally:
    """Counts over the texts of one set."""

    right: Counter[str] = field(default_factory=Counter)
    of: Counter[str] = field(default_factory=Counter)
    facts: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    def see(self, name: str, right: bool) -> None:
        self.of[name] += 1
        self.right[name] += right

    def share(self, name: str) -> str:
        return f"{self.right[name] / self.of[name]:.3f}" if self.of[name] else "–"

    @property
    def f1(self) -> str:
        found, wrong, missed = self.facts["found"], self.facts["wrong"], self.facts["missed"]
        return f"{2 * found / (2 * found + wrong + missed):.3f}" if found else "–"


def same(key: str, said: Any, stated: Any) -> bool:
    """place and suspect: one contains the other, two signs at least; numbers and digits equal."""
    if key in ("place", "suspect"):
        short, long = sorted((str(said), str(stated)), key=len)
        return len(short) >= 2 and short in long
    if key in ("phone", "id_card"):
        return "".join(filter(str.isalnum, str(said))) == "".join(filter(str.isalnum, str(stated)))
    return bool(said == stated)


def score(rows: Iterable[Row], judge: Callable[[Row], Assessment], lead: Callable[[Assessment], str]) -> Tally:
    """`judge` answers for a row; misses are one line each."""
    tally = Tally()
    for row in rows:
        found = judge(row)
        levels = {row["urgency"], row["also_urgency"]}
        categories = {row["category"], *row["also_category"]}
        right = found.urgency.value in levels
        first = lead(found)
        if row["urgency"] == "critical":
            tally.see("critical", right)
        if row["urgency"] in HARM:
            tally.see("harm", right or found.harm)
        else:
            tally.see("calm", right or not found.harm)
        tally.see("urgency", right)
        tally.see(f"urgency {row['urgency']}", right)
        tally.see("category", found.category in categories)
        tally.see("lead", first in row["lead"])
        tally.see("emergency", found.emergency == row["emergency"])
        wrong = []
        if not right:
            wrong.append(f"级别 {found.urgency.value}（应 {row['urgency']}）")
        if found.category not in categories:
            wrong.append(f"类别 {found.category}（应 {row['category']}）")
        if first not in row["lead"]:
            wrong.append(f"先办 {first}（应 {'、'.join(row['lead'])}）")
        if wrong:
            tally.misses.append(f"| {row['id']} | {'；'.join(wrong)} | {row['text'][:48]} |")
        _facts(tally, row["facts"], {key: fact.value for key, fact in found.facts.items()})
    return tally


def _facts(tally: Tally, stated: Row, said: Row) -> None:
    for key in FACT_KEYS:
        if key in stated and key in said and same(key, said[key], stated[key]):
            tally.facts["found"] += 1
        else:
            tally.facts["missed"] += key in stated
            tally.facts["wrong"] += key in said


def read(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def folds(rows: Sequence[Row], more: Sequence[Row]) -> Iterator[tuple[Counted, list[Row]]]:
    """Each quarter of the corpus with an opinion counted from the other three and `more`."""
    for fold in range(FOLDS):
        left = [row for place, row in enumerate(rows) if place % FOLDS != fold]
        yield Counted(counts([*left, *more])), list(rows[fold::FOLDS])


def main() -> None:
    text = decode((HOME / "data/keywords.txt").read_bytes())
    by_hand = text.partition(HEAD)[0]
    with_opinion, alone, hand = (
        Engine(parse(text), Counted(counts(read(CORPUS)))),
        Engine(parse(text + "\n【旁证：关】只看规则\n")),
        Engine(parse(by_hand), Counted(counts(read(CORPUS)))),
    )
    pack = read_protocols(HOME / "data/protocols", HOME / "none").packs[NATIONAL]

    def lead(found: Assessment) -> str:
        facts = {**found.routing, "nine": list(found.nine)}
        return route(pack, found.category, Urgency(found.urgency), facts).first

    def asked(engine: Engine) -> Callable[[Row], Assessment]:
        return lambda row: engine.assess(row["text"], via=row["via"], reporter=row["reporter"], year=YEAR)

    corpus, variations, aside, strange = (read(path) for path in (CORPUS, VARIATIONS, ASIDE, APART))
    plain = [row for row in aside if row["id"].startswith("real")]
    tricky = [row for row in aside if row["id"].startswith("adv")]
    practised, unread = halves(strange)
    place_of: dict[str, Counted] = {row["id"]: counted for counted, part in folds(corpus, []) for row in part}

    def apart(row: Row) -> Assessment:
        with_opinion.counted = place_of[row["id"]]
        return asked(with_opinion)(row)

    def without(rows: Sequence[Row]) -> Callable[[Row], Assessment]:
        with_opinion.counted = Counted(counts(rows))
        return asked(with_opinion)

    whole = score(corpus, apart, lead)
    sets = {
        "开放语料，规则加旁证": whole,
        "开放语料，只有规则": score(corpus, asked(alone), lead),
        "其中每第四条（留出）": score(corpus[3::4], apart, lead),
        "其余四分之三": score([row for at, row in enumerate(corpus) if at % 4 != 3], apart, lead),
        "变体，规则加旁证": score(variations, without(corpus), lead),
        "变体，只有规则": score(variations, asked(alone), lead),
        "练习，规则加旁证": score(read(PRACTICE), without(corpus), lead),
        "另存·平常 120 条，全部": score(plain, without(corpus), lead),
        "另存·平常 120 条，不用旁证": score(plain, asked(alone), lead),
        "另存·平常 120 条，不用数出的线索": score(plain, asked(hand), lead),
        "另存·刁钻 120 条，全部": score(tricky, without(corpus), lead),
        "另存·刁钻 120 条，不用旁证": score(tricky, asked(alone), lead),
        "另存·刁钻 120 条，不用数出的线索": score(tricky, asked(hand), lead),
        f"再存·多陷阱甲半 {len(practised)} 条（练习）": score(practised, without(corpus), lead),
        f"再存·多陷阱乙半 {len(unread)} 条（只计分）": score(unread, without(corpus), lead),
        f"再存·多陷阱乙半 {len(unread)} 条，只有手写的规则和线索": score(unread, asked(hand), lead),
    }
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(page(sets, whole, speed(with_opinion)), encoding="utf-8")
    print(*table(sets), sep="\n")


COLUMNS = ("critical", "harm", "false", "urgency", "category", "lead", "emergency", "facts")


def table(sets: dict[str, Tally]) -> list[str]:
    lines = [
        "| 文本 | 条数 | 特急召回 | 伤害召回 | 误报 | 级别 | 类别 | 先办 | 110/120 | 事实F1 |",
        "| --- " * 10 + "|",
    ]
    for name, tally in sets.items():
        false = f"{1 - tally.right['calm'] / tally.of['calm']:.3f}" if tally.of["calm"] else "–"
        cells = [
            false if column == "false" else tally.f1 if column == "facts" else tally.share(column) for column in COLUMNS
        ]
        lines.append(f"| {name} | {tally.of['urgency']} | {' | '.join(cells)} |")
    return lines


def speed(engine: Engine) -> str:
    """The ratio to jieba on the corpus; `hutong bench triage` says more."""
    texts = [(row["text"], row["via"], row["reporter"]) for row in read(CORPUS)]
    found = measure(engine, texts, lcut(), 3)
    return (
        f"速度（写出这份报告的同一次运行，`hutong bench triage` 另有细目）：开放语料每条 {1e6 * found.triage / len(texts):.0f} 微秒，"
        f"jieba.lcut 每条 {1e6 * found.jieba / len(texts):.0f} 微秒，研判的速度是它的 {found.ratio:.2f} 倍（目标是 3 倍，没有达到）。"
    )


def page(sets: dict[str, Tally], whole: Tally, fast: str) -> str:
    levels = " · ".join(f"{level.zh} {whole.share(f'urgency {level.value}')}" for level in Urgency)
    return "\n".join(
        [
            "# 研判：开放文本上的成绩",
            "",
            "由 `make triage-report` 写出，勿手改。开放文本是写规则时看过的，这里是开发成绩，不是留出成绩；留出集另行评分。",
            "统计旁证从不评它数过的文本：语料分四份轮换，其余各集评时不数自己。规则看过语料和变体，线索还数过它们（和 tests/data 里自写的其余练习），所以这些成绩偏高。",
            "“另存”的两组由没有见过规则的人另写，不参与数线索，也不照着写规则；刁钻的一组在定门槛时看过误报，只看总分。“再存”由又一个没见过的人写，事实没有标全，那一栏偏低；按编号的哈希分成两半（tests/bench/halves.py）：甲半看过误判、定过门槛，乙半从不看内容，只看总分。各半都不参与数线索。",
            "",
            *table(sets),
            "",
            f"语料按级别的级别正确率：{levels}。",
            "",
            fast,
            "",
            "## 语料上没对的",
            "",
            "| 编号 | 哪里不对 | 文本开头 |",
            "| --- | --- | --- |",
            *whole.misses,
            "",
        ]
    )


if __name__ == "__main__":
    main()
