"""Replies of the conversation as messages of this messenger: text, rows of buttons, pieces that are not too long. Pure.

What is to be sent is a value that fits into a row: it is written with what it answers, and sent afterwards.
"""

from collections.abc import Iterator, Sequence

from bot.edge import Json
from bot.reporter.reading import OVER
from intake.said import Button, Reply
from words.language import Catalogue, Line, line

LONGEST = 4000  # characters of a message; the messenger takes 4096
LONGEST_DATA = 64  # bytes of what a button says
WIDEST = 18  # characters that fit into one row of buttons on a telephone
_EDITS = "修改："
_ON_PAPER = line("要一张回执（PDF，不含内容）：/receipt")


def say(reply: Reply, catalogue: Catalogue) -> list[Json]:
    """One bubble as what is to be sent: one message, or several when it is long; the buttons stand under the last."""
    paragraphs = [text for each in (reply.text, *reply.lines) if (text := each.render(catalogue)).strip()]
    if reply.kind in ("receipt", "status"):
        paragraphs.append(_ON_PAPER.render(catalogue))
    pieces = list(_pieces(paragraphs))
    sent: list[Json] = [{"do": "say", "kind": reply.kind, "text": piece} for piece in pieces]
    if reply.buttons:
        sent[-1]["rows"] = rows([(button.label.render(catalogue), data_of(button)) for button in reply.buttons])
    return sent


def data_of(button: Button) -> str:
    """Pressing it is the same as typing its label."""
    return button.label.render()


def rows(buttons: Sequence[tuple[str, str]]) -> list[list[list[str]]]:
    """Buttons as (label, data) in rows as wide as a telephone, which gives each button of a row the same width."""
    found: list[list[list[str]]] = [[]]
    for label, data in buttons:
        longest = max(len(label), *(len(other) for other, _ in found[-1]), 0)
        if found[-1] and longest * (len(found[-1]) + 1) > WIDEST:
            found.append([])
        found[-1].append([label, data])
    return found


def pressed(message: int, label: str) -> Json:
    """The message with the button says what was chosen, and can't be pressed again."""
    return {"do": "mark", "message": message, "rows": [[[f"✓ {label}", OVER]]]}


def stays(data: str) -> bool:
    """Buttons that may be pressed one after the other: the fields of a summary."""
    return data.startswith(_EDITS)


def plain(text: Line, catalogue: Catalogue) -> list[Json]:
    return say(Reply(text), catalogue)


def _pieces(paragraphs: Sequence[str]) -> Iterator[str]:
    piece = ""
    for paragraph in paragraphs:
        for start in range(0, len(paragraph), LONGEST):
            part = paragraph[start : start + LONGEST]
            if piece and len(piece) + len(part) + 1 > LONGEST:
                yield piece
                piece = ""
            piece = f"{piece}\n{part}" if piece else part
    yield piece
