"""After the report: status, more to say, disputing, confirming, another report, another browser."""

from dataclasses import replace

from intake.dialogue import (
    AddStatement,
    CaseView,
    Confirm,
    Dispute,
    LookUp,
    NewReport,
    State,
    Submit,
    again,
    attached,
    render,
    step,
)
from intake.dialogue.acts import Outcome
from intake.dialogue.after import finish, no_such_code
from intake.said import Attachment, Said
from tests.unit.dialogue.talk import EVENING, Talk, triage

HARM = "班里女生身上有伤，说是爸爸打的"
TOLD = CaseView("HT261122-7K3MQ", "told", "县值班台", tellable="已有人当面看过孩子，目前安全")


def filed() -> Talk:
    return Talk().says(HARM, "提交")


def test_more_to_say_is_added_and_judged_again():
    talk = filed().say("他今天摸了孩子，流血了")
    added = talk.did(AddStatement)[-1]
    assert added.kind == "added" and added.urgency == "critical"
    assert talk.kinds[0] == "danger"


def test_looking_up_shows_the_status():
    talk = filed().say("查一下我的报告")
    assert talk.kinds == ["status"] and "HT261122-7K3MQ" in talk.heard


def test_from_another_browser_the_code_is_asked_and_taken():
    talk = Talk().say("查一下我的报告")
    assert "请输入您的查询码" in talk.heard
    talk.case = None
    talk.say("1234 5678 9012 3456")
    assert talk.did(LookUp) == [LookUp("1234 5678 9012 3456")]
    assert talk.state.told == ()


def test_the_code_may_come_with_the_question_or_alone():
    assert Talk().say("查一下我的报告 1234567890123456").did(LookUp) == [LookUp("1234567890123456")]
    assert Talk().say("1234-5678-9012-3456").did(LookUp) == [LookUp("1234-5678-9012-3456")]
    assert Talk().say("15400001234").did(LookUp) == []


def test_looking_up_in_mid_report_does_not_leave_the_report_behind():
    talk = Talk().says(HARM, "查一下我的报告 1234567890123456")
    assert talk.did(LookUp) == [LookUp("1234567890123456", bind=False)]
    assert "孩子现在在哪里" in talk.heard and talk.steps[-1].quiet_at is not None


def test_a_wrong_code_gets_a_sentence():
    moved = step(State(), Said("web", "c", "1234 5678 9012 3456", "1"), EVENING, triage)
    assert finish(moved, Outcome(), EVENING)[0] == no_such_code()


def test_a_conversation_bound_by_its_code_adds_to_the_case():
    talk = Talk(state=attached(State()), case=TOLD).say("孩子又有伤")
    assert talk.did(AddStatement)[0].kind == "added" and talk.did(Submit) == []


def test_the_result_is_confirmed_or_disputed():
    talk = filed()
    talk.case = TOLD
    talk.say("查一下我的报告")
    assert "已有人当面看过孩子" in talk.heard and "还没有解决" in talk.labels
    talk.say("还没有解决")
    talk.say("没有人来看过孩子，电话也没有")
    assert talk.did(Dispute) == [Dispute("没有人来看过孩子，电话也没有")]
    assert talk.did(AddStatement) == []
    talk.says("还没有解决", "昨天又把孩子打了")
    assert talk.did(Dispute)[-1].text == talk.did(AddStatement)[-1].text == "昨天又把孩子打了"
    talk.say("已经解决")
    assert talk.did(Confirm) == [Confirm()]


def test_the_desks_question_is_answered():
    talk = filed()
    talk.case = replace(TOLD, status="waiting", tellable=None, question="孩子的班级？")
    assert "值班人员想问：孩子的班级" in talk.say("查询").heard
    assert talk.say("三年级二班的").did(AddStatement)[-1].kind == "answer"


def test_something_else_begins_a_fresh_page():
    talk = filed().say("报告另一件事")
    assert talk.did(NewReport) and talk.state.phase == "draft" and talk.state.told == ()
    assert "请说发生了什么" in talk.heard


def test_something_else_in_mid_report_hands_the_first_over_before():
    talk = Talk().says(HARM, "报告另一件事")
    assert talk.acts == [Submit(finished=False)] and "再按一次" in talk.heard
    talk.say("报告另一件事")
    assert talk.did(NewReport) and talk.state.told == ()


def test_a_picture_sent_later_still_means_a_person():
    talk = filed().say("", Attachment("p.jpg", "image/jpeg", b"", kind="photo"))
    assert "10 分钟" in talk.heard


def test_a_correction_after_filing_is_told_to_the_case():
    talk = Talk().says("班里女生9岁，昨天有伤，爸爸打的", "提交", "不是昨天是前天")
    assert talk.did(AddStatement)[-1].kind == "correction" and talk.value("when") == "前天"


def test_coming_back_shows_how_it_stands():
    talk = filed()
    shown = again(talk.state, talk.case, talk.now)
    assert [reply.kind for reply in shown] == ["status", "say"]
    assert [reply.kind for reply in again(State())] == ["say"]


def test_what_is_rendered_never_shows_an_empty_line():
    for text in ("你好", HARM, "提交", "查询"):
        for reply in Talk().say(text).replies:
            assert "\n\n" not in render(reply)
