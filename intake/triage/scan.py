"""One pass over a text for all the words of the rule file, and where its sentences and clauses end.

The automaton is built once per rule file. A scan finds, for every term (a set of words that may stand for each
other), where it occurs; words inside an innocent longer word (误词: 男性侵权) are dropped here and remembered.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

import ahocorasick_rs

from intake.triage.keywords import Rule, Rules, Term

Span = tuple[int, int]
SENTENCE = re.compile(r"[。！？!?；;]+")
CLAUSE = re.compile(r"[。！？!?；;，,：:]+")
EMPTY: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Compiled:
    """A rule with its terms as numbers; `anchor` is the place of its rarest term."""

    rule: Rule
    terms: tuple[int, ...]
    people: tuple[bool, ...]
    anchor: int
    unless: int | None
    not_after: int | None


class Index:
    """The words of a rule file, ready to scan."""

    def __init__(self, rules: Rules) -> None:
        self.numbers: dict[frozenset[str], int] = {}
        self.compiled = [self._compile(rule) for rule in rules.rules]
        self.raising = [self._compile(rule) for rule in rules.raising]
        self.scopes = {name: self._number(term) for name, term in rules.scopes.items()}
        self.flags = {name: self._number(term) for name, term in rules.flags.items()}
        self.groups = {name: self._number(term) for name, term in rules.groups.items()}
        words: dict[str, list[int]] = {}
        for term, number in self.numbers.items():
            for word in term:
                words.setdefault(word, []).append(number)
        for word in rules.masks:
            words.setdefault(word, [])
        self.words = list(words)
        self.terms = [tuple(words[word]) for word in self.words]
        self.is_mask = [word in rules.masks for word in self.words]
        self.automaton = ahocorasick_rs.AhoCorasick(self.words)
        self.by_anchor = _by_anchor(self.compiled)
        self.raising_by_anchor = _by_anchor(self.raising)

    def _number(self, term: Term) -> int:
        return self.numbers.setdefault(term.words, len(self.numbers))

    def _compile(self, rule: Rule) -> Compiled:
        terms = tuple(self._number(term) for term in rule.terms)
        rarity = [(sum(len(word) == 1 for word in term.words), len(term.words)) for term in rule.terms]
        anchor = min(range(len(terms)), key=rarity.__getitem__)
        unless = None if rule.unless is None else self._number(rule.unless)
        not_after = None if rule.not_after is None else self._number(rule.not_after)
        return Compiled(rule, terms, tuple(term.people for term in rule.terms), anchor, unless, not_after)


def _by_anchor(compiled: Iterable[Compiled]) -> dict[int, list[Compiled]]:
    table: dict[int, list[Compiled]] = {}
    for one in compiled:
        table.setdefault(one.terms[one.anchor], []).append(one)
    return table


class Scan:
    """What stands where in one plain text."""

    __slots__ = ("_clauses", "_sentences", "at", "index", "masked", "text")

    def __init__(self, index: Index, text: str) -> None:
        self.index = index
        self.text = text
        self.masked: list[tuple[int, int, int, int]] = []  # word start, end, innocent word's start, end
        self.at: dict[int, list[Span]] = {}
        self._sentences: list[int] | None = None
        self._clauses: list[int] | None = None
        matches = index.automaton.find_matches_as_indexes(text, overlapping=True)
        masks = [(start, end) for which, start, end in matches if index.is_mask[which]]
        at = self.at
        terms = index.terms
        if masks:
            masks.sort()
            matches = [match for match in matches if not self._mask(masks, match[1], match[2])]
        for which, start, end in matches:
            span = (start, end)
            for term in terms[which]:
                if term in at:
                    at[term].append(span)
                else:
                    at[term] = [span]

        for spans in at.values():
            if len(spans) > 1:
                spans.sort()

    def forget(self, words: frozenset[str]) -> None:
        """Leave these words out of account: 我 of a grown-up is not the child."""
        for term in [
            term for term, spans in self.at.items() if any(self.text[low:high] in words for low, high in spans)
        ]:
            left = [span for span in self.at[term] if self.text[span[0] : span[1]] not in words]
            if left:
                self.at[term] = left
            else:
                del self.at[term]

    def _mask(self, masks: list[Span], start: int, end: int) -> bool:
        """Is this word part of an innocent one, or does it cut through one's edge?"""
        for mask in masks[max(0, bisect_right(masks, (start, end)) - 8) :]:
            if mask[0] >= end:
                return False
            inside = mask[0] <= start and end <= mask[1] and (start, end) != mask
            cut = mask[0] < start < mask[1] < end  # reading from the left, the innocent word has taken its first sign
            if inside or cut:
                self.masked.append((start, end, *mask))
                return True
        return False

    def scope(self, name: str) -> list[Span] | tuple[Span, ...]:
        return self.at.get(self.index.scopes[name], EMPTY)

    def flag(self, name: str) -> list[Span] | tuple[Span, ...]:
        return self.at.get(self.index.flags[name], EMPTY) if name in self.index.flags else EMPTY

    def group(self, name: str) -> list[Span] | tuple[Span, ...]:
        return self.at.get(self.index.groups[name], EMPTY) if name in self.index.groups else EMPTY

    def sentence(self, position: int) -> Span:
        if self._sentences is None:
            self._sentences = _cuts(SENTENCE, self.text)
        return _around(self._sentences, position)

    def clause(self, position: int) -> Span:
        if self._clauses is None:
            self._clauses = _cuts(CLAUSE, self.text)
        return _around(self._clauses, position)


def _cuts(marks: re.Pattern[str], text: str) -> list[int]:
    cuts = [0, *(found.end() for found in marks.finditer(text))]
    if cuts[-1] != len(text) or len(cuts) == 1:
        cuts.append(len(text))
    return cuts


def _around(cuts: list[int], position: int) -> Span:
    place = min(bisect_right(cuts, position), len(cuts) - 1)
    return cuts[place - 1], cuts[place]


def within(spans: Iterable[Span], area: Span) -> list[Span]:
    """The spans that lie inside an area."""
    return [span for span in spans if area[0] <= span[0] and span[1] <= area[1]]
