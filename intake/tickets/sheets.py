"""A table of tickets as rows: by its header's labels, whatever is odd about a row named, no cell left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from intake.tables import Unreadable, grid
from intake.tickets.flaws import Flaw
from intake.tickets.profile import Profile
from words.language import line

MOST_ROWS = 20_000
MORE = "（多出的列{number}）"
_TITLES = 20  # rows above the header that a table may have (its title, a note)


@dataclass(frozen=True)
class SheetRow:
    """`number` is that of the line of data, from 1, the header not counted. `cells` have the header's labels as keys, each
    value as text; `flaws` are what is odd about the row as a row."""

    number: int
    cells: Mapping[str, str]
    flaws: tuple[Flaw, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """`known` are the labels that a field stands under, `unknown` those that are kept as they are."""

    rows: Sequence[SheetRow]
    known: Sequence[str]
    unknown: Sequence[str]


def read_sheet(content: bytes, profile: Profile) -> Sheet:
    """Raises Unreadable."""
    table = grid(content)
    labels = {path[0] for paths in profile.fields.values() for path in paths if len(path) == 1}
    top = next((place for place, row in enumerate(table[:_TITLES]) if _is_head(row, profile)), None)
    if top is None:
        raise Unreadable(
            line("第一行看不到列名。请保留列名，例如 工单编号、受理时间、标题、内容、来电号码、区划代码。")
        )
    head = _once(table[top])
    rows = [
        _row(number, head, cells)
        for number, cells in enumerate((row for row in table[top + 1 :] if any(cell.strip() for cell in row)), start=1)
    ]
    if len(rows) > MOST_ROWS:
        raise Unreadable(
            line("行数太多（{count} 行）：一次最多 {most} 行。请分成几个文件再导入。", count=len(rows), most=MOST_ROWS)
        )
    return Sheet(
        rows, [label for label in head if label in labels], [label for label in head if label and label not in labels]
    )


def _is_head(row: Sequence[str], profile: Profile) -> bool:
    cells = {cell.strip() for cell in row}
    found = {
        name for name, paths in profile.fields.items() if any(len(path) == 1 and path[0] in cells for path in paths)
    }
    return len(found) >= 2 and bool(found & {"order_no", "title", "content"})


def _once(row: Sequence[str]) -> list[str]:
    """The labels; a second column of the same name gets a number, so that it loses nothing."""
    seen: dict[str, int] = {}
    head = []
    for cell in row:
        label = cell.strip().lstrip("\ufeff")
        seen[label] = seen.get(label, 0) + 1
        head.append(label if seen[label] == 1 or not label else f"{label}（{seen[label]}）")
    while head and not head[-1]:
        head.pop()
    return head


def _row(number: int, head: Sequence[str], cells: Sequence[str]) -> SheetRow:
    named: dict[str, str] = {}
    more = 0
    for place, cell in enumerate(cells):
        label = head[place] if place < len(head) else ""
        if label:
            named[label] = cell
        elif cell.strip():
            more += 1
            named[MORE.format(number=more)] = cell
    flaws = []
    if len(cells) < len(head):
        flaws.append(Flaw("", "row_short", str(len(head) - len(cells))))
    if more:
        flaws.append(Flaw("", "row_long", str(more)))
    return SheetRow(number, named, tuple(flaws))
