"""Ages, sex, number, place, telephone and identity numbers, each with the reporter's own words."""

import pytest

from intake.triage.ages import ages, child_age
from intake.triage.contacts import id_cards, phones
from tests.unit.triage.house import engine

AGES = {
    "女孩8岁，在读": 8, "八岁半的男孩": 8, "儿子十六了": 16, "才十四就不读书": 14, "我今年17了": 17, "7个月婴儿": 0, "42天男婴": 0,
    "宝宝八个月，吞了电池": 0, "刚满月的女婴": 0, "1岁2月的男孩": 1, "大的13，老二9岁，小的4岁": 4, "16周岁零两个月": 16,
    "起初说三岁多，后更正为今年八岁": 8, "孩子2017年生": 8, "出生三天的新生儿": 0, "今年14周岁了": 14,
}  # fmt: skip
NO_AGES = [
    "十五六岁的小姑娘",
    "五六岁的孩子",
    "未满16岁的孩子",
    "14岁以下都可以",
    "孩子三个月没回家",
    "四十多岁的男人",
    "几岁可以上学",
]


@pytest.mark.parametrize(("text", "years"), AGES.items())
def test_ages_in_every_form(text: str, years: int) -> None:
    found = child_age(text, ages(text, year=2025))
    assert found is not None and found.years == years


@pytest.mark.parametrize("text", NO_AGES)
def test_a_vague_age_is_no_age(text: str) -> None:
    assert child_age(text, ages(text)) is None


def test_identity_numbers_by_check_digit_and_date() -> None:
    assert [number for number, _, _ in id_cards("身份证458821201401010021，")] == ["458821201401010021"]
    assert [number for number, _, _ in id_cards("身份证45882120121112049x")] == ["45882120121112049X"]
    assert not id_cards("身份证458821201401010022")  # wrong check digit
    assert not id_cards("运单号458821199013310017")  # no such day, and a parcel's number


@pytest.mark.parametrize(
    ("text", "digits"),
    [("电话154 0000 0203", "15400000203"), ("154-0000-0208接听", "15400000208"), ("座机0780-5550204", "07805550204"), ("打110", None),
     ("流水号202511224581000123", None), ("一五四零零零零零二零三", "15400000203")],
)  # fmt: skip
def test_telephones(text: str, digits: str | None) -> None:
    found = [number for number, _, _ in phones("".join(text.split()))]
    assert found == ([digits] if digits else [])


def test_facts_carry_the_reporters_own_words() -> None:
    text = "我們班 一名 女生 （ 13 歲 ），住在罗岭县青禾镇，继父昨晚打了她，电话 154 0000 0203"
    found = engine().assess(text).facts
    assert found["child_age"].value == 13 and "13" in text[found["child_age"].start : found["child_age"].end]
    assert found["child_sex"].value == "f"
    assert found["phone"].value == "15400000203" and text[found["phone"].start : found["phone"].end] == "154 0000 0203"
    assert text[found["suspect"].start : found["suspect"].end] == "继父"
    assert "罗岭县" in found["place"].value


def test_where_the_child_is_now_stands_apart() -> None:
    more = engine().assess("女孩9岁被继父打，孩子现在在我办公室，今晚继父要来接她").more
    assert "办公室" in more["where_now"].value
    assert "今晚" in more["meets_again"].value


@pytest.mark.parametrize(
    ("text", "suspect"),
    [
        ("孩子被体育老师踹了一脚", "体育老师"),
        ("继父常打她", "继父"),
        ("妈妈发现女儿被舅舅摸了", "舅舅"),
        ("班主任说学生被他爸打", "他爸"),
    ],
)
def test_the_one_complained_about(text: str, suspect: str) -> None:
    assert engine().assess(text).facts["suspect"].value == suspect


def test_two_children() -> None:
    assert engine().assess("姐妹俩住校没人接").facts["children"].value == 2
    assert engine().assess("兄妹三个自己过").facts["children"].value == 3
    assert engine().assess("一个孩子没人管").facts.get("children") is None
