"""`make check`'s linters for what is written by hand and not in Python: the keyword rules and the protocol packs."""

from __future__ import annotations

import sys
from pathlib import Path

from intake.triage import keywords
from routing.pack_check import check_packs
from routing.shipped import texts

DATA = Path(__file__).resolve().parent.parent / "data"


def main(data: Path = DATA) -> int:
    """Says what is wrong in the directory of shipped data; 1 when anything is."""
    wrong = [*keyword_problems(data / "keywords.txt"), *check_packs(texts(data / "protocols"))]
    print("\n".join(wrong) or "Keyword rules and protocol packs are sound")
    return 1 if wrong else 0


def keyword_problems(rules: Path) -> list[str]:
    """Every broken line of a rule file, with its number and how to mend it."""
    try:
        keywords.parse(keywords.decode(rules.read_bytes()))
    except keywords.RuleErrors as errors:
        return [str(errors)]
    return []


if __name__ == "__main__":
    sys.exit(main())
