"""`make setup` finds a Python that works, keeps a site's mirror, and ignores what would send pip astray."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import setup
from tests.support import tools

FIND = tools.CHECKOUT / "scripts" / "find-python"


def a_command(directory: Path, name: str, says: str) -> None:
    (directory / name).write_text(f"#!/bin/sh\n{says}\n")
    (directory / name).chmod(0o755)


def test_an_old_python3_and_a_broken_shim_are_passed_over(tmp_path: Path) -> None:
    a_command(tmp_path, "python3", "exit 1")
    a_command(tmp_path, "python3.14", "echo 'the version manager has no such version' >&2; exit 127")
    a_command(tmp_path, "python3.13", f'exec "{sys.executable}" "$@"')
    found = subprocess.run([FIND], env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, capture_output=True, text=True)
    assert (
        subprocess.run([found.stdout.strip(), "-c", "import sys; assert sys.version_info >= (3, 11)"]).returncode == 0
    )


def test_the_callers_choice_goes_first(tmp_path: Path) -> None:
    base = os.path.realpath(sys._base_executable)  # type: ignore[attr-defined]  # what an environment was made from
    found = subprocess.run([FIND], env={"PATH": "/usr/bin:/bin", "PYTHON": base}, capture_output=True, text=True)
    assert os.path.realpath(found.stdout.strip()) == base


def test_a_mirror_is_kept_and_noise_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple")
    for name in ("PIP_TARGET", "PIP_USER", "PIP_REQUIRE_VIRTUALENV", "PYTHONPATH", "VIRTUAL_ENV"):
        monkeypatch.setenv(name, "1")
    calm = setup.environment()
    assert calm["PIP_INDEX_URL"] == "https://mirror.example/simple"
    assert not {"PIP_TARGET", "PIP_USER", "PIP_REQUIRE_VIRTUALENV", "PYTHONPATH", "VIRTUAL_ENV"} & set(calm)


@pytest.mark.parametrize("lock", setup.LOCKS.values(), ids=lambda lock: lock.name)
def test_both_locks_hold_what_builds_with_hashes_and_no_addresses(lock: Path) -> None:
    text = lock.read_text()
    assert "--hash=sha256:" in setup.locked_block(lock, "setuptools")
    assert all(name in text for name in ("\nhatchling==", "\neditables=="))
    assert "://" not in text


def test_the_development_lock_holds_all_of_the_products() -> None:
    products, everything = (
        {line for line in lock.read_text().splitlines() if "==" in line} for lock in setup.LOCKS.values()
    )
    assert products <= everything
