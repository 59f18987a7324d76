"""One pass over a text for all the words of the rule file, and where its sentences and clauses end.

The automaton is built once per rule file. A scan finds, for every term (a set of words that may stand for each
other), where it occurs; words inside an innocent longer word (误词: 男性侵权) are dropped here and remembered.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import ahocorasick_rs

from intake.triage.keywords import Rule, Rules, Term

Span = tuple[int, int]
SENTENCE = re.compile(r"[。！？!?；;]+")
CLAUSE = re.compile(r"[。！？!?；;，,：:]+")
EMPTY: tuple[Span, ...] = ()


@dataclass(frozen=True, eq=False)
class Compiled:
    """A rule with its terms as numbers. `needs` has a bit set for every term; `anchor` is the place of its rarest one."""

    rule: Rule
    terms: tuple[int, ...]
    people: tuple[bool, ...]
    anchor: int
    needs: int
    unless: int | None
    not_after: int | None


class Index:
    """The words of a rule file, ready to scan.

    A text holds some forty of the words, but these stand in hundreds of terms, of which a handful of rules ask. So each
    word knows its terms as one number of bits: those of a text are or-ed together, and only the rules whose bits are
    all there look at places.
    """

    def __init__(self, rules: Rules) -> None:
        self.numbers: dict[frozenset[str], int] = {}
        self.compiled = [self._compile(rule) for rule in rules.rules]
        self.raising = [self._compile(rule) for rule in rules.raising]
        self.scopes = {name: self._number(term) for name, term in rules.scopes.items()}
        self.flags = {name: self._number(term) for name, term in rules.flags.items()}
        self.groups = {name: self._number(term) for name, term in rules.groups.items()}
        self.flag_bits = sum(1 << number for number in set(self.flags.values()))
        terms_of: dict[str, list[int]] = {}
        for term, number in self.numbers.items():
            for word in term:
                terms_of.setdefault(word, []).append(number)
        speaks: dict[str, dict[str, float]] = {}  # for which categories a word is a clue, and how good a one
        for topic in rules.topics:
            for word in topic.words:
                known = speaks.setdefault(word, {})
                known[topic.category] = max(topic.weight, known.get(topic.category, 0.0))
        for word in (*rules.masks, *speaks):
            terms_of.setdefault(word, [])
        self.words = list(terms_of)
        self.which = {word: which for which, word in enumerate(self.words)}
        self.bits = [sum(1 << number for number in numbers) for numbers in terms_of.values()]
        self.members: list[frozenset[int]] = [frozenset(self.which[word] for word in term) for term in self.numbers]
        self.topics = {self.which[word]: tuple(categories.items()) for word, categories in speaks.items()}
        self.masks = frozenset(self.which[word] for word in rules.masks)
        self.automaton = ahocorasick_rs.AhoCorasick(self.words)
        self.rules_of = self._by_word(self.compiled)
        self.raising_of = self._by_word(self.raising)

    def _number(self, term: Term) -> int:
        return self.numbers.setdefault(term.words, len(self.numbers))

    def _compile(self, rule: Rule) -> Compiled:
        terms = tuple(self._number(term) for term in rule.terms)
        rarity = [(sum(len(word) == 1 for word in term.words), len(term.words)) for term in rule.terms]
        anchor = min(range(len(terms)), key=rarity.__getitem__)
        unless = None if rule.unless is None else self._number(rule.unless)
        not_after = None if rule.not_after is None else self._number(rule.not_after)
        needs = sum(1 << number for number in set(terms))
        return Compiled(rule, terms, tuple(term.people for term in rule.terms), anchor, needs, unless, not_after)

    def _by_word(self, compiled: Iterable[Compiled]) -> dict[int, tuple[Compiled, ...]]:
        """Which rules a word may set off: those in whose rarest term it stands."""
        table: dict[int, list[Compiled]] = {}
        for one in compiled:
            for which in self.members[one.terms[one.anchor]]:
                table.setdefault(which, []).append(one)
        return {which: tuple(those) for which, those in table.items()}


class Scan:
    """What stands where in one plain text. `without` are words that are left out of account."""

    __slots__ = ("_at", "_clauses", "_sentences", "bits", "index", "masked", "matches", "people", "present", "text")

    def __init__(self, index: Index, text: str, without: frozenset[int] = frozenset()) -> None:
        self.index = index
        self.text = text
        self.masked: list[tuple[int, int, int, int]] = []  # word start, end, innocent word's start, end
        self._at: dict[int, list[Span]] = {}
        self.people: list[tuple[str, Span]] | None = None  # who is named, gathered by whoever asks first
        self._sentences: list[int] | None = None
        self._clauses: list[int] | None = None
        matches = index.automaton.find_matches_as_indexes(text, overlapping=True)
        self.present = {match[0] for match in matches}
        if masks := self.present & index.masks:
            innocent = sorted((start, end) for which, start, end in matches if which in masks)
            matches = [match for match in matches if not self._mask(innocent, match[1], match[2])]
        if without & self.present:
            matches = [match for match in matches if match[0] not in without]
        if masks or without:
            self.present = {match[0] for match in matches}
        self.matches = matches
        self.bits = 0
        for which in self.present:
            self.bits |= index.bits[which]

    def at(self, term: int) -> Sequence[Span]:
        """Where the words of a term stand, in order."""
        if not self.bits >> term & 1:
            return EMPTY
        spans = self._at.get(term)
        if spans is None:
            members = self.index.members[term]
            spans = self._at[term] = sorted((start, end) for which, start, end in self.matches if which in members)
        return spans

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

    def scope(self, name: str) -> Sequence[Span]:
        return self.at(self.index.scopes[name])

    def flags(self) -> set[str]:
        """The names of the flags that any word of the text sets."""
        bits = self.bits & self.index.flag_bits
        return {name for name, term in self.index.flags.items() if bits >> term & 1} if bits else set()

    def flag(self, name: str) -> Sequence[Span]:
        return self.at(self.index.flags[name]) if name in self.index.flags else EMPTY

    def group(self, name: str) -> Sequence[Span]:
        return self.at(self.index.groups[name]) if name in self.index.groups else EMPTY

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
