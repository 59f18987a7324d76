"""A spreadsheet as a county sends it: other names, other order, merged cells, full-width signs; every bad line is named."""

from typing import Any

import pytest

from routing.directory_sheet import Shift, read_sheet
from routing.divisions import Divisions

COUNTRY = Divisions(
    {"450000": "广西壮族自治区", "458800": "榕湾市", "458821": "罗岭县"}, {"458821": "101青禾镇 102河口镇"}
)
KNOWN = {"458821": "罗岭县"}
HEADER = [
    "区划代码",
    "单位类型",
    "单位名称",
    "值守方式",
    "值班电话",
    "姓名",
    "手机号码（必填）",
    "岗位",
    "星期",
    "班次",
]


def read(*rows: list[str], header: list[str] = HEADER) -> Any:
    return read_sheet([header, *rows], COUNTRY, KNOWN, "458821")


def line_of(**changed: str) -> list[str]:
    cells = dict(
        zip(
            HEADER,
            ["458821", "公安局", "罗岭县公安局", "24小时值守", "", "黄月娥", "15400001001", "值班员", "", ""],
            strict=True,
        )
    )
    return list((cells | changed).values())


def test_a_title_above_full_width_numbers_and_merged_cells() -> None:
    sheet = read_sheet(
        [
            ["罗岭县值班表"], [], HEADER,
            ["458821", "公安局", "罗岭县公安局", "24小时值守", "0780-5550110", "黄月娥", "１５４００００１００１", "值班员", "每天", "白天"],
            ["", "", "", "", "", "吴家明", "15400001002.0", "值班员", "每天", "夜间"],
            ["", "", "", "", "", "莫素珍", "154 0000-1003", "局长", "", ""],
            ["", "民政", "罗岭县民政局", "", "", "蒙春燕", "15400001004", "联络员", "周一至周五", "09:00-17:00"],
            ["", "", "", "", "", "", "", "", "", ""],
        ],
        COUNTRY, KNOWN, "458821",
    )  # fmt: skip
    assert not sheet.problems
    police, night, head, civil = sheet.entries
    assert (police.number, police.department, police.kind, police.desk_phone) == (4, "police", "24h", "07805550110")
    assert (police.phone, night.phone, head.phone) == ("15400001001", "15400001002", "15400001003")
    assert (police.shift, night.shift) == (Shift("desk", start=480, end=1200), Shift("desk", start=1200, end=480))
    assert head.desk == "罗岭县公安局" and head.shift.rung == "L2"
    assert civil.desk_phone == "" and civil.kind == "day"  # another desk: nothing of the police is filled in
    assert civil.shift == Shift("L1", weekdays=(1, 2, 3, 4, 5), start=540, end=1020)


@pytest.mark.parametrize(
    ("written", "rung"),
    [("值班", "desk"), ("值班民警", "desk"), ("席位（值班员）", "desk"), ("值班组长", "L0"), ("带班领导", "L0"), ("联络员", "L1"),
     ("单位负责人", "L2"), ("统筹", "L3"), ("县政府总值班室", "L4"), ("分管副县长", "L4"), ("分管领导", "L4")],
)  # fmt: skip
def test_levels_by_what_they_are_called(written: str, rung: str) -> None:
    (entry,) = read(line_of(岗位=written)).entries
    assert entry.shift.rung == rung


@pytest.mark.parametrize(
    ("written", "department"),
    [("公安", "police"), ("police", "police"), ("县公安局指挥中心", "police"), ("妇联", "womens_federation"), ("团县委", "youth_league"),
     ("乡镇人民政府", "township"), ("青禾镇人民政府", "township"), ("河边村委会", "village_committee"), ("县委网信办", "cyberspace"),
     ("政府总值班室", "government_office"), ("教体局", "education"), ("县人民医院", "medical_institution"), ("人民检察院", "procuratorate")],
)  # fmt: skip
def test_departments_by_what_they_are_called(written: str, department: str) -> None:
    (entry,) = read(line_of(单位类型=written)).entries
    assert entry.department == department


@pytest.mark.parametrize(
    ("days", "hours", "shift"),
    [
        ("", "", Shift("desk")), ("每天", "全天", Shift("desk")), ("工作日", "", Shift("desk", days="working")),
        ("节假日", "20:00-次日8:00", Shift("desk", days="rest", start=1200, end=480)),
        ("周六至周日", "8时-20时", Shift("desk", weekdays=(6, 7), start=480, end=1200)),
        ("1,3,5", "8:30~17:30", Shift("desk", weekdays=(1, 3, 5), start=510, end=1050)),
        ("周五至周一", "", Shift("desk", weekdays=(1, 5, 6, 7))), ("星期三", "0:00-24:00", Shift("desk", weekdays=(3,))),
    ],
)  # fmt: skip
def test_days_and_hours(days: str, hours: str, shift: Shift) -> None:
    (entry,) = read(line_of(星期=days, 班次=hours)).entries
    assert entry.shift == shift


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"区划代码": "999999"}, "999999"), ({"区划代码": "某县"}, "某县"), ({"单位类型": "天文馆", "单位名称": ""}, "天文馆"),
        ({"手机号码（必填）": "1.54E+10"}, "科学计数"), ({"手机号码（必填）": ""}, "电话"), ({"手机号码（必填）": "待定"}, "待定"),
        ({"姓名": ""}, "姓名"), ({"岗位": ""}, "级别"), ({"岗位": "门卫"}, "门卫"), ({"星期": "周八"}, "周八"),
        ({"班次": "早上"}, "早上"), ({"班次": "25:00-26:00"}, "25"), ({"值守方式": "随叫随到"}, "随叫随到"), ({"值班电话": "无"}, "无"),
    ],
)  # fmt: skip
def test_what_can_not_be_read_is_said_with_its_line(changed: dict[str, str], says: str) -> None:
    sheet = read(line_of(), line_of(**changed))
    assert [entry.number for entry in sheet.entries] == [2]
    ((number, said),) = sheet.problems
    assert number == 3 and says in str(said)


def test_a_town_is_a_place_of_its_own() -> None:
    (entry,) = read(line_of(区划代码="罗岭县青禾镇", 单位类型="镇政府", 单位名称="青禾镇人民政府")).entries
    assert (entry.place, entry.department) == ("458821101", "township")


def test_a_desk_with_a_bad_line_is_known_as_broken() -> None:
    sheet = read(line_of(), line_of(**{"手机号码（必填）": "?"}))
    assert sheet.broken == {("458821", "police", "罗岭县公安局")}


@pytest.mark.parametrize(
    "rows", [[], [["姓名", "电话"]], [["a"] * 9] * 12, [["区划代码", "姓名", "电话"], ["458821", "黄", "1"]]]
)
def test_a_sheet_without_a_header_is_refused(rows: list[list[str]]) -> None:
    sheet = read_sheet(rows, COUNTRY, KNOWN, "458821")
    assert not sheet.entries and len(sheet.problems) == 1
