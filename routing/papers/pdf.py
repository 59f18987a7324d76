"""A sheet as PDF: set by Typst with the two Chinese fonts of a wheel, of which only what is used goes into the file.

The same sheet at the same time gives the same bytes. Every page is text that can be searched and read aloud (PDF/A-3).
"""

import json
from collections.abc import Set
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from routing.papers.glyphs import fitted
from routing.papers.sheet import Block, Grid, Heading, Picture, Sheet, Signs, Table, Text

TEMPLATE = Path(__file__).with_name("sheet.typ")
FONTS = ("NotoSerifSC-Regular.otf", "NotoSansSC-Regular.otf")


def pdf(sheet: Sheet, at: datetime) -> bytes:
    """The document. `at` is the time that stands in its properties. Takes some tens of milliseconds: ask in a thread."""
    import typst  # 30 MB that a process without papers need not load

    sheet = fitted(sheet, characters())
    data = {
        "title": sheet.title, "issuer": sheet.issuer, "number": sheet.number, "foot": sheet.foot, "banner": sheet.banner,
        "watermark": sheet.watermark,
        "blocks": [_block(each) for each in sheet.blocks],
        "attached": [
            {"name": name, "content": content.decode("latin-1"), "says": says} for name, content, says in sheet.attached
        ],
    }  # fmt: skip
    made: bytes = typst.compile(
        TEMPLATE.read_bytes(), format="pdf", font_paths=[str(fonts_directory())], ignore_system_fonts=True,
        pdf_standards=["a-3b"], timestamp=int(at.timestamp()), sys_inputs={"data": json.dumps(data)},
    )  # fmt: skip
    return made


def fonts_directory() -> Path:
    """Where the wheel with the fonts lies."""
    return Path(str(resources.files("pylopdf_fonts_zh_cn")))


@cache
def characters() -> Set[int]:
    """Every code point that one of the fonts can print."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it ships none

    found: set[int] = set()
    for name in FONTS:
        with TTFont(fonts_directory() / name, lazy=True) as font:
            found |= set(font.getBestCmap())
    return frozenset(found)


def _block(block: Block) -> dict[str, Any]:
    kind = type(block).__name__.lower()
    match block:
        case Heading(text):
            return {"kind": kind, "text": text}
        case Text(text, style):
            return {"kind": kind, "text": text, "style": style}
        case Grid(rows, lines):
            return {"kind": kind, "rows": [[list(pair) for pair in row] for row in rows], "lines": lines}
        case Table(head, rows, widths):
            return {"kind": kind, "head": list(head), "rows": [list(row) for row in rows], "widths": list(widths)}
        case Signs(labels):
            return {"kind": kind, "labels": list(labels)}
        case Picture(svg, says, millimetres):
            return {"kind": kind, "svg": svg, "says": says, "wide": millimetres}
