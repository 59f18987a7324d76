"""Tables as people send them: decoded before they are split, no cell lost, what is odd about a row named."""

import csv
import io
import struct
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from intake.tables import MOST_UNPACKED, Unreadable, grid
from intake.tickets.profile import for_tables
from intake.tickets.sheets import Sheet, read_sheet
from tests.support.workbook import xlsx
from tests.unit.tickets.profiles import shipped

PROFILE = shipped()["hutong"]
DATA = Path(__file__).parents[2] / "data"
CONTENT = (DATA / "tickets_12345.csv").read_bytes()
HEAD = ["工单编号", "受理时间", "来电号码", "区划代码", "内容"]


def read(content: bytes) -> Sheet:
    return read_sheet(content, PROFILE)


def test_sixty_rows_of_gb18030_with_every_cell_in_its_column() -> None:
    sheet = read(CONTENT)
    rows = {row.number: row for row in sheet.rows}
    assert len(rows) == 60 and not sheet.unknown
    assert rows[15].cells["内容"].count("\n") == 2 and "," in rows[15].cells["内容"] + rows[34].cells["内容"]
    assert rows[23].cells["区划代码"] == "628822.0" and rows[26].cells["来电号码"] == "1.54E+10"
    assert "🙏" in rows[48].cells["内容"] or any(ord(sign) > 0xFFFF for sign in rows[48].cells["内容"])
    assert [(flaw.code, flaw.value) for flaw in rows[45].flaws] == [("row_short", "3")]
    assert [(flaw.code, flaw.value) for flaw in rows[53].flaws] == [("row_long", "1")]
    extra = [cell for label, cell in rows[53].cells.items() if label.startswith("（多出的列")]
    assert len(extra) == 1 and extra[0]
    assert not [number for number, row in rows.items() if row.flaws and number not in (45, 53)]


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_the_same_whatever_it_is_written_in(name: str) -> None:
    text = CONTENT.decode("gb18030")
    assert read(text.encode(name)).rows == read(CONTENT).rows


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_same_whatever_divides_it(delimiter: str) -> None:
    rows = list(csv.reader(io.StringIO(CONTENT.decode("gb18030"), newline="")))
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    assert [row.cells for row in read(out.getvalue().encode()).rows] == [row.cells for row in read(CONTENT).rows]


def test_a_workbook_says_what_its_cells_show() -> None:
    sheet = read(
        xlsx([
            ["2025年11月工单汇总"], [], HEAD,
            ["RW1", datetime(2025, 11, 3, 9, 12, 45), 15400000426, 628822, "孩子被打\n在流血"],  # noqa: DTZ001 - a cell has no zone
            [20251103000121001, 45964.5, "15400000427", "458821102000", ""], ["RW3"], [],
        ])
    )  # fmt: skip
    one, two, three = sheet.rows
    assert dict(one.cells) == {"工单编号": "RW1", "受理时间": "2025-11-03 09:12:45", "来电号码": "15400000426", "区划代码": "628822", "内容": "孩子被打\n在流血"}  # fmt: skip
    assert "E+" in two.cells["工单编号"], (
        "seventeen digits are more than a spreadsheet keeps: never as if they were right"
    )
    assert two.cells["受理时间"] == "45964.5" and two.cells["区划代码"] == "458821102000"
    assert three.cells["工单编号"] == "RW3"


def test_two_columns_of_one_name_and_a_platforms_own_labels() -> None:
    sheet = read("工单编号,内容,内容,备用\nRW1,甲,乙,丙\n".encode())
    assert dict(sheet.rows[0].cells) == {"工单编号": "RW1", "内容": "甲", "内容（2）": "乙", "备用": "丙"}
    assert list(sheet.unknown) == ["内容（2）", "备用"]
    own = for_tables(shipped(), "A")
    assert read_sheet(b"order_no,created_at,content\n1,2025-11-03 09:00,x\n", own).known == ["order_no", "created_at", "content"]  # fmt: skip
    assert read_sheet("工单编号,内容\n1,x\n".encode(), own).rows[0].cells == {"工单编号": "1", "内容": "x"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "文件是空的"), (b"PK\x03\x04 broken", "读不出来"), (b"\xd0\xcf\x11\xe0 broken", "读不出来"), (b"\x00\x01\x02\xff\xfe" * 9, "读不出来"),
        ("甲,乙\n1,2\n".encode(), "看不到列名"), (b"x" * (21 << 20), "太大了"),
    ],
)  # fmt: skip
def test_what_is_no_table_of_tickets_is_refused_with_what_to_do(content: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        read(content)


def bomb(claims: int | None) -> bytes:
    """A few hundred kilobytes that unpack to more than any file may; its directory may say that they are fewer."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("xl/worksheets/sheet1.xml", "w") as file,
    ):
        for _ in range((MOST_UNPACKED >> 20) + 2):
            file.write(b" " * (1 << 20))
    content = bytearray(out.getvalue())
    if claims is not None:
        directory = content.rindex(b"PK\x01\x02")
        content[directory + 24 : directory + 28] = struct.pack("<I", claims)
    return bytes(content)


@pytest.mark.parametrize("claims", [None, 1000])
def test_what_unpacks_without_end_is_refused_whatever_its_directory_says(claims: int | None) -> None:
    content = bomb(claims)
    assert len(content) < 1 << 20
    with pytest.raises(Unreadable, match="解开后太大"):
        grid(content)


def test_a_damaged_sign_costs_a_sign_and_not_the_file() -> None:
    rows = read(
        "工单编号,内容\nRW1,孩子被打\n".encode("gb18030")[:-3]
        + b"\xff\n"
        + "RW2,孩子在哭,好多字在这里\n".encode("gb18030") * 9
    ).rows
    assert rows[0].cells["内容"].startswith("孩子") and rows[1].cells["工单编号"] == "RW2"
