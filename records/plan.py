"""A batch as SQL of one database: compiled once per shape by SQLAlchemy Core, then only bound."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Table, and_, bindparam, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import Dialect
from sqlmodel import SQLModel

from records.batch import Batch
from records.tables import AuditLine, AuditWriter

Bound = Mapping[str, Any] | Sequence[Any]


@dataclass(frozen=True)
class Statement:
    """SQL and one parameter set per row. `exactly`: how many rows must be touched in all, when that matters."""

    table: str
    sql: str
    bound: Sequence[Bound]
    exactly: int | None = None


class _Shape:
    """One compiled statement: its SQL, and how each named value becomes a parameter."""

    def __init__(self, statement: Any, dialect: Dialect, types: Mapping[str, Any], keys: Iterable[str] | None) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(keys) if keys is not None else None)
        self.sql = str(compiled)
        self.order: Sequence[str] | None = compiled.positiontup
        self.processors: dict[str, Callable[[Any], Any] | None] = {
            name: kind.dialect_impl(dialect).bind_processor(dialect) for name, kind in types.items()
        }

    def bind(self, values: Mapping[str, Any]) -> Bound:
        ready = {
            name: process(values[name]) if (process := self.processors[name]) else values[name]
            for name in self.processors
        }
        return ready if self.order is None else [ready[name] for name in self.order]


class Planner:
    """Turns batches into statements for one dialect. Shapes are compiled on first use and kept."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._insert = sqlite.insert if dialect.name == "sqlite" else postgresql.insert
        self._shapes: dict[Any, _Shape] = {}

    def plan(self, batch: Batch) -> list[Statement]:
        """Changes first (a lost guard costs nothing more), then removals, then new rows, parents before children."""
        statements = [self._change(change) for change in batch.changes]
        statements += [self._removal(removal.table, removal.key) for removal in batch.removals]
        return statements + [*self._inserts(batch.rows, new=False), *self._inserts(batch.rows_if_new, new=True)]

    def audit(self, lines: Sequence[AuditLine], writer: str, after: int) -> list[Statement]:
        """The audit lines, numbered from `after` + 1 in the writer's own count. With its first line a writer makes itself
        known, so that the sealer need not look for it."""
        table: Table = AuditLine.__table__  # type: ignore[attr-defined]  # SQLModel sets it on table classes
        shape = self._insert_shape(table, new=False)
        rows = [
            shape.bind(_row(table, line) | {"writer": writer, "number": after + offset})
            for offset, line in enumerate(lines, start=1)
        ]
        statements = [Statement("audit", shape.sql, rows)]
        if not after:
            statements += self._inserts([AuditWriter(writer=writer, sealed_at=lines[0].at)], new=False)
        return statements

    def _inserts(self, rows: Sequence[SQLModel], new: bool) -> list[Statement]:
        by_table: dict[Table, list[SQLModel]] = {}
        for row in rows:
            by_table.setdefault(row.__table__, []).append(row)  # type: ignore[attr-defined]
        if not by_table:
            return []
        statements = []
        for table in sorted(by_table, key=_place_of):
            shape = self._insert_shape(table, new)
            statements.append(
                Statement(table.name, shape.sql, [shape.bind(_row(table, row)) for row in by_table[table]])
            )
        return statements

    def _insert_shape(self, table: Table, new: bool) -> _Shape:
        key = ("insert", table, new)
        if key not in self._shapes:
            types = {column.name: column.type for column in table.columns}
            statement = self._insert(table)
            self._shapes[key] = _Shape(
                statement.on_conflict_do_nothing() if new else statement, self._dialect, types, list(types)
            )
        return self._shapes[key]

    def _change(self, change: Any) -> Statement:
        table: Table = change.table
        key = ("update", table, tuple(sorted(change.key)), tuple(sorted(change.values)))
        if key not in self._shapes:
            where = and_(*(table.c[name] == bindparam(f"k_{name}", type_=table.c[name].type) for name in change.key))
            to = {name: bindparam(f"v_{name}", type_=table.c[name].type) for name in change.values}
            types = {f"k_{name}": table.c[name].type for name in change.key}
            types |= {f"v_{name}": table.c[name].type for name in change.values}
            self._shapes[key] = _Shape(update(table).where(where).values(to), self._dialect, types, None)
        shape = self._shapes[key]
        values = {f"k_{name}": value for name, value in change.key.items()}
        values |= {f"v_{name}": value for name, value in change.values.items()}
        return Statement(table.name, shape.sql, [shape.bind(values)], 1 if change.guarded else None)

    def _removal(self, table: Table, where: Mapping[str, Any]) -> Statement:
        key = ("delete", table, tuple(sorted(where)))
        if key not in self._shapes:
            clause = and_(*(table.c[name] == bindparam(f"k_{name}", type_=table.c[name].type) for name in where))
            types = {f"k_{name}": table.c[name].type for name in where}
            self._shapes[key] = _Shape(delete(table).where(clause), self._dialect, types, None)
        shape = self._shapes[key]
        return Statement(table.name, shape.sql, [shape.bind({f"k_{name}": value for name, value in where.items()})])


@cache
def _place_of(table: Table) -> int:
    """Parents before children."""
    return list(SQLModel.metadata.sorted_tables).index(table)


def _row(table: Table, row: SQLModel) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in table.columns}
