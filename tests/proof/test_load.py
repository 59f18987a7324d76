"""What this machine carries, every figure beside a bare one of the same run. Writes docs/proof/load.md."""

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.proof.figures import PROOFS
from tests.support import postgres
from tests.support.house import environment
from tests.support.tools import CHECKOUT

pytestmark = pytest.mark.proof

HEADING = """# Load: what one machine carries

Written by `make proof`, from `hutong bench all`: each figure of ours beside one of the same run and the same rows without any of our
code, so that a busy machine changes both. Everything is durable (SQLite, WAL, `synchronous=FULL`). Intake is over real HTTP with
triage, routing, clocks, receipt, audit and encryption. Lateness counts from the instant at which all the due clocks were due.
"""


def test_the_load_is_measured(tmp_path: Path, postgres_server: postgres.Server) -> None:
    env = environment(tmp_path) | {"HUTONG_LANGUAGE": "en"}
    size = os.environ.get("HUTONG_TEST_CLOCKS", "1000000")
    told = [_bench(env, "all", "--clocks", size, "--due", str(min(10_000, int(size))))]
    tickets = ("intake", "--tickets", "--reports", "200")
    told.append(_bench(env, *tickets))
    told.append(_bench(env, *tickets, "--database", postgres_server.url(postgres_server.create())))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    machine = f"{os.cpu_count()} cores ({platform.machine()}), {memory} GB; load at the end {load}"
    day = f"{datetime.now(UTC):%Y-%m-%d}, {machine}."
    blocks = "\n\nTickets over the hotline's interface:\n\n".join(f"```\n{each.strip()}\n```" for each in told)
    (PROOFS / "load.md").write_text(f"{HEADING}\n{day}\n\n{blocks}\n", encoding="utf-8")


def _bench(env: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "app", "bench", *arguments],
        cwd=CHECKOUT, env=env, capture_output=True, text=True, timeout=3000,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout
