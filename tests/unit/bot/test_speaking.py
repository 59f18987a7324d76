"""Replies become messages of a messenger: short enough, pressable, and in two languages."""

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

from bot.reporter.speaking import LONGEST, LONGEST_DATA, WIDEST, rows, say
from intake.dialogue import State, greeting
from intake.dialogue.fields import CHOICES, FIELDS
from intake.dialogue.say import to_child
from intake.dialogue.state import Known
from intake.dialogue.summary import summary
from intake.said import Button, Reply
from tests.unit.dialogue.talk import Talk
from words.language import CHINESE, line

ROOT = Path(__file__).resolve().parents[3]
STORY = "班里女生9岁昨天身上有伤，说是爸爸打的，白塬县"


def test_every_label_of_the_conversation_fits_into_what_a_button_may_say() -> None:
    known = {name: Known("甲") for name in FIELDS}
    everything = summary(State(fields=known))
    labels = {str(button.label) for button in everything.buttons}
    labels |= {str(button.label) for reply in _all_replies() for button in reply.buttons}
    labels |= {label for choices in CHOICES.values() for label in choices.values()}
    assert len(labels) > 40
    assert [label for label in labels if len(label.encode()) > LONGEST_DATA] == []


def _all_replies() -> Iterator[Reply]:
    import intake.dialogue.say as said

    yield greeting()
    talk = Talk().says(STORY, "在家", "跳过", "跳过", "跳过", "跳过", "提交", "取消")
    for step in talk.steps:
        yield from step.replies
    yield from map(to_child, (reply for step in talk.steps for reply in step.replies))
    for made in vars(said).values():
        if isinstance(made, Button):
            yield Reply(line(""), (made,))


def test_a_long_bubble_is_several_messages_and_loses_nothing() -> None:
    paragraphs = ["甲" * 3000, "乙" * 3000, "丙" * 9000, "丁"]
    reply = Reply(line(paragraphs[0]), (Button(line("提交")),), lines=tuple(map(line, paragraphs[1:])))
    sent = say(reply, CHINESE)
    assert all(len(item["text"]) <= LONGEST for item in sent)
    assert "".join(item["text"] for item in sent).replace("\n", "") == "".join(paragraphs)
    assert ["rows" in item for item in sent] == [False] * (len(sent) - 1) + [True]


def test_buttons_stand_in_rows_that_fit_a_telephone() -> None:
    made = rows([("已打", "已打"), ("现在不方便打", "b"), ("警察/医生已在场", "c"), ("以我个人名义（不告诉单位）", "d"), ("是", "e"), ("不是", "f"), ("不清楚", "g"), ("跳过", "h")])  # fmt: skip
    assert [[label for label, _ in row] for row in made] == [
        ["已打", "现在不方便打"], ["警察/医生已在场"], ["以我个人名义（不告诉单位）"], ["是", "不是", "不清楚", "跳过"],
    ]  # fmt: skip
    assert all(len(row) * len(label) <= WIDEST for row in made for label, _ in row)


def test_every_sentence_of_the_bots_has_english_beside_it() -> None:
    with (ROOT / "data/locale/en.po").open("rb") as file:
        known = {message.id for message in read_po(file, locale="en") if message.string}
    assert sorted(set(_sentences()) - known) == []


def _sentences() -> Iterator[str]:
    for module in (ROOT / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == line.__name__:
                assert isinstance(node.args[0], ast.Constant), f"{module}:{node.lineno}"
                yield str(node.args[0].value)
