"""Danger first: the card in the very next reply, the case at once, and nothing that takes it back."""

import pytest

from intake.dialogue import AddStatement, CallForReporter, DutyComplaint, OpenCase, SetFact, Submit, Unreadable, again
from tests.unit.dialogue.talk import VOICE, Talk

ALARM = "孩子被继父摸了，现在流血"


def test_the_very_next_reply_says_110_and_a_case_is_opened_before_any_question():
    talk = Talk().say(ALARM)
    assert talk.kinds == ["danger", "receipt", "ask"]
    assert "110" in talk.heard and "120" in talk.heard
    assert talk.labels[:3] == ["已打", "现在不方便打", "警察/医生已在场"]
    assert talk.did(OpenCase) == [OpenCase()]
    assert "孩子现在在哪里" in talk.heard and "不联系被反映的人" not in talk.heard
    assert "请不要追问孩子、拍隐私部位、联系被反映的人、发到任何群。" in talk.heard


def test_danger_in_a_later_message_opens_the_case_then():
    talk = Talk().say("孩子的补助停了三个月，白塬县大沟村")
    assert talk.acts == []
    talk.say("他刚才又在打孩子，流血了")
    assert talk.kinds[0] == "danger" and talk.did(OpenCase)


def test_later_answers_complete_the_same_case_at_once():
    talk = Talk().says(ALARM, "在家，和继父在一起，晚上六点回家见到")
    assert talk.did(OpenCase) == [OpenCase()]
    assert talk.did(AddStatement)[0].kind == "added"
    assert {act.name for act in talk.did(SetFact)} >= {"where_now", "with_whom", "meets_again"}


@pytest.mark.parametrize(
    ("answer", "how"), [("已打", "called"), ("警察/医生已在场", "present"), ("已经打了110，在等", "called")]
)
def test_the_card_is_not_repeated_once_answered(answer: str, how: str):
    talk = Talk().says(ALARM, answer)
    assert talk.state.danger == how and "danger" not in talk.kinds
    talk.say("他还在流血")
    assert "danger" not in talk.kinds
    assert all(reply.kind != "danger" for reply in again(talk.state))


def test_the_card_comes_again_while_unanswered_and_for_a_new_danger_much_later():
    talk = Talk().says(ALARM, "他还在流血")
    assert "danger" in talk.kinds
    assert any(reply.kind == "danger" for reply in again(talk.state))
    talk.say("已打")
    talk.later(hours=5).say("他又回来了，孩子流血了")
    assert "danger" in talk.kinds


@pytest.mark.parametrize("words", ["现在不方便打", "我不敢打电话"])
def test_not_convenient_lets_somebody_else_call(words: str):
    talk = Talk().says(ALARM, words)
    assert talk.did(CallForReporter) == [CallForReporter()]
    assert "替您打 110" in talk.heard and "03:03" in talk.heard and "12110" in talk.heard


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("取消", "withdrawal"),
        ("撤回", "withdrawal"),
        ("发错了", "retraction"),
        ("开玩笑的", "retraction"),
        ("他们逼我撤回", "pressure"),
    ],
)
def test_it_cannot_be_unsent(words: str, kind: str):
    talk = Talk().says(ALARM, words)
    assert talk.did(AddStatement)[-1] == AddStatement(words, kind, talk.state.level)
    assert "收不回来" in talk.heard and talk.state.story == ALARM


def test_cancelling_what_sounds_like_harm_hands_it_over_with_the_cancel():
    talk = Talk().says("班里女生身上有伤，说是爸爸打的", "取消")
    assert talk.acts[0] == Submit(finished=False) and talk.acts[1].kind == "withdrawal"
    assert "不能自行删除" in talk.heard


def test_somebody_forbids_the_report():
    talk = Talk().says("班里女生身上有伤，说是爸爸打的", "有人不让我报")
    assert talk.did(DutyComplaint) == [DutyComplaint("有人不让我报")]
    assert "您单位看不到" in talk.heard and talk.state.asking == "where"
    assert "不让我报" not in talk.state.story


def test_a_voice_means_a_person():
    talk = Talk().say("", VOICE)
    assert talk.did(Unreadable) == [Unreadable("", 0)]
    assert "人工" in talk.heard and "孩子现在在哪里" in talk.heard
    assert talk.did(OpenCase) == [OpenCase()] and "1234 5678 9012 3456" in talk.heard


def test_a_cry_too_short_to_judge_means_a_person():
    talk = Talk().says("救救他", "在家")
    assert talk.did(Unreadable) == [Unreadable("救救他")] and talk.did(OpenCase)
    assert talk.state.harm


def test_an_adults_danger_is_told_to_call_and_opens_no_case_by_itself():
    talk = Talk().say("隔壁老人家里煤气味很大，没人应")
    assert talk.kinds[0] == "danger" and talk.acts == []


def test_a_critical_case_is_offered_its_summary_and_needs_no_submit():
    talk = Talk().says(ALARM, "已打", "在我们急诊，和我一起，不会见到", "跳过", "跳过", "跳过", "跳过", "跳过")
    assert talk.kinds[-1] == "summary" and "以下可以补充" in talk.heard
    assert talk.says("提交").did(Submit) == [Submit(finished=True)]


def test_a_child_gets_simple_words_is_believed_and_needs_no_adult():
    talk = Talk().say("体育老师摸我，我11岁，不敢说")
    assert talk.state.child
    assert "12355" in talk.heard and "12356" in talk.heard and "你现在在哪里" in talk.heard
    asked = [talk.state.asking]
    while talk.state.asking:
        talk.say("不知道")
        asked.append(talk.state.asking)
        assert "您" not in talk.heard
    assert "您" not in talk.says("修改：怎样称呼你", "小雨", "提交", "发错了").heard
    assert talk.value("reporter_name") == "小雨"
    assert not {"capacity", "role"} & set(asked)
