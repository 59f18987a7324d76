"""What we send to browsers can be read by Chromium 78 and by WeChat's own: no newer words of the language, no newer style.

A simple reading of the text; comments and strings are taken out first.
"""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[3] / "web/static"
SCRIPTS, STYLES = sorted(STATIC.glob("*.js")), sorted(STATIC.glob("*.css"))
# Newer than Chromium 78, with the version that brought each.
NEWER_WORDS = {
    "optional chaining (80)": r"\?\.(?=[A-Za-z_$(\[])",
    "?? (80)": r"\?\?",
    "logical assignment (85)": r"(?:\|\||&&)=",
    "replaceAll, at (85, 92)": r"\.(?:replaceAll|at)\(",
    "private or static fields (84)": r"#[A-Za-z_]\w*\s*[=(;]|\bstatic\s*\{",
    "Promise.allSettled is 76, any is 85": r"Promise\.any\b",
    "structuredClone, randomUUID, hasOwn (98, 92, 93)": r"structuredClone|randomUUID|Object\.hasOwn\b",
    "numeric separators (75 in part)": r"\b\d+_\d",
    "top-level await, import.meta (89)": r"^\s*await\b|import\.meta",
    "replaceChildren, toSorted, findLast (86, 110, 97)": r"\.(?:replaceChildren|toSorted|toReversed|findLast)\(",
    "BigInt literals, regexp v and d": r"\b\d+n\b",
}
NEWER_STYLE = {
    ":has, :is, :where (105, 88)": r":(?:has|is|where)\(",
    ":focus-visible (86)": r":focus-visible",
    "gap in flex boxes (84); write grid-gap in grids": r"(?<![-\w])(?:row-|column-)?gap\s*:",
    "inset (87)": r"(?<![-\w])inset(?:-\w+)*\s*:",
    "aspect-ratio (88)": r"(?<![-\w(])aspect-ratio\s*:",
    "min(), max(), clamp() (79)": r"[:\s,(](?:min|max|clamp)\(",
    "dvh, svh, lvh (108)": r"\d(?:dvh|svh|lvh)\b",
    "nesting, layers, containers (112, 99, 105)": r"&[\s.:]|@layer|@container",
    "color-mix, oklch (111)": r"color-mix\(|oklch\(",
    "accent-color, content-visibility (93, 85)": r"accent-color|content-visibility",
}


def bare(text: str) -> str:
    """Without comments and without what stands between quotes."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    text = re.sub(r"(?m)(^|[\s;{}])//[^\n]*", r"\1", text)
    return re.sub(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'', '""', text)


def newer(text: str, known: dict[str, str]) -> list[str]:
    return [name for name, pattern in known.items() if re.search(pattern, bare(text), re.M)]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_read_by_old_browsers(path: Path) -> None:
    assert newer(path.read_text("utf-8"), NEWER_WORDS) == []


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_styles_are_read_by_old_browsers(path: Path) -> None:
    assert newer(path.read_text("utf-8"), NEWER_STYLE) == []


def test_what_is_newer_is_found() -> None:
    assert len(SCRIPTS) > 2 and len(STYLES) > 1
    for text in ("a?.b", "a ?? b", "a ||= 1", "x.replaceAll(1)", "x.at(-1)", "Promise.any(y)"):
        assert newer(text, NEWER_WORDS), text
    for text in ("a:has(b) {}", ".x { gap: 4px }", ".x { width: min(4px, 5%) }", ".x { inset: 0 }", "a:is(b) {}"):
        assert newer(text, NEWER_STYLE), text
    for text in ("var a = b ? .5 : 1; // a?.b", 'say("a ?? b")', "Math.max(1, 2)"):
        assert not newer(text, NEWER_WORDS), text
    for text in (
        ".x { grid-gap: 4px }",
        ".x { min-width: 4px }",
        "grid-template-columns: repeat(auto-fit, minmax(1px, 1fr))",
    ):
        assert not newer(text, NEWER_STYLE), text
