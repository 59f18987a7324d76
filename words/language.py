"""One message catalogue: sentences are written in Chinese where they are said, and English stands beside them.

A `Line` keeps the sentence and its values apart, so that a pure decision can say something without knowing who will
read it; the edge renders it in the reader's language. The English sentences live in `data/locale/en.po`, with the
Chinese as their msgid; the edge reads that file once and hands the mapping in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Catalogue = Mapping[str, str]
CHINESE: Catalogue = {}


@dataclass(frozen=True)
class Line:
    """A sentence with named holes: `Line("已收到，编号 {reference}。", {"reference": "HT-…"})`."""

    zh: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def render(self, catalogue: Catalogue = CHINESE) -> str:
        """The sentence in the catalogue's language; Chinese where the catalogue has none. A value may be a Line too."""
        sentence = catalogue.get(self.zh) or self.zh
        if not self.values:
            return sentence
        return sentence.format(
            **{
                name: value.render(catalogue) if isinstance(value, Line) else value
                for name, value in self.values.items()
            }
        )

    def __str__(self) -> str:
        return self.render()


def line(zh: str, /, **values: Any) -> Line:
    """Short form: `line("编号 {reference}", reference=reference)`."""
    return Line(zh, values)
