"""The words of the house: what must be said, what is never said, and that every sentence is a Line with its holes filled."""

import ast
import re
import string
from pathlib import Path

import pytest

import intake.dialogue
from app.languages import catalogue
from intake.dialogue.fields import ALONE, CHOICES, FIELDS, MOST, QUESTIONS
from words.ids import FACT_KEYS

NEVER = ("嫌疑人", "举报人", "结案", "案件", "免责", "绝对匿名", "严肃查处", "请耐心等待", "免予追究")
DETAIL = re.compile(r"(摸|碰|脱|插|私处|下体|裸|怎么(侵犯|猥亵|性侵)|性侵|几次).*[？?]")
HOUSE = Path(intake.dialogue.__file__).parent


def sentences() -> list[tuple[str, str]]:
    """Every Chinese sentence handed to `line(...)` or `Line(...)`, and the questions' wordings."""
    found = []
    for path in HOUSE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("line", "Line") and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.append((path.name, first.value))
    found += [("fields.py", text) for each in QUESTIONS.values() for text in (each.ask, each.child or "")]
    found += [("fields.py", text) for pair in ALONE.values() for text in pair]
    found += [("fields.py", field.label) for field in FIELDS.values()]
    found += [("fields.py", label) for choices in CHOICES.values() for label in choices.values()]
    return found


def test_there_are_sentences_to_look_at():
    assert len(sentences()) > 60


@pytest.mark.parametrize("word", NEVER)
def test_a_reporter_never_reads(word: str):
    assert [where for where in sentences() if word in where[1]] == []


def test_nobody_is_called_dear_or_asked_for_detail():
    for _, sentence in sentences():
        assert not re.search(r"(^|[，。！])亲[，。！~]", sentence)
        assert not DETAIL.search(sentence), sentence


def test_holes_are_named():
    for _, sentence in sentences():
        for _, name, _, _ in string.Formatter().parse(sentence):
            assert name is None or name.isidentifier()


@pytest.mark.parametrize(
    "exact",
    [
        "请说发生了什么。只要听起来有危险，系统会马上通知值班人员，不等您填完。",
        "孩子现在在哪里？和谁在一起？几点会再见到那个人？",
        "被反映的人或其亲属是否在学校、派出所、村委、机关工作？",
        "请不要追问孩子、拍隐私部位、联系被反映的人、发到任何群。",
        "情况变化请直接打110，再来补一句。",
        "疑似就应当报告，您不需要证据。",
    ],
)
def test_the_sentences_of_the_house_are_said_word_for_word(exact: str):
    assert any(exact == sentence for _, sentence in sentences())


def test_fields_cover_the_facts_and_questions_fill_fields():
    assert set(FACT_KEYS) <= set(FIELDS)
    assert all(name in FIELDS for question in QUESTIONS.values() for name in question.fills)
    assert [question.name for question in QUESTIONS.values() if not question.skippable] == ["where"]
    assert MOST == 6


def test_every_sentence_has_english_beside_it():
    english = catalogue("en")
    without = {sentence for _, sentence in sentences() if sentence and sentence not in english}
    assert without == set()
    for _, sentence in sentences():
        holes = {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
        translated = {name for _, name, _, _ in string.Formatter().parse(english.get(sentence, "")) if name}
        assert holes == translated or not sentence
