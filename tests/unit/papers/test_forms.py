"""The printable forms: what is shipped can be filled, and a site's own file that is wrong is named."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from routing.papers import Grid, Heading, Table, Text
from routing.papers.forms import LISTS, FormError, filled, lacking, read_forms, started

ROOT = Path(__file__).resolve().parents[3]
FORMS = read_forms(ROOT / "data/forms")
VALUES = {"reference": "HT261119-7K3MQ", "level": "特急", "desk": "县公安局", "year": "2026", "child_name": "小雨"}


def test_the_five_papers_of_a_desk_are_there() -> None:
    assert {form.name for form in FORMS.values()} >= {"转办单", "督办单", "催办通知书", "延期审批表", "临时监护交接单"}


@pytest.mark.parametrize("id", FORMS)
def test_each_can_be_filled_and_holds_what_was_typed(id: str) -> None:
    form = FORMS[id]
    typed = {ask.id: f"〈{ask.id}〉" for ask in form.asks}
    sheet = filled(form, VALUES, {"clauses": [("某条",)]}, typed)
    text = str(sheet)
    assert all(f"〈{ask.id}〉" in text for ask in form.asks if ask.kind != "check"), id
    assert "HT261119-7K3MQ" in text and sheet.foot == "HT261119-7K3MQ" and "{" not in text.replace("{}", "")
    assert sheet.number == "〈number〉"


def test_a_list_without_anything_says_so_and_an_unticked_part_is_not_printed() -> None:
    sheet = filled(FORMS["transfer"], VALUES, {"situation": [("孩子姓名", "小雨")]}, {"to": "民政局"})
    tables = [block for block in sheet.blocks if isinstance(block, Table)]
    assert tables and all(table.rows[0][0] == "（无）" for table in tables)
    assert "小雨" not in str(sheet) and Heading("情况摘要") not in sheet.blocks
    ticked = filled(FORMS["transfer"], VALUES, {"situation": [("孩子姓名", "小雨")]}, {"with_situation": "1"})
    assert "小雨" in str(ticked)


def test_what_must_be_typed_is_asked_for_and_what_is_known_stands_there() -> None:
    assert "转给哪个单位" in str(lacking(FORMS["transfer"], {"to": " ", "reason": "x"}))
    assert lacking(FORMS["custody"], {}) is None  # printed empty, filled in by hand beside the child
    assert (
        started(FORMS["custody"], {**dict.fromkeys(("child_sex", "child_age", "person"), ""), **VALUES})["child"]
        == "小雨"
    )


def test_a_form_never_asks_for_anything_of_the_reporter() -> None:
    for form in FORMS.values():
        assert not [ask for ask in form.asks if "报告人" in ask.label or "举报" in ask.label]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name = ", "x.toml"),
        ("name = 'a'\ntitle = 'b'\nfor = ['everybody']\nblock = []", "everybody"),
        ("name = 'a'\ntitle = '{reporter}'\nfor = ['lead']\nblock = []", "reporter"),
        ("name = 'a'\ntitle = 'b'\nfor = ['lead']\n[[block]]\ntext = '{reference.__class__}'", "__class__"),
        ("name = 'a'\ntitle = 'b'\nfor = ['lead']\n[[block]]\nlist = 'words'", "words"),
        ("name = 'a'\ntitle = 'b'\nfor = ['lead']\n[[block]]\ntext = 'a'\nsigns = ['b']", "只"),
        ("name = 'a'\ntitle = 'b'\nfor = ['lead']\n[[block]]\ntext = 'a'\nstyle = 'huge'", "huge"),
        ("name = 'a'\ntitle = 'b'\nfor = ['lead']\n[[block]]\ntext = 'a'\nif = 'never'", "never"),
        ("name = 'a'\ntitle = 'b'\nfor = ['lead']\nblock = []\n[[ask]]\nid = 'county'\nlabel = 'c'", "同名"),
        ("name = 'a'\ntitle = 'b'\nfor = ['lead']\nblock = []\n[[ask]]\nid = 'c'\nlabel = 'c'\nkind = 'file'", "file"),
    ],
)
def test_a_form_that_is_wrong_is_named_with_what_is_wrong(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "x.toml").write_text(text)
    with pytest.raises(FormError, match=says):
        read_forms(tmp_path)


def test_a_sites_own_form_stands_in_for_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "urge.toml").write_text("name = '催办函'\ntitle = 't'\nfor = ['lead']\n[[block]]\ntext = '{county}'\n")
    forms = read_forms(ROOT / "data/forms", tmp_path)
    assert forms["urge"].name == "催办函" and len(forms) == len(FORMS)
    assert filled(forms["urge"], {"county": "罗岭县"}, {}, {}).blocks == [Text("罗岭县")]


def test_names_and_labels_have_english_beside_them() -> None:
    with (ROOT / "data/locale/en.po").open("rb") as file:
        known = {message.id for message in read_po(file, locale="en") if message.string}
    wanted = {form.name for form in FORMS.values()} | {ask.label for form in FORMS.values() for ask in form.asks}
    assert sorted(wanted - known) == []


def test_lists_have_as_many_widths_as_heads() -> None:
    assert all(len(head) == len(widths) for head, widths in LISTS.values())
    assert any(isinstance(block, Grid) for block in filled(FORMS["custody"], VALUES, {}, {}).blocks)
