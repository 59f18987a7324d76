"""One pass over a text for all the words of the rule file, and where its sentences and clauses end.

The automaton is built once per rule file. A scan finds, for every term (a set of words that may stand for each
other), where it occurs; words inside an innocent longer word (误词: 男性侵权) are dropped here and remembered.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import ahocorasick_rs

from intake.triage.keywords import GRAVE, MILD, Rule, Rules, Term, Topic
from intake.triage.sides import SideWords
from words.ids import CATEGORIES

Span = tuple[int, int]
SENTENCE = re.compile(r"[。！？!?；;]+")
CLAUSE = re.compile(r"[。！？!?；;，,：:]+")
TOPICS = (*CATEGORIES, GRAVE, MILD)  # what a clue word may speak for, by number
EMPTY: tuple[Span, ...] = ()
Clues = tuple[tuple[int, float], ...]  # by category: its number in TOPICS, what one word weighs for it


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
    conditional: bool  # asks for the child's age or sex


class Index:
    """The words of a rule file, ready to scan.

    A text holds some forty of the words, but these stand in hundreds of terms, of which a handful of rules ask. So each
    word knows its terms as one number of bits: those of a text are or-ed together, and only the rules whose bits are
    all there look at places.
    """

    def __init__(self, rules: Rules) -> None:
        self.numbers: dict[frozenset[str], int] = {}
        # Asked of every text, so they get the low bits: `and` with a low bit costs nothing.
        self.scopes = {name: self._number(term) for name, term in rules.scopes.items()}
        self.flags = {name: self._number(term) for name, term in rules.flags.items()}
        self.groups = {name: self._number(term) for name, term in rules.groups.items()}
        self.compiled = [self._compile(rule) for rule in rules.rules]
        self.raising = [self._compile(rule) for rule in rules.raising]
        self.bit = [1 << number for number in range(len(self.numbers))]
        self.flag_bits = sum(1 << number for number in set(self.flags.values()))
        terms_of: dict[str, list[int]] = {}
        for term, number in self.numbers.items():
            for word in term:
                if word in terms_of:
                    terms_of[word].append(number)
                else:
                    terms_of[word] = [number]
        speaks = _speaks([topic for topic in rules.topics if topic.category in TOPICS])
        for word in (*rules.masks, *speaks):
            terms_of.setdefault(word, [])
        self.words = list(terms_of)
        self.which = {word: which for which, word in enumerate(self.words)}
        self.bits = _bits(terms_of.values())
        self.termed = frozenset([which for which, bits in enumerate(self.bits) if bits])
        self.members = [frozenset([self.which[word] for word in term]) for term in self.numbers]
        # By word: the number and the weight of every category it speaks for. Most words share these with many others.
        self.topics = {self.which[word]: clues for word, clues in speaks.items()}
        spoken = {clues: frozenset([number for number, _ in clues]) for clues in set(speaks.values())}
        self.spoken = {which: spoken[clues] for which, clues in self.topics.items()}
        self.sides = SideWords(rules.topics)
        self.longest = max(map(len, speaks), default=0)
        self.speaking = frozenset(self.topics)
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
        people = tuple(term.people for term in rule.terms)
        conditional = rule.sex is not None or rule.below is not None or rule.least is not None
        return Compiled(rule, terms, people, anchor, needs, unless, not_after, conditional)

    def _by_word(self, compiled: Iterable[Compiled]) -> dict[int, tuple[Compiled, ...]]:
        """Which rules a word may set off: those in whose rarest term it stands."""
        table: dict[int, list[Compiled]] = {}
        for one in compiled:
            for which in self.members[one.terms[one.anchor]]:
                table.setdefault(which, []).append(one)
        return {which: tuple(those) for which, those in table.items()}


def _speaks(topics: Iterable[Topic]) -> dict[str, Clues]:
    """For which categories a word is a clue, and how good a one: where it stands twice for one, the better."""
    numbers = {category: number for number, category in enumerate(TOPICS)}
    speaks: dict[str, Clues] = {}
    shared: dict[Clues, Clues] = {}
    heard: set[tuple[int, str]] = set()
    for topic in sorted(topics, key=lambda topic: -topic.weight):
        number = numbers[topic.category]
        for word in topic.words:
            if (number, word) not in heard:
                heard.add((number, word))
                clues = (*speaks.get(word, ()), (number, topic.weight))
                speaks[word] = shared.setdefault(clues, clues)
    return speaks


def _bits(terms_of: Iterable[Sequence[int]]) -> list[int]:
    """The terms of each word as one number of bits, made once for all words of the same terms."""
    made: dict[tuple[int, ...], int] = {(): 0}
    bits: list[int] = []
    for terms in terms_of:
        key = tuple(terms)
        if key not in made:
            held = 0
            for number in terms:
                held |= 1 << number
            made[key] = held
        bits.append(made[key])
    return bits


class Scan:
    """What stands where in one plain text. `without` are words that are left out of account."""

    __slots__ = (
        "_at",
        "_clauses",
        "_sentences",
        "bits",
        "found",
        "index",
        "masked",
        "people",
        "places",
        "present",
        "speaker",
        "text",
    )

    def __init__(self, index: Index, text: str, without: frozenset[int] = frozenset()) -> None:
        self.index = index
        self.text = text
        self.masked: list[tuple[int, int, int, int]] = []  # word start, end, innocent word's start, end
        self._at: dict[int, list[Span]] = {}
        self.people: list[tuple[str, Span]] | None = None  # who is named, gathered by whoever asks first
        self.speaker: Span | None = None  # the carer who introduces herself; (0, 0) for none
        self._sentences: list[int] | None = None
        self._clauses: list[int] | None = None
        matches = index.automaton.find_matches_as_indexes(text, overlapping=True)
        self.places = _by_word(matches)
        self.present = set(self.places)
        if masks := index.masks & self.present:
            self._hide(matches, sorted([span for which in masks for span in self.places[which]]))
        if without & self.present:
            self.present -= without
        self.found = len(matches)
        bits, held = index.bits, 0
        for which in index.termed & self.present:
            held |= bits[which]
        self.bits = held

    def at(self, term: int) -> Sequence[Span]:
        """Where the words of a term stand, in order."""
        if not self.bits & self.index.bit[term]:
            return EMPTY
        spans = self._at.get(term)
        if spans is None:
            places = self.places
            spans = self._at[term] = sorted(
                [span for which in self.index.members[term] & self.present for span in places[which]]
            )
        return spans

    def _hide(self, matches: list[tuple[int, int, int]], innocent: list[Span]) -> None:
        """Leave out what is part of an innocent word, or cuts through one's edge, and remember it."""
        first, last = innocent[0][0], max([end for _, end in innocent])
        near = [match for match in matches if match[1] < last and match[2] > first]
        for which, start, end in near:
            if self._mask(innocent, start, end):
                self.places[which] = left = [span for span in self.places[which] if span != (start, end)]
                if not left:
                    self.present.discard(which)

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
        return {name for name, term in self.index.flags.items() if bits & self.index.bit[term]} if bits else set()

    def flag(self, name: str) -> Sequence[Span]:
        return self.at(self.index.flags[name]) if name in self.index.flags else EMPTY

    def group(self, name: str) -> Sequence[Span]:
        return self.at(self.index.groups[name]) if name in self.index.groups else EMPTY

    def sentence(self, position: int) -> Span:
        cuts = self._sentences
        if cuts is None:
            cuts = self._sentences = _cuts(SENTENCE, self.text)
        place = bisect_right(cuts, position, 1, len(cuts) - 1)
        return cuts[place - 1], cuts[place]

    def clause(self, position: int) -> Span:
        cuts = self._clauses
        if cuts is None:
            cuts = self._clauses = _cuts(CLAUSE, self.text)
        place = bisect_right(cuts, position, 1, len(cuts) - 1)
        return cuts[place - 1], cuts[place]


def _by_word(matches: list[tuple[int, int, int]]) -> dict[int, list[Span]]:
    places: dict[int, list[Span]] = {}
    for which, start, end in matches:
        if which in places:
            places[which].append((start, end))
        else:
            places[which] = [(start, end)]
    return places


def _cuts(marks: re.Pattern[str], text: str) -> list[int]:
    cuts = [0, *(found.end() for found in marks.finditer(text))]
    if cuts[-1] != len(text) or len(cuts) == 1:
        cuts.append(len(text))
    return cuts


def within(spans: Iterable[Span], area: Span) -> list[Span]:
    """The spans that lie inside an area."""
    return [span for span in spans if area[0] <= span[0] and span[1] <= area[1]]
