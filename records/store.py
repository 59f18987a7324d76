"""The store: where use cases read and where batches are written."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from records.batch import Batch, Lost
from records.plan import Planner
from records.writers import BUSY_SECONDS, PostgresWriter, SqliteWriter, Writer

READERS = 8
TRIES = 8  # how often a decision is made afresh when somebody else was first

Answer = TypeVar("Answer")


class Store:
    """One database, open. `read()` gives a session that sees what is committed; `write(batch)` alone commits."""

    def __init__(self, engine: AsyncEngine, writer: Writer) -> None:
        self.engine = engine
        self._writer = writer

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session for reading. Rows stay usable after it is closed; changing them changes nothing."""
        async with AsyncSession(self.engine, expire_on_commit=False, autoflush=False) as session:
            yield session

    async def write(self, batch: Batch) -> None:
        """All of the batch or nothing. Raises `Lost` when somebody was first."""
        if batch:
            batch.trailed()
            await self._writer.write(batch)

    async def carry_out(self, decide: Callable[[AsyncSession], Awaitable[tuple[Batch, Answer]]]) -> Answer:
        """One act: read, decide, write. When somebody was first, read and decide again on what is true now, so that a
        refusal can say who it was. Raises `Lost` only when that happened `TRIES` times in a row."""
        for attempt in range(TRIES):
            async with self.read() as session:
                batch, answer = await decide(session)
            try:
                await self.write(batch)
                return answer
            except Lost:
                if attempt == TRIES - 1:
                    raise
        raise AssertionError("unreachable")

    async def close(self) -> None:
        await self._writer.close()
        await self.engine.dispose()


def open_store(url: str) -> Store:
    """`sqlite:///PATH` or `postgresql://…`. The schema must be there (`records.schema`)."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        path = Path(str(address.database))
        engine = create_async_engine(
            f"sqlite+aiosqlite:///{path}",
            pool_size=READERS,
            max_overflow=0,
            connect_args={"timeout": BUSY_SECONDS},
            hide_parameters=True,  # a fault's message must not print what is not sealed
        )

        @event.listens_for(engine.sync_engine, "connect")
        def _readers_only(connection: Any, record: Any) -> None:
            cursor = connection.cursor()
            cursor.execute("PRAGMA query_only=ON")
            cursor.execute("PRAGMA trusted_schema=OFF")
            cursor.close()

        return Store(engine, SqliteWriter(path, Planner(engine.dialect)))
    engine = create_async_engine(
        address.set(drivername="postgresql+psycopg"),
        pool_size=READERS,
        max_overflow=READERS,
        pool_pre_ping=True,
        hide_parameters=True,
    )
    return Store(engine, PostgresWriter(engine, Planner(engine.dialect)))
