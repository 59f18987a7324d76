"""The tests' own Chromium shows Chinese and stays on this machine."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.support import chromium, tools


def test_it_draws_chinese_letters_each_with_its_own_shape(page: Page) -> None:
    page.set_content('<meta charset="utf-8"><span id="a">护</span><br><span id="b">童</span>')
    shapes = {page.locator(f"#{one}").screenshot() for one in "ab"}
    assert len(shapes) == 2, "both letters look alike: the browser has no Chinese font"


def test_what_is_on_this_machine_and_what_is_not() -> None:
    assert all(
        map(chromium.is_here, ["http://127.0.0.1:8000/", "http://localhost/", "data:text/html,x", "about:blank"])
    )
    assert not any(
        map(chromium.is_here, ["https://example.org/font.css", "http://127.0.0.1.example.org/", "ws://10.0.0.1"])
    )


def test_a_missing_browser_fails_loudly_and_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "look", lambda: None)
    with pytest.raises(tools.Missing, match="make setup-test"):
        chromium.program()
