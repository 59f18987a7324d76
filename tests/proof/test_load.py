"""What this machine carries, every figure beside a bare one of the same run. Writes docs/proof/load.md."""

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.proof.figures import PROOFS
from tests.support.house import environment
from tests.support.tools import CHECKOUT

pytestmark = pytest.mark.proof

HEADING = """# Load: what one machine carries

Written by `make proof`, from `hutong bench all`: each figure of ours beside one of the same run and the same rows without any of our
code, so that a busy machine changes both. Everything is durable (SQLite, WAL, `synchronous=FULL`). Intake is over real HTTP with
triage, routing, clocks, receipt, audit and encryption. Lateness counts from the instant at which all the due clocks were due.
"""


def test_the_load_is_measured(tmp_path: Path) -> None:

    env = environment(tmp_path) | {"HUTONG_LANGUAGE": "en"}
    env.pop("TMPDIR", None)  # a run's databases may lie in memory, where nothing is durable: this measures the disk
    size = os.environ.get("HUTONG_TEST_CLOCKS", "1000000")
    done = subprocess.run(
        [sys.executable, "-m", "app", "bench", "all", "--clocks", size, "--due", str(min(10_000, int(size)))],
        cwd=CHECKOUT, env=env, capture_output=True, text=True, timeout=3000,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    machine = f"{os.cpu_count()} cores ({platform.machine()}), {memory} GB; load at the end {load}"
    told = f"{datetime.now(UTC):%Y-%m-%d}, {machine}."
    (PROOFS / "load.md").write_text(f"{HEADING}\n{told}\n\n```\n{done.stdout.strip()}\n```\n", encoding="utf-8")
