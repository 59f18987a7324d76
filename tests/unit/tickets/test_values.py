"""Single values as platforms really write them: read as far as is honest, and named when odd."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.tickets.values import addresses, code_of, leaves, moment_of, phone_of, readable, shallow, text_of

NOW = datetime(2025, 11, 6, 2, 0, tzinfo=UTC)
MORNING = datetime(2025, 11, 4, 1, 5, tzinfo=UTC)  # 09:05 in Beijing


@pytest.mark.parametrize(
    "written",
    [
        "2025-11-04 09:05:00", "2025-11-04 09:05", "2025/11/04 9:5", "2025/11/4 09:05", "20251104090500", "202511040905",
        "2025年11月4日 9时5分", "2025年11月4日9时5分", "2025-11-04T09:05:00+08:00", "2025-11-04T01:05:00Z", 1762218300000,
        "1762218300000", 1762218300, "１７６２２１８３００", "2025.11.04 09:05",
    ],
)  # fmt: skip
def test_a_time_is_read_however_it_is_written(written: object) -> None:
    assert moment_of(written, (), NOW) == (MORNING, "")


@pytest.mark.parametrize(
    ("written", "odd"),
    [
        ("昨天下午大概六点多", "time_unreadable"), ("2025-13-40 25:61:00", "time_unreadable"), ("2025-02-30 09:00:00", "time_unreadable"),
        ("2025年11月5日上午", "time_unreadable"), ("", "time_missing"), (None, "time_missing"), ({"a": 1}, "time_unreadable"),
        ("9" * 400, "time_unreadable"), (float("nan"), "time_missing"), (True, "time_unreadable"), (-5, "time_unreadable"),
    ],
)  # fmt: skip
def test_what_is_no_time_is_named_and_nothing_is_made_up(written: object, odd: str) -> None:
    assert moment_of(written, (), NOW) == (None, odd)


def test_a_guessed_time_says_so() -> None:
    assert moment_of("45965.37847", (), NOW) == (datetime(2025, 11, 4, 1, 5, tzinfo=UTC), "time_guessed"), (
        "a spreadsheet's day count"
    )
    assert moment_of("11/04/2025 9:5", (), NOW) == (MORNING, "time_guessed"), "month first"
    assert moment_of("1987-01-01 00:00:00", (), NOW)[1] == "time_implausible"
    assert moment_of("2031-01-01 00:00:00", (), NOW)[1] == "time_implausible"


@pytest.mark.parametrize(
    ("written", "number", "odd"),
    [
        ("15400000301", "15400000301", ""), ("0780-5550310", "07805550310", ""), ("+86 154 0000 0301", "15400000301", ""),
        ("１５４００００００３０", "15400000030", ""), ("电话：15400000457/0780-5550457", "15400000457", "phone_several"),
        ("1.54E+10", None, "phone_mangled"), ("", None, "phone_missing"), ("   ", None, "phone_missing"), ("无", None, "phone_unreadable"),
        ("15400000301 0780-5550310", "15400000301", "phone_several"), ("12345", None, "phone_unreadable"),
    ],
)  # fmt: skip
def test_a_telephone_number_is_found_or_named(written: str, number: str | None, odd: str) -> None:
    assert phone_of(written) == (number, odd)


@pytest.mark.parametrize(
    ("written", "code", "odd"),
    [
        ("458821", "458821", ""), ("458821102000", "458821102000", ""), ("628823204", "628823204", "code_short"),
        ("628822.0", "628822", "code_mangled"), ("45882", None, "code_unreadable"), ("罗岭县", None, "code_unreadable"),
        ("4588211020", "458821102", "code_mangled"), ("4.58821E+11", None, "code_unreadable"), ("", None, ""),
    ],
)  # fmt: skip
def test_a_division_code_is_cleaned_or_named(written: str, code: str | None, odd: str) -> None:
    assert code_of(written)[:2] == (code, odd)


def test_markup_is_taken_out_and_what_a_person_would_read_stays() -> None:
    written = '来电人投诉，&nbsp;每天 7 点开工，影响<font color="red">孩子</font>。<script>alert(1)</script><br/>诉求：<p>错峰施工。</p>'
    assert readable(written) == ("来电人投诉， 每天 7 点开工，影响孩子。\n诉求：\n错峰施工。", "html")
    assert readable("孩子发烧 39<40 度，a < b") == ("孩子发烧 39<40 度，a < b", ""), "a sign is no markup"
    assert readable("<p>有人打孩子<script>没有关上") == ("有人打孩子", "html")
    assert "有人打孩子" in readable("<script>有人打孩子")[0], "a script that never ends must not swallow the story"
    assert readable("\x00孩\ud800子\u200b") == ("孩\ufffd子\u200b", "")


@given(st.text(alphabet="<>/!-&;#ax 孩子\n\x00"))
def test_no_markup_makes_reading_fail_or_text_appear(text: str) -> None:
    said, _ = readable(text)
    assert "\x00" not in said


def test_any_json_has_text() -> None:
    assert text_of(["a", {"b": "c", "d": [1, None, True]}]) == ("a\nc\n1", "field_type")
    assert text_of(12.0) == ("12", "") and text_of(1.54e10) == ("15400000000", "") and text_of(None) == ("", "")
    assert text_of(True) == ("True", "field_type") and text_of(float("inf")) == ("", "")
    assert list(leaves({"a": [{"b": "一"}, "二"], "c": "三"})) == ["一", "二", "三"]


def test_what_is_nested_too_deep_keeps_its_words() -> None:
    deep: object = "孩子被打"
    for _ in range(900):
        deep = [deep]
    flat = shallow({"content": deep}, 5)
    assert list(leaves(flat)) == ["孩子被打"]


def test_addresses_of_attachments_however_they_are_listed() -> None:
    assert addresses(["http://a/1.jpg", {"x": "https://b/2"}]) == (("http://a/1.jpg", "https://b/2"), "")
    assert addresses("http://a/1.jpg; http://a/1.jpg") == (("http://a/1.jpg",), "")
    assert addresses(["file:///etc/passwd", "P1.jpg"]) == ((), "attachment_odd")
    assert addresses(None) == ((), "") and addresses([]) == ((), "")
