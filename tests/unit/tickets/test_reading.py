"""The three shapes with their planted faults, and whatever else JSON can hold: read, named, never refused."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.tickets.flaws import KINDS, for_person
from intake.tickets.reading import NothingToFile, Slip, Transfer, pick, read_slip
from tests.unit.tickets.profiles import shipped

NOW = datetime(2025, 11, 6, 2, 0, tzinfo=UTC)
TICKETS = json.loads((Path(__file__).parents[2] / "data" / "tickets_12345.json").read_text("utf-8"))
PROFILES = shipped()


def slip(number: int) -> Slip:
    entry = TICKETS[number - 1]
    return read_slip(PROFILES[entry["platform"]], entry["payload"], NOW)


def codes(found: Slip) -> set[str]:
    return {flaw.code for flaw in found.flaws}


def test_each_shape_is_read_by_its_profile() -> None:
    flat, nested, chinese = slip(1), slip(13), slip(22)
    assert (flat.given, flat.type, flat.caller_phone, flat.region_code) == (
        "RW20251103000121",
        "help",
        "15400000301",
        "458821102000",
    )
    assert (nested.given, nested.type, nested.region) == ("QY-2025-1103-0007", "report", "甘肃省祁塬市白塬县")
    assert nested.attachments == ("http://127.0.0.1:8091/fj/P1.jpg",) and nested.caller_name == "匿名"
    assert chinese.received_at == datetime(2025, 11, 4, 0, 30, tzinfo=UTC) and chinese.title == "走失"
    assert not (flat.flaws or nested.flaws or chinese.flaws)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (8, {"fields_unknown"}), (10, {"html"}), (11, {"content_long"}), (16, {"time_unreadable"}), (19, {"html"}),
        (20, {"code_short"}), (28, {"phone_missing"}), (29, {"time_unreadable"}), (30, {"fields_unknown"}),
    ],
)  # fmt: skip
def test_every_planted_fault_is_named(number: int, expected: set[str]) -> None:
    assert codes(slip(number)) == expected


def test_a_resend_means_the_same_and_an_update_does_not() -> None:
    assert slip(4).order == slip(1).order and slip(4).meaning == slip(1).meaning
    assert slip(18).meaning == slip(13).meaning
    assert slip(30).order == slip(22).order and slip(30).meaning == slip(22).meaning, "unknown fields are no news"
    assert slip(9).order == slip(2).order and slip(9).meaning != slip(2).meaning and slip(9).event == "update"
    assert slip(25).order == slip(24).order and slip(25).meaning != slip(24).meaning


def ours(**fields: Any) -> Slip:
    return read_slip(PROFILES["hutong"], fields, NOW)


def test_order_numbers_are_the_same_however_they_are_typed() -> None:
    assert ours(order_no="RW 1").order == ours(order_no=" ＲＷ  1 ").order
    assert ours(order_no=123).order == ours(order_no="123").order == ours(order_no=123.0).order
    odd = ours(order_no={"no": 1}, content="a")
    assert odd.order.startswith("odd:") and "order_odd" in codes(odd)
    nothing = ours(content="孩子被打", caller_phone="15400000301")
    assert nothing.given is None and "order_missing" in codes(nothing)
    assert nothing.order == ours(content="孩子被打", caller_phone="15400000301").order != ours(content="孩子被打").order


def test_chinese_columns_of_a_table_are_read_by_the_documented_profile() -> None:
    found = ours(工单编号="SJ1", 内容="来电人反映", 来电号码="15400000401", 所属区域="罗岭县", 区划代码="458821")
    assert (found.given, found.content, found.caller_phone) == ("SJ1", "来电人反映", "15400000401")


def test_what_fits_no_field_is_read_as_a_whole() -> None:
    found = read_slip(PROFILES["B"], {"order": "1", "text": {"body": "有人打孩子"}}, NOW)
    assert "shape_unknown" in codes(found) and "有人打孩子" in found.content
    blank = read_slip(PROFILES["B"], {"order": None, "x": [], "y": {"z": "  "}}, NOW)
    assert "content_missing" in codes(blank) and "shape_unknown" not in codes(blank)
    with pytest.raises(NothingToFile):
        read_slip(PROFILES["B"], {}, NOW)


def test_a_three_way_call_is_taken_down() -> None:
    made = ours(content="a", transfer={"called": "120", "by": "话务员021", "took": "0312", "at": "2025-11-03 09:15:00"})
    assert made.transfer == Transfer("120", "话务员021", "0312", "", datetime(2025, 11, 3, 1, 15, tzinfo=UTC))
    assert ours(content="a", transfer="接警员0312").transfer == Transfer("110", took="接警员0312")
    assert (
        ours(content="a", caller_is_subject="是").caller_is_subject
        and not ours(content="a", caller_is_subject=0).caller_is_subject
    )


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from([path[0] for paths in PROFILES["hutong"].fields.values() for path in paths])


@given(
    st.sampled_from(["A", "B", "C", "hutong"]),
    st.dictionaries(
        FIELDS | st.sampled_from(["gdxx", "ldr", "qh", "sj", "fj"]) | st.text(max_size=6), ANY_JSON, max_size=8
    ),
)
def test_no_json_is_too_odd(platform: str, data: dict[str, Any]) -> None:
    try:
        found = read_slip(PROFILES[platform], data, NOW)
    except NothingToFile:
        return
    assert found.order and found.meaning
    assert all(flaw.code in KINDS and str(flaw.said) for flaw in found.flaws)
    assert "\x00" not in found.text
    json.dumps([flaw.to_json() for flaw in found.flaws]).encode()
    str(found.text).encode()  # no half characters are left in what is judged and shown


def test_paths_go_through_lists() -> None:
    assert pick({"fj": [{"dz": 1}, {"x": 2}, 3]}, ("fj", "[]", "dz")) == [1, 3]
    assert (
        pick({"fj": {"dz": 1}}, ("fj", "[]", "dz")) == [1]
        and pick({}, ("fj", "[]", "dz")) == []
        and pick(7, ("a",)) is None
    )


def test_a_note_needs_nobody_and_a_broken_field_somebody() -> None:
    assert for_person(slip(8).flaws) == () and for_person(slip(20).flaws) == ()
    for number in (10, 11, 16, 28):
        assert for_person(slip(number).flaws), number
