"""What the terminal says can be pasted."""

import shutil
import sys

import pytest

from app import terminal

SENTENCE = "请先备份（hutong backup FILE），再升级：hutong init。演示：HUTONG_MODE=demo hutong serve；hutong.db 不动"


def test_a_command_is_named_as_this_one_was_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(sys, "argv", [".venv/bin/hutong", "serve"])
    assert terminal.pasteable(SENTENCE) == (
        "请先备份（.venv/bin/hutong backup FILE），再升级：.venv/bin/hutong init。"
        "演示：HUTONG_MODE=demo .venv/bin/hutong serve；hutong.db 不动"
    )


def test_where_it_is_on_the_path_the_short_name_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/local/bin/hutong")
    monkeypatch.setattr(sys, "argv", ["/usr/local/bin/hutong", "serve"])
    assert terminal.pasteable(SENTENCE) == SENTENCE
