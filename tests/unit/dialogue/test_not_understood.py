"""Not understood means a person; a question about harm is never turned away."""

import pytest

from intake.dialogue import OpenCase, Unreadable, report
from intake.said import Attachment
from tests.unit.dialogue.talk import VOICE, Talk, shipped
from words.ids import Urgency

PICTURE = Attachment("a.jpg", "image/jpeg", b"", kind="photo")
PAPER = Attachment("a.pdf", "application/pdf", b"", kind="document")


def talk() -> Talk:
    return Talk(assess=shipped())


@pytest.mark.parametrize("file", [VOICE, PICTURE, PAPER])
def test_a_file_as_the_very_first_message_is_a_danger_nobody_has_looked_at(file: Attachment):
    told = talk().say("", file)
    judged = report(told.state, shipped()).assessment
    assert (judged.urgency, judged.category, judged.readable) == (Urgency.URGENT, "imminent_danger", False)
    assert told.state.category == "imminent_danger"
    told.says("在县里", "不知道")
    judged = report(told.state, shipped()).assessment
    assert judged.urgency.rank <= Urgency.URGENT.rank and judged.category != "out_of_scope"


@pytest.mark.parametrize(
    "text", ["The girl next door is beaten by her father every night", "asdfghjkl", "ta 被 da 了 hen can"]
)
def test_a_text_that_cannot_be_judged_means_a_person(text: str):
    told = talk().say(text)
    assert told.did(Unreadable) == [Unreadable(text)] and told.did(OpenCase)
    assert "人工" in told.heard and "正在发生的危险请直接打 110" in told.heard and "12345" not in told.heard
    judged = report(told.state, shipped()).assessment
    assert (judged.urgency, judged.category, judged.readable) == (Urgency.URGENT, "imminent_danger", False)


def test_a_foreign_sentence_later_on_means_a_person_too():
    told = talk().says("孩子的补助停了三个月，白塬县大沟村", "He beats the child with a belt")
    assert told.did(Unreadable) == [Unreadable("He beats the child with a belt")]
    assert told.state.level is Urgency.URGENT and told.did(OpenCase)


@pytest.mark.parametrize("text", ["hello", "hi", "Good morning", "Hello!"])
def test_a_greeting_stays_a_greeting(text: str):
    told = talk().say(text)
    assert told.acts == [] and not told.state.reportable


@pytest.mark.parametrize("text", ["想咨询一下被家暴怎么办", "被家暴了怎么办", "请问老师打学生算违法吗"])
def test_a_question_about_harm_is_not_turned_away(text: str):
    told = talk().say(text)
    assert "这里只处理" not in told.heard and "12338" in told.heard and "12345" in told.heard
    assert "现在有孩子正在受伤害，直接说" in told.heard and told.acts == []
