"""Where the person complained of, or a relative, works: that unit never handles the case."""

import pytest

from intake.dialogue import report
from intake.dialogue.offices import department_of
from intake.drafting import complained_about
from tests.unit.dialogue.talk import Talk, shipped
from words.ids import DEPARTMENTS

HARM = "班里女生9岁昨天身上有伤，说是爸爸打的"


@pytest.mark.parametrize(
    ("words", "department"),
    [
        ("他舅舅在派出所", "police"), ("村支书的儿子", "village_committee"), ("在镇政府上班", "township"), ("县民政局的", "civil_affairs"),
        ("县法院的法官", "court"), ("他姐在检察院", "procuratorate"), ("县政府办公室", "government_office"), ("班主任", "school"),
        ("卫生院的医生", "medical_institution"), ("教育局的科长", "education"), ("卖菜的", None), ("继父", None),
    ],
)  # fmt: skip
def test_an_office_by_what_people_call_it(words: str, department: str | None) -> None:
    assert department_of(words) == department and (department is None or department in DEPARTMENTS)


def asked(answer: str) -> Talk:
    talk = Talk(assess=shipped()).says(HARM, "在我办公室，和我一起，四点半放学")
    while talk.state.asking != "role":
        talk.say("跳过")
    return talk.say(answer)


def test_yes_alone_asks_where_and_the_answer_says_which_unit() -> None:
    talk = asked("是")
    assert talk.state.asking == "office" and "在哪个单位工作" in talk.heard
    talk.say("镇政府")
    assert talk.state.asking != "office" and talk.value("suspect_office") == "镇政府"
    assert complained_about(report(talk.state, shipped())) == "township"


def test_yes_with_the_unit_asks_nothing_more() -> None:
    talk = asked("是，在派出所")
    assert talk.state.asking != "office" and complained_about(report(talk.state, shipped())) == "police"


def test_it_may_be_skipped_and_no_means_none() -> None:
    assert asked("是").say("跳过").state.asking != "office"
    talk = asked("不是")
    assert talk.state.asking != "office" and complained_about(report(talk.state, shipped())) is None
