"""Clearing what was told of a case: words, names, numbers and files go; levels, times, clocks and the audit trail stay.

Every sealed column of every table that belongs to a case is cleared, whatever tables there will be: what is sealed is what was
told. Blind indexes go too, and the receipt code opens nothing any more.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table
from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.batch import Batch, Change, Removal
from records.secrets import Sealed
from records.tables import Case, Conversation, Mark, Receipt

CLEARED = "〔已依规清除〕"
_SPECIAL = frozenset(("cases", "conversations", "receipts", "marks"))
# What the pages read of a judgement, empty.
_NOTHING_JUDGED: Mapping[str, Any] = {"text": "", "reasons": [], "raised": [], "counterfactual": "", "routing": {}}
_OF_RECEIPT = ("status", "desk", "notified_at", "answer_by", "harm", "child", "urgency")


async def cleared(session: AsyncSession, case: Case, now: datetime, actor: str, action: str, purpose: str) -> Batch:
    """The batch that clears a case; the line in the trail says who, and by which rule or order."""
    batch = Batch()
    batch.change(
        case, facts={}, assessment={**_NOTHING_JUDGED, "cleared_at": now.isoformat()}, reporter={}, briefing=None
    )
    for table in SQLModel.metadata.sorted_tables:
        if "case_id" in table.c and table.name not in _SPECIAL:
            blanks = {column.name: _blank(column) for column in _sealed(table)}
            if blanks:
                batch.changes.append(Change(table, {"case_id": case.id}, blanks, guarded=False))
            for child, key in _children(table):
                for parent in await _ids(session, table, case.id):
                    batch.removals.append(Removal(child, {key: parent}))
    batch.remove(Conversation, case_id=case.id)
    batch.remove(Mark, case_id=case.id)
    for receipt in (await session.exec(select(Receipt).where(Receipt.case_id == case.id))).all():
        kept = {name: receipt.view.get(name) for name in _OF_RECEIPT}
        view = kept | {"telling": None, "tellable": None, "question": None}
        batch.change(receipt, code_hash=None, conversation_id=None, view=view)
    batch.event(case.id, now, "cleared", "system")
    batch.audit(now, actor, action, case.id, purpose)
    return batch


def _sealed(table: Table) -> Iterator[Column[Any]]:
    return (column for column in table.columns if isinstance(column.type, Sealed))


def _blank(column: Column[Any]) -> Any:
    if column.nullable:
        return None
    assert isinstance(column.type, Sealed)
    return {"text": CLEARED, "json": {}, "bytes": b""}[column.type.kind]


def _children(parent: Table) -> Iterator[tuple[Table, str]]:
    """Tables whose rows belong to a row of this one and hold nothing but what was sent: pieces of files, bodies of tickets."""
    for table in SQLModel.metadata.sorted_tables:
        if "case_id" in table.c or not any(True for _ in _sealed(table)):
            continue
        for column in table.columns:
            if any(key.column.table is parent for key in column.foreign_keys):
                yield table, column.name


async def _ids(session: AsyncSession, table: Table, case_id: str) -> list[str]:
    (key,) = table.primary_key.columns
    connection = await session.connection()
    rows = await connection.execute(select(key).where(table.c.case_id == case_id))
    return [row[0] for row in rows]
