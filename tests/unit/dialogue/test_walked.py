"""What a tester met walking through the product: offices, children, taking back, looking up in between, contact."""

from dataclasses import replace

import pytest

from intake.dialogue import AddStatement, DutyComplaint, LookUp, OpenCase, Submit
from intake.dialogue.chosen import kin_in_office
from intake.dialogue.hearing import child_voice
from intake.triage.assessment import Assessment
from tests.unit.dialogue.talk import Talk, shipped

HARM = "班里女生9岁昨天身上有伤，说是爸爸打的"

BULLIED = "我们班有个男生被几个同学长期起外号、孤立，抢他的零花钱"


def told(text: str = HARM) -> Talk:
    return Talk(assess=shipped()).say(text)


@pytest.mark.parametrize(
    "text",
    ["我邻居是派出所的", "他爸是警察", "校长是他亲戚", "那个人在镇政府上班", "被反映的人是村支书", "他派出所有人"],
)
def test_an_office_in_the_family_of_the_person_complained_about_is_kept_with_its_words(text: str):
    talk = told().says("在我办公室", text)
    assert talk.value("suspect_role") == "yes" and talk.state.fields["suspect_role"].words in text


@pytest.mark.parametrize("text", ["我是派出所的", "我是她的班主任", "孩子现在在派出所", "在学校，老师陪着"])
def test_the_reporters_own_office_is_none(text: str):
    assert kin_in_office(text) is None


@pytest.mark.parametrize("text", ["我被同学打了", "他们抢我钱，我五年级", "我五年级了，他老打人", "我今天被老师骂了"])
def test_a_child_who_writes_herself(text: str):
    assert child_voice(text)


@pytest.mark.parametrize(
    "text", ["我被老公打了", "我五年级的学生被打了", "我是三年级的班主任", "我教五年级，班里有个孩子"]
)
def test_a_grown_up_is_none(text: str):
    assert not child_voice(text)


def test_before_anything_was_sent_nobody_is_told_that_it_was():
    talk = told(BULLIED).say("孩子没事了已经送奶奶家了")
    assert talk.did(Submit) == talk.did(OpenCase) == [] and "已经转出" not in talk.heard
    assert "一起交给值班人员" in talk.heard and talk.value("where_now") == "奶奶家"


def test_what_was_forbidden_once_is_not_hinted_at_again():
    talk = told().says("校长不让报", "有人不让我报")
    assert len(talk.did(DutyComplaint)) == 1
    assert "已经记过了" in talk.heard and "如果有人逼您" not in talk.heard
    talk = told().says("校长不让报", "提交", "有人不让我报")
    assert "已经记过了" in talk.heard and "如果有人逼您" not in talk.heard


def test_taking_it_back_leaves_the_question_where_the_child_is():
    talk = Talk(assess=shipped()).says("隔壁男的又在打孩子，孩子一直喊救命", "已打", "发错了，开玩笑的")
    assert talk.state.asking == "where"
    talk.say("在家，和他爸在一起")
    assert talk.value("where_now") == "家" and talk.value("with_whom") == "他爸"


def test_looking_up_in_between_does_not_lose_the_question():
    talk = told(BULLIED).say("查一下我的报告")
    assert talk.state.asking == "code" and talk.did(LookUp) == []
    talk.say("在我办公室")
    assert talk.value("where_now") == "我办公室" and talk.state.asking not in ("code", "where")
    assert "孩子现在在哪里" in told(BULLIED).says("查一下我的报告", "不记得了").heard
    talk = told("孩子被继父打，现在流血不止").say("查一下我的报告")
    assert talk.kinds == ["status", "ask"] and talk.state.asking == "where"


@pytest.mark.parametrize("text", ["孩子站在楼顶想跳楼", "孩子走丢了，找不到人", "孩子被扔在车站了，没人管"])
def test_where_nobody_did_it_nobody_is_met_again(text: str):
    talk = told(text)
    assert talk.state.asking == "where" and "那个人" not in talk.heard
    talk.say("在医院")
    assert "那个人" not in talk.heard


def test_a_child_in_despair_is_not_told_of_that_person():
    assert "那个人" not in told("我真的不想活了").heard


def test_cancel_is_answered_before_the_receipt():
    talk = told(BULLIED).say("取消")
    assert "不能自行删除" in talk.heard.split("\n")[0] and "receipt" in talk.kinds[1:]
    assert talk.did(AddStatement)


def test_skipping_at_the_summary_adds_and_reprints_nothing():
    talk = told()
    for _ in range(9):
        if talk.state.asking:
            talk.say("不知道")
    assert talk.kinds[-1] == "summary"
    story = talk.state.story
    for text in ("跳过", "不知道"):
        talk.say(text)
        assert talk.state.story == story and "summary" not in talk.kinds and "[提交]" in talk.heard


def test_how_contact_is_safe_may_be_said_at_any_time():
    talk = told().say("家属在场，请勿来电")
    assert talk.value("contact") == "no_call" and "已记下：家属在场，请勿来电" in talk.heard
    assert talk.state.asking == "where" and "家属在场" not in talk.state.story
    talk = told().say("微信行吗")
    assert talk.state.fields["contact"].words == "微信行吗" and "查询码" in talk.heard
    talk = Talk(assess=shipped()).say("家属在场，请勿来电")
    assert talk.value("contact") == "no_call" and "只处理" not in talk.heard and talk.acts == []
    assert talk.say(HARM).value("contact") == "no_call"


def test_a_child_is_not_shown_what_is_for_grown_ups():
    talk = told("我被同学打了，我五年级")
    assert talk.state.child
    for _ in range(6):
        if talk.state.asking != "contact":
            talk.say("不知道")
    assert talk.state.asking == "contact" and "家属在场，请勿来电" not in talk.labels


def test_a_critical_case_without_the_card_says_110_on_its_receipt():
    def quiet(text: str) -> Assessment:
        return replace(shipped()(text), emergency=False)

    talk = Talk(assess=quiet).say("孩子被继父打，现在流血不止")
    assert talk.state.level == "critical" and "danger" not in talk.kinds
    assert talk.kinds[0] == "receipt" and "情况紧急请直接打110。" in talk.heard
    assert "情况紧急" not in told().say("提交").heard


def test_a_forbidden_report_that_tells_of_a_child_is_heard_whole():
    talk = told("校长不让报，班里女生身上有伤")
    assert talk.state.told and talk.state.harm and talk.state.asking == "where"


def test_the_hour_a_lost_child_was_seen_is_no_meeting():
    talk = told("孩子走丢了，找不到人").say("集市，下午三点")
    assert talk.value("meets_again") is None and talk.value("when") == "下午三点"
    assert talk.value("where_now") == "集市"


def test_an_hour_told_later_by_itself_is_when_they_meet():
    talk = told("班上9岁女生手臂有淤青，她说妈妈常打她").say("在我办公室，下午五点她妈妈来接").say("提交")
    assert talk.say("他四点就来接").value("meets_again") == "他四点就来接", "the last word stands"
    assert talk.say("她爸几点来接？").value("meets_again") == "他四点就来接", "a question tells no hour"
    talk = told("班上9岁女生手臂有淤青，她说妈妈常打她").say("在我办公室").say("提交")
    assert "四点就来接" in talk.say("他四点就来接").value("meets_again"), "nor need it have been known before"
