"""What a text is about, whatever the level: the clue words of each category, weighed.

They find no harm and raise nothing. Where several categories could be the first, they say which of them the text
is about (【线索】 of the rule file).
"""

import math
from functools import cached_property

from intake.triage.keywords import GRAVE, MILD
from intake.triage.scan import Scan, Span
from words.ids import HARM, SERVICES

EITHER = -0.4  # roads, water, the net and the like may be a danger or a wish


def _side(category: str) -> float:
    return 1.0 if category in HARM else -1.0 if category in SERVICES else EITHER


class Topics:
    """The clue words of one text: `weight` by category, `words` to show."""

    def __init__(self, scan: Scan) -> None:
        speaks = scan.index.topics
        found: dict[str, list[tuple[int, int, float]]] = {}
        for which, start, end in scan.matches:
            if which in speaks:
                for category, weight in speaks[which]:
                    found.setdefault(category, []).append((start, -end, weight))
        self.near = {side: found.pop(side, []) for side in (GRAVE, MILD)}
        self.found = found
        self.text = scan.text

    @cached_property
    def weight(self) -> dict[str, float]:
        """How strongly each category is spoken for; a word counts once, a word inside another not at all."""
        return {category: sum(weight for _, _, weight in self._words(spans)) for category, spans in self.found.items()}

    @cached_property
    def lean(self) -> float:
        """How much more is said of harm than of services; below 0 the other way."""
        return sum(weight * _side(category) for category, weight in self.weight.items())

    @cached_property
    def danger(self) -> float:
        """How much more the words tell of danger now than of harm that lasts; by the root of their number."""
        grave, mild = (self._words(self.near[side]) for side in (GRAVE, MILD))
        if not grave:
            return -math.inf
        sums = [sum(weight for _, _, weight in words) for words in (grave, mild)]
        return (sums[0] - sums[1]) / math.sqrt(max(1, len(grave) + len(mild)))

    @property
    def grave(self) -> list[tuple[str, Span]]:
        """The words that tell of danger now, weightiest first."""
        words = sorted(self._words(self.near[GRAVE]), key=lambda one: (-one[2], one[1]))
        return [(word, span) for word, span, _ in words]

    def loudest(self, *, harm: bool) -> str:
        """The category of harm, or of what is no harm, that is most spoken for; empty when none is."""
        those = [(weight, category) for category, weight in self.weight.items() if (category in HARM) is harm]
        return max(those, default=(0.0, ""))[1]

    def words(self, category: str) -> list[tuple[str, Span]]:
        """The words that speak for a category, weightiest first."""
        words = self._words(self.found.get(category, []))
        return [(word, span) for word, span, _ in sorted(words, key=lambda one: (-one[2], one[1]))]

    def _words(self, spans: list[tuple[int, int, float]]) -> list[tuple[str, Span, float]]:
        seen: dict[str, tuple[str, Span, float]] = {}
        reached = 0
        for start, low, weight in sorted(spans):
            if -low > reached:
                reached = -low
                word = self.text[start:reached]
                seen.setdefault(word, (word, (start, reached), weight))
        return list(seen.values())
