"""Whom a text is about and what it asks for: grown-ups, tests of the system, things taken back, an office that is asked to help."""

import pytest

from tests.unit.triage.house import engine
from words.ids import Urgency


@pytest.mark.parametrize(
    ("text", "reporter", "level", "category"),
    [
        ("13岁的学生辍学在家一个学期了，请教育局帮忙劝返复学", "other", "normal", "dropout"),
        ("娃10岁，书本费收了两遍，请教体局核实退款。", "parent", "normal", "education_service"),
    ],
)
def test_asking_an_office_for_help_is_no_question(text: str, reporter: str, level: str, category: str) -> None:
    found = engine().assess(text, reporter=reporter)
    assert (found.urgency, found.category) == (level, category)


def test_asking_for_advice_still_is_one() -> None:
    assert engine().assess("请教一下，孩子转学要带哪些材料？", reporter="parent").urgency is Urgency.INFO


@pytest.mark.parametrize(
    ("text", "reporter"),
    [
        ("楼下男的喝多了把他媳妇打伤，家里没有小孩，请派出所来调解。", "operator"),
        ("我被前夫拿刀逼着要钱，儿子已成年在外地工作，怎么申请保护令？", "operator"),
        ("同车间的工友突然倒地抽搐，四十多岁，快派救护车。", "operator"),
        ("工地工友从架子上掉下来，五十出头，腿折了，打哪个电话？", "other"),
    ],
)
def test_grown_ups_are_out_of_scope(text: str, reporter: str) -> None:
    found = engine().assess(text, reporter=reporter)
    assert (found.urgency, found.category) == (Urgency.INFO, "out_of_scope")


def test_a_grown_son_does_not_hide_a_child() -> None:
    found = engine().assess("大儿子已经成年在外打工，7岁的小女儿昨晚又被继父用皮带打得全身是伤。", reporter="neighbour")
    assert found.urgency is Urgency.CRITICAL


@pytest.mark.parametrize(
    "text",
    [
        "测试单，请勿派发。内容：儿童走失。TEST-2201",
        "座席联调报文，内容“发现婴儿被遗弃”为占位，请忽略。",
        "本群今日测试：若收到“孩子被绑架”字样，均为系统联调，请勿报警。",
    ],
)
def test_a_test_of_the_system_is_about_nobody(text: str) -> None:
    found = engine().assess(text)
    assert (found.urgency, found.category, found.emergency) == (Urgency.INFO, "out_of_scope", False)


@pytest.mark.parametrize("text", ["我不想让我妈知道", "能不能不告诉我爸妈"])
def test_a_wish_without_a_word_of_harm_is_not_raised(text: str) -> None:
    """The second opinion needs more than the ring of a text."""
    assert not engine().assess(text).harm


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("他爸在派出所上班，昨晚又用皮带抽他", False),
        ("我妈在医院上班，她不知道继父摸我", False),
        ("捡到的婴儿已在派出所，身上没有伤", True),
        ("被打的孩子现在在医院，护士看着", True),
    ],
)
def test_a_child_is_safe_where_the_child_is(text: str, safe: bool) -> None:
    """Where a parent works is not where the child is."""
    assert engine().assess(text).routing.get("child_safe", False) is safe


def test_a_sum_of_cases_is_no_case() -> None:
    found = engine().assess("全市上半年办结侵害未成年人案件31件，同比下降8%，其中猥亵12件，供内部汇总。")
    assert not found.harm


def test_money_paid_to_a_card_beats_nobody() -> None:
    found = engine().assess(
        "来电人反映：6岁外孙的补贴打到他爸那张卡上取不出来。诉求：变更发放账户。", reporter="operator"
    )
    assert not found.harm


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("我是三年级班主任，班上一个9岁女生手臂上有旧的淤青，她说妈妈常打她，今天不敢回家", "physical_abuse"),
        ("我是县医院急诊医生，刚收一个4岁女孩，下身出血，继父送来的", "sexual_abuse"),
        ("本人系中心小学老师，五年级男生被他爸打得背上全是淤青", "physical_abuse"),
        ("我是初二学生班主任打我", "staff_harm"),
        ("我是幼儿园老师，我们班张老师打孩子的头", "staff_harm"),
        ("我是被班主任打的，脸肿了", "staff_harm"),
    ],
)
def test_the_teacher_who_reports_did_not_do_it(text: str, category: str) -> None:
    found = engine().assess(text)
    fired = [reason.text for reason in found.reasons if reason.kind == "hit"]
    assert found.category == category, fired
    if category != "staff_harm":
        assert "staff_harm" not in found.categories
        assert not any("行为人“班主任”" in text or "行为人“医生”" in text or "乞讨" in text for text in fired), fired


def test_what_has_been_done_has_been_done_whatever_is_asked_about_it() -> None:
    asked = engine().assess("咨询：孩子被父亲打过，人身安全保护令由谁去申请？")
    assert (asked.urgency, asked.category) == (Urgency.URGENT, "physical_abuse")
    assert engine().assess("咨询：如果孩子被父亲打，人身安全保护令由谁去申请？").urgency is not Urgency.URGENT


def test_a_reason_is_read_out_once_and_a_masked_scrap_is_not() -> None:
    long = "她被四名女生孤立，被子被扔到地上。" * 6
    told = [reason.text for reason in engine().assess(long).reasons]
    assert len(told) == len(set(told)) and not any("在“班主任”里面" in each for each in told)


def test_a_port_is_no_hour() -> None:
    assert "when" not in engine().assess("举报：孩子起疹子，照片 http://127.0.0.1:8091/x").facts
