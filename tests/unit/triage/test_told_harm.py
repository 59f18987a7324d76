"""How harm to a child is really told: obliquely, in dialect, by a child, a doctor, a village worker; and what only sounds so.

`told_harm.tsv` holds our own stories (level, categories that are right, reporter, text), written before the rules that they
led to; `calm` ones are the harmless neighbours: accidents explained, hyperbole, questions, duties done.
"""

from collections import defaultdict
from pathlib import Path

import pytest

from tests.unit.triage.house import engine

LINES = (Path(__file__).with_name("told_harm.tsv")).read_text(encoding="utf-8").splitlines()[1:]
Story = tuple[str, str, str]  # categories, reporter, text

BY_LEVEL: dict[str, list[Story]] = defaultdict(list)
for line in LINES:
    level, categories, reporter, text = line.split("\t")
    BY_LEVEL[level].append((categories, reporter, text))


def share(right: list[bool]) -> float:
    return sum(right) / len(right)


def test_grave_harm_is_critical() -> None:
    missed = [
        text for _, who, text in BY_LEVEL["critical"] if engine().assess(text, reporter=who).urgency != "critical"
    ]
    assert len(missed) <= 0.03 * len(BY_LEVEL["critical"]), missed


@pytest.mark.parametrize("level", ["critical", "urgent"])
def test_harm_never_passes_for_a_service(level: str) -> None:
    missed = [
        text
        for _, who, text in BY_LEVEL[level]
        if engine().assess(text, reporter=who).urgency not in ("critical", "urgent")
    ]
    assert len(missed) <= 0.03 * len(BY_LEVEL[level]), missed


def test_harm_is_named_for_what_it_is() -> None:
    told = [story for level in ("critical", "urgent") for story in BY_LEVEL[level]]
    assert share([engine().assess(text, reporter=who).category in names.split() for names, who, text in told]) >= 0.88


def test_harmless_neighbours_raise_no_alarm() -> None:
    alarms = [
        text
        for _, who, text in BY_LEVEL["calm"]
        if engine().assess(text, reporter=who).urgency in ("critical", "urgent")
    ]
    assert len(alarms) <= 0.05 * len(BY_LEVEL["calm"]), alarms
