"""`make proof-faults`: plants each known fault in a copy of the checkout and requires its named test to fail.

A fault is a TOML file in `planted/`: what it does, the file, the sound text (found there exactly once), the faulty
text put in its place, and the test that must find it. The named tests are first run on the sound copy, where they
must pass: a test that always fails finds nothing.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PLANTED = Path(__file__).with_name("planted")
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache", ".hypothesis", "node_modules")
TESTS_FAILED = 1  # pytest's exit code; every other one but 0 means that the test did not run


@dataclass(frozen=True)
class Fault:
    """One planted fault. `found_by` is a pytest node id."""

    name: str
    what: str
    file: str
    sound: str
    faulty: str
    found_by: str

    def fits(self, copy: Path) -> bool:
        """False when the code has moved on: then `sound` must be brought up to date."""
        return (copy / self.file).read_text().count(self.sound) == 1

    def plant(self, copy: Path) -> None:
        if not self.fits(copy):
            sys.exit(f"护童: fault {self.name} no longer fits {self.file}: bring its `sound` text up to date")
        target = copy / self.file
        target.write_text(target.read_text().replace(self.sound, self.faulty))


def known() -> list[Fault]:
    return [Fault(path.stem, **tomllib.loads(path.read_text())) for path in sorted(PLANTED.glob("*.toml"))]


def main() -> int:
    faults = known()
    with tempfile.TemporaryDirectory(prefix="hutong-faults-") as scratch:
        sound = copied(Path(scratch) / "sound")
        tests = sorted({fault.found_by for fault in faults})
        if run(sound, *tests) != 0:
            print("护童: the named tests must pass before faults are planted; run them to see why", file=sys.stderr)
            return 1
        overlooked = [fault for fault in faults if not is_found(fault, copied(Path(scratch) / fault.name))]
    for fault in overlooked:
        print(f"护童: NOT FOUND: {fault.what} ({fault.name}) by {fault.found_by}", file=sys.stderr)
    print(f"护童: {len(faults) - len(overlooked)} of {len(faults)} planted faults were found by their tests")
    return 1 if overlooked else 0


def is_found(fault: Fault, copy: Path) -> bool:
    fault.plant(copy)
    found = run(copy, fault.found_by) == TESTS_FAILED
    print(f"护童: {'found' if found else 'overlooked'}: {fault.what}", flush=True)
    shutil.rmtree(copy)
    return found


def copied(copy: Path) -> Path:
    """A copy of the checkout that shares its environment; being first on the path, it is what the tests import."""
    shutil.copytree(CHECKOUT, copy, ignore=LEFT_OUT)
    (copy / ".venv").symlink_to(CHECKOUT / ".venv")
    return copy


def run(copy: Path, *tests: str) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    return subprocess.run(command, cwd=copy, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
