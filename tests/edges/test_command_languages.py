"""English stands beside the Chinese in one catalogue; what it lacks is said in Chinese."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app import languages, terminal
from words.language import line

PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "停止：Ctrl-C"
msgstr "Stop: Ctrl-C"

msgid "磁盘剩余 {free} GB"
msgstr "{free} GB of disk left"

msgid "还没有译"
msgstr ""
"""


@pytest.fixture
def english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "locale").mkdir()
    (tmp_path / "locale" / "en.po").write_text(PO, encoding="utf-8")
    monkeypatch.setattr(languages, "SHIPPED", tmp_path)
    monkeypatch.setattr(terminal, "_catalogue", {})
    languages.catalogue.cache_clear()
    yield
    languages.catalogue.cache_clear()


def test_the_terminal_speaks_the_language_of_its_setting(english: None) -> None:
    assert terminal.render(line("停止：Ctrl-C")) == "停止：Ctrl-C"
    terminal.speak("en")
    assert terminal.render(line("停止：Ctrl-C")) == "Stop: Ctrl-C"
    assert terminal.render(line("磁盘剩余 {free} GB", free="1.5")) == "1.5 GB of disk left"
    assert terminal.render(line("还没有译")) == "还没有译" and terminal.render(line("没有这句")) == "没有这句"


def test_a_language_without_a_catalogue_is_chinese(english: None) -> None:
    assert languages.catalogue("zh") == {} and languages.catalogue("fr") == {}
