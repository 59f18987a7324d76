"""A second opinion by counting: how often single signs and pairs of signs stand in texts of each level and category.

Rules come first. The opinion may only raise, it says so, and one line of the rule file switches it off (【旁证：关】).
It is naive Bayes over the open corpus and nothing else, learnt by `python -m tests.bench.learn_opinion`; nothing of a site
ever goes into it. The counts are shipped as `data/opinion.json` and handed in.
"""

import json
import math
import re
from collections.abc import Mapping
from functools import cached_property
from operator import add
from typing import Any

from words.ids import Urgency

MOST = 600  # signs read of a long text; work stays linear and the start says what it is about
SMOOTH = 3.0
KEPT = re.compile("[\u4e00-\u9fff0-9]+")
LEVELS = ("critical", "urgent", "calm")


def grams(text: str) -> set[str]:
    """Single signs and pairs of neighbours; only Chinese signs and digits count."""
    kept = "".join(KEPT.findall(text[:MOST]))
    return {*kept, *map(add, kept, kept[1:])}


class Opinion:
    """`harm` and `critical`: log odds, 0 is even. The rest is worked out when it is asked for, which is seldom."""

    def __init__(self, counted: "Counted", known: list[str]) -> None:
        """`known` are the grams of the text that were counted, in order."""
        norm = max(1, len(known)) ** 0.6
        weights = counted.weights
        self.counted, self.known = counted, known
        self.harm = sum([weights[gram][0] for gram in known]) / norm
        self.critical = sum([weights[gram][1] for gram in known]) / norm

    @cached_property
    def categories(self) -> Mapping[str, float]:
        """How far each category is behind the likeliest, 0 or less."""
        return self.counted.categories_of(self.known)

    def telling(self, to: Urgency) -> tuple[str, ...]:
        """The pairs that speak loudest for the level."""
        pairs = (gram for gram in self.known if len(gram) == 2)
        which = 1 if to is Urgency.CRITICAL else 0
        return tuple(sorted(pairs, key=lambda gram: (-self.counted.weights[gram][which], gram))[:3])


# Log odds from which a level is raised, chosen on open texts that were left out of the counting.
TO_URGENT = 0.3
TO_CRITICAL = 1.5
BOTH = 0.3  # from normal straight to critical


def raised_to(level: Urgency, opinion: Opinion) -> Urgency:
    """The level after the second opinion; the same or more urgent."""
    if level is Urgency.URGENT:
        return Urgency.CRITICAL if opinion.critical > TO_CRITICAL else level
    if level.rank > 1 and opinion.harm > TO_URGENT:
        return Urgency.CRITICAL if opinion.critical > BOTH else Urgency.URGENT
    return level


class Counted:
    """The counts, ready to weigh a text."""

    def __init__(self, counts: Mapping[str, Any]) -> None:
        texts: Mapping[str, int] = counts["levels"]
        self.categories: list[str] = list(counts["categories"])
        self.texts_of = [counts["categories"][name] for name in self.categories]
        critical, urgent, calm = (texts[level] for level in LEVELS)
        self.weights: dict[str, tuple[float, float]] = {}
        self.all = sum(self.texts_of)
        self.prior = [math.log(count / self.all) for count in self.texts_of]
        self.bare = [math.log(SMOOTH / (count + SMOOTH)) for count in self.texts_of]
        self.by_category: dict[str, list[tuple[int, float]]] = {}
        for gram, (c, u, n, where) in counts["grams"].items():
            harm = _log_odds(c + u, critical + urgent, n, calm)
            self.weights[gram] = (harm, _log_odds(c, critical, u + n, urgent + calm))
            least = SMOOTH * (c + u + n) / self.all
            self.by_category[gram] = [(place, math.log((count + least) / least)) for place, count in where]

    def weigh(self, text: str) -> Opinion:
        return Opinion(self, sorted(self.weights.keys() & grams(text)))

    def categories_of(self, known: list[str]) -> dict[str, float]:
        """Categories by posterior; a count that is missing is taken for SMOOTH texts of the average."""
        scores = [prior + bare * len(known) for prior, bare in zip(self.prior, self.bare, strict=True)]
        for gram in known:
            for place, speaks in self.by_category[gram]:
                scores[place] += speaks
        best, norm = max(scores), math.sqrt(max(1, len(known)))
        return {name: (score - best) / norm for name, score in zip(self.categories, scores, strict=True)}


def _log_odds(inside: int, of: int, outside: int, others: int) -> float:
    return math.log((inside + 0.5) / (of + 1)) - math.log((outside + 0.5) / (others + 1))


def read_counts(text: str) -> Counted:
    """The counts as `data/opinion.json` holds them; the file is read by whoever makes the engine."""
    return Counted(json.loads(text))
