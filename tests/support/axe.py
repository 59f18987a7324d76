"""axe-core, brought from the npm registry at set-up and checked against its pinned hash: tests run it inside pages."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.support import tools
from tests.support.chromium import pinned, unpack

FETCHED = tools.FETCHED / "axe"
PIN = tools.PINS / "axe.json"


def script() -> str:
    """The text of axe-core as it was pinned. Raises tools.Missing."""
    found = look()
    if found is None:
        raise tools.Missing(f"The tests need axe-core and this machine has none. {tools.BRING}")
    return found.read_text(encoding="utf-8")


def look() -> Path | None:
    file = FETCHED / _version() / "axe.min.js"
    return file if file.exists() else None


def fetch() -> list[str]:
    """Brings axe-core if it is not there. Returns why it failed."""
    return [] if look() else tools.first_way_that_brings(look, [_from_registry])


def _from_registry() -> None:
    with tempfile.TemporaryDirectory(prefix="hutong-axe-") as scratch:
        unpack(pinned(json.loads(PIN.read_text()), Path(scratch)), Path(scratch))
        into = FETCHED / _version()
        into.mkdir(parents=True, exist_ok=True)
        part = into / "part"
        shutil.copy(Path(scratch) / "package" / "axe.min.js", part)
        part.chmod(0o644)
        part.rename(into / "axe.min.js")


def _version() -> str:
    return str(json.loads(PIN.read_text())["package"].rpartition("@")[2])


def violations(page: Page) -> list[str]:
    """Every rule of axe-core, none switched off: what each found on a page that was given the script, a line each."""
    found: list[dict[str, Any]] = page.evaluate("axe.run().then(function (all) { return all.violations; })")
    return [
        f"{each['id']} ({each['help']}): {node['html'][:160]} {node.get('failureSummary', '')[:200]!r}"
        for each in found
        for node in each["nodes"][:3]
    ]
