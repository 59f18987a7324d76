"""The schema is what the tables say, is made once, and is checked before anything is read."""

from datetime import UTC, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Boolean, Column, DateTime, Integer, LargeBinary, MetaData, inspect, select, text
from sqlmodel import SQLModel

import records.tables  # noqa: F401  # fills the metadata
from records import schema
from records.schema import SchemaProblem, sync_engine


def test_the_migrations_make_exactly_the_tables_that_the_code_declares(database_url: str) -> None:
    schema.upgrade(database_url)
    engine = sync_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_upgrading_again_changes_nothing(database_url: str) -> None:
    schema.upgrade(database_url)
    schema.upgrade(database_url)
    assert schema.revision(database_url) == schema.head()
    schema.check(database_url)


def test_an_database_url_says_init(database_url: str) -> None:
    with pytest.raises(SchemaProblem, match="hutong init"):
        schema.check(database_url)


@pytest.mark.parametrize(("found", "says"), [("9999", "比本程序新"), ("", "hutong init")])
def test_a_database_of_another_version_is_refused_with_the_next_command(
    database_url: str, found: str, says: str
) -> None:
    schema.upgrade(database_url)
    engine = sync_engine(database_url)
    with engine.begin() as connection:
        if found:
            connection.execute(text("UPDATE alembic_version SET version_num = :found"), {"found": found})
        else:
            connection.execute(text("DELETE FROM alembic_version"))
    engine.dispose()
    with pytest.raises(SchemaProblem, match=says):
        schema.check(database_url)


def test_an_older_database_says_backup_then_init(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    schema.upgrade(database_url)
    monkeypatch.setattr(schema, "head", lambda: "9999")
    with pytest.raises(SchemaProblem, match=r"backup FILE.*hutong init"):
        schema.check(database_url)


def test_sealed_columns_are_plain_bytes_to_the_database() -> None:
    """So that a migration needs no key, and none of our own types."""
    from records.secrets import Sealed

    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Sealed):
                assert isinstance(column.type.impl, LargeBinary)


def test_wiping_leaves_an_database_url(database_url: str) -> None:
    schema.upgrade(database_url)
    schema.wipe(database_url)
    assert schema.revision(database_url) is None
    schema.upgrade(database_url)
    schema.check(database_url)


def test_a_migration_that_is_cut_off_leaves_nothing_behind(database_url: str) -> None:
    engine = sync_engine(database_url)
    with pytest.raises(RuntimeError, match="the machine stops"), engine.begin() as connection:
        schema.upgrade_on(connection)
        raise RuntimeError("the machine stops")
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == []
    engine.dispose()
    schema.upgrade(database_url)
    schema.check(database_url)


def _value(column: Column[Any]) -> Any:
    """Anything that the column takes."""
    for key in column.foreign_keys:
        return _value(key.column)
    kinds = (
        (Boolean, False),
        (Integer, 1),
        (DateTime, datetime(2026, 11, 19, tzinfo=UTC)),
        (LargeBinary, b"x"),
        (JSON, []),
    )
    return next((value for kind, value in kinds if isinstance(column.type, kind)), "x")


def test_a_database_of_every_earlier_version_with_a_row_in_every_table_is_brought_to_this_one(
    database_url: str,
) -> None:
    """From the first version on, each with rows in all the tables it has; nothing of them is gone at the end."""
    script = ScriptDirectory(str(schema.MIGRATIONS))
    revisions = [each.revision for each in reversed(list(script.walk_revisions()))]
    engine, filled = sync_engine(database_url), set[str]()
    for revision in revisions:
        with engine.begin() as connection:
            schema.upgrade_on(connection, revision)
            found = MetaData()
            found.reflect(connection)
            for table in found.sorted_tables:
                if table.name in filled or table.name == "alembic_version":
                    continue
                row = {
                    column.name: _value(column)
                    for column in table.columns
                    if column.foreign_keys
                    or column.primary_key
                    or not (column.nullable or column.server_default is not None)
                }
                if not connection.execute(
                    select(table)
                ).all():  # a migration may have made a row from those that were there
                    connection.execute(table.insert(), row)
                filled.add(table.name)
    with engine.connect() as connection:
        assert filled == set(SQLModel.metadata.tables)
        for name in filled:
            assert connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar() == 1, name
    engine.dispose()
    schema.check(database_url)
