"""Both databases take the whole schema, and a test's store begins without a row."""

from __future__ import annotations

from sqlmodel import func, select

from records import schema
from records.store import Store
from records.tables import Account


def test_an_empty_database_gets_the_whole_schema(empty_database: str) -> None:
    assert schema.revision(empty_database) is None
    schema.upgrade(empty_database)
    schema.check(empty_database)


async def test_a_store_begins_empty(store: Store) -> None:
    async with store.read() as session:
        assert (await session.exec(select(func.count()).select_from(Account))).one() == 0
