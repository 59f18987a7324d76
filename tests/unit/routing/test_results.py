"""What may be told to a reporter, and what "seen" means."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.outcomes import OUTCOMES, safe_sentence
from routing.seen import Seen, lacking, must_be_seen
from routing.tellable import NEVER, forbidden, problems, untrue
from words.ids import Urgency

OPENED = datetime(2026, 11, 19, 7, tzinfo=UTC)
NOW = OPENED + timedelta(hours=3)
FACTS = {
    "child_name": {"value": "陈小雨"},
    "school": {"value": "城关镇中心小学"},
    "id_card": {"value": "110101201801010000"},
}
REPORTER = {"reporter_name": {"value": "李红梅"}, "reporter_phone": {"value": "13877770011"}}


def said(text: str) -> str:
    return "；".join(map(str, problems(text, FACTS, REPORTER)))


@pytest.mark.parametrize("outcome", OUTCOMES.values(), ids=list(OUTCOMES))
def test_every_safe_sentence_may_be_told(outcome: object) -> None:
    assert said(outcome.tell) == ""  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("陈小雨已经安全。", "陈小雨"), ("陈 小 雨已经安全。", "陈小雨"), ("已到城关镇中心小学核实。", "城关镇中心小学"),
        ("李红梅老师反映的事已办。", "李红梅"), ("请打13877770011联系。", "13877770011"), ("孩子在县二中上课。", "二中"),
        ("小雨同学已回家。", "小雨"), ("张某已被训诫。", "张某"), ("孩子确诊抑郁症。", "抑郁"), ("经鉴定为轻伤二级。", "轻伤"),
        ("孩子怀孕三个月。", "怀孕"), ("嫌疑人已被控制。", "嫌疑人"), ("请耐心等待。", "请耐心等待"), ("亲，已经办好了。", "亲"),
        ("身份证110101201801010000已核对。", "110101201801010000"), ("育才学校已整改。", "育才学校"),
    ],
)  # fmt: skip
def test_a_name_a_school_a_diagnosis_is_refused_and_named(text: str, word: str) -> None:
    assert word in said(text)


@pytest.mark.parametrize(
    "text",
    [
        "孩子已得到妥善照顾。", "已与学校联系，孩子回学校上课。", "孩子所在学校已整改。", "孩子的母亲已接受指导。",
        "已安排三次走访。", "班主任已了解情况。", "已就医，医生会继续跟进。", "孩子回到小学上课了。",
    ],
)  # fmt: skip
def test_plain_sentences_may_be_told(text: str) -> None:
    assert said(text) == ""


@given(st.text(max_size=200))
def test_any_text_gets_an_answer(text: str) -> None:
    assert isinstance(problems(text, FACTS, REPORTER), tuple)
    assert (forbidden(text) is None) or any(word in text for word in (*NEVER, "亲"))


def test_a_safe_sentence_says_each_thing_once() -> None:
    assert safe_sentence(["guardian_removed", "protection_order"]) == OUTCOMES["guardian_removed"].tell
    assert safe_sentence(["nothing"]) == ""


SAW = Seen("王警官", NOW - timedelta(hours=1), "学校", True, False, True, "外婆")


def test_who_saw_the_child_with_their_own_eyes() -> None:
    assert SAW and lacking(SAW, Urgency.CRITICAL, "sexual_abuse", OPENED, NOW) is None
    assert Seen.from_json(SAW.to_json()) == SAW
    assert not Seen() and not Seen("王警官", NOW, "学校", True, by_phone=True)


@pytest.mark.parametrize(
    ("changes", "asks"),
    [
        ({"who": " "}, "谁"), ({"at": None}, "什么时候"), ({"where": ""}, "在哪里"), ({"by_phone": True}, "打电话不算"),
        ({"apart": None}, "不在场"), ({"safe": None}, "是否安全"), ({"custody": ""}, "由谁照看"),
        ({"at": NOW + timedelta(minutes=1)}, "还没有到"), ({"at": OPENED - timedelta(days=2)}, "早于报告"),
    ],
)  # fmt: skip
def test_what_is_missing_is_asked_for(changes: dict[str, object], asks: str) -> None:
    seen = Seen(**{**vars(SAW), **changes})  # type: ignore[arg-type]
    line = lacking(seen, Urgency.CRITICAL, "sexual_abuse", OPENED, NOW)
    assert line is not None and asks in str(line)


def test_only_harm_must_be_seen() -> None:
    assert must_be_seen(Urgency.URGENT, "bullying") and not must_be_seen(Urgency.NORMAL, "bullying")
    assert not must_be_seen(Urgency.CRITICAL, "water_safety")
    assert lacking(Seen(), Urgency.NORMAL, "dropout", OPENED, NOW) is None
    urgent = Seen("村干部", NOW, "家里", False)
    assert lacking(urgent, Urgency.URGENT, "guardianship", OPENED, NOW) is None


@pytest.mark.parametrize(
    "text",
    [
        "王小明已经送医院", "已见到张小雨，由奶奶李芳照看", "孩子住在和平路12号3单元402", "李芳同意接受指导", "由黄丽丽照看，情况稳定",
    ],
)  # fmt: skip
def test_names_and_addresses_are_caught_without_being_facts(text: str) -> None:
    assert problems(text, {}, {})


@pytest.mark.parametrize(
    "text",
    [
        "公安机关已经受理，孩子目前有人照顾。", "马上安排人员上门，周围情况已核实。", "任何时候都可以再来补充。", "曾经反映的问题已办理。",
        "高度重视，已由民警当面见到孩子。", "程序上还需要几天，许可以后会再联系。", "金额已核实，周五前答复。",
    ],
)  # fmt: skip
def test_everyday_words_are_no_names(text: str) -> None:
    assert not problems(text, {}, {})


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("已联系张建国谈话", "张建国"), ("民警已约谈李某芳的继父王大勇并训诫", "王大勇"), ("孩子由韦秀英照看", "韦秀英"), ("已告知陆家明家长", "陆家明"),
        ("今天上午请蒙志强到所里说明情况", "蒙志强"), ("对黄桂芳进行了批评教育", "黄桂芳"), ("欧阳娜娜已接回家", "欧阳娜娜"), ("和刘洋一起回家了", "刘洋"),
        ("已将张小雨送回家中", "张小雨"), ("由农月娥接走", "农月娥"), ("通知莫天成配合调查", "莫天成"), ("已让何永福写下保证书", "何永福"), ("请联系陈队长", "陈队长"),
        ("李雷与韩梅梅已和解", "韩梅梅"), ("经覃德胜确认，情况属实", "覃德胜"), ("孩子吴涛现在安全", "吴涛"),
    ],
)  # fmt: skip
def test_an_unknown_name_in_mid_clause_is_found(text: str, name: str) -> None:
    assert name in said(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("已送县人民医院检查", "人民医院"), ("孩子在和平诊所治疗", "和平诊所"), ("已转到榕湾市精神卫生中心", "精神卫生中心"), ("由爱心幼儿园照看", "爱心幼儿园"),
        ("已到罗岭县妇幼保健院复查", "妇幼保健院"), ("送石榴乡卫生院", "乡卫生院"), ("由县福利院照料", "县福利院"),
    ],
)  # fmt: skip
def test_a_clinic_or_a_home_by_its_name_is_found(text: str, place: str) -> None:
    assert place in said(text)


@pytest.mark.parametrize(
    "text",
    [
        "已安排到当地医院就医", "已送医院检查", "孩子在医院，有人陪着", "已联系附近医院", "已在定点医院治疗", "家长已带孩子去医院复查", "已由专业心理咨询中心跟进",
        "孩子在幼儿园情况正常。", "感谢您的关心，情况明确后第一时间告诉您。", "家长承诺不再动手，社区每周走访一次。", "康复训练名额已经申请，预计下周安排。",
        "水塘边已经装了护栏，温馨提示牌也立好了。", "目前方案已定，下一步由民政部门落实救助。", "相关费用已经退还，钱款当天到账。", "已张贴安全提示，陈旧设施已更换。",
        "已与家长谈话，批评教育，并签了承诺书。", "村里和镇上会常去看看。", "校车司机已经更换，车辆检修完毕。", "罗岭县有关部门已受理。", "已拍了三张照片留存。",
        "周末前答复您，周转资金已到位。", "孩子和老师在学校，老师会多关心。", "范围已经核实，许可证已经补办。",
    ],
)  # fmt: skip
def test_what_officials_write_without_names_may_be_told(text: str) -> None:
    assert said(text) == ""


def test_a_child_who_is_not_safe_is_not_told_to_be() -> None:
    assert untrue("孩子已得到妥善照顾。", safe=False) and not untrue("孩子已得到妥善照顾。", safe=True)
    assert not untrue("公安机关正在办理。", safe=False)
