"""Does a word cut through other words? Asked of jieba, only for a word that needs it, and only about its clause."""

from functools import lru_cache

from intake.triage.scan import Span
from words import cutting

# Two-character words that often lie across the seam of two others; longer ones never do in practice.
AROUND = 20  # signs of the clause on either side that jieba is shown
calls = 0  # how often jieba was asked; tests count it


@lru_cache(maxsize=512)
def _cuts(clause: str) -> tuple[Span, ...]:
    """Start and end of every word that jieba cuts the clause into."""
    global calls
    calls += 1
    found: list[Span] = []
    at = 0
    for word in cutting.cut(clause):
        found.append((at, at + len(word)))
        at += len(word)
    return tuple(found)


def forget() -> None:
    """Drop what is remembered of clauses; for measuring."""
    _cuts.cache_clear()


def cuts_through(text: str, span: Span, clause: Span, known: frozenset[str]) -> bool:
    """True when dictionary words stand across the edges of `span`: 拨打人工 for 打人, 男性侵权 for 性侵."""
    start, end = span
    if end - start != 2:
        return False
    low, high = max(clause[0], start - AROUND), min(clause[1], end + AROUND)
    if not _may_cut(text, start + 1, low, high, known):
        return False
    for from_, to in _cuts(text[low:high]):
        from_, to = from_ + low, to + low
        crosses = from_ < start < to < end or start < from_ < end < to
        if crosses and text[from_:to] not in known:
            return True
    return False


def _may_cut(text: str, middle: int, low: int, high: int, known: frozenset[str]) -> bool:
    """Does any dictionary word, or a run of letters, end or begin between the two signs and reach beyond them?"""
    if text[middle - 1].isascii() or text[middle].isascii():
        return True
    begins = (text[from_:middle] for from_ in range(max(low, middle - cutting.LONGEST), middle - 1))
    ends = (text[middle:to] for to in range(middle + 2, min(high, middle + cutting.LONGEST) + 1))
    return any(cutting.known(word) and word not in known for words in (begins, ends) for word in words)
