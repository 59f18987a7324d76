"""Where a report is from: what the words name, what this site looks after, where the child is registered."""

from dataclasses import replace
from pathlib import Path

import pytest

from intake.dialogue import Known, Report
from intake.drafting import place_of, registered_of
from intake.triage.assessment import Assessment
from intake.whereabouts import Whereabouts
from records.tables import Place
from routing.divisions import read_divisions
from words.ids import Urgency

DATA = Path(__file__).parents[2] / "data" / "places"
COUNTRY = read_divisions(*((DATA / name).read_text(encoding="utf-8") for name in ("divisions.tsv", "overrides.toml")))
TIEDONG = Whereabouts(
    [
        Place(code="220000", name="吉林省"), Place(code="220300", name="四平市", parent="220000"),
        Place(code="220303", name="铁东区", parent="220300"), Place(code="220303101", name="石岭镇", parent="220303"),
    ],
    COUNTRY,
    "220303",
)  # fmt: skip


def report(story: str, **fields: str) -> Report:
    known = {name: Known(value, value) for name, value in fields.items()}
    judged = Assessment(Urgency.NORMAL, "dropout", ("dropout",), emergency=False, readable=True)
    return Report((story,), judged, known, child=False, unread=0, unit=None)


@pytest.mark.parametrize(
    ("story", "fields", "code", "elsewhere"),
    [
        ("铁东区的一个孩子没上学", {}, "220303", ""),
        ("石岭镇中心小学有个孩子没来", {}, "220303101", ""),
        ("叶赫满族镇有个孩子没来", {}, "220303", ""),  # a town without a desk of its own
        ("孩子不上学了", {"place": "四平市铁东区平东街道"}, "220303", ""),
        ("孩子不上学了", {}, None, ""),
        ("高台县有个孩子不上学了", {}, None, "甘肃省张掖市高台县"),
        ("四平市铁西区有个孩子不上学了", {}, None, "吉林省四平市铁西区"),  # what lies above home looks after nobody
        ("爸妈在东莞市打工，孩子不上学了", {}, None, ""),
        ("孩子住在铁东区，户籍在重庆市渝北区", {}, "220303", ""),
        ("孩子不上学了，户籍在重庆市渝北区", {}, None, ""),
    ],
)
def test_the_finest_place_that_is_looked_after(
    story: str, fields: dict[str, str], code: str | None, elsewhere: str
) -> None:
    assert place_of(report(story, **fields), TIEDONG) == (code, elsewhere)


def test_a_units_people_mean_the_place_of_their_unit() -> None:
    theirs = replace(TIEDONG, unit="220303101")
    assert place_of(report("我们镇中心小学有个孩子没来"), theirs) == ("220303101", "")
    assert place_of(report("叶赫满族镇有个孩子没来"), theirs)[0] == "220303"


@pytest.mark.parametrize(
    ("story", "code"),
    [
        ("孩子住在铁东区，户籍在重庆市渝北区。", "500112"), ("户口是四平市铁东区的", "220303"), ("户籍地：高台县", "620724"),
        ("孩子没有户口", None), ("孩子在渝北区上学", None),
    ],
)  # fmt: skip
def test_where_the_child_is_registered(story: str, code: str | None) -> None:
    assert registered_of(report(story), TIEDONG) == code
