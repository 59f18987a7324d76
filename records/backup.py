"""Backup while the service runs, and restore: both databases, and from one kind to the other.

A backup is one consistent view of all tables. Sealed columns stay sealed as they lie in the database; the whole is
encrypted once more with age (`records.archive`). Every backup is read back before it gets its name. A restore is all or
nothing.
"""

import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Connection, DateTime, MetaData, Table, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from records import archive, schema
from records.archive import BackupProblem, Head
from records.secrets import Keyring

__all__ = ["BackupProblem", "Made", "backup", "restore"]

_ROWS = 1000  # in one insert
_BYTES = 8 << 20  # of sealed bytes in one insert: pieces of attachments are 1 MB each


@dataclass(frozen=True)
class Made:
    """What a backup holds: rows of each table, the schema's revision, the size of the file in bytes."""

    rows: dict[str, int]
    revision: str
    made_at: str
    size: int


def backup(url: str, ring: Keyring, path: Path, now: datetime) -> Made:
    """Write a backup of the running database to `path`, which must not exist yet. Raises BackupProblem."""
    if path.exists():
        raise BackupProblem(f"{path} 已经有了，备份从不覆盖旧文件。请换一个文件名，或只写一个目录。")
    if not path.parent.is_dir():
        raise BackupProblem(f"没有 {path.parent} 这个目录。请先建立：mkdir -p {path.parent}")
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    engine = schema.sync_engine(url)
    try:
        with engine.connect() as connection:
            found = _begin_reading(connection)
            revision = schema.revision_on(connection)
            if revision is None:
                raise BackupProblem("数据库还是空的，没有可以备份的。请先运行：hutong init")
            tables = _tables(connection)
            head = Head(
                archive.FORMAT, revision, now.isoformat(),
                {table.name: [column.name for column in table.columns] for table in tables},
            )  # fmt: skip
            archive.write(part, ring, head, _all_rows(found, tables))
        counts = _read_back(part, ring)
        os.rename(part, path)
        _sync_directory(path.parent)
        return Made(counts, revision, head.made_at, path.stat().st_size)
    finally:
        part.unlink(missing_ok=True)
        engine.dispose()


def restore(url: str, ring: Keyring, path: Path, *, replace: bool = False) -> Made:
    """Put a backup into an empty database, and bring that to this version's schema. `replace`: whatever is there now
    goes (an SQLite file is kept beside it under another name). Raises BackupProblem; then nothing was changed."""
    with archive.reading(path, ring) as (head, _):
        if head.revision not in schema.known_revisions():
            raise BackupProblem(f"{path} 是更新的程序写的备份（版本 {head.revision}）。请换用更新的程序来恢复。")
    if make_url(url).get_backend_name() == "sqlite":
        return _restore_sqlite(Path(str(make_url(url).database)), ring, path, replace)
    engine = schema.sync_engine(url)
    try:
        with engine.begin() as connection:
            # Anybody still working on the tables would make us wait for ever.
            connection.exec_driver_sql("SET LOCAL lock_timeout = '10s'")
            if schema.revision_on(connection) is not None and not replace:
                raise _not_empty()
            schema.wipe_on(connection)
            return _load(connection, ring, path)
    except DBAPIError as fault:
        if getattr(fault.orig, "sqlstate", "") != "55P03":  # lock_not_available
            raise
        raise BackupProblem("数据库正有别的程序在用，没有恢复。请先停掉所有 hutong serve，再运行同一条命令。") from None
    finally:
        engine.dispose()


def _restore_sqlite(target: Path, ring: Keyring, path: Path, replace: bool) -> Made:
    """Into a new file beside the old one, which then takes its place in one step."""
    if target.exists() and schema.revision(f"sqlite:///{target}") is not None and not replace:
        raise _not_empty()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    os.close(os.open(part, os.O_CREAT | os.O_EXCL, 0o600))
    engine = schema.sync_engine(f"sqlite:///{part}")
    try:
        with engine.begin() as connection:
            made = _load(connection, ring, path)
        engine.dispose()
        with part.open("rb") as written:
            os.fsync(written.fileno())
        if target.exists():
            _set_aside(target)
        os.replace(part, target)
        _sync_directory(target.parent)
        return made
    finally:
        engine.dispose()
        part.unlink(missing_ok=True)


def _set_aside(target: Path) -> None:
    """Keep the database that is being replaced, whole in one file, under another name."""
    connection = sqlite3.connect(target, isolation_level=None, timeout=1)
    try:
        connection.execute(
            "PRAGMA journal_mode=DELETE"
        )  # folds the log into the file; refused while others have it open
    except sqlite3.OperationalError:
        raise BackupProblem("数据库正有别的程序在用，没有恢复。请先停掉 hutong serve，再运行同一条命令。") from None
    finally:
        connection.close()
    aside = target.with_name(f"{target.name}.replaced-{secrets.token_hex(4)}")
    try:
        os.link(target, aside)  # so that there is a database under the old name at every moment
    except OSError:
        shutil.copy2(target, aside)


def _not_empty() -> BackupProblem:
    return BackupProblem(
        "数据库里已经有数据，没有恢复。请换一个空的数据目录（HUTONG_DATA=目录），"
        "或者确认要丢掉现有数据：hutong restore FILE --replace"
    )


def _begin_reading(connection: Connection) -> Connection:
    """One view of everything from here on, whatever is written meanwhile."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only=ON")
        return connection
    return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _tables(connection: Connection) -> list[Table]:
    """The tables as they are in this database, parents before children: a backup must know older schemas too."""
    found = MetaData()
    found.reflect(connection)
    for table in found.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type.none_as_null = True
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def _all_rows(connection: Connection, tables: list[Table]) -> Iterator[tuple[str, Any]]:
    for table in tables:
        for row in connection.execution_options(yield_per=64).execute(select(table)):
            yield table.name, row


def _read_back(path: Path, ring: Keyring) -> dict[str, int]:
    """The rows of each table, counted by reading the whole file as a restore would."""
    with archive.reading(path, ring) as (head, rows):
        counts = dict.fromkeys(head.tables, 0)
        for table, _ in rows:
            counts[table] += 1
    return counts


def _load(connection: Connection, ring: Keyring, path: Path) -> Made:
    """Fill an empty database inside the caller's transaction, count, and upgrade it."""
    with archive.reading(path, ring) as (head, rows):
        schema.upgrade_on(connection, head.revision)
        tables = {table.name: table for table in _tables(connection)}
        counts = dict.fromkeys(head.tables, 0)
        waiting: list[dict[str, Any]] = []
        size, current = 0, ""
        for name, row in rows:
            if waiting and (name != current or len(waiting) >= _ROWS or size >= _BYTES):
                connection.execute(tables[current].insert(), waiting)
                waiting, size = [], 0
            current = name
            waiting.append(_values(tables[name], head.tables[name], row))
            size += sum(len(value) for value in row if isinstance(value, bytes))
            counts[name] += 1
        if waiting:
            connection.execute(tables[current].insert(), waiting)
    for name, count in counts.items():
        there = connection.execute(select(func.count()).select_from(tables[name])).scalar_one()
        if there != count:
            raise BackupProblem(f"恢复后 {name} 有 {there} 行，备份里是 {count} 行，已全部撤回。请运行 hutong doctor。")
    schema.upgrade_on(connection)
    return Made(counts, head.revision, head.made_at, path.stat().st_size)


def _values(table: Table, names: list[str], row: archive.Row) -> dict[str, Any]:
    values = dict(zip(names, row, strict=True))
    for name, value in values.items():
        kind = table.columns[name].type
        if isinstance(kind, DateTime) and value is not None:
            moment = datetime.fromisoformat(value)
            values[name] = (
                moment if kind.timezone else moment.replace(tzinfo=None)
            )  # SQLite keeps UTC without saying so
    return values


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
