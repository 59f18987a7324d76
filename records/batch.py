"""A use case's whole effect as a value: rows, guarded changes, letters, events and audit lines.

Deciding and writing are apart: a use case returns a `Batch`, and only `Store.write` makes it true, all or nothing. One
batch may include another's, and a dry run is a batch that nobody writes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table, inspect
from sqlmodel import SQLModel

from records.columns import new_id
from records.tables import AuditLine, ClockRow, Event

# Columns that say when a row was written, or changed.
_TIMES = ("at", "created_at", "started_at")
_WRITTEN = ("at", "stopped_at", "answered_at", "updated_at")


class Lost(Exception):
    """Somebody was first: the guard named by `table` did not hold, and nothing of the batch was written.

    For a change, the row is no longer at the version that was read; for a new row, one with its key exists.
    """

    def __init__(self, table: str) -> None:
        super().__init__(f"a guard on {table} was lost")
        self.table = table


@dataclass(frozen=True)
class Change:
    """`UPDATE table SET values WHERE key`. `guarded`: exactly one row must match, else the batch is lost."""

    table: Table
    key: Mapping[str, Any]
    values: Mapping[str, Any]
    guarded: bool


@dataclass(frozen=True)
class Removal:
    """`DELETE FROM table WHERE key`."""

    table: Table
    key: Mapping[str, Any]


@dataclass
class Batch:
    """What one act writes. Order inside does not matter: changes come before new rows, new rows parents first."""

    rows: list[SQLModel] = field(default_factory=list)
    rows_if_new: list[SQLModel] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    removals: list[Removal] = field(default_factory=list)
    audit_lines: list[AuditLine] = field(default_factory=list)
    clocks: list[list[Any]] = field(default_factory=list)  # what becomes of clocks, for the trail (`trailed`)
    _clock_rows: list[ClockRow] = field(default_factory=list)

    def add(self, *rows: SQLModel) -> None:
        """New rows. A row whose key exists loses the whole batch."""
        self.rows.extend(rows)
        for row in rows:
            if isinstance(row, ClockRow):
                self.clocks.append(_clock_state(row, 0, {}))
                self._clock_rows.append(row)

    def add_if_new(self, *rows: SQLModel) -> None:
        """New rows that may be there already: letters and tasks asked for twice are one."""
        self.rows_if_new.extend(rows)

    def change(self, row: SQLModel, *, at_version: int | None = None, **values: Any) -> None:
        """Change a row that was read, guarded by the `version` seen, which rises by one.

        `at_version`: the version it has by now, when this same caller has changed it since reading.
        """
        table = inspect(type(row)).local_table
        key = {column.name: getattr(row, column.name) for column in table.primary_key.columns}
        seen: int = row.version if at_version is None else at_version  # type: ignore[attr-defined]  # every changeable table has one
        self.changes.append(Change(table, key | {"version": seen}, values | {"version": seen + 1}, guarded=True))
        if isinstance(row, ClockRow):
            self.clocks.append(_clock_state(row, seen + 1, values))
            self._clock_rows.append(row)

    def change_all(self, model: type[SQLModel], where: Mapping[str, Any], **values: Any) -> None:
        """Change whatever matches `where`, be it nothing. For rows nobody else decides about."""
        self.changes.append(Change(inspect(model).local_table, where, values, guarded=False))

    def remove(self, model: type[SQLModel], **where: Any) -> None:
        self.removals.append(Removal(inspect(model).local_table, where))

    def event(
        self,
        case_id: str,
        now: datetime,
        kind: str,
        actor: str,
        *,
        desk_id: str | None = None,
        note: str | None = None,
        **data: Any,
    ) -> None:
        """A line of the case's timeline. `data` must hold nothing that tells who somebody is; `note` is sealed."""
        self.add(
            Event(
                id=new_id(now), case_id=case_id, at=now, kind=kind, actor=actor, desk_id=desk_id, data=data, note=note
            )
        )

    def audit(self, now: datetime, actor: str, action: str, subject: str, purpose: str = "", **detail: Any) -> None:
        """A line of the audit trail; its number is given when it is written."""
        self.audit_lines.append(
            AuditLine(writer="", number=0, at=now, actor=actor, action=action, subject=subject, purpose=purpose, detail=detail)
        )  # fmt: skip

    def include(self, other: "Batch") -> None:
        """Take over all of another batch: both become true together or not at all."""
        self.rows += other.rows
        self.rows_if_new += other.rows_if_new
        self.changes += other.changes
        self.removals += other.removals
        self.audit_lines += other.audit_lines
        self.clocks += other.clocks
        self._clock_rows += other._clock_rows

    def trailed(self) -> None:
        """Put what becomes of clocks into the batch's first audit line, or into one of its own where no act has any: from these
        states an outsider counts what was missed and what came twice (`records.recount`). Called once, by the store."""
        if not self.clocks:
            return
        if not self.audit_lines:
            row = self._clock_rows[0]
            times = [
                getattr(each, name) for each in self.rows for name in _TIMES if getattr(each, name, None) is not None
            ]
            times += [
                value for change in self.changes for name, value in change.values.items() if name in _WRITTEN and value
            ]
            self.audit(max(times, default=row.due_at), "system", "clock.move", row.case_id)
        first = self.audit_lines[0]
        self.audit_lines[0] = AuditLine(**{**first.model_dump(), "detail": first.detail | {"clocks": self.clocks}})

    def __bool__(self) -> bool:
        return bool(self.rows or self.rows_if_new or self.changes or self.removals or self.audit_lines)


def _clock_state(row: ClockRow, version: int, values: Mapping[str, Any]) -> list[Any]:
    """Id, kind, version, status, step and due time of a clock as it becomes, and the due time it had before (None: it is new)."""
    due = values.get("due_at", row.due_at)
    before = row.due_at.isoformat() if version else None
    return [
        row.id, row.kind, version, values.get("status", row.status), values.get("step", row.step), due.isoformat(), before
    ]  # fmt: skip
