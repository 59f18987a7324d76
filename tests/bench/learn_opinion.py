"""`python -m tests.bench.learn_opinion`: count the open texts anew and write `data/opinion.json`.

Learnt from is the open corpus, nothing else; a gram must stand in two texts at least.
"""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from intake.triage.opinion import grams
from tests.bench.places import without_places

DATA = Path(__file__).parents[1] / "data"
OPEN_TEXTS = (DATA / "corpus.jsonl",)
SNAPSHOT = Path(__file__).parents[2] / "data" / "opinion.json"
LEAST = 2


def counts(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Texts by level and category, and for each gram in how many of them it stands."""
    rows = list(rows)
    levels: Counter[str] = Counter()
    categories: Counter[str] = Counter()
    by_gram: dict[str, tuple[Counter[str], Counter[str]]] = {}
    for row in rows:
        level = row["urgency"] if row["urgency"] in ("critical", "urgent") else "calm"
        levels[level] += 1
        categories[row["category"]] += 1
        for gram in grams(without_places(row["text"])):
            of_level, of_category = by_gram.setdefault(gram, (Counter(), Counter()))
            of_level[level] += 1
            of_category[row["category"]] += 1
    names = sorted(categories)
    place = {name: at for at, name in enumerate(names)}
    kept = {
        gram: [
            of_level["critical"],
            of_level["urgent"],
            of_level["calm"],
            [[place[c], n] for c, n in sorted(of_category.items())],
        ]
        for gram, (of_level, of_category) in sorted(by_gram.items())
        if sum(of_level.values()) >= LEAST
    }
    return {"levels": dict(levels), "categories": {name: categories[name] for name in names}, "grams": kept}


def read(paths: Iterable[Path]) -> list[dict[str, Any]]:
    return [
        json.loads(line) for path in paths if path.exists() for line in path.read_text(encoding="utf-8").splitlines()
    ]


if __name__ == "__main__":
    SNAPSHOT.write_text(
        json.dumps(counts(read(OPEN_TEXTS)), ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8"
    )
    print(SNAPSHOT, SNAPSHOT.stat().st_size // 1024, "KB")
