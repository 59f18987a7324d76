"""Whatever is pasted becomes fields of a ticket; what fits none is content, and nothing is lost."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from intake.tickets.pasting import Pasted, understand
from tests.unit.tickets.profiles import shipped

NOW = datetime(2025, 11, 6, 2, 0, tzinfo=UTC)
PROFILES = shipped()
DATA = Path(__file__).parents[2] / "data"
TICKETS = json.loads((DATA / "tickets_12345.json").read_text("utf-8"))
ROWS = list(csv.reader(io.StringIO((DATA / "tickets_12345.csv").read_bytes().decode("gb18030"))))


def read(text: str) -> Pasted:
    return understand(text, PROFILES, NOW)


@pytest.mark.parametrize("entry", TICKETS, ids=lambda entry: f"{entry['n']}{entry['platform']}")
def test_a_platforms_json_is_known_by_its_shape(entry: dict) -> None:
    found = read(json.dumps(entry["payload"], ensure_ascii=False, indent=1))
    assert (found.shape, found.profile) == ("json", entry["platform"])
    assert found.fields["content"] and found.fields["order_no"]


def test_json_of_nobodys_shape_is_read_whole() -> None:
    found = read('{"谁": "邻居", "说了": ["有人打孩子", {"在": "罗岭县"}]}')
    assert found.fields == {"content": "邻居\n有人打孩子\n罗岭县"} and found.profile == "hutong"
    assert read('[{"content": "有人打孩子"}]').fields == {"content": "有人打孩子"}
    assert read('{"content": "没有写完').fields == {"content": '{"content": "没有写完'}


def test_labelled_lines_of_any_screen() -> None:
    text = "【工单编号】：RW20251103000121\n来电人： 匿名    联系电话：15400000301\n诉求内容：继父打孩子。\n孩子8岁，\n现在在家。\n所属区域:罗岭县青禾镇"
    assert read(text) == Pasted(
        {
            "order_no": "RW20251103000121", "caller_name": "匿名", "caller_phone": "15400000301", "region": "罗岭县青禾镇",
            "content": "继父打孩子。\n孩子8岁，\n现在在家。",
        },
        "lines",
    )  # fmt: skip


def test_what_stands_before_the_first_label_or_comes_twice_is_kept_as_content() -> None:
    found = read("急！\n标题：打孩子\n内容：继父打孩子\n标题：又一个")
    assert found.fields == {"title": "打孩子", "content": "继父打孩子\n急！\n标题：又一个"}
    assert read("他说电话：没有，孩子在哭").shape == "words"
    assert read("内容：孩子在哭").fields == {"content": "孩子在哭"}


@pytest.mark.parametrize("number", [1, 4, 15, 34, 51])
def test_a_row_of_a_table_with_and_without_its_header(number: int) -> None:
    head, row = ROWS[0], ROWS[number]
    out = io.StringIO()
    csv.writer(out, delimiter="\t").writerows([head, row])
    with_head = read(out.getvalue())
    assert (
        with_head.shape == "row"
        and with_head.fields["order_no"] == row[0]
        and with_head.fields["content"].split() == row[5].split()
    )
    out = io.StringIO()
    csv.writer(out, delimiter="\t").writerow(row)
    bare = read(out.getvalue())
    assert bare.shape == "row" and bare.fields["content"].split() == row[5].split()
    assert (bare.fields["order_no"], bare.fields["caller_phone"], bare.fields["region"]) == (row[0], row[6], row[7])
    assert (bare.fields["title"], bare.fields["received_at"], bare.fields["type"]) == (row[4], row[1], row[3])


def test_words_are_the_content_and_nothing_is_nothing() -> None:
    assert read(" 来电人说孩子在哭 ") == Pasted({"content": "来电人说孩子在哭"}, "words")
    assert read("  \n ") == Pasted({}, "words")
    assert read("\ud800孩子在哭\x00").fields["content"].endswith("孩子在哭\x00")
