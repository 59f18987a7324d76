"""Clue words: they choose the category, raise what no rule finds, and take a mere mention out of a request."""

from intake.triage.engine import Engine
from intake.triage.keywords import parse
from tests.bench.places import PLACE
from tests.unit.triage.house import engine
from words.ids import Urgency

RULES = """【语境：孩子】孩子
孩子 娃
【语境：询问】问
怎么办理
【学生欺凌：紧急】欺负
打
【线索：学生欺凌】同学
同桌 书包 课间（强）
【线索：救助保障】钱
低保 补助（强）
存折
【线索：遗弃无人照料】没人
冷锅 啃生米（强）
空屋（强）
【线索：危急】近
叫不醒（强）
【线索：平缓】久
天天
【学生欺凌：特急】命
捅伤
【加重：学生欺凌】重
见血
【线索：受害】伤
发抖 躲着 不敢回 淤青 捂着
【线索：平常】常
花盆 板报 拖把 值日 排练 合唱
"""


def small() -> Engine:
    return Engine(parse(RULES))


def test_enough_clues_of_harm_are_urgent_though_no_rule_fires_and_say_so() -> None:
    found = small().assess("家里冷锅，空屋里孩子啃生米")
    assert (found.urgency, found.category) == (Urgency.URGENT, "abandonment")
    assert any(
        reason.rule == "线索" and reason.kind == "raised" and "啃生米" in reason.text for reason in found.reasons
    )


def test_clues_of_danger_make_it_critical() -> None:
    assert small().assess("家里冷锅，空屋里孩子啃生米，叫不醒").urgency is Urgency.CRITICAL
    assert small().assess("家里冷锅，空屋里孩子天天啃生米").urgency is Urgency.URGENT


def test_one_clue_alone_raises_nothing() -> None:
    assert small().assess("家里冷锅，孩子还没下课").urgency.rank > 1


def test_a_word_of_harm_in_a_request_about_something_else_does_not_count() -> None:
    found = small().assess("申请低保补助，存折被孩子拿去打印了", reporter="parent")
    assert found.urgency.rank > 1 and found.category == "welfare_relief"
    assert any(reason.kind == "refused" and "要的是办事" in reason.text for reason in found.reasons)


def test_no_text_raises_where_only_neither_harm_nor_service_is_spoken_of() -> None:
    texts = ("校车校车护栏超员消防通道堵了想请人来修，孩子打人", "泳池水深没护栏，能不能申请救生圈，孩子被打")
    for text in texts:
        assert engine().assess(text).category


def test_two_faint_clues_do_not_put_another_category_before_the_rule_that_fired() -> None:
    """「孩子被打」 is told by those who complain of desks too; that makes it no complaint of a desk."""
    assert engine().assess("孩子被打").category == "physical_abuse"
    assert engine().assess("小孩被打了").category == "physical_abuse"


def test_no_place_is_a_clue() -> None:
    """Words are counted from texts that are set in a few places; in another county their names would be missing, in these they would mislead."""
    words = {word for topic in engine().rules.topics for word in topic.words}
    assert not {word for word in words if PLACE.search(word)}
    counted = engine().counted
    assert counted is not None and not {"罗岭", "青禾", "岭东"} & counted.weights.keys()


ORDINARY = "排练合唱，值日拿拖把，搬花盆出板报，"


def test_a_mention_among_many_ordinary_words_does_not_count_and_says_so() -> None:
    found = small().assess(ORDINARY + "孩子打闹着")
    assert found.urgency.rank > 1
    assert any(
        reason.kind == "refused" and "平常的事" in reason.text and "值日" in reason.text for reason in found.reasons
    )
    assert small().assess("排练合唱，值日拿拖把，孩子打闹着").urgency is Urgency.URGENT  # too few to outweigh anything


def test_no_count_of_ordinary_words_outweighs_danger_now() -> None:
    assert small().assess(ORDINARY * 5 + "孩子被捅伤").urgency is Urgency.CRITICAL
    assert small().assess(ORDINARY * 5 + "孩子打得见血").urgency is Urgency.CRITICAL


def test_ordinary_words_never_outweigh_what_a_child_says_of_herself_nor_what_has_been_done() -> None:
    assert small().assess(ORDINARY + "有人打我", reporter="child").harm
    assert small().assess(ORDINARY + "孩子被同学打过").harm


def test_shipped_words_of_danger_win_over_a_page_of_ordinary_matters() -> None:
    page = "学校周五排练合唱，请家长准备白衬衫和黑皮鞋，午餐费下周退，图书角新到绘本，操场正在画线。"
    for danger in (
        "孩子正在被继父用皮带抽，浑身是血",
        "三年级的女孩说要跳楼，人已经在天台上",
        "刚才有个男的把四岁娃娃抱上面包车拉走了",
    ):
        assert engine().assess(page * 3 + danger).urgency is Urgency.CRITICAL, danger


def test_many_words_of_harm_are_urgent_though_no_rule_fires_and_say_so() -> None:
    found = small().assess("空屋里娃捂着，淤青，发抖，躲着不敢回")
    assert found.urgency is Urgency.URGENT
    assert any(reason.rule == "线索" and "淤青" in reason.text for reason in found.reasons)
    assert small().assess("空屋里娃躲着不敢回").urgency.rank > 1  # two words are no finding
