"""How answers are read: where, with whom, when; names and numbers; who is writing."""

from datetime import UTC, datetime

import pytest

from intake.dialogue.answers import answer
from intake.dialogue.chosen import volunteered
from intake.dialogue.hearing import asks, child_voice, command, greeting_only, not_let, takes_back, unit_forbids
from intake.dialogue.judge import understood
from intake.dialogue.whereabouts import first_where, meets_at
from tests.unit.dialogue.talk import triage
from words.beijing import stamp


def read(question: str, text: str) -> dict[str, object] | None:
    found = answer(question, text, understood(triage(text), text))
    return None if found is None else {name: known.value for name, known in found.items()}


@pytest.mark.parametrize(
    ("text", "where", "whom", "meets"),
    [
        ("在我们急诊", "我们急诊", None, None),
        ("在家里，和他继父在一起，晚上六点他下班回来", "家里", "他继父", "晚上六点他下班回来"),
        ("和奶奶在外婆家", "外婆家", "奶奶", None),
        ("她一个人在家", "家", "一个人", None),
        ("在县医院儿科，妈妈陪着，不会再见到", "县医院儿科", "妈妈陪着", "不会再见到"),
        ("在学校，16:30放学", "学校", None, "16:30放学"),
        ("不清楚，今天没来上学", "不知道", None, None),
        ("躲在邻居家，他晚上会找来", "邻居家", None, "他晚上会找来"),
        ("在学校被同学欺负", "学校", None, None),
        ("跑出去了找不到人", "跑出去了找不到人", None, None),
    ],
)
def test_one_answer_fills_three_fields(text: str, where: str, whom: str | None, meets: str | None):
    found = read("where", text)
    assert (found.get("where_now"), found.get("with_whom"), found.get("meets_again")) == (where, whom, meets)


@pytest.mark.parametrize(
    ("question", "text", "found"),
    [
        ("contact", "打我电话154-0000-1234", {"contact": "phone", "reporter_phone": "15400001234"}),
        ("contact", "匿名", {"contact": "code_only"}),
        ("contact", "别打电话，发短信", {"contact": "no_call"}),
        ("capacity", "不要告诉学校", {"capacity": "personal"}),
        ("capacity", "代表我们医院", {"capacity": "unit"}),
        ("role", "他姐夫是派出所的", {"suspect_role": "yes"}),
        ("role", "好像是", {"suspect_role": "yes"}),
        ("role", "没有", {"suspect_role": "no"}),
        ("who", "王小明 男生 8岁", {"child_name": "王小明", "child_sex": "m", "child_age": 8}),
        ("who", "不认识", {}),
        ("place", "在我们村东头", {"place": "我们村东头"}),
        ("where", "9岁，女孩", None),
    ],
)
def test_answers_as_people_give_them(question: str, text: str, found: dict[str, object] | None):
    assert read(question, text) == found


def test_where_the_child_is_may_be_said_unasked():
    assert first_where("孩子现在在我办公室，不想回家")["where_now"].value == "我办公室"
    assert first_where("他现在在打孩子") == {}


def test_the_reporters_wishes_may_be_said_unasked():
    found = volunteered("我是她的班主任，我用个人名义报，联系电话15400001234，家属在场，请勿来电")
    assert {name: known.value for name, known in found.items()} == {
        "relation": "班主任",
        "capacity": "personal",
        "reporter_phone": "15400001234",
        "contact": "no_call",
    }


@pytest.mark.parametrize(
    ("text", "number", "name"),
    [
        ("在我们急诊，我姓李，15400001234", "15400001234", "李"),
        ("爸爸打她。我是王老师，电话 154-0000-1234", "15400001234", "王老师"),
        ("我是她班主任，手机：15400001234", "15400001234", None),
        ("我是邻居，她妈妈电话15400001234", None, None),
        ("我是她妈妈打的电话，15400001234", None, None),
    ],
)
def test_who_introduces_herself_and_gives_a_number_gives_her_own(text: str, number: str | None, name: str | None):
    found = {name: known.value for name, known in volunteered(text).items()}
    assert (found.get("reporter_phone"), found.get("reporter_name")) == (number, name)


@pytest.mark.parametrize(
    ("words", "when"),
    [
        ("下午四点半放学", "2026-11-22 16:30"),
        ("今晚", "2026-11-22 18:00"),
        ("明天早上八点", "2026-11-23 08:00"),
        ("四点", "2026-11-22 16:00"),
        ("周一早上", "2026-11-23 07:00"),
        ("3小时后", "2026-11-22 14:00"),
        ("随时", "2026-11-22 11:00"),
    ],
)
def test_the_hour_they_meet_again_becomes_an_instant(words: str, when: str):
    sunday = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)  # 11:00 in Beijing
    assert stamp(meets_at(words, sunday)).startswith(when)


def test_no_hour_is_no_instant():
    now = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    assert meets_at("不会再见到", now) is None and meets_at("不知道", now) is None


@pytest.mark.parametrize(
    "text",
    [
        "我爸又喝醉在打我",
        "我真的不想活了",
        "我今年13岁，同学天天打我",
        "我把药都吃了 谢谢老师 对不起",
        "老师踢我肚子",
        "你们能帮忙吗 我站在江边",
    ],
)
def test_a_child_is_recognised_by_her_voice(text: str):
    assert child_voice(text)


@pytest.mark.parametrize(
    "text",
    [
        "我班学生被他爸打了，她说“爸爸打我”",
        "我是医生，3岁患儿多处骨折",
        "我女儿7岁，说叔叔摸她",
        "我儿子今年13岁，老师踢他",
        "老公打我也打孩子",
        "隔壁又在打孩子",
    ],
)
def test_a_grown_up_is_not_taken_for_a_child(text: str):
    assert not child_voice(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("「提交」", "submit"),
        ("跳过。", "skip"),
        ("[不知道]", "unknown"),
        ("取消！", "cancel"),
        ("修改", "edit"),
        ("有人不让我报", "duty"),
        ("提交了吗", None),
    ],
)
def test_a_label_is_the_whole_message(text: str, name: str | None):
    assert command(text) == name


def test_small_words_are_what_they_are():
    assert greeting_only("你好，请问有人在吗？") and greeting_only("你好 我想报告一个情况")
    assert not greeting_only("你好，孩子被打了")
    assert takes_back("发错了") == "retraction" and takes_back("撤回吧") == "withdrawal"
    assert (
        takes_back("他们逼我撤回") == "pressure"
        and takes_back("他撤回了消息，" + "孩子还在哭，我听见打人的声音还有东西摔碎") is None
    )
    assert not_let("园长不许我往上报") and not not_let("孩子不让报名") and not not_let("学校知道了要不要报告")


def test_a_unit_that_forbids_is_told_from_one_who_harms():
    assert unit_forbids("我班孩子身上有伤，校长说先别上报，压一压")
    assert not unit_forbids("对方要价30万，不准报警")
    assert not unit_forbids("她爸不让我去报案，孩子还在哭")


def test_a_reproach_is_no_mere_question():
    assert asks("请问免费律师怎么申请？") and asks("测试一下")
    assert not asks("安全出口都锁着，万一着火怎么跑？") and not asks("司机总停车买菜，能不能管管？")


def test_the_teacher_of_a_third_form_is_no_third_former() -> None:
    assert not child_voice("我是三年级的班主任，班里的小雨身上全是淤青")
    assert not child_voice("我是初二的家长，孩子不肯上学")
    assert child_voice("我是三年级的，老师老是打我")
