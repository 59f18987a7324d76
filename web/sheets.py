"""A spreadsheet as rows of text: XLSX, XLS and ODS by their content, CSV in UTF-8 or GB18030. Parsed here, judged elsewhere."""

import csv
import io
from collections.abc import Sequence

from python_calamine import CalamineError, CalamineWorkbook

from words.language import Line, line

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS = 6000, 60


class Unreadable(Exception):
    """The file is no spreadsheet that can be read; `line` says what to do."""

    def __init__(self, said: Line) -> None:
        super().__init__(said.zh)
        self.line = said


def rows_of(content: bytes) -> Sequence[Sequence[str]]:
    """The cells of the first sheet, as text, dates and numbers too. Raises Unreadable."""
    if not content.strip():
        raise Unreadable(line("文件是空的。"))
    if len(content) > MOST_BYTES:
        raise Unreadable(line("太大了：最多 5 MB。"))
    if content[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        return _workbook(content)
    return _text(content)


def _workbook(content: bytes) -> Sequence[Sequence[str]]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False, nrows=MOST_ROWS)
    except (CalamineError, ValueError, OSError, IndexError) as fault:
        raise Unreadable(line("这个文件读不出来。请另存为 XLSX 或 CSV 再上传。")) from fault
    return [[_cell(cell) for cell in row[:MOST_COLUMNS]] for row in sheet]


def _cell(value: object) -> str:
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return "" if value is None else str(value)


def _text(content: bytes) -> Sequence[Sequence[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError as fault:
            raise Unreadable(line("这个文件读不出来。请另存为 XLSX 或 CSV 再上传。")) from fault
    if "\x00" in text:
        raise Unreadable(line("这个文件读不出来。请另存为 XLSX 或 CSV 再上传。"))
    first = text.split("\n", 1)[0]
    separator = max(",\t;，", key=first.count)
    try:
        rows = csv.reader(io.StringIO(text), delimiter=separator)
        return [row[:MOST_COLUMNS] for _, row in zip(range(MOST_ROWS), rows, strict=False)]
    except csv.Error as fault:
        raise Unreadable(line("这个文件读不出来。请另存为 XLSX 或 CSV 再上传。")) from fault
