"""Documents as they come out: every letter is there, nothing is markup, the same sheet is the same file."""

import io
import re
import subprocess
import zlib
from datetime import UTC, datetime

import docx as word
import pytest

from routing.papers import Grid, Heading, Picture, Sheet, Signs, Table, Text
from routing.papers.docx import docx
from routing.papers.glyphs import fitted
from routing.papers.pdf import characters, pdf
from routing.papers.sheet import mapped

AT = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)
RARE = "孩子叫王𠮷，小名㐂😭"
SHEET = Sheet(
    "转办单",
    [
        Heading("一、事项"), Text(RARE), Text("#panic() $x$ *粗* <a> \\ @b", "plain"), Text("ab12" * 40, "code"),
        Grid([[("编号", "HT261119-7K3MQ"), ("级别", "特急")], [("事由", "两行\n在此")]], lines=2),
        Table(["时间", "做了什么"], [["03:12", "看到了"]], [1, 3]), Signs(["承办人", "审核人", "签发人"]),
        Picture('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>', "图"),
    ],
    issuer="罗岭县", number="罗转〔2026〕1号", foot="HT261119-7K3MQ", banner="演示",
    attached=[("receipt.txt", b"hutong receipt 1\n", "原文")],
)  # fmt: skip


def inside(content: bytes) -> bytes:
    """All streams of a PDF, unpacked."""
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        try:
            found.append(zlib.decompressobj().decompress(stream))
        except zlib.error:
            found.append(stream)
    return b"\n".join(found)


def test_what_no_font_has_stands_as_its_code_and_is_named() -> None:
    made = fitted(SHEET, characters())
    text = "\n".join(each.text for each in made.blocks if isinstance(each, Text))
    assert "王〔U+20BB7〕，小名㐂〔U+1F62D〕" in text
    assert "U+20BB7：汉字" in text and "U+1F62D：LOUDLY CRYING FACE" in text
    assert fitted(mapped(SHEET, lambda text: "孩子"), characters()).blocks[-1] == SHEET.blocks[-1].__class__(
        SHEET.blocks[-1].svg,
        "孩子",
        38,  # type: ignore[union-attr]
    )


@pytest.mark.parametrize("text", ["㐂镕喆堃赟翀", "·•—……“”‘’《》〔〕①℃㎡％", "Ñ é ü", "０１２ＡＢ", "\u3000"])
def test_names_and_signs_of_everyday_papers_are_in_the_fonts(text: str) -> None:
    assert all(ord(character) in characters() for character in text)


def test_every_common_han_character_is_in_the_fonts() -> None:
    assert not [
        point for point in (*range(0x4E00, 0x9FEF + 1), *range(0x3400, 0x4DB5 + 1)) if point not in characters()
    ]


def test_the_same_sheet_is_the_same_file_with_only_the_letters_that_are_used() -> None:
    made = pdf(SHEET, AT)
    assert made == pdf(SHEET, AT) and made[:5] == b"%PDF-"
    assert len(made) < 200_000  # the fonts are 20 MB
    assert b"hutong receipt 1" in inside(made)
    assert made.count(b"/FontFile3") >= 2


def test_the_text_of_a_pdf_can_be_searched(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("pdf") / "a.pdf"
    path.write_bytes(pdf(SHEET, AT))
    try:
        text = subprocess.run(
            ["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True
        ).stdout
    except FileNotFoundError:
        pytest.skip("no pdftotext on this machine")
    assert "〔U+20BB7〕" in text and "#panic() $x$ *粗* <a> \\ @b" in text and "第 1 页，共 1 页" in text


def test_a_word_file_holds_the_same_and_can_be_filled_in() -> None:
    document = word.Document(io.BytesIO(docx(SHEET, AT)))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "转办单" in text and RARE in text and "承办人：＿" in text
    assert {"HT261119-7K3MQ", "两行\n在此", "看到了"} <= set(cells)
    assert document.core_properties.title == "转办单"


def test_a_letter_that_no_word_file_can_hold_stands_as_its_code() -> None:
    document = word.Document(io.BytesIO(docx(Sheet("一", [Text("a\x00b\ud800c")]), AT)))
    assert "a〔U+0000〕b〔U+D800〕c" in [paragraph.text for paragraph in document.paragraphs]


def test_a_half_character_does_not_stop_a_pdf() -> None:
    assert pdf(Sheet("一", [Text("a\x00b\ud800c")]), AT)[:5] == b"%PDF-"
