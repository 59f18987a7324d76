"""A message edited after it was sent corrects what it said, and un-says nothing."""

from datetime import UTC, datetime

from intake.dialogue import AddStatement, State, report, step
from intake.said import Said
from tests.unit.dialogue.talk import Talk, triage

TEACHER = "班里女生9岁昨天身上有伤，说是爸爸打的，白塬县"
NOW = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)


def edit(talk: Talk, number: int, text: str, again: str = "1") -> Talk:
    """The message with this number now says something else."""
    said = Said("web", "c", text, f"edit:{number}:{again}", corrects=str(number))
    moved = step(talk.state, said, talk.now, talk.assess, talk.case)
    talk.state = State.from_json(moved.state.to_json())
    assert talk.state == moved.state
    talk._take(moved)
    return talk


def test_an_edited_answer_corrects_the_field_that_it_answered() -> None:
    talk = Talk().says(TEACHER, "在家")
    assert talk.value("where_now") == "家"
    waits = talk.state.asking
    edit(talk, 2, "在奶奶家里")
    assert talk.value("where_now") == "奶奶家里" and "已更正：孩子现在在哪里" in talk.heard
    assert talk.state.asking == waits, "the question that waits goes on waiting"


def test_an_edited_story_sets_right_what_it_states_and_keeps_the_first_words() -> None:
    talk = Talk().say(TEACHER)
    edit(talk, 1, TEACHER.replace("9岁", "7岁"))
    assert talk.value("child_age") == 7 and "已更正：孩子年龄" in talk.heard
    assert "9岁" in talk.state.story and "7岁" in talk.state.story
    talk.say("对，7岁，她刚上二年级")
    assert talk.value("child_age") == 7


def test_an_edit_lowers_nothing() -> None:
    talk = Talk().say("他现在把孩子锁在屋里")
    level = talk.state.level
    edit(talk, 1, "没事了")
    assert talk.state.level == level and report(talk.state, triage).assessment.urgency == level
    assert "锁在屋里" in talk.state.story


def test_an_alarm_that_is_edited_in_is_heard_at_once() -> None:
    talk = Talk().say("孩子的补助停了，白塬县")
    edit(talk, 1, "孩子被锁在屋里，白塬县")
    assert talk.kinds[0] == "danger"


def test_an_edited_choice_of_contact_stays_out_of_the_story() -> None:
    talk = Talk().says(TEACHER, "在家")
    while talk.state.asking != "contact":
        talk.say("跳过")
    talk.say("可以打电话")
    number = talk.count
    edit(talk, number, "家属在场，请勿来电")
    assert talk.value("contact") == "no_call" and "请勿来电" not in talk.state.story


def test_an_open_case_hears_of_the_correction() -> None:
    talk = Talk().says(TEACHER, "提交")
    edit(talk, 1, TEACHER + "，孩子现在在卫生院")
    assert talk.did(AddStatement)[-1].kind == "correction"


def test_the_same_text_again_is_no_correction_but_the_way_back_is() -> None:
    talk = Talk().says(TEACHER, "在家")
    edit(talk, 2, "在家")
    assert talk.replies == ()
    edit(talk, 2, "在学校", "1")
    edit(talk, 2, "在家", "2")
    assert talk.value("where_now") == "家"


def test_an_edit_of_what_was_never_heard_is_a_message_like_any_other() -> None:
    talk = Talk()
    edit(talk, 5, TEACHER)
    assert TEACHER in talk.state.told


def test_the_menu_commands_leave_no_report_behind() -> None:
    talk = Talk().say("/report")
    assert talk.kinds == ["say"] and not talk.acts
    talk.say("/add")
    assert "还没有内容" in talk.heard
    talk.says(TEACHER, "/report")
    assert "孩子现在在哪里" in talk.heard and not talk.acts
    talk.says("提交", "/add")
    assert "想补充或更正" in talk.heard
    talk.say("/report")
    assert talk.state.phase == "draft" and not talk.state.told
