"""What a text is about, whatever the level: the clue words of each category, weighed.

They find no harm and raise nothing. Where several categories could be the first, they say which of them the text
is about (【线索】 of the rule file).
"""

import math
from functools import cached_property

from intake.triage.keywords import GRAVE, MILD
from intake.triage.scan import TOPICS, Scan, Span
from intake.triage.sides import Sides
from words.ids import CATEGORIES, HARM, SERVICES

EITHER = -0.4  # roads, water, the net and the like may be a danger or a wish


SIDE = {name: 1.0 if name in HARM else -1.0 if name in SERVICES else EITHER for name in CATEGORIES}
NONE: frozenset[int] = frozenset()


class Topics:
    """The clue words of one text: `weight` by category, and the words to show.

    A word counts once, and a word inside a longer one of the same category not at all.
    """

    def __init__(self, scan: Scan) -> None:
        self.text, index, places = scan.text, scan.index, scan.places
        self._index = index
        self._speaks, self._spoken = index.topics, index.spoken
        ordered = [(start, -end, which) for which in index.speaking & scan.present for start, end in places[which]]
        ordered.sort()
        # Every place with the categories for which a longer word round it speaks already.
        self._said: list[tuple[int, int, int, frozenset[int]]] = []
        heard: dict[int, frozenset[int]] = {}
        reached = 0
        for at, (start, low, which) in enumerate(ordered):
            if -low > reached:
                reached, taken = -low, NONE
            else:
                taken = self._taken(ordered, at, start - index.longest)
            self._said.append((start, -low, which, taken))
            heard[which] = heard[which] & taken if which in heard else taken
        sums = [0.0] * len(TOPICS)
        for which, taken in heard.items():
            if taken:
                for number, weight in self._speaks[which]:
                    if number not in taken:
                        sums[number] += weight
            else:
                for number, weight in self._speaks[which]:
                    sums[number] += weight
        self._sums = sums

    def _taken(self, ordered: list[tuple[int, int, int]], at: int, least: int) -> frozenset[int]:
        """The categories for which the words round this one speak; none of them begins before `least`."""
        low = ordered[at][1]
        taken = NONE
        while at:
            at -= 1
            start, bound, which = ordered[at]
            if start < least:
                break
            if bound <= low:
                taken = taken | self._spoken[which] if taken else self._spoken[which]
        return taken

    @cached_property
    def weight(self) -> dict[str, float]:
        """How strongly each category is spoken for; those for which nothing speaks are missing."""
        return {category: spoken for category, spoken in zip(CATEGORIES, self._sums, strict=False) if spoken}

    @cached_property
    def lean(self) -> float:
        """How much more is said of harm than of services; below 0 the other way. Rounded, so that even is even."""
        return round(sum([weight * SIDE[category] for category, weight in self.weight.items()]), 6)

    @cached_property
    def ahead(self) -> float:
        """How far the loudest category of harm is ahead of the loudest of services; everyday words speak for all of them alike."""
        harm, other = (
            max([spoken for category, spoken in self.weight.items() if (category in HARM) is side], default=0.0)
            for side in (True, False)
        )
        return harm - other

    @cached_property
    def danger(self) -> float:
        """How much more the words tell of danger now than of harm that lasts; by the root of their number."""
        grave, mild = self._sums[TOPICS.index(GRAVE)], self._sums[TOPICS.index(MILD)]
        return (grave - mild) / math.sqrt(self.count(GRAVE) + self.count(MILD)) if grave else -math.inf

    @cached_property
    def sides(self) -> Sides:
        """How much the words tell of harm and how much of ordinary matters, looked for when first asked."""
        return Sides(self._index.sides, self.text)

    @property
    def grave(self) -> list[tuple[str, Span]]:
        """The words that tell of danger now, weightiest first."""
        return self.words(GRAVE)

    def loudest(self, *, harm: bool) -> str:
        """The category of harm, or of what is no harm, that is most spoken for; empty when none is."""
        those = [(weight, category) for category, weight in self.weight.items() if (category in HARM) is harm]
        return max(those, default=(0.0, ""))[1]

    def count(self, category: str) -> int:
        """How many different words speak for a category."""
        return len(self._those(category))

    def words(self, category: str) -> list[tuple[str, Span]]:
        """The words that speak for a category, weightiest first."""
        return [(self.text[start:end], (start, end)) for _, start, end in sorted(self._those(category))]

    def _those(self, category: str) -> list[tuple[float, int, int]]:
        """Weight (below 0), start and end of each word where it first speaks for the category."""
        number = TOPICS.index(category) if category in TOPICS else -1
        first: dict[int, tuple[float, int, int]] = {}
        for start, end, which, taken in self._said:
            if number in self._spoken[which] and number not in taken and which not in first:
                first[which] = (-dict(self._speaks[which])[number], start, end)
        return list(first.values())
