"""The tests' own PostgreSQL keeps its promises: one server for all, a database for each, nothing left behind."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.support import postgres, tools


def test_every_test_has_a_database_of_its_own(postgres_server: postgres.Server) -> None:
    mine, yours = postgres_server.create(), postgres_server.create()
    with psycopg.connect(postgres_server.url(mine)) as connection:
        connection.execute("CREATE TABLE note (words text)")
    with psycopg.connect(postgres_server.url(yours)) as connection:
        assert connection.execute("SELECT to_regclass('note')").fetchone() == (None,)
    postgres_server.drop(mine)
    postgres_server.drop(yours)


def test_a_template_is_prepared_once_and_copied_whole(postgres_server: postgres.Server) -> None:
    prepared: list[str] = []

    def prepare(url: str) -> None:
        prepared.append(url)
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE note (words text)")
            connection.execute("INSERT INTO note VALUES ('孩子在学校')")

    name = f"template_{os.getpid()}"
    for _ in range(2):
        copy = postgres_server.create(postgres_server.template(name, prepare))
        with psycopg.connect(postgres_server.url(copy)) as connection:
            assert connection.execute("SELECT words FROM note").fetchall() == [("孩子在学校",)]
        postgres_server.drop(copy)
    assert len(prepared) == 1


def test_a_template_that_failed_in_the_middle_is_made_again(postgres_server: postgres.Server) -> None:
    def stumble(url: str) -> None:
        raise ValueError("disk full")

    name = f"stumbling_{os.getpid()}"
    with pytest.raises(ValueError, match="disk full"):
        postgres_server.template(name, stumble)
    assert postgres_server.template(name, lambda url: None) == name


def test_the_server_ends_with_its_run_even_a_killed_one() -> None:
    story = (
        "from tests.support import postgres\n"
        "with postgres.begin_run() as run:\n"
        "    print(postgres.shared(run).directory, flush=True)\n"
        "    input()\n"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", story], cwd=tools.CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert run.stdout
    directory = Path(run.stdout.readline().strip())
    server = os.pidfd_open(int((directory / "data" / "postmaster.pid").read_text().split()[0]))
    run.kill()
    run.wait()
    assert select.select([server], [], [], 30)[0], "the server outlived the run that owned it"
    os.close(server)


def test_a_missing_server_fails_loudly_and_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "look", lambda: None)
    with pytest.raises(tools.Missing, match="make setup-test"):
        postgres.programs()
