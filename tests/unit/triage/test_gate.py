"""A gate never keeps a pattern from a match, and what is simplified already is left as it is."""

import json
import re
from importlib import import_module

import pytest

from intake.triage.gate import Gated, gated, needed
from intake.triage.normalise import Normaliser
from tests.unit.triage.house import ROOT

TEXTS = [
    json.loads(line)["text"]
    for name in ("corpus", "variations", "practice")
    for line in (ROOT / f"tests/data/{name}.jsonl").read_text(encoding="utf-8").splitlines()
]
MODULES = sorted(path.stem for path in (ROOT / "intake/triage").glob("*.py") if path.stem != "__init__")
GATED = [
    pytest.param(found, id=f"{module}.{name}")
    for module in MODULES
    for name, found in vars(import_module(f"intake.triage.{module}")).items()
    if isinstance(found, Gated)
]


@pytest.mark.parametrize("pattern", GATED)
def test_a_gate_changes_no_match(pattern: Gated) -> None:
    bare = re.compile(pattern.pattern)
    for text in TEXTS:
        assert [found.span() for found in pattern.finditer(text)] == [found.span() for found in bare.finditer(text)]


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(?:没有|未)[^，。]{0,4}(?:消息|下落)", {"没有", "未"} | {"消息", "下落"}),
        ("(?:刚|才)?回来", {"回来"}),
        ("[打骂](?!球)", {"打", "骂"}),
        ("(?<=患儿)女", {"患儿", "女"}),
    ],
)
def test_what_a_match_must_hold(pattern: str, words: set[str]) -> None:
    found = needed(pattern)
    assert found and set(found) <= words


@pytest.mark.parametrize("pattern", ["[^，。]+", "(?:打|.)人?", "(?:打|骂)?", r"\w+", "(?!打)"])
def test_what_may_match_anything_has_no_gate(pattern: str) -> None:
    assert needed(pattern) is None and not isinstance(gated(pattern), Gated)


def test_simplified_text_is_left_alone() -> None:
    """打坏 is no 打坯; the phrases of the simplifier are for traditional text."""
    plain = Normaliser({}, {}).plain
    assert plain("你尽管打，打坏算我的").text == "你尽管打，打坏算我的"
    assert plain("繼父打傷了她").text == "继父打伤了她"
