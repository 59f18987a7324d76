"""What an act answers or refuses has English beside it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

from routing.lifecycle import PART
from routing.outcomes import OUTCOMES
from words.language import line

ROOT = Path(__file__).resolve().parents[3]
SAID = (
    "routing/acts/*.py",
    "routing/shifts.py",
    "routing/reporter.py",
    "routing/feedback.py",
    "routing/seen.py",
    "routing/tellable.py",
    "records/access/*.py",
)


def sentences() -> Iterator[str]:
    for pattern in SAID:
        for path in ROOT.glob(pattern):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == line.__name__:
                    first = node.args[0]
                    if isinstance(first, ast.Constant):
                        yield str(first.value)
    yield from (outcome.tell for outcome in OUTCOMES.values())
    yield from (outcome.name for outcome in OUTCOMES.values())
    yield from (state.means.zh for state in PART.values())


def test_every_sentence_of_an_act_has_english_beside_it() -> None:
    with (ROOT / "data/locale/en.po").open("rb") as file:
        known = {message.id for message in read_po(file, locale="en") if message.string}
    assert sorted(set(sentences()) - known) == []
