"""The figures as files: a report in PDF, a workbook in XLSX. Each says on every page who took it out, and when.

A cell is text or a number and never a formula: what begins like one gets an apostrophe in front, so that it stays text in
whatever program the sheet is carried on to.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import xlsxwriter  # type: ignore[import-untyped]  # it ships no types

from routing.figures.reading import Period
from routing.papers import Block, Heading, Picture, Sheet, Signs, Table, Text
from web.charts import Bar, bars_on_paper
from web.figures_tables import MEANING, Listed
from words.beijing import local, stamp
from words.cells import cell as text

MONTHLY, YEARLY = "monthly", "yearly"
# By when the progress of the year is reported, and to whom, by protocol pack; a place without a line of its own follows the
# national one. Source: 民发〔2023〕62号 四(二), 桂民发〔2024〕1号 四(二) and its fellows, facts `annual_report` of data/protocols/matrix.json.
ANNUAL: dict[str, tuple[int, int, str]] = {
    "national": (12, 10, "民政部"), "guangxi": (12, 1, "自治区民政厅"), "chongqing": (12, 1, "市民政局"),
    "siping_tiedong": (12, 1, "民政局"),
}  # fmt: skip


@dataclass(frozen=True)
class Taken:
    """Who takes it out, when, and of what. `filters` says what was chosen beside place and period."""

    who: str
    at: datetime
    place: str
    period: Period
    pack: str = "national"
    filters: str = ""
    demo: bool = False

    @property
    def mark(self) -> str:
        return f"{self.who} {stamp(self.at)} 导出"

    @property
    def span(self) -> str:
        first, last = self.period.first, self.period.last
        return f"{first.year}年{first.month}月" + ("" if first == last else f"至{last.year}年{last.month}月")


def annual_due(pack: str, year: int) -> tuple[date, str]:
    """By when the progress of a year is reported, and to whom."""
    month, day, to = ANNUAL.get(pack, ANNUAL["national"])
    return date(year, month, day), to


def report(kind: str, taken: Taken, found: Sequence[Listed]) -> Sheet:
    """月报, or 年度工作进展情况."""
    if kind == YEARLY:
        due, to = annual_due(taken.pack, taken.period.last.year)
        title = f"{taken.period.last.year}年未成年人保护工作进展情况"
        opening = f"按规定，每年{due.month}月{due.day}日前将本地工作进展情况报{to}。本报告统计{taken.span}收到的事项。"
    else:
        title, opening = "未成年人保护事项月报", f"本报告统计{taken.span}收到的事项。"
    blocks: list[Block] = [Text(opening + taken.filters)]
    for number, each in enumerate(found):
        blocks.append(Heading(f"{_CHINESE[number]}、{each.title}"))
        if each.rates:
            labels, values = (
                [label for label, _ in each.rates],
                [Bar(value, f"{value:.1f}%") for _, value in each.rates],
            )
            blocks.append(Picture(bars_on_paper(each.title, labels, [("", values)], 100), each.title, 120))
        blocks.append(Table(each.head, each.rows, each.widths))
    blocks += [Heading("统计口径"), Table(("项目", "说明"), MEANING, (1, 4))]
    if kind == YEARLY:
        blocks += [
            Heading("主要做法、存在问题和下一步打算"),
            Text("　\n　\n　\n　", "plain"),
            Signs(["填报人", "审核人", "单位（盖章）", "日期"]),
        ]
    banner = "演示：人和事都是编的" if taken.demo else ""
    number = f"{local(taken.at):%Y-%m-%d}"
    return Sheet(title, blocks, issuer=taken.place, number=number, foot=taken.mark, banner=banner, watermark=taken.mark)


def book(taken: Taken, found: Sequence[Listed]) -> bytes:
    """The figures as a workbook: what they mean, then a sheet for each table."""
    about = Listed("说明", ("项目", "说明"), [("地方", taken.place), ("时间", taken.span), *MEANING], (1, 4))
    return workbook(f"{taken.place} {taken.span}", taken.who, taken.mark, (about, *found))


def workbook(title: str, who: str, mark: str, found: Sequence[Listed]) -> bytes:
    """A sheet for each table, with the mark of whoever took it out at the top of each and of every page that is printed."""
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, options) as made:
        made.set_properties({"title": title, "author": who, "comments": mark})
        head = made.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        plain = made.add_format({"text_wrap": True, "valign": "top"})
        for each in found:
            page = made.add_worksheet(each.title[:31])
            page.set_header(f"&C{mark.replace('&', '&&')}")
            page.set_footer(f"&C{mark.replace('&', '&&')}　&P/&N")
            page.write_string(0, 0, text(mark))
            page.freeze_panes(3, 1)
            for at, (width, label) in enumerate(zip(each.widths, each.head, strict=True)):
                page.set_column(at, at, max(10, 60 * width // sum(each.widths)))
                page.write_string(2, at, text(label), head)
            for line, row in enumerate(each.rows, 3):
                for at, cell in enumerate(row):
                    if at and cell.isdecimal() and len(cell) < 8:  # a longer one is no count but a number to be read
                        page.write_number(line, at, int(cell), plain)
                    else:
                        page.write_string(line, at, text(cell), plain)
    return content.getvalue()


_CHINESE = "一二三四五六七八九十"
