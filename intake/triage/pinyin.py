"""Runs of letters read as pinyin: `woba da wo` → 我爸打我, by the pinyin aliases of the rule file.

Only a run that is pinyin from end to end is read, so that English words and abbreviations stay as they are.
"""

import re
from functools import lru_cache

RUN = re.compile(r"[a-z]{4,}")
SYLLABLE = re.compile(
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|iao|ian|uai|uan|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|ue|ui|uo|er|ve|[aeiouv])"
)


def read(run: str, words: dict[str, str]) -> list[tuple[int, int, str]]:
    """Places in the run that are words, with their signs; empty when the run is not all pinyin."""
    return list(_read(run, tuple(sorted(words.items()))))


@lru_cache(maxsize=256)
def _read(run: str, items: tuple[tuple[str, str], ...]) -> tuple[tuple[int, int, str], ...]:
    words = dict(items)
    longest = max(map(len, words), default=0)
    # best[i]: (letters read as words, the places) for run[:i]; syllables that are no word are stepped over.
    best: list[tuple[int, tuple[tuple[int, int, str], ...]] | None] = [None] * (len(run) + 1)
    best[0] = (0, ())
    for at in range(len(run)):
        here = best[at]
        if here is None:
            continue
        for end in range(at + 1, min(len(run), at + max(longest, 6)) + 1):
            piece = run[at:end]
            if piece in words:
                reached = (here[0] + (end - at) ** 2, (*here[1], (at, end, words[piece])))
            elif SYLLABLE.fullmatch(piece):
                reached = here
            else:
                continue
            there = best[end]
            if there is None or reached[0] > there[0]:
                best[end] = reached
    last = best[len(run)]
    return () if last is None else last[1]
