"""The two ways a batch becomes true. Nothing outside `records` asks which one is at work.

SQLite has one writer at a time, so one thread commits together whatever waits: each batch in its own savepoint, one
`fsync` for all. PostgreSQL takes each batch in a transaction of its own, its statements sent in one pipeline.
"""

import asyncio
import queue
import sqlite3
import threading
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg import errors
from sqlalchemy.ext.asyncio import AsyncEngine

from records.batch import Batch, Lost
from records.plan import Planner, Statement
from records.tables import AuditLine

GROUP = 256  # batches in one commit at most: a crowd waits for a few milliseconds, not for each other
# A writer that wrote no audit line for so long goes on under a new name: the sealer looks at silent ones but rarely.
NEW_NAME_SECONDS = 12 * 3600
BUSY_SECONDS = 30.0  # how long a command-line writer beside the server may hold the file before we say so


class Writer(Protocol):
    """Makes a batch true, or raises: `Lost` when a guard did not hold, the driver's error when the database failed."""

    async def write(self, batch: Batch) -> None: ...

    async def close(self) -> None: ...


@dataclass(frozen=True)
class _Waiting:
    statements: Sequence[Statement]
    audit: Sequence[AuditLine]
    done: "asyncio.Future[None]"
    loop: asyncio.AbstractEventLoop


@dataclass
class _Count:
    """A writer's name, how many audit lines it has numbered, and when it did last (seconds that only ever rise)."""

    writer: str
    number: int = 0
    last: float = 0.0

    @classmethod
    def new(cls) -> "_Count":
        return cls(uuid.uuid4().hex[:12], 0, time.monotonic())

    def current(self) -> "_Count":
        """This count, or a new one when it was silent for long."""
        return self if time.monotonic() - self.last < NEW_NAME_SECONDS else _Count.new()

    def after(self, lines: int) -> "_Count":
        return _Count(self.writer, self.number + lines, time.monotonic()) if lines else self


class SqliteWriter:
    """One thread, one connection, commits in groups."""

    def __init__(self, path: Path, planner: Planner) -> None:
        self._path = path
        self._planner = planner
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._count = _Count.new()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="hutong-writer", daemon=True)
        self._thread.start()

    async def write(self, batch: Batch) -> None:
        if self._closed or not self._thread.is_alive():
            raise RuntimeError("the writer has stopped; nothing was written")
        loop = asyncio.get_running_loop()
        waiting = _Waiting(self._planner.plan(batch), batch.audit_lines, loop.create_future(), loop)
        self._queue.put(waiting)
        await asyncio.shield(waiting.done)

    async def close(self) -> None:
        self._closed = True
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        connection = open_sqlite(self._path)
        try:
            while (first := self._queue.get()) is not None:
                group, last = [first], False
                while len(group) < GROUP:
                    try:
                        more = self._queue.get_nowait()
                    except queue.Empty:
                        break
                    if more is None:
                        last = True
                        break
                    group.append(more)
                self._commit(connection, group)
                if last:
                    break
        finally:
            connection.close()

    def _commit(self, connection: sqlite3.Connection, group: Sequence[_Waiting]) -> None:
        before = self._count
        outcomes: list[BaseException | None]
        try:
            connection.execute("BEGIN IMMEDIATE")
            outcomes = [self._apply(connection, waiting) for waiting in group]
            connection.execute("COMMIT")
        except Exception as problem:
            self._count = before
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            outcomes = [problem] * len(group)
        for waiting, outcome in zip(group, outcomes, strict=True):
            with suppress(RuntimeError):  # its loop is closed: nobody waits for the answer any more
                waiting.loop.call_soon_threadsafe(_settle, waiting.done, outcome)

    def _apply(self, connection: sqlite3.Connection, waiting: _Waiting) -> BaseException | None:
        before = self._count
        connection.execute("SAVEPOINT one")
        try:
            for statement in waiting.statements:
                _run_sqlite(connection, statement)
            if waiting.audit:
                count = self._count.current()
                for statement in self._planner.audit(waiting.audit, count.writer, count.number):
                    _run_sqlite(connection, statement)
                self._count = count.after(len(waiting.audit))
        except (Lost, sqlite3.IntegrityError, sqlite3.InterfaceError, OverflowError) as problem:
            self._count = before
            connection.execute("ROLLBACK TO one")
            connection.execute("RELEASE one")
            return _lost_sqlite(problem)
        connection.execute("RELEASE one")
        return None


def _settle(done: "asyncio.Future[None]", outcome: BaseException | None) -> None:
    if done.done():
        return
    if outcome is None:
        done.set_result(None)
    else:
        done.set_exception(outcome)
        done.exception()  # a caller that went away need not be told twice


def _run_sqlite(connection: sqlite3.Connection, statement: Statement) -> None:
    if len(statement.bound) == 1:
        touched = connection.execute(statement.sql, statement.bound[0]).rowcount
    else:
        touched = connection.executemany(statement.sql, statement.bound).rowcount
    if statement.exactly is not None and touched != statement.exactly:
        raise Lost(statement.table)


def _lost_sqlite(problem: Exception) -> Exception:
    text = str(problem)
    if isinstance(problem, sqlite3.IntegrityError) and text.startswith("UNIQUE constraint failed: "):
        return Lost(text.removeprefix("UNIQUE constraint failed: ").partition(".")[0])
    return problem


def open_sqlite(path: Path) -> sqlite3.Connection:
    """A connection of the embedded database as the product uses it: WAL, full sync, foreign keys on."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=BUSY_SECONDS)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


class PostgresWriter:
    """One transaction a batch; its statements travel in one pipeline, its commit in a second round trip."""

    def __init__(self, engine: AsyncEngine, planner: Planner) -> None:
        self._engine = engine
        self._planner = planner

    async def write(self, batch: Batch) -> None:
        statements = self._planner.plan(batch)
        async with self._engine.connect() as connection:
            raw: psycopg.AsyncConnection[Any] = (await connection.get_raw_connection()).driver_connection  # type: ignore[assignment]
            # A writer's count lives as long as its connection: nobody else numbers lines under the same name.
            info = connection.sync_connection.info  # type: ignore[union-attr]
            count: _Count = info.setdefault("audit", _Count.new()).current()
            if batch.audit_lines:
                statements += self._planner.audit(batch.audit_lines, count.writer, count.number)
            try:
                await _run_postgres(raw, statements)
            except (Lost, errors.IntegrityError, errors.DeadlockDetected, errors.SerializationFailure) as problem:
                await raw.rollback()
                raise _lost_postgres(problem) from None
            except BaseException:
                await (
                    connection.invalidate()
                )  # whether it was committed is unknown: this writer's name is never used again
                raise
            info["audit"] = count.after(len(batch.audit_lines))

    async def close(self) -> None:
        """Nothing of its own to close: the engine belongs to the store."""


async def _run_postgres(raw: "psycopg.AsyncConnection[Any]", statements: Sequence[Statement]) -> None:
    cursors = []
    async with raw.pipeline():
        for statement in statements:
            cursor = raw.cursor()
            if len(statement.bound) == 1:
                await cursor.execute(statement.sql, statement.bound[0])  # type: ignore[arg-type]  # our own SQL
            else:
                await cursor.executemany(statement.sql, statement.bound)  # type: ignore[arg-type]
            cursors.append(cursor)
    for cursor, statement in zip(cursors, statements, strict=True):
        if statement.exactly is not None and cursor.rowcount != statement.exactly:
            raise Lost(statement.table)
    await raw.commit()


def _lost_postgres(problem: Exception) -> Exception:
    if isinstance(problem, errors.UniqueViolation):
        return Lost(problem.diag.table_name or "?")
    if isinstance(problem, errors.DeadlockDetected | errors.SerializationFailure):
        return Lost("?")  # two writers crossed; this one decides again
    return problem
