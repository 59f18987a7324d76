"""Where, with whom and when, as people really say it; and a question that is never asked in circles."""

import pytest

from tests.unit.dialogue.talk import Talk, shipped

HARM = "班里女生9岁昨天身上有伤，说是爸爸打的"


def asked_where() -> Talk:
    return Talk(assess=shipped()).say(HARM)


def asked_place() -> Talk:
    talk = asked_where().says("在我办公室，不会再见到", "跳过")
    assert talk.state.asking == "place"
    return talk


def test_being_beaten_is_no_place():
    talk = asked_where().says("在家", "不对，孩子还在挨打")
    assert talk.value("where_now") == "家" and "danger" in talk.kinds
    assert asked_where().says("在家", "不是在家，是在挨打").value("where_now") == "家"
    assert Talk(assess=shipped()).say("不对，孩子还在挨打").value("where_now") is None
    assert asked_where().say("他还在哭").value("where_now") is None


def test_together_with_me_is_company_and_not_a_place():
    talk = asked_where().say("在学校，和我在一起")
    assert (talk.value("where_now"), talk.value("with_whom")) == ("学校", "报告人")


@pytest.mark.parametrize("text", ["今天放学不敢回家", "今天她住校", "不对，是上周五"])
def test_not_every_day_named_is_when_they_meet_again(text: str):
    assert asked_where().say(text).value("meets_again") is None
    assert asked_where().says("在我办公室", text).value("meets_again") is None


def test_a_day_set_right_is_when_it_happened():
    talk = asked_where().says("在我办公室", "不对，是上周五")
    assert talk.value("when") == "上周五" and "已更正：什么时候" in talk.heard


def test_in_the_classroom_is_where_whatever_was_asked():
    talk = Talk(assess=shipped()).says("我爸爸拿刀要砍我，我很怕", "在学校")
    assert talk.state.asking == "whom"
    talk.say("我在教室")
    assert talk.value("where_now") == "教室" and talk.value("with_whom") is None
    assert asked_where().say("我在教室").value("where_now") == "教室"


@pytest.mark.parametrize("text", ["三单元402", "302房间", "3号楼", "七栋", "隔壁", "老槐树下", "一楼大厅", "我妈单位"])
def test_whatever_answers_where_is_taken(text: str):
    talk = asked_where().say(text)
    assert talk.value("where_now") == text and talk.state.asking != "where"


def test_the_same_question_is_repeated_once_and_then_the_answer_stands():
    talk = asked_where().say("别告诉她妈妈")
    assert talk.state.asking == "where" and talk.value("where_now") is None
    assert talk.say("别告诉她妈妈").state.asking != "where"


@pytest.mark.parametrize("text", ["放学五点", "别告诉我妈", "是，在派出所", "明天早上", "两个人打的"])
def test_not_every_short_sentence_is_a_place(text: str):
    talk = asked_place().say(text)
    assert talk.value("place") is None
    assert "收到" in talk.heard and talk.state.asking == "place"
    assert talk.say("别告诉我妈").state.asking != "place"


def test_an_answer_to_another_question_goes_there():
    assert Talk(assess=shipped()).says(HARM, "在家", "放学五点").value("meets_again") == "放学五点"
    assert asked_place().say("是，在派出所").value("suspect_role") == "yes"


@pytest.mark.parametrize("text", ["罗岭县", "青禾镇大沟村", "中心小学", "罗岭", "和平里小区3栋", "县城建设路"])
def test_a_name_or_a_place_word_is_a_place(text: str):
    talk = asked_place().say(text)
    assert talk.state.asking != "place" and (talk.value("place") or talk.value("school"))


def test_our_school_is_known_by_its_name():
    talk = asked_place().say("我们青禾镇中心小学")
    assert talk.value("school") == "青禾镇中心小学"


def test_skipping_where_twice_is_not_knowing():
    talk = asked_where().says("跳过")
    assert talk.state.asking == "where"
    assert talk.say("跳过").value("where_now") == "不知道" and talk.state.asking != "where"


def test_not_daring_to_go_home_is_not_at_home():
    talk = asked_where().say("今天放学不敢回家")
    assert talk.value("where_now") is None and talk.state.asking == "where"
    assert talk.say("我在教室").value("where_now") == "教室"


def test_whose_father_is_a_policeman_is_no_place() -> None:
    talk = Talk(assess=shipped()).says(HARM, "他爸是警察")
    assert talk.value("where_now") != "他爸是警察" and talk.value("suspect_role") == "yes"
