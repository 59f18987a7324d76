"""No letter can carry a child's data: its templates have no hole for it, its values come from nowhere else."""

import string
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from types import ModuleType

import pytest

from bot.duty import letters, pages
from bot.duty.letters import HOLES, acts, digest, passing, told, why
from bot.reporter import pages as reporter_pages
from records.access.face import Face, Taken
from records.batch import Batch
from records.outbox import PARAMS, put_letter
from records.tables import Case
from web import script
from words.language import CHINESE, Line, line

NOW = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)
FACE = Face(
    reference="HT261119-7K3MQ", urgency="critical", category="physical_abuse", county="罗岭县", desk="罗岭县公安局指挥中心",
    department="police", part="lead", status="notified", own=True, supervises=False, taken=(), clock="acknowledge",
    ends_at=NOW + timedelta(minutes=5), open=True, over=False,
)  # fmt: skip
# What a face may know: nothing that tells who a child, a reporter or a suspect is, or what happened.
KNOWN = {
    "reference", "urgency", "category", "county", "desk", "department", "part", "status", "own", "supervises", "taken",
    "clock", "ends_at", "open", "over",
}  # fmt: skip
SPOKEN = HOLES | {"owed", "clocks", "first", "then"}  # of the telephone's three sentences


def unfit(template: Line, allowed: frozenset[str]) -> set[str]:
    """The holes of a template that no letter may have."""
    return {name for _, name, _, _ in string.Formatter().parse(template.zh) if name is not None} - allowed


def templates(module: ModuleType) -> Iterator[Line]:
    """Every sentence that a module can say."""
    for value in vars(module).values():
        if isinstance(value, Line):
            yield value
        elif isinstance(value, Mapping):
            yield from (each for each in value.values() if isinstance(each, Line))


@pytest.mark.parametrize("module", [letters, pages, reporter_pages, script], ids=lambda module: module.__name__)
def test_no_template_has_a_hole_for_anything_but_what_a_letter_may_carry(module: ModuleType) -> None:
    allowed = SPOKEN if module is script else HOLES
    found = list(templates(module))
    assert len(found) > 5
    assert [(each.zh, unfit(each, allowed)) for each in found if unfit(each, allowed)] == []


@pytest.mark.parametrize("hole", ["child_name", "where_now", "story", "phone", "id_card", "suspect", "school", "words"])
def test_a_template_with_another_hole_is_refused(hole: str) -> None:
    assert unfit(line("【{level}】{reference} {" + hole + "}"), HOLES) == {hole}


def test_a_notice_to_a_reporter_has_no_hole_at_all() -> None:
    assert unfit(reporter_pages.NEWS, frozenset()) == set()
    assert reporter_pages.NEWS.zh == "您咨询的事项有更新，请凭查询码查看。"


def test_a_face_has_no_place_for_a_child() -> None:
    assert {field.name for field in fields(Face)} == KNOWN
    assert {field.name for field in fields(Taken)} == {"how", "who", "at"}


@pytest.mark.parametrize("name", ["story", "child_name", "where_now", "text", "phone", "facts", "note"])
def test_a_letter_that_could_carry_more_is_not_made(name: str) -> None:
    case = Case(
        id="c", reference="HT261119-7K3MQ", source="web", finished=True, urgency="critical", category="physical_abuse",
        pack="national", place_code="458821", facts={}, assessment={}, reporter={}, opened_at=NOW,
    )  # fmt: skip
    common = {
        "kind": "opened",
        "recipient": "desk:d",
        "desk_id": "d",
        "courier": "call",
        "county": "罗岭县",
        "now": NOW,
    }
    with pytest.raises(ValueError, match=name):
        put_letter(Batch(), case, **common, **{name: "王小虎"})  # type: ignore[arg-type]
    batch = Batch()
    put_letter(batch, case, **common, **dict.fromkeys(PARAMS, "x"))  # type: ignore[arg-type]
    assert len(batch.rows_if_new) == 1


@pytest.mark.parametrize(
    "kind", [*letters.WHY, "climb:accept:L2", "reminder:result:desk", "climb:gist:01a2:L3", "newest"]
)
def test_every_letter_says_level_reference_county_why_and_until_when(kind: str) -> None:
    text = told(kind, FACE, NOW, CHINESE).text
    assert text.startswith("【特急】HT261119-7K3MQ 罗岭县\n") and "“看到了（签收）”最迟 15:05" in text
    assert str(why(kind, FACE)) in text and "{" not in text


def test_a_message_shows_who_took_it_and_what_is_left_to_do() -> None:
    seen = replace(FACE, status="acknowledged", taken=(Taken("acknowledged", "韦秀英", NOW),), clock="accept")
    shown = told("opened", seen, NOW + timedelta(hours=20), CHINESE)
    assert "韦秀英 已于 11-19 15:00 看到" in shown.text and "已超时" in shown.text
    assert shown.acts == ("accept", "police_dispatched", "pass") and not shown.over


def test_what_is_over_has_no_buttons() -> None:
    for seen, says in (
        (replace(FACE, open=False), "已办结"),
        (replace(FACE, over=True), "已不在本席位"),
        (None, "不归您看"),
    ):
        shown = told("opened", seen, NOW, CHINESE)
        assert says in shown.text and shown.acts == () and shown.over


@pytest.mark.parametrize(
    ("face", "expected"),
    [
        (FACE, ("acknowledge", "accept", "police_dispatched", "pass")),
        (replace(FACE, department="education"), ("acknowledge", "accept", "pass")),
        (replace(FACE, part="with"), ("acknowledge", "accept", "police_dispatched")),
        (replace(FACE, part="copy", status="copied"), ()),
        (replace(FACE, own=False), ()),
        (replace(FACE, own=False, supervises=True), ("reassign",)),
        (replace(FACE, status="dispatched", taken=(Taken("dispatched", "韦", NOW),)), ("pass",)),
        (replace(FACE, status="done"), ()),
    ],
)
def test_the_buttons_are_what_this_person_may_do_now(face: Face, expected: tuple[str, ...]) -> None:
    assert acts(face) == expected


def test_a_critical_case_is_handed_over_others_are_returned() -> None:
    assert passing(FACE) == "hand_over" and passing(replace(FACE, urgency="urgent")) == "return"
    assert passing(replace(FACE, status="done")) is None


def test_a_digest_counts_by_level_the_gravest_first() -> None:
    assert digest(["normal", "urgent", "normal"], CHINESE).splitlines()[1:3] == ["紧急 1 件", "一般 2 件"]
