"""A document as a value: title, blocks in order, foot. Pure. What is written is text, never markup."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

Style = Literal["body", "plain", "small", "centre", "code"]


@dataclass(frozen=True)
class Heading:
    text: str


@dataclass(frozen=True)
class Text:
    """A paragraph. `body` is indented as official letters are, `plain` is not, `code` is for what is compared letter by letter."""

    text: str
    style: Style = "body"


@dataclass(frozen=True)
class Grid:
    """The ruled box of a form: rows of label and value, one or two pairs a row. `lines`: how many lines high a row is at
    least, so that there is room to write by hand."""

    rows: Sequence[Sequence[tuple[str, str]]]
    lines: int = 1


@dataclass(frozen=True)
class Table:
    """A list with a head. `widths` are shares of the line."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]


@dataclass(frozen=True)
class Signs:
    """Places to sign, two a line."""

    labels: Sequence[str]


@dataclass(frozen=True)
class Picture:
    """A drawing (SVG), `millimetres` wide, with the sentence that stands for it."""

    svg: str
    says: str
    millimetres: int = 38


Block = Heading | Text | Grid | Table | Signs | Picture


@dataclass(frozen=True)
class Sheet:
    """`issuer` stands above the title, `number` (文号) beneath it. `foot` stands on every page; so does `banner`, which says
    loudly what the reader must know first (a demonstration, 内部). `watermark` lies behind the text of every page of a PDF: who took
    it out, and when. `attached`: files inside the PDF, by name."""

    title: str
    blocks: Sequence[Block]
    issuer: str = ""
    number: str = ""
    foot: str = ""
    banner: str = ""
    watermark: str = ""
    attached: Sequence[tuple[str, bytes, str]] = ()  # name, content, what it is


def mapped(sheet: Sheet, change: Callable[[str], str]) -> Sheet:
    """The sheet with every text that is printed changed alike."""

    def block(each: Block) -> Block:
        match each:
            case Heading(text):
                return Heading(change(text))
            case Text(text, style):
                return Text(change(text), style)
            case Grid(rows, lines):
                pairs = [[(change(label), change(value)) for label, value in row] for row in rows]
                return Grid(pairs, lines)
            case Table(head, rows, widths):
                return Table([change(cell) for cell in head], [[change(cell) for cell in row] for row in rows], widths)
            case Signs(labels):
                return Signs([change(label) for label in labels])
            case Picture(svg, says, millimetres):
                return Picture(svg, change(says), millimetres)

    return replace(
        sheet, title=change(sheet.title), issuer=change(sheet.issuer), number=change(sheet.number),
        foot=change(sheet.foot), banner=change(sheet.banner), watermark=change(sheet.watermark), blocks=[block(each) for each in sheet.blocks],
    )  # fmt: skip
