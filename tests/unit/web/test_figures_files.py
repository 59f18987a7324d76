"""Figures as files: what is small is not said, who took them out stands on every page, no cell is a formula."""

import io
import json
import re
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from routing.figures.matter import Matter, Promise
from routing.figures.reading import Period
from routing.papers.pdf import pdf
from routing.papers.sheet import Table, Text
from web.figures_files import ANNUAL, MONTHLY, YEARLY, Taken, annual_due, book, report, text
from web.figures_tables import Listed, tables

ROOT = Path(__file__).resolve().parents[3]
NOON = datetime(2026, 11, 19, 4, 0, tzinfo=UTC)
TAKEN = Taken("蓝永刚", NOON, "罗岭县", Period(date(2026, 11, 1), date(2026, 11, 1)), demo=False)
DIMENSIONS = ("month", "department", "category", "place")


def matters(number: int, category: str, **changes: object) -> list[Matter]:
    """So many cases, each acknowledged in time by the police."""
    kept = Promise("acknowledge", "police", NOON, NOON + timedelta(minutes=5), NOON + timedelta(minutes=3))
    values = {
        "reference": "HT", "place": "458821", "source": "web", "urgency": "urgent", "status": "open", "round": 1,
        "opened_at": NOON, "leads": ("police",), "promises": (kept,), **changes,
    }  # fmt: skip
    return [Matter(id=f"{category}{at}", category=category, **values) for at in range(number)]  # type: ignore[arg-type]


def listed(found: list[Matter]) -> dict[str, Listed]:
    return {
        each.title: each for each in tables(found, NOON + timedelta(days=1), {"458821": "罗岭县"}, None, DIMENSIONS)
    }


def test_small_numbers_do_not_leave_and_cannot_be_reckoned() -> None:
    found = listed(
        [*matters(20, "bullying"), *matters(9, "self_harm"), *matters(2, "dropout", status="closed", closed_at=NOON)]
    )
    said = {row[0]: row[1:] for row in found["按类别"].rows}
    assert list(said["失学辍学"][:2]) == ["<5", "<5"]
    assert [said[each][0] for each in ("学生欺凌", "自杀、自残")] == ["20", "*"], "31 less 20 and 9 would be 2"
    assert said["失学辍学"][2] == "*" and said["学生欺凌"][2] == "100.0%"
    whole = dict(map(tuple, found["总体"].rows))
    assert (whole["收到"], whole["已办结"], whole["在办"]) == ("31", "<5", "*"), "31 less 29 would be 2"


@given(st.integers(0, 40), st.integers(0, 12), st.integers(0, 12))
def test_no_number_from_one_to_four_stands_in_any_table(first: int, second: int, closed: int) -> None:
    found = [
        *matters(first, "bullying"),
        *matters(second, "dropout"),
        *matters(closed, "self_harm", status="closed", closed_at=NOON),
    ]
    for each in listed(found).values():
        for row in each.rows:
            assert not {"1", "2", "3", "4"}.intersection(row[1:]), (each.title, row)


def test_a_report_says_on_every_page_who_took_it_out() -> None:
    sheet = report(MONTHLY, TAKEN, list(listed(matters(9, "bullying")).values()))
    assert sheet.watermark == sheet.foot == "蓝永刚 2026-11-19 12:00:00 导出" and sheet.issuer == "罗岭县"
    assert any(isinstance(each, Table) and each.head[0] == "类别" for each in sheet.blocks)
    assert "2026年11月" in next(each.text for each in sheet.blocks if isinstance(each, Text))
    assert pdf(sheet, NOON).startswith(b"%PDF")


def test_the_progress_of_the_year_names_whom_it_goes_to_by_when() -> None:
    year = Taken("蓝永刚", NOON, "罗岭县", Period(date(2026, 1, 1), date(2026, 11, 1)), "guangxi")
    sheet = report(YEARLY, year, list(listed(matters(9, "bullying")).values()))
    opening = next(each.text for each in sheet.blocks if isinstance(each, Text))
    assert "12月1日" in opening and "自治区民政厅" in opening and "2026年1月至2026年11月" in opening
    assert annual_due("gaotai", 2026) == annual_due("national", 2026) == (date(2026, 12, 10), "民政部")


def test_the_dates_are_those_of_the_documents() -> None:
    known = json.loads((ROOT / "data/protocols/matrix.json").read_text(encoding="utf-8"))["jurisdictions"]
    said = {
        id: tuple(fact["value"][part] for part in ("month", "day", "to"))
        for id, place in known.items() for fact in place["facts"] if fact["key"] == "annual_report" and fact["value"]
    }  # fmt: skip
    assert said == ANNUAL


def test_no_cell_of_the_workbook_is_a_formula() -> None:
    evil = ['=HYPERLINK("http://x")', "+1+1", "-2", "@SUM(A1)", "\t=1", "＝1"]
    table = Listed("按地方", ("地方", "收到"), [[each, "12"] for each in evil], (1, 1))
    made = book(Taken("=1+1", NOON, "=2", TAKEN.period), [table])
    rows = CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_name("按地方").to_python()
    assert [row[0] for row in rows[3:]] == [f"'{each}" for each in evil] and {row[1] for row in rows[3:]} == {12.0}
    assert rows[0][0].startswith("'=1+1 2026-11-19")
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        sheets = [packed.read(name).decode() for name in packed.namelist() if "worksheets/" in name]
    assert sheets and not any(re.search(r"<f>|hyperlink", each) for each in sheets)
    assert all("导出" in each for each in sheets), "in the header of each sheet"


@pytest.mark.parametrize(("cell", "said"), [("-", "-"), ("—", "—"), ("罗岭县", "罗岭县"), ("-5", "'-5"), ("", "")])
def test_plain_text_stays_as_it_is(cell: str, said: str) -> None:
    assert text(cell) == said
