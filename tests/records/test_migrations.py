"""The schema is what the tables say, is made once, and is checked before anything is read."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import LargeBinary, inspect, text
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
