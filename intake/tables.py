"""A table as people send one: XLSX, XLS and ODS by their content, CSV in UTF-8, UTF-16 or GB18030. Decoded before it is split,
every cell as text, nothing calculated and nothing left out."""

import codecs
import csv
import io
import struct
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineWorkbook

from intake.tickets.values import number_text
from words.language import Line, line

MOST = 20 * 1024 * 1024  # bytes of a file
MOST_UNPACKED = 200 * 1024 * 1024  # bytes of what is inside an XLSX
MOST_INSIDE = 5_000
DAMAGED = 0.01  # of its signs; a file with more of them unreadable is no text
_SHUT = line("这个文件读不出来。请另存为 XLSX 或 CSV 再上传；有密码的先去掉密码。")

csv.field_size_limit(MOST)


class Unreadable(ValueError):
    """The file as a whole can't be read; `line` says why and what to do."""

    def __init__(self, said: Line) -> None:
        super().__init__(str(said))
        self.line = said


def grid(content: bytes, most: int = MOST) -> list[list[str]]:
    """The cells of the first sheet that has any. `most` bytes. Raises Unreadable."""
    if not content.strip():
        raise Unreadable(line("文件是空的。"))
    if len(content) > most:
        raise Unreadable(line("太大了：最多 {size} MB。请分成几个文件。", size=most >> 20))
    return _workbook(content) if content[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0") else _text(content)


def _text(content: bytes) -> list[list[str]]:
    text = decoded(content)
    if text.count("\x00") + text.count("\ufffd") > DAMAGED * len(text):
        raise Unreadable(_SHUT)
    text = text.replace("\x00", "")
    first = next((each for each in text.splitlines() if each.strip()), "")
    delimiter = max(",\t;|，", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise Unreadable(_SHUT) from error


def decoded(content: bytes) -> str:
    """UTF-8 or, as spreadsheets here write it, GB18030. What neither reads keeps its place as a sign."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return content.decode(name, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("gb18030", "replace")


def _workbook(content: bytes) -> list[list[str]]:
    if content[:2] == b"PK":
        _refuse_bomb(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        grids = (book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names)
        grid = next((found for found in grids if any(any(cell not in ("", None) for cell in row) for row in found)), [])
    except BaseException as error:  # the reader's own panic is no Exception
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise Unreadable(_SHUT) from error
    return [[_cell(cell) for cell in row] for row in grid]


def _refuse_bomb(content: bytes) -> None:
    """A small file that unpacks to something no memory holds. What its directory says of sizes may be a lie, so everything is
    unpacked once and thrown away."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            inside = packed.infolist()
        room = MOST_UNPACKED if len(inside) <= MOST_INSIDE else 0
        for each in inside:
            room -= _size(content, each, room)
    except (zipfile.BadZipFile, zlib.error, struct.error, ValueError) as error:
        raise Unreadable(_SHUT) from error
    if room <= 0:
        raise Unreadable(line("这个表格解开后太大。请只留要用的那一页，另存后再上传。"))


def _size(content: bytes, each: zipfile.ZipInfo, room: int) -> int:
    """Bytes that really come out of an entry; a little more than `room` when it is more than that."""
    at = each.header_offset
    name, extra = struct.unpack("<HH", content[at + 26 : at + 30])
    packed = content[at + 30 + name + extra :][: each.compress_size]
    if each.compress_type == zipfile.ZIP_STORED:
        return len(packed)
    if each.compress_type != zipfile.ZIP_DEFLATED:
        raise ValueError(each.compress_type)
    inflate, total = zlib.decompressobj(-15), 0
    while packed and not inflate.eof and total <= room:
        total += len(inflate.decompress(packed, 1 << 20))
        packed = inflate.unconsumed_tail
    return total


def _cell(value: Any) -> str:
    """As a person sees it in the cell: 15400000426 and not 15400000426.0, a day as a day."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        # A spreadsheet keeps fifteen digits: a longer number has lost some, and must not look as if it had not.
        return number_text(value) if abs(value) < 1e15 else f"{value:E}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)
