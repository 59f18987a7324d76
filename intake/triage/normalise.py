"""One plain form of a text for the scan, with the way back to the reporter's own words.

White space and zero-width characters go, full width becomes half, traditional becomes simplified, symbols wedged
between two Chinese characters go, and aliases of the rule file (homophones, pinyin, emoji) become the word they stand
for. Offsets lead from every character of the plain form to where it stood.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

import ahocorasick_rs
import opencc

from intake.triage.gate import gated
from intake.triage.pinyin import RUN, read

HAN = "\u3400-\u9fff\U00020000-\U0002fa1f"
# What the plain form may hold as it is; anything else is looked at character by character.
ODD = re.compile(rf"[^{HAN}a-z0-9，。！？；：、（）《》【】—…,.!?;:%\[\]<>/()~#&=+*_|^@-]")
GONE = re.compile(r"[“”‘’「」『』\"'`\s\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff\u00ad\ufe00-\ufe0f\u0300-\u036f]")
WEDGED = gated(rf"(?<=[{HAN}])[*·._~/|^+=#@&•●○◆★☆※×✕丨\-‧・]{{1,3}}(?=[{HAN}])")
CJK = ((0x3400, 0xA000), (0xF900, 0xFB00), (0x20000, 0x2FA20))
ONLY_IN_PHRASES = "著乾藉瞭徵夥"  # simplified as they stand, but not in every word: 看著 is 看着
LATIN = re.compile(r"[a-z]")


class Plain:
    """A text made plain. `starts[i]`/`ends[i]` say where its i-th character came from; None when nothing moved."""

    __slots__ = ("ends", "starts", "text")

    def __init__(self, text: str, starts: list[int] | None, ends: list[int] | None) -> None:
        self.text, self.starts, self.ends = text, starts, ends

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text behind plain[start:end] (end > start)."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]

    def drop(self, spans: list[tuple[int, int, str]]) -> "Plain":
        """Replace each span (in order, not overlapping) by its text; all of the new text points at the whole span."""
        starts = self.starts if self.starts is not None else list(range(len(self.text)))
        ends = self.ends if self.ends is not None else list(range(1, len(self.text) + 1))
        text: list[str] = []
        new_starts: list[int] = []
        new_ends: list[int] = []
        at = 0
        for start, end, by in spans:
            text += self.text[at:start], by
            new_starts += starts[at:start] + [starts[start]] * len(by)
            new_ends += ends[at:start] + [ends[end - 1]] * len(by)
            at = end
        text.append(self.text[at:])
        return Plain("".join(text), new_starts + starts[at:], new_ends + ends[at:])


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def _traditional() -> frozenset[str]:
    """The signs that the simplifier changes, alone or in a phrase. What holds none is simplified as it is, and stays."""
    signs = [chr(code) for first, last in CJK for code in range(first, last)]
    plain = _simplifier().convert("\n".join(signs)).split("\n")
    return frozenset(sign for sign, to in zip(signs, plain, strict=True) if sign != to) | frozenset(ONLY_IN_PHRASES)


class Normaliser:
    """Makes texts plain with the aliases of one rule file."""

    def __init__(self, aliases: Mapping[str, str], pinyin: Mapping[str, str]) -> None:
        self.pinyin = dict(pinyin)
        self.aliases = list(aliases.items())
        keys = [key for key, _ in self.aliases]
        self.automaton = ahocorasick_rs.AhoCorasick(keys, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)

    def plain(self, text: str) -> Plain:
        plain = _characters(text)
        if plain.text:
            plain = _simplify(plain)
        if WEDGED.search(plain.text):
            plain = plain.drop([(*found.span(), "") for found in WEDGED.finditer(plain.text)])
        return self._spell(self._unalias(plain))

    def _spell(self, plain: Plain) -> Plain:
        """Pinyin runs become signs: letters that are words are replaced, other syllables stay."""
        spans: list[tuple[int, int, str]] = []
        for found in RUN.finditer(plain.text):
            spans += [(found.start() + low, found.start() + high, by) for low, high, by in read(found[0], self.pinyin)]
        return plain.drop(spans) if spans else plain

    def _unalias(self, plain: Plain) -> Plain:
        spans: list[tuple[int, int, str]] = []
        text = plain.text
        for which, start, end in self.automaton.find_matches_as_indexes(text):
            key, by = self.aliases[which]
            if key != by and _whole(text, start, end):
                spans.append((start, end, by))
        return plain.drop(spans) if spans else plain


def _whole(text: str, start: int, end: int) -> bool:
    """Latin letters match only as a whole run: `zs` is not in `pizzs`."""
    before = start and LATIN.match(text[start]) and LATIN.match(text[start - 1])
    after = end < len(text) and LATIN.match(text[end - 1]) and LATIN.match(text[end])
    return not before and not after


def _characters(text: str) -> Plain:
    plain = Plain(text, None, None)
    odd = [(*found.span(), _sign(found[0])) for found in ODD.finditer(text)]
    return plain.drop(odd) if odd else plain


def _sign(char: str) -> str:
    """What an odd sign is read as: nothing, or its half-width lower-case form."""
    return "" if GONE.match(char) else "".join(unicodedata.normalize("NFKC", char).lower().split())


def _simplify(plain: Plain) -> Plain:
    """Traditional to simplified, keeping the length: phrase by phrase where that keeps it, else sign by sign."""
    if _traditional().isdisjoint(plain.text):
        return plain
    converted = _simplifier().convert(plain.text)
    if len(converted) != len(plain.text):
        signs = [_simplifier().convert(char) for char in plain.text]
        converted = "".join(sign if len(sign) == 1 else char for sign, char in zip(signs, plain.text, strict=True))
    if converted == plain.text:
        return plain
    return Plain(converted, plain.starts, plain.ends)
