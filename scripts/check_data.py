"""`make check`'s linters for what is written by hand and not in Python: rules, protocol packs, forms, platform profiles."""

from __future__ import annotations

import sys
from pathlib import Path

from intake.tickets.profile import ProfileError, read_profiles
from intake.triage import keywords
from routing.pack_check import check_packs
from routing.papers import forms
from routing.shipped import texts

DATA = Path(__file__).resolve().parent.parent / "data"


def main(data: Path = DATA) -> int:
    """Says what is wrong in the directory of shipped data; 1 when anything is."""
    wrong = [
        *keyword_problems(data / "keywords.txt"),
        *check_packs(texts(data / "protocols")),
        *form_problems(data / "forms"),
        *profile_problems(data / "platforms"),
    ]
    print("\n".join(wrong) or "Keyword rules, protocol packs, forms and platform profiles are sound")
    return 1 if wrong else 0


def keyword_problems(rules: Path) -> list[str]:
    """Every broken line of a rule file, with its number and how to mend it."""
    try:
        keywords.parse(keywords.decode(rules.read_bytes()))
    except keywords.RuleErrors as errors:
        return [str(errors)]
    return []


def form_problems(directory: Path) -> list[str]:
    """Every form that can't be read, with what is wrong in it."""
    try:
        forms.read_forms(directory)
    except forms.FormError as errors:
        return [str(errors)]
    return []


def profile_problems(directory: Path) -> list[str]:
    """Everything wrong with the files of a platform directory."""
    try:
        read_profiles({path.name: path.read_text(encoding="utf-8") for path in sorted(directory.glob("*.toml"))})
    except ProfileError as error:
        return list(map(str, error.problems))
    return []


if __name__ == "__main__":
    sys.exit(main())
