"""What a text is about, whatever the level: the clue words of each category, weighed.

They find no harm and raise nothing. Where several categories could be the first, they say which of them the text
is about (【线索】 of the rule file).
"""

from collections.abc import Sequence

from intake.triage.scan import Scan, Span

MOST = 6.0  # no category is spoken for more strongly than this


class Topics:
    """The clue words of one text: `weight` by category, `words` to show."""

    def __init__(self, scan: Scan) -> None:
        found: dict[str, dict[str, tuple[float, Span]]] = {}
        for category, weight, term in scan.index.topics:
            spans = scan.at(term)
            for span in _outer(spans) if len(spans) > 1 else spans:
                word = scan.text[span[0] : span[1]]
                known = found.setdefault(category, {})
                if word not in known or known[word][0] < weight:
                    known[word] = (weight, span)
        self.found = found
        self.weight = {category: min(MOST, sum(one[0] for one in words.values())) for category, words in found.items()}

    def words(self, category: str) -> list[tuple[str, Span]]:
        """The words that speak for a category, weightiest first."""
        known = self.found.get(category, {})
        return [(word, known[word][1]) for word in sorted(known, key=lambda one: (-known[one][0], known[one][1]))]


def _outer(spans: Sequence[Span]) -> list[Span]:
    """Spans that no longer one of the same list covers."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda one: (one[0], -one[1])):
        if not kept or span[1] > kept[-1][1]:
            kept.append(span)
    return kept
