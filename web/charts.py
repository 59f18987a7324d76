"""Charts as SVG, drawn here by pygal and coloured by our style sheet: no script, no style of their own, readable in both themes.

Every chart stands beside the table of its numbers; for who can't see it, it has the sentence that says what it shows.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

import pygal  # type: ignore[import-untyped]  # it ships no types
from markupsafe import Markup
from pygal.style import Style  # type: ignore[import-untyped]  # likewise

# pygal leaves a finder of the old kind behind, for maps that nobody here draws; whoever walks the finders stumbles over it.
sys.meta_path[:] = [finder for finder in sys.meta_path if hasattr(finder, "find_spec")]

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
WIDTH, LETTER, BAR = 420, 13, 30  # of the drawing, its letters, and the room for one bar
_COLOURS = ("#1f6f63", "#9a5200", "#566268")
# What the drawing looks like where no style sheet of ours reaches it: on paper.
_ON_PAPER = (
    "text{font-family:'Noto Sans SC',sans-serif;font-size:13px;fill:#1f2629}.y text{text-anchor:end}.x text{text-anchor:middle}"
    ".background{fill:none}.guide,.line{fill:none;stroke:#d9dddf}"
    + "".join(f".color-{number} rect{{fill:{colour}}}" for number, colour in enumerate(_COLOURS))
)


@dataclass(frozen=True)
class Bar:
    """One bar of a series: its length, what stands beside it, and where it leads."""

    value: float
    says: str
    link: str = ""


def bars(
    says: str, labels: Sequence[str], series: Sequence[tuple[str, Sequence[Bar]]], most: float | None = None
) -> Markup:
    """Horizontal bars, the first label on top. `says` is the sentence for who can't see it; `most` is the end of the axis. Empty
    where there is nothing to show."""
    if not labels or not any(bar.value for _, row in series for bar in row):
        return Markup()
    return Markup(_drawn(says, labels, series, most, paper=False))  # pygal has escaped every text


def bars_on_paper(
    says: str, labels: Sequence[str], series: Sequence[tuple[str, Sequence[Bar]]], most: float | None = None
) -> str:
    """The same for a document: with its colours, without links."""
    return _drawn(says, labels, series, most, paper=True)


def _drawn(
    says: str, labels: Sequence[str], series: Sequence[tuple[str, Sequence[Bar]]], most: float | None, *, paper: bool
) -> str:
    end = most or max(bar.value for _, row in series for bar in row)
    chart = pygal.HorizontalBar(
        css=[], js=[], show_legend=False, no_prefix=True, disable_xml_declaration=True, print_values=True,
        print_values_position="top", width=WIDTH, height=20 + (BAR if len(series) == 1 else 22 * len(series)) * len(labels),
        range=(0, end * 1.3), margin=4, spacing=6, show_y_guides=False, show_x_guides=False, show_x_labels=False,
        margin_left=8 + int(LETTER * max(_wide(label) - 0.6 * len(label) for label in labels)), include_x_axis=True,
        style=Style(label_font_size=LETTER, value_font_size=LETTER),
    )  # fmt: skip
    chart.x_labels = list(reversed(labels))
    for name, row in series:
        chart.add(name, [_value(bar, paper) for bar in reversed(row)])
    root = ElementTree.fromstring(chart.render(is_unicode=True))  # drawn one line above
    _bare(root)
    root.set("class", "chart")
    root.set("role", "img")
    root.set("aria-label", says)
    if paper:
        style = ElementTree.Element(f"{{{SVG}}}style")
        style.text = _ON_PAPER
        root.insert(0, style)
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    return ElementTree.tostring(root, encoding="unicode")


def _value(bar: Bar, paper: bool) -> dict[str, object]:
    value: dict[str, object] = {"value": bar.value, "formatter": lambda _: bar.says}
    return value if paper or not bar.link else {**value, "xlink": {"href": bar.link, "target": "_top"}}


def _wide(text: str) -> float:
    """How many letters wide: a Chinese one is one, a Latin one a little over half."""
    return sum(1 if ord(letter) > 0x2E80 else 0.58 for letter in text)


def _bare(element: ElementTree.Element) -> None:
    """Without what only a script would use, and without styles that the content policy refuses."""
    for child in list(element):
        kind, classes = child.tag.rpartition("}")[2], child.get("class", "")
        if kind in ("defs", "desc", "title", "script", "style") or "tooltip-overlay" in classes:
            element.remove(child)
            continue
        child.attrib.pop("style", None)
        if child.get("text-anchor"):  # the value begins where its bar ends
            child.set("text-anchor", "start")
        _bare(child)
