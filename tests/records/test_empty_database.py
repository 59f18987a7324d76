"""Both databases take the whole schema, and a test's store begins without a row."""

from __future__ import annotations

from sqlmodel import func, select

from records import schema
from records.store import Store
from records.tables import Account


def test_an_database_url_gets_the_whole_schema(database_url: str) -> None:
    assert schema.revision(database_url) is None
    schema.upgrade(database_url)
    schema.check(database_url)


async def test_a_store_begins_empty(store: Store) -> None:
    async with store.read() as session:
        assert (await session.exec(select(func.count()).select_from(Account))).one() == 0
