"""Does a word cut through other words? Asked of jieba, only for a word that needs it, and only about its clause."""

import functools
import logging
from functools import lru_cache
from importlib import import_module
from typing import Any

from intake.triage.scan import Span

# Two-character words that often lie across the seam of two others; longer ones never do in practice.
calls = 0  # how often jieba was asked; tests count it


@functools.cache
def _tokenizer() -> Any:
    jieba = import_module("jieba")  # heavy: loaded at the first word that needs it
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    return tokenizer


@lru_cache(maxsize=512)
def _tokens(clause: str) -> tuple[tuple[int, int], ...]:
    global calls
    calls += 1
    return tuple((start, end) for _, start, end in _tokenizer().tokenize(clause, HMM=False))


def cuts_through(text: str, span: Span, clause: Span, known: frozenset[str]) -> bool:
    """True when dictionary words stand across the edges of `span`: 拨打人工 for 打人, 男性侵权 for 性侵."""
    start, end = span
    if end - start != 2:
        return False
    low, high = max(clause[0], start - 20), min(clause[1], end + 20)
    for from_, to in _tokens(text[low:high]):
        from_, to = from_ + low, to + low
        crosses = from_ < start < to < end or start < from_ < end < to
        if crosses and text[from_:to] not in known:
            return True
    return False
