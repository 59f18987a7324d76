"""The schema: made and upgraded by Alembic only, and checked before anything is read.

Upgrades expand first and contract a release later, so that the version still running works on the new schema.
"""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, create_engine, event
from sqlalchemy.engine import make_url

MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaProblem(Exception):
    """The database is not at the schema this version works with. The text says what to do."""


def sync_engine(url: str) -> Engine:
    """A plain engine for migrations, backup and doctor. On SQLite too a transaction holds everything, tables made
    included (the driver by itself would commit before): a migration that is cut off leaves nothing behind."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(address.set(drivername="postgresql+psycopg"))
    engine = create_engine(address)

    @event.listens_for(engine, "connect")
    def _leave_transactions_to_us(connection: Any, record: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def upgrade(url: str) -> None:
    """Bring the database to this version's schema; makes it when it is empty. Safe to run again."""
    engine = sync_engine(url)
    with engine.begin() as connection:
        upgrade_on(connection)
    engine.dispose()


def upgrade_on(connection: Connection, to: str = "head") -> None:
    """The same inside the caller's transaction, as far as the revision `to`."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def revision(url: str) -> str | None:
    """The revision the database is at; None when it holds no schema of ours."""
    engine = sync_engine(url)
    try:
        with engine.connect() as connection:
            return revision_on(connection)
    finally:
        engine.dispose()


def revision_on(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """The revision this version wants."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return ScriptDirectory.from_config(config).get_current_head() or ""


def known_revisions() -> frozenset[str]:
    """Every revision this version can upgrade from, its own included."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return frozenset(script.revision for script in ScriptDirectory.from_config(config).walk_revisions())


def check(url: str) -> None:
    """Raises SchemaProblem unless this version can work with the database as it stands."""
    found = revision(url)
    if found is None:
        raise SchemaProblem("数据库还是空的。请先运行：hutong init")
    if found == head():
        return
    if found in known_revisions():
        raise SchemaProblem("数据库是旧版本的。请先备份（hutong backup FILE），再升级：hutong init")
    raise SchemaProblem("数据库比本程序新。请换用更新的程序，或恢复升级前的备份：hutong restore FILE")


def wipe(url: str) -> None:
    """Drop everything in the database, of whatever version. For a demonstration that starts over."""
    engine = sync_engine(url)
    with engine.begin() as connection:
        wipe_on(connection)
    engine.dispose()


def wipe_on(connection: Connection) -> None:
    """The same inside the caller's transaction."""
    found = MetaData()
    found.reflect(connection)
    found.drop_all(connection)
