"""Patterns that first ask whether they can match at all.

A pattern such as `(?:没有|未)[^，。]{0,4}消息` begins with what any sentence may hold and is tried at every sign. But it can't match
where 消息 does not stand. `gated` reads off the parsed pattern which words every match must hold one of, and looks for these first:
one quick search for plain words, after which most patterns are done. What matches stays the same by construction.
"""

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

_parser: Any = import_module("re._parser")  # the parser of the standard library; it has no public name since 3.11

LIKELY = {1: 0.04, 2: 0.003}  # how often a text of sixty signs holds a word of so many signs, roughly
RARE = 0.0005
DIGIT = 0.3
WORTH = 1.2  # likelier than this to be open, a gate is not worth asking
Need = dict[str, float]  # fragments of a pattern, one of which every match holds, with how likely each is


class Gated:
    """A compiled pattern behind its gate; the methods are those of `re.Pattern`."""

    __slots__ = ("_gate", "_inner", "pattern")

    def __init__(self, inner: re.Pattern[str], gate: re.Pattern[str]) -> None:
        self._inner, self._gate, self.pattern = inner, gate.search, inner.pattern

    def search(self, text: str, start: int = 0, end: int = 1 << 62) -> re.Match[str] | None:
        return self._inner.search(text, start, end) if self._gate(text) else None

    def match(self, text: str, start: int = 0, end: int = 1 << 62) -> re.Match[str] | None:
        return self._inner.match(text, start, end) if self._gate(text) else None

    def finditer(self, text: str, start: int = 0, end: int = 1 << 62) -> Iterator[re.Match[str]]:
        return self._inner.finditer(text, start, end) if self._gate(text) else iter(())


Pattern = Gated | re.Pattern[str]


def gated(pattern: str) -> Pattern:
    """The pattern compiled, behind a gate where one is worth its price."""
    inner = re.compile(pattern)
    need = needed(pattern)
    if not need or sum(need.values()) > WORTH:
        return inner
    return Gated(inner, re.compile("|".join(sorted(need))))


def needed(pattern: str) -> Need | None:
    """Words (or classes of signs) of which every match of the pattern holds at least one; None when there are none such."""
    return _of_sequence(list(_parser.parse(pattern)))


def _of_sequence(items: list[tuple[Any, Any]]) -> Need | None:
    best: Need | None = None
    word = ""
    for operator, argument in [*items, (None, None)]:
        if str(operator) == "LITERAL":
            word += chr(argument)
            continue
        if word:
            best = _better(best, {re.escape(word): LIKELY.get(len(word), RARE)})
            word = ""
        best = _better(best, _of_item(str(operator), argument))
    return best


def _of_item(operator: str, argument: Any) -> Need | None:
    if operator == "SUBPATTERN":
        return _of_sequence(list(argument[-1]))
    if operator == "BRANCH":
        together: Need = {}
        for branch in argument[1]:
            one = _of_sequence(list(branch))
            if one is None:
                return None
            together |= one
        return together
    if operator in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return _of_sequence(list(argument[2])) if argument[0] >= 1 else None
    if operator == "ASSERT":
        return _of_sequence(list(argument[1]))
    if operator == "IN":
        return _of_class(argument)
    return None


def _of_class(members: list[tuple[Any, Any]]) -> Need | None:
    need: Need = {}
    for operator, argument in members:
        if str(operator) == "LITERAL":
            need[re.escape(chr(argument))] = LIKELY[1]
        elif str(operator) == "CATEGORY" and str(argument) == "CATEGORY_DIGIT":
            need[r"\d"] = DIGIT
        else:
            return None
    return need


def _better(one: Need | None, other: Need | None) -> Need | None:
    if one is None or other is None:
        return one or other
    return one if sum(one.values()) <= sum(other.values()) else other
