"""What pages are made of, without a page: marks, countdowns, scripts for the telephone, delays, names of files."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from intake.files import Unfit, attachment
from records.access import Sight
from routing.outcomes import OUTCOMES
from web.case_view import known
from web.marking import segments
from web.naming import CLOCKS, name
from web.pages import remaining
from web.script import script
from web.sessions import FREE_TRIES, LONGEST, delay
from words.ids import CATEGORIES, DEPARTMENTS, Urgency
from words.language import line

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)
SPANS = st.lists(st.fixed_dictionaries({"start": st.integers(-5, 40), "end": st.integers(-5, 40)}))


@given(st.text(max_size=30), SPANS)
def test_marking_loses_and_adds_no_letter(text: str, spans: list[dict[str, int]]) -> None:
    assert "".join(segment.text for segment in segments(text, spans)) == text


def test_the_words_that_a_reason_rests_on_are_marked() -> None:
    found = segments("他爸爸打他了", [{"kind": "hit", "text": "挨打", "start": 3, "end": 5}])
    assert [(segment.text, segment.kind, segment.why) for segment in found] == [
        ("他爸爸", "", ""), ("打他", "hit", "挨打"), ("了", "", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (61, "还有 1 分 1 秒"), (0, "已超 0 分 0 秒"), (-60, "已超 1 分 0 秒"), (7200, "还有 2 小时 0 分"),
        (90_000, "还有 1 天 1 小时"), (-3 * 86_400, "已超 3 天 0 小时"),
    ],
)  # fmt: skip
def test_what_remains_is_said_in_two_units(seconds: int, said: str) -> None:
    assert str(remaining(NOW + timedelta(seconds=seconds), NOW)) == said


def test_the_script_says_who_what_and_what_now_and_nothing_else() -> None:
    params = {"reference": "HT261119-ACDEF", "urgency": "critical", "county": "罗岭县", "desk": "民政局"}
    for letter in ("opened", "raised", "climb:accept:L2", "visit_allowed", "decide", "wrong_number", "never heard of"):
        said = [str(each) for each in script({**params, "letter": letter})]
        assert len(said) == 3 and said[0] == "您好，这里是罗岭县24小时值班台。"
        assert ("HT261119-ACDEF" in said[1] and "民政局" in said[1] + said[2]) or letter == "decide"
        assert said[2].startswith("请")
    gist = str(script({**params, "letter": "climb:gist:01a1f29ae580:L2"})[1])
    assert "收听或查看" in gist and "部门负责人" in gist and "01a1" not in gist
    late = str(script({**params, "letter": "climb:accept:L2"})[1])
    assert "我来处理" in late and "部门负责人" in late


def test_a_clock_of_one_thing_has_the_name_of_its_kind() -> None:
    assert str(name(CLOCKS, "gist:01a1")) == "收听或查看"
    assert str(name(CLOCKS, "unknown")) == "unknown"


def test_wrong_passwords_cost_more_and_more_but_never_a_shift() -> None:
    waits = [delay(failures) for failures in range(40)]
    assert waits == sorted(waits) and not any(waits[:FREE_TRIES])
    assert waits[FREE_TRIES] == timedelta(seconds=2) and waits[-1] == LONGEST


@pytest.mark.parametrize(
    ("content", "media_type", "kind"),
    [
        (b"\xff\xd8\xff\xe1", "image/jpeg", "photo"),
        (b"\x89PNG\r\n\x1a\n", "image/png", "photo"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp", "photo"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav", "voice"),
        (b"#!AMR\n", "audio/amr", "voice"),
        (b"\0\0\0 ftypM4A ", "audio/mp4", "voice"),
        (b"\0\0\0 ftypisom", "video/mp4", "video"),
        (b"%PDF-1.7", "application/pdf", "document"),
    ],
)
def test_a_file_is_what_its_first_bytes_are(content: bytes, media_type: str, kind: str) -> None:
    taken = attachment("C:\\fakepath\\ev<il>.html", content)
    assert (taken.media_type, taken.kind, taken.name) == (media_type, kind, "ev_il_.html")


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"MZ", b"<svg xmlns=", b"PK\x03\x04", b"\xff\xd8\xff" + bytes(20 * 1024**2)]
)
def test_what_is_none_of_these_is_not_taken(content: bytes) -> None:
    with pytest.raises(Unfit):
        attachment("a.jpg", content)


def test_every_sentence_of_the_pages_has_english_beside_it() -> None:
    with (ROOT / "data/locale/en.po").open("rb") as file:
        known = {message.id for message in read_po(file, locale="en") if message.string}
    wanted = {*_sentences(), *CATEGORIES.values(), *DEPARTMENTS.values(), *(level.zh for level in Urgency)}
    wanted |= {outcome.name for outcome in OUTCOMES.values()}
    assert sorted(wanted - known - {"{id}", "Telegram"}) == []


def _sentences() -> Iterator[str]:
    for template in (ROOT / "web/templates").rglob("*.html"):
        yield from (found.group(2) for found in re.finditer(r"\b_\(\s*([\"'])(.+?)\1", template.read_text("utf-8")))
    told = (
        (ROOT / "web").rglob("*.py"),
        (ROOT / "intake/tickets").glob("*.py"),
        [ROOT / "routing/staff.py", ROOT / "routing/figures/measure.py", ROOT / "words/names.py"],
    )
    for module in (each for modules in told for each in modules):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == line.__name__:
                assert isinstance(node.args[0], ast.Constant)
                yield str(node.args[0].value)


# Not in Chromium 78, the oldest browser on a desk: (what, where it would stand).
TOO_NEW = {
    "*.js": (r"\?\.[a-zA-Z(\[]", r"\?\?", "replaceAll", "replaceChildren", "randomUUID", r"\bimport\b", "structuredClone", r"\.at\("),
    "*.css": (r"\bclamp\(", r"(?<!-)\bmin\(", r"\bmax\(", ":is\\(", ":where\\(", ":has\\(", r"\binset:", "aspect-ratio", "dvh", r"(?<!grid-)gap:", "focus-visible", r"@layer"),
}  # fmt: skip


@pytest.mark.parametrize("files", TOO_NEW)
def test_scripts_and_styles_run_in_the_oldest_browser(files: str) -> None:
    for path in (ROOT / "web/static").glob(files):
        text = path.read_text("utf-8")
        for newer in TOO_NEW[files]:
            assert not re.search(newer, text), f"{path.name} uses {newer}"


def test_no_page_brings_a_script_or_style_of_its_own_or_from_elsewhere() -> None:
    for template in (ROOT / "web/templates").rglob("*.html"):
        text = template.read_text("utf-8")
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|<script>|//cdn|src=\"http", text), template.name


@pytest.mark.parametrize(
    ("name", "value", "words", "shown", "beside"),
    [
        ("child_age", 9, "9岁", "9 岁", ""), ("child_sex", "f", "女", "女孩", ""), ("child_sex", "f", "小姑娘", "女孩", "小姑娘"),
        ("suspect_role", "yes", "他爸是所长", "是", "他爸是所长"), ("suspect", "继父", "继父", "继父", ""),
    ],
)  # fmt: skip
def test_a_fact_is_shown_once_and_never_as_a_code(
    name: str, value: object, words: str, shown: str, beside: str
) -> None:
    sight = Sight("story", "c", "HT261119-AAAAA", "urgent", "bullying", "458821", "罗岭县", NOW, "open",
                  facts={name: {"value": value, "words": words}})  # fmt: skip
    fact = known(sight)[name]
    assert fact is not None and (str(fact.value), fact.words) == (shown, beside)
