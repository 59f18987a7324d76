"""A sheet as a Word file, to be filled in and sealed. Fonts are named, not packed: every office computer has 宋体 and 黑体, and a
character that one of them lacks is shown from another."""

import io
from datetime import datetime
from typing import Any

from routing.papers.sheet import Block, Grid, Heading, Picture, Sheet, Signs, Table, Text

SERIF, SANS = "宋体", "黑体"


def docx(sheet: Sheet, at: datetime) -> bytes:
    """The document. `at` is the time that stands in its properties."""
    import docx as word
    from docx.shared import Mm, Pt

    document = word.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(25), Mm(22)
    section.left_margin, section.right_margin = Mm(24), Mm(22)
    normal = document.styles["Normal"]
    normal.paragraph_format.space_after = Pt(4)
    _face(normal, SERIF)
    normal.font.size = Pt(11)
    about = document.core_properties
    about.title, about.author, about.last_modified_by = sheet.title, sheet.issuer, sheet.issuer
    about.created = about.modified = at.replace(tzinfo=None)
    about.comments = ""
    if sheet.banner:
        _line(section.header.paragraphs[0], sheet.banner, 9, centred=True)
    _line(section.footer.paragraphs[0], sheet.foot, 8.5)
    if sheet.issuer:
        _line(document.add_paragraph(), sheet.issuer, 13, centred=True)
    _line(document.add_paragraph(), sheet.title, 19, face=SANS, centred=True)
    if sheet.number:
        _line(document.add_paragraph(), sheet.number, 11, centred=True)
    for block in sheet.blocks:
        _add(document, block)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _add(document: Any, block: Block) -> None:
    from docx.shared import Mm, Pt

    match block:
        case Heading(text):
            _line(document.add_paragraph(), text, 12, face=SANS)
        case Text(text, style):
            paragraph = document.add_paragraph()
            if style == "body":
                paragraph.paragraph_format.first_line_indent = Pt(22)
            _line(paragraph, text, 9 if style == "small" else 11, centred=style == "centre")
        case Grid(rows, lines):
            _grid(document, rows, lines)
        case Table(head, rows, widths):
            table = document.add_table(rows=1, cols=len(head))
            table.style = "Table Grid"
            for cell, text in zip(table.rows[0].cells, head, strict=True):
                _line(cell.paragraphs[0], text, 9, face=SANS)
            for row in rows:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    _line(cell.paragraphs[0], text, 9)
            for column, share in zip(table.columns, widths, strict=True):
                column.width = Mm(164 * share / sum(widths))
        case Signs(labels):
            document.add_paragraph()
            for start in range(0, len(labels), 2):
                said = "".join(f"{label}：{'＿' * 10}　　" for label in labels[start : start + 2])
                _line(document.add_paragraph(), said, 11)
        case Picture(_, says, _):
            _line(document.add_paragraph(), says, 9, centred=True)  # a drawing is for the PDF; its sentence stays


def _grid(document: Any, rows: Any, lines: int) -> None:
    from docx.enum.table import WD_ROW_HEIGHT_RULE
    from docx.shared import Mm, Pt

    table = document.add_table(rows=0, cols=4)
    table.style = "Table Grid"
    table.autofit = False
    for row in rows:
        added = table.add_row()
        added.height_rule, added.height = WD_ROW_HEIGHT_RULE.AT_LEAST, Pt(10 + 16 * lines)
        for cell, width in zip(added.cells, (30, 52, 30, 52), strict=True):
            cell.width = Mm(width)
        if len(row) == 1:
            added.cells[1].merge(added.cells[3])
        for place, (label, value) in enumerate(row):
            _line(added.cells[2 * place].paragraphs[0], label, 10, face=SANS, centred=True)
            _line(added.cells[2 * place + 1].paragraphs[0], value, 11)
    document.add_paragraph()


def _line(paragraph: Any, text: str, size: float, *, face: str = SERIF, centred: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(_writable(text))
    run.font.size = Pt(size)
    _face(run, face)


def _writable(text: str) -> str:
    """XML can't hold control characters or half of a character: each stands as its code."""
    return "".join(
        f"〔U+{ord(character):04X}〕"
        if (ord(character) < 32 and character not in "\n\t") or 0xD800 <= ord(character) <= 0xDFFF
        or ord(character) in (0xFFFE, 0xFFFF)
        else character
        for character in text
    )  # fmt: skip


def _face(styled: Any, face: str) -> None:
    from docx.oxml.ns import qn

    styled.font.name = face
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)
