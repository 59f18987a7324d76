"""Makes .venv from the lock, so that .venv/bin/hutong works. Run by `make setup`; standard library only.

    python scripts/setup.py          what the product needs (requirements.txt)
    python scripts/setup.py --dev    what its tests and checks need as well (requirements-dev.txt)

It looks first and names the one command for whatever is missing. What was installed is written, as hashes of the
lock, into .venv/hutong-setup.json when it is finished: a second call compares and returns at once, a changed lock
installs again, and an interrupted call is taken up again.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "hutong-setup.json"
UNFINISHED = VENV / "unfinished"  # there while pip is at work
LOCKS = {"run": CHECKOUT / "requirements.txt", "dev": CHECKOUT / "requirements-dev.txt"}
NEEDED_BYTES = 900 * 1024 * 1024

# A site's mirror, proxy and certificates are its own affair and are kept; every other PIP_* setting (PIP_TARGET,
# PIP_USER, PIP_PREFIX, PIP_NO_DEPS, PIP_REQUIRE_VIRTUALENV …) would change what is installed or where.
KEPT_PIP_SETTINGS = {
    f"PIP_{name}"
    for name in (
        "CACHE_DIR CERT CLIENT_CERT CONFIG_FILE DEFAULT_TIMEOUT EXTRA_INDEX_URL FIND_LINKS INDEX_URL KEYRING_PROVIDER "
        "NO_CACHE_DIR NO_INDEX PROXY RETRIES TIMEOUT TRUSTED_HOST"
    ).split()
}


class Missing(Exception):
    """Something the machine must bring; the text ends with the one command that brings it."""


def main(arguments: list[str]) -> int:
    wanted = "dev" if "--dev" in arguments else "run"
    with one_at_a_time():
        if is_done(wanted):
            return 0
        try:
            look()
            make_venv()
            install(wanted)
        except Missing as missing:
            print(missing, file=sys.stderr)
            return 1
        except subprocess.CalledProcessError as failed:
            print(
                f"\n护童: setting up .venv stopped at: {' '.join(map(str, failed.cmd[-6:]))}\n"
                "The lines above say why. If the registry could not be reached, run it again when it can;\n"
                "a mirror is taken from PIP_INDEX_URL or pip's own configuration:\n    make setup",
                file=sys.stderr,
            )
            return 1
    return 0


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two `make` calls in one checkout wait for each other; the lock goes with the process, however that ends."""
    with open(__file__) as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def is_done(wanted: str) -> bool:
    """True if .venv holds the wanted lock, made for this checkout's place and for a Python that still exists."""
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return False
    made_here = stamp.get("checkout") == str(CHECKOUT) and stamp.get("project") == project()
    # the development lock holds everything the product's lock holds
    held = any(stamp.get(name) == digest(LOCKS[name]) for name in {wanted, "dev"})
    return made_here and held and PYTHON.exists() and (VENV / "bin" / "hutong").exists()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def project() -> str:
    """What of pyproject.toml decides how the checkout is installed; the settings of linters do not."""
    described = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    decides = [described["project"], described["build-system"], described["tool"]["hatch"]]
    return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()


def look() -> None:
    """Looks before anything is written. Raises Missing with all that is wanting, in one command."""
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        own = f"python3.{sys.version_info.minor}-venv"
        raise Missing(
            f"{sys.executable} cannot make environments: its venv and ensurepip are not installed.\n"
            f"This one command brings them:\n    {'' if os.geteuid() == 0 else 'sudo '}apt-get install -y {own}"
        )
    if not os.access(CHECKOUT, os.W_OK):
        raise Missing(
            f"{CHECKOUT} cannot be written by you, and .venv belongs there. This one command mends it:\n"
            f'    sudo chown -R "$(id -un)" "{CHECKOUT}"'
        )
    free = shutil.disk_usage(CHECKOUT).free
    if free < NEEDED_BYTES and not STAMP.exists():
        raise Missing(
            f"护童 needs {NEEDED_BYTES >> 20} MB of disk for its environment and {CHECKOUT} has {free >> 20} MB free.\n"
            "This one command shows what takes the room:\n    du -xh --max-depth=2 / 2>/dev/null | sort -h | tail -20"
        )


def make_venv() -> None:
    """Leaves a .venv whose pip works. One that is broken, moved, or made by an older Python is made again."""
    if VENV.exists() and not usable():
        print("护童: .venv is unfinished or was made elsewhere; making it again", flush=True)
        if VENV.is_symlink() or not VENV.is_dir():
            VENV.unlink()
        else:
            shutil.rmtree(VENV)
    STAMP.unlink(missing_ok=True)
    if not VENV.exists():
        print(f"护童: making .venv with {sys.executable} ({sys.version.split()[0]})", flush=True)
        run([sys.executable, "-I", "-m", "venv", VENV])


def usable() -> bool:
    """True if .venv has a Python 3.11 or newer with pip that calls this very directory its home."""
    if UNFINISHED.exists():
        return False
    probe = "import sys, pip; print(sys.prefix if sys.version_info >= (3, 11) else '')"
    try:
        answer = subprocess.run([PYTHON, "-I", "-c", probe], capture_output=True, text=True, env=environment())
    except OSError:
        return False
    if answer.returncode != 0 or answer.stdout.strip() != str(VENV):
        return False
    scripts = VENV / "bin" / "pip"  # its first lines name the interpreter by full path, so they tell of a move
    return scripts.exists() and str(VENV) in scripts.read_text(errors="replace")[:1000]


def install(wanted: str) -> None:
    lock = LOCKS[wanted]
    UNFINISHED.touch()
    print(f"护童: installing {lock.name} into .venv", flush=True)
    # One locked package is published as source only. It is built with the locked setuptools, so that no build asks
    # the registry for a tool whose hash nobody has checked.
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as builder:
        builder.write(locked_block(lock, "setuptools"))
        builder.flush()
        pip("install", "--require-hashes", "--no-deps", "-r", builder.name)
    pip("install", "--require-hashes", "--no-build-isolation", "--use-pep517", "-r", str(lock))
    pip("install", "--no-build-isolation", "--no-deps", "--no-index", "--force-reinstall", "--editable", str(CHECKOUT))
    stamp = {"checkout": str(CHECKOUT), "project": project(), wanted: digest(lock)}
    STAMP.write_text(json.dumps(stamp, indent=1) + "\n")
    UNFINISHED.unlink()
    print("护童: .venv/bin/hutong is ready", flush=True)


def locked_block(lock: Path, name: str) -> str:
    """The lines of one package in a lock: `name==version \\` and its indented hashes."""
    found = re.search(rf"^{re.escape(name)}==.*(?:\n[ \t].*)*", lock.read_text(), re.MULTILINE)
    if found is None:
        raise Missing(f"{lock.name} holds no {name}; this one command makes the lock again:\n    make lock")
    return found.group() + "\n"


def pip(*arguments: str) -> None:
    run([PYTHON, "-I", "-m", "pip", "--disable-pip-version-check", "--no-input", "-q", *arguments])


def run(command: list[str | Path]) -> None:
    subprocess.run(command, check=True, cwd=CHECKOUT, env=environment())


def environment() -> dict[str, str]:
    """The caller's environment without what would send pip or Python astray."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("PIP_", "PYTHON")) or key in KEPT_PIP_SETTINGS
    }
    for stray in ("VIRTUAL_ENV", "__PYVENV_LAUNCHER__"):
        kept.pop(stray, None)
    return kept | {"PIP_ROOT_USER_ACTION": "ignore"}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
