"""Which county a ticket is of: code, words, caller, platform, in that order, and which it was."""

from datetime import UTC, datetime
from typing import Any

import pytest

from intake.tickets.reading import read_slip
from intake.tickets.region import Map, Region, area_place, region_of
from tests.unit.tickets.profiles import shipped

NOW = datetime(2025, 11, 6, 2, 0, tzinfo=UTC)
PROFILE = shipped()["hutong"]
COUNTY = Map(
    {"450000": "广西壮族自治区", "458800": "榕湾市", "458821": "罗岭县"},
    {"458821": "458800", "458800": "450000", "450000": None},
    "458821",
)


def found(caller: str | None = None, default: str = "", **fields: Any) -> Region:
    return region_of(read_slip(PROFILE, {"content": "有人打孩子", **fields}, NOW), COUNTY, caller, default)


@pytest.mark.parametrize(
    ("fields", "place", "by", "flaws"),
    [
        ({"region_code": "458821102000", "region": "广西榕湾市罗岭县青禾镇"}, "458821", "code", []),
        ({"region_code": "458821"}, "458821", "code", []), ({"region_code": "458822", "region": "岭东县"}, "458800", "code", []),
        ({"region_code": "458821", "region": "榕湾市"}, "458821", "code", []),
        ({"region_code": "628822", "region": "甘肃省"}, "458821", "code", ["region_elsewhere"]),
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
    two = Map({**COUNTY.names, "458822": "岭东县"}, {**COUNTY.parents, "458822": "458800"}, "458800")
    slip = read_slip(PROFILE, {"content": "a", "region_code": "458821", "region": "岭东县"}, NOW)
    assert [flaw.code for flaw in region_of(slip, two, None, "").flaws] == ["region_conflict"]


def test_an_area_code_says_where_as_far_as_the_platform_lists_it() -> None:
    assert area_place("07805550310", {"0780": "458800", "078": "450000"}) == "458800"
    assert area_place("15400000301", {"0780": "458800"}) is None and area_place(None, {"0780": "458800"}) is None
