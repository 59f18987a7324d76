"""The rule file: what a duty officer may write, and what she is told when she slips."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.triage.check import check
from intake.triage.engine import Engine
from intake.triage.keywords import decode, parse
from intake.triage.rule_errors import RuleErrors
from tests.unit.triage.house import ROOT, engine
from words.ids import Urgency

SMALL = """【组：打】动作
打 揍
【组：孩子】孩子
孩子 娃
【家暴虐待：紧急】打孩子
{打} + {孩子} （6字内；除非 打针）
毒打
【性侵害：特急】性侵
猥亵
【语境：孩子】孩子
孩子 娃
【语境：否定紧邻】否定
没有
"""


def test_the_shipped_rules_parse_and_raise_no_doubt() -> None:
    raw = (ROOT / "data/keywords.txt").read_bytes()
    rules = parse(decode(raw))
    assert rules.lines <= 3000
    assert check(rules) == []
    assert all(purpose for purpose in rules.purposes.values())


def test_a_small_file_judges() -> None:
    engine = Engine(parse(SMALL + "【旁证：关】只看规则\n"))
    assert engine.assess("他揍了孩子").urgency is Urgency.URGENT
    assert engine.assess("明天下午带孩子去卫生院打针").urgency is not Urgency.URGENT
    assert engine.assess("没有猥亵孩子").urgency is not Urgency.CRITICAL


@pytest.mark.parametrize("text", [SMALL.replace("\n", "\r\n"), "\ufeff" + SMALL])
def test_windows_line_ends_and_a_mark_in_front_do_no_harm(text: str) -> None:
    assert parse(text).rules == parse(SMALL).rules


def test_gbk_is_refused_with_the_way_to_save_it() -> None:
    with pytest.raises(RuleErrors, match="另存为"):
        decode("【性侵害：特急】".encode("gbk"))


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("【没有这个：特急】说明", "不认识的类别"),
        ("【性侵害：最急】说明", "最急"),
        ("【性侵害：特急】", "没有说明"),
        ("【性侵害 特急", "标题写法不对"),
        ("{没有的组} + 孩子", "没有叫“没有的组”的组"),
        ("打 + 孩子 （约十字）", "看不懂的条件“约十字”"),
        ("打 + ", "组合缺了一边"),
    ],
)
def test_a_broken_line_is_named_with_its_number_and_how_to_mend_it(line: str, what: str) -> None:
    with pytest.raises(RuleErrors) as caught:
        parse(SMALL + "【性侵害：特急】再来\n" + line + "\n")
    problem = caught.value.problems[0]
    assert problem.line == SMALL.count("\n") + 2
    assert what in problem.what and problem.mend


def test_all_problems_come_at_once() -> None:
    with pytest.raises(RuleErrors) as caught:
        parse("猥亵\n【甲：乙】丙\n【性侵害：特急】好\n{无} + 打\n")
    assert [problem.line for problem in caught.value.problems] == [1, 2, 4]


def test_a_group_inside_itself_is_refused() -> None:
    with pytest.raises(RuleErrors, match="绕回了自己"):
        parse("【组：甲】一\n{乙}\n【组：乙】二\n{甲}\n")


def test_the_linter_tells_what_is_doubtful() -> None:
    twice = check(parse(SMALL + "【性侵害：特急】又\n猥亵\n"))
    assert any("已经有了" in said for said in twice)
    assert any(
        "没有孩子符合" in said
        for said in check(parse(SMALL + "打 + 娃 （满9岁；未满8岁）\n".join(["【性侵害：特急】又\n", ""])))
    )


def test_the_second_opinion_is_switched_off_by_one_line() -> None:
    counted = engine().counted
    assert counted is not None and Engine(parse(SMALL), counted).counted is counted
    assert Engine(parse(SMALL + "【旁证：关】不要旁证\n"), counted).counted is None


@given(st.text(alphabet="【】：{}（）+>、打孩子特急性侵害组 \n#=", max_size=60))
def test_any_text_parses_or_is_refused_with_reasons(text: str) -> None:
    try:
        parse(text)
    except RuleErrors as refused:
        assert refused.problems


def test_clue_words_have_grades_and_a_wrong_grade_is_explained() -> None:
    rules = parse(
        "【线索：校园安全】说的是校园\n校车 护栏\n超员（强）\n操场（微）\n【线索：危急】近在眼前\n叫不醒（强）\n"
    )
    weights = {word: topic.weight for topic in rules.topics for word in topic.words}
    assert weights == {"校车": 1.0, "护栏": 1.0, "超员": 2.0, "操场": 0.25, "叫不醒": 2.0}
    with pytest.raises(RuleErrors) as wrong:
        parse("【线索：校园安全】说的是校园\n校车（很强）\n")
    assert "第2行" in str(wrong.value) and "很强" in str(wrong.value)
