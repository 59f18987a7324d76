"""Whether the words of a text tell of harm to a child or of ordinary matters: 【线索：受害】 against 【线索：平常】 of the rule file.

Asked only of a text in which it can change something, so these words are looked for apart from all others, and then.
"""

import math
from collections.abc import Iterable

import ahocorasick_rs

from intake.triage.keywords import HARMFUL, USUAL, Topic

Span = tuple[int, int]
Word = tuple[str, Span]


class SideWords:
    """The words of both sides made ready once."""

    def __init__(self, topics: Iterable[Topic]) -> None:
        weights: dict[str, dict[str, float]] = {}
        for topic in topics:
            if topic.category in (HARMFUL, USUAL):
                for word in topic.words:
                    known = weights.setdefault(word, {})
                    known[topic.category] = max(topic.weight, known.get(topic.category, 0.0))
        self.weights = [tuple(sides.items()) for sides in weights.values()]
        self.automaton = ahocorasick_rs.AhoCorasick(list(weights))


class Sides:
    """Both sides of one plain text. A word counts once, and inside a longer one of its side not at all."""

    def __init__(self, index: SideWords, text: str) -> None:
        matches = index.automaton.find_matches_as_indexes(text, overlapping=True)
        matches.sort(key=lambda match: (match[1], -match[2]))
        reached = {HARMFUL: 0, USUAL: 0}
        first: dict[str, dict[int, tuple[float, int, int]]] = {HARMFUL: {}, USUAL: {}}
        for which, start, end in matches:
            for side, weight in index.weights[which]:
                if end > reached[side]:
                    reached[side] = end
                    first[side].setdefault(which, (-weight, start, end))
        harmful, usual = sorted(first[HARMFUL].values()), sorted(first[USUAL].values())
        self.harmful, self.usual = _words(text, harmful), _words(text, usual)
        said = sum([one[0] for one in usual]) - sum([one[0] for one in harmful])  # their weights are below 0
        self.balance = round(said / math.sqrt(max(1, len(harmful) + len(usual))), 6)


def _words(text: str, found: list[tuple[float, int, int]]) -> list[Word]:
    """Weightiest first; the single signs last, which read badly alone."""
    words = [(text[start:end], (start, end)) for _, start, end in found]
    return sorted(words, key=lambda word: len(word[0]) == 1)
