"""Which county a ticket is of: code, words, caller, platform, in that order, and which it was."""

from datetime import UTC, datetime
from typing import Any

import pytest

from intake.tickets.reading import read_slip
from intake.tickets.region import Region, area_place, region_of
from intake.whereabouts import Whereabouts
from records.tables import Place
from routing.divisions import Divisions
from tests.unit.tickets.profiles import shipped

NOW = datetime(2025, 11, 6, 2, 0, tzinfo=UTC)
PROFILE = shipped()["hutong"]
COUNTRY = Divisions(
    {
        "450000": "广西壮族自治区",
        "620000": "甘肃省",
        "620700": "张掖市",
        "620724": "高台县",
        "621100": "定西市",
        "621122": "陇西县",
    },
    {"620724": "100城关镇"},
)
PLACES = (
    Place(code="450000", name="广西壮族自治区"),
    Place(code="458800", name="榕湾市", parent="450000"),
    Place(code="458821", name="罗岭县", parent="458800"),
)
COUNTY = Whereabouts(PLACES, COUNTRY, "458821")


def found(caller: str | None = None, default: str = "", **fields: Any) -> Region:
    return region_of(read_slip(PROFILE, {"content": "有人打孩子", **fields}, NOW), COUNTY, caller, default)


@pytest.mark.parametrize(
    ("fields", "place", "by", "flaws"),
    [
        ({"region_code": "458821102000", "region": "广西榕湾市罗岭县青禾镇"}, "458821", "code", []),
        ({"region_code": "458821"}, "458821", "code", []), ({"region_code": "458822", "region": "岭东县"}, "458821", "code", ["region_elsewhere"]),
        ({"region_code": "458821", "region": "榕湾市"}, "458821", "code", []),
        ({"region_code": "628822", "region": "甘肃省"}, "458821", "code", ["region_elsewhere"]),
        ({"region_code": "458800"}, "458800", "code", []), ({"region_code": "450000"}, "458821", "code", ["region_elsewhere"]),
        ({"region": "广西"}, "458821", "site", ["region_missing"]), ({"region": "甘肃高台县城关镇"}, "458821", "words", ["region_elsewhere"]),
        ({"content": "陇西县有人打孩子"}, "458821", "words", ["region_elsewhere"]),
        ({"content": "户籍在甘肃陇西县，有人打孩子"}, "458821", "site", ["region_missing"]),
        ({"region_code": "451234"}, "458821", "code", ["region_elsewhere"]),
        ({"region": "广西罗岭县青禾镇"}, "458821", "words", []), ({"content": "罗岭县有人打孩子"}, "458821", "words", ["region_by_words"]),
        ({"region_code": "xx", "region": "罗岭"}, "458821", "words", []), ({}, "458821", "site", ["region_missing"]),
    ],
)  # fmt: skip
def test_a_place_is_found_and_how(fields: dict[str, Any], place: str, by: str, flaws: list[str]) -> None:
    region = found(**fields)
    assert (region.place, region.by, [flaw.code for flaw in region.flaws]) == (place, by, flaws)


def test_the_caller_comes_before_the_platform_and_the_platform_before_the_site() -> None:
    assert found(caller="458800", default="458821").by == "caller"
    assert found(default="458800").place == "458800" and found(default="458800").by == "platform"
    assert found(caller="990000", default="").by == "site"
    assert [flaw.code for flaw in found(caller="458800").flaws] == ["region_missing"]


def test_a_code_and_words_of_two_places_are_put_before_a_person() -> None:
    two = Whereabouts((*PLACES, Place(code="458822", name="岭东县", parent="458800")), COUNTRY, "458800")
    slip = read_slip(PROFILE, {"content": "a", "region_code": "458821", "region": "岭东县"}, NOW)
    assert [flaw.code for flaw in region_of(slip, two, None, "").flaws] == ["region_conflict"]


def test_the_place_that_is_not_looked_after_is_named_down_to_its_county() -> None:
    assert found(region_code="620724100000").elsewhere == "甘肃省张掖市高台县" and found(region="高台县").elsewhere
    assert found(region_code="458822", region="岭东县双河镇12号").elsewhere == "广西壮族自治区"
    assert found(region_code="458821").elsewhere == "" and found(region_code="991234").elsewhere == "991234"


def test_an_area_code_says_where_as_far_as_the_platform_lists_it() -> None:
    assert area_place("07805550310", {"0780": "458800", "078": "450000"}) == "458800"
    assert area_place("15400000301", {"0780": "458800"}) is None and area_place(None, {"0780": "458800"}) is None
