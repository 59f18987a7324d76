"""Alembic's entry: run on the connection that `records.schema` hands in."""

from typing import Any

from alembic import context
from sqlmodel import SQLModel

import records.tables  # noqa: F401  # fills the metadata
from records.columns import Instant
from records.secrets import Sealed


def plain_type(kind: str, item: Any, autogen_context: Any) -> str | bool:
    """Migrations name plain types: they must still run when our own types have moved on."""
    if kind == "type" and isinstance(item, Sealed):
        return "sa.LargeBinary()"
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and type(item).__name__ == "AutoString":
        return "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_item=plain_type,
    render_as_batch=True,  # SQLite changes a table by rebuilding it
)
with context.begin_transaction():
    context.run_migrations()
