"""Whatever is said, in whatever order: nothing raises, nothing is lost, danger is answered, the state is one row."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from intake.dialogue import (
    AddStatement,
    Discard,
    DutyComplaint,
    NewReport,
    OpenCase,
    Outcome,
    State,
    Submit,
    again,
    finish,
    render,
    report,
    silence,
    step,
)
from intake.dialogue.fields import CHOICES, FIELDS, MOST
from intake.dialogue.hearing import COMMANDS
from intake.said import Said
from tests.unit.dialogue.talk import EVENING, VOICE, Talk, triage
from words.ids import Urgency

TOLD = (
    "班里女生9岁昨天身上有伤，说是爸爸打的",
    "孩子被继父摸了，现在流血",
    "孩子的补助停了三个月",
    "请问孩子的免费律师怎么申请？",
    "不是昨天是前天",
    "更正：孩子10岁",
    "在家，和妈妈一起，晚上六点",
    "他逼我撤回",
    "发错了",
    "15400001234 我姓王",
    "领导不让我们上报这件事",
    "救救他",
    "你好",
    "谢谢",
    "是",
    "白塬县中心小学",
    "表扬村里的儿童主任",
    "1234 5678 9012 3456",
)
LABELS = tuple(form for forms in COMMANDS.values() for form in forms) + tuple(
    label for choices in CHOICES.values() for label in choices.values()
)
EDITS = tuple(f"修改：{field.label}" for field in FIELDS.values()) + ("修改：发生了什么", "有人不让我报")
message = st.one_of(
    st.sampled_from(TOLD), st.sampled_from(LABELS), st.sampled_from(EDITS), st.text(max_size=40), st.just("")
)
talks = st.lists(st.tuples(message, st.booleans(), st.integers(0, 200)), max_size=14)
many = settings(max_examples=150, deadline=None)


@many
@given(talks)
def test_nothing_raises_and_nothing_is_lost(messages):
    talk = Talk()
    for text, voice, minutes in messages:
        talk.later(minutes=minutes).quiet()
        before = len(talk.acts)
        talk.say(text, *((VOICE,) if voice and len(text) % 5 == 0 else ()))
        fresh = talk.acts[before:]
        deleted = any(isinstance(act, Discard | NewReport) for act in fresh)
        kept = any(heard.text == text.strip() for heard in talk.state.heard)
        acted = any(getattr(act, "text", None) == text.strip() for act in fresh)
        assert kept or acted or deleted or not text.strip()
        assert [line for reply in talk.replies for line in render(reply).split("\n") if not line] == []
        assert talk.replies or not text.strip()
    report(talk.state, triage)
    again(talk.state)


@many
@given(talks)
def test_a_critical_message_is_answered_with_the_card_and_a_case(messages):
    talk = Talk()
    for text, _, _ in messages:
        talk.say(text)
    answered = talk.state.danger in ("called", "cannot", "present")
    talk.say("孩子被锁在屋里，他在流血")
    assert answered or talk.kinds[0] == "danger"
    assert talk.state.phase != "draft"
    assert talk.state.level is Urgency.CRITICAL
    assert report(talk.state, triage).assessment.urgency is Urgency.CRITICAL


@many
@given(talks)
def test_a_level_never_falls_and_a_dispatched_case_is_never_taken_back(messages):
    talk, rank = Talk(), 9
    for text, _, _ in messages:
        phase, told = talk.state.phase, talk.state.told
        talk.say(text)
        if any(isinstance(act, Discard | NewReport) for act in talk.steps[-1].acts):
            rank = 9
            continue
        if talk.state.level:
            assert talk.state.level.rank <= rank
            rank = talk.state.level.rank
        assert phase == "draft" or talk.state.phase in ("open", "filed")
        assert talk.state.told[: len(told)] == told


@many
@given(talks)
def test_a_redelivery_changes_nothing(messages):
    talk = Talk()
    for text, _, _ in messages:
        talk.say(text)
        moved = step(talk.state, Said("web", "c", text, str(talk.count)), talk.now, triage, talk.case)
        assert moved.state == talk.state and moved.acts == ()
        finish(moved, Outcome(), talk.now)


@many
@given(talks)
def test_a_report_is_opened_once_and_silence_leaves_none_behind(messages):
    talk = Talk()
    for text, _, _ in messages:
        talk.say(text)
        if any(isinstance(act, NewReport) for act in talk.steps[-1].acts):
            talk.acts.clear()
        assert len(talk.did(OpenCase)) <= 1
        assert len(set(talk.state.asked)) == len(talk.state.asked) <= MOST + 1
    reportable = talk.state.reportable
    moved = silence(talk.state, talk.now + timedelta(hours=3))
    if talk.state.phase == "draft":
        assert moved.acts == ((Submit(finished=False),) if reportable else ())
    assert silence(moved.state, talk.now + timedelta(days=9)).acts == ()


@given(st.text(max_size=60))
def test_after_a_case_exists_every_free_word_reaches_it(text):
    talk = Talk().says("孩子被继父摸了，现在流血", "在家", "已打")
    talk.say(text)
    heard = [said for said in talk.state.heard if said.role in ("told", "answer", "question")][2:]
    reached = [act.text for act in talk.did(AddStatement)] + [act.text for act in talk.did(DutyComplaint)]
    assert all(said.text in reached for said in heard)


def test_an_older_state_is_read_and_a_newer_one_refused():
    assert State.from_json('{"v": 1}') == State()
    assert State.from_json('{"phase": "unheard of", "danger": "?"}') == State()
    try:
        State.from_json('{"v": 99}')
    except ValueError as refused:
        assert "newer version" in str(refused)
    else:
        raise AssertionError("a newer state was taken")
    assert EVENING.tzinfo is not None


def test_a_long_and_silly_text_is_heard_like_any_other():
    """Patterns that back-track would never come back from these."""
    for piece in ("我", "嗯", "不用了", "不是", "和在", "1 ", "我的电话", "你好", "学校不让"):
        talk = Talk().says("班里女生9岁昨天身上有伤，说是爸爸打的", piece * 3000 + "x")
        assert talk.replies
