"""The ground: the very rows that the product wrote, committed again by the bare driver, one report a transaction."""

import sqlite3
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from records import schema
from records.writers import open_sqlite


@dataclass(frozen=True)
class Bare:
    """Reports per second, one commit each and `batch` to a commit; what one report was made of."""

    one_by_one: float
    in_batches: float
    rows_each: float
    bytes_each: float


Report = list[tuple[str, Sequence[Any]]]  # SQL and its values, parents first


# What cases refer to, and no case writes.
_GROUND = ("places", "desks", "accounts")


def ground_of(path: Path) -> Report:
    """The directory that the rows of cases point to."""
    connection = sqlite3.connect(path)
    rows = [(_insert(table, row), row) for table in _GROUND for row in connection.execute(f'SELECT * FROM "{table}"')]
    connection.close()
    return rows


def _insert(table: str, row: Sequence[Any]) -> str:
    return f'INSERT INTO "{table}" VALUES ({",".join("?" * len(row))})'


def reports_of(path: Path) -> list[Report]:
    """The rows of each case in a database, as insert statements. Rows that belong to no case are left out."""
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    reports: dict[str, Report] = defaultdict(list)
    conversations = dict(connection.execute("SELECT key_hash, case_id FROM conversations"))
    statements = dict(connection.execute("SELECT id, case_id FROM statements"))
    for table in _tables(connection):
        for row in connection.execute(f'SELECT * FROM "{table}"'):
            case = _case_of(table, row, conversations, statements)
            if case:
                reports[case].append((_insert(table, row), tuple(row)))
    connection.close()
    return list(reports.values())


def _tables(connection: sqlite3.Connection) -> list[str]:
    """Tables in an order in which every row finds its parents."""
    from sqlmodel import SQLModel

    import records.tables  # noqa: F401  # fills the metadata

    return [table.name for table in SQLModel.metadata.sorted_tables]


def _case_of(table: str, row: sqlite3.Row, conversations: dict[str, str], statements: dict[str, str]) -> str | None:
    columns = row.keys()
    if table == "cases":
        return str(row["id"])
    if table == "audit":
        return str(row["subject"]) if row["action"] == "case.open" else None
    if table == "inbox":
        return conversations.get(row["key_hash"])
    if table == "attachments":
        return statements.get(row["statement_id"])
    return row["case_id"] if "case_id" in columns else None


def commit_again(ground: Report, reports: Sequence[Report], directory: Path, batch: int) -> Bare:
    """The reports into two fresh databases with the same schema, indexes and durability."""
    rows = sum(map(len, reports))
    size = sum(len(str(value)) if not isinstance(value, bytes) else len(value)
               for report in reports for _, values in report for value in values)  # fmt: skip
    rates = []
    for name, at_once in (("one", 1), ("many", batch)):
        path = directory / f"bare-{name}.db"
        schema.upgrade(f"sqlite:///{path}")
        connection = open_sqlite(path)
        for sql, values in ground:
            connection.execute(sql, values)
        began = time.perf_counter()
        for start in range(0, len(reports), at_once):
            connection.execute("BEGIN IMMEDIATE")
            for report in reports[start : start + at_once]:
                for sql, values in report:
                    connection.execute(sql, values)
            connection.execute("COMMIT")
        rates.append(len(reports) / (time.perf_counter() - began))
        connection.close()
    return Bare(rates[0], rates[1], rows / len(reports), size / len(reports))
