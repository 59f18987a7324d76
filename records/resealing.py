"""Values sealed with an earlier key, sealed again with the present one, while the service runs.

Each value is opened and sealed apart, and put back only where it is still the one that was read: whoever writes meanwhile wins.
Short transactions: nobody waits for them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, LargeBinary, Table, and_, func, literal, select, type_coerce, update
from sqlmodel import SQLModel

from records import schema, tables
from records.secrets import HEAD_BYTES, Keyring, Sealed

_ = tables  # fills the metadata
MOST_ROWS = 200  # in one transaction
MOST_BYTES = 8 << 20


@dataclass(frozen=True)
class _Place:
    """A sealed column, as plain bytes."""

    table: Table
    name: str
    context: str

    @property
    def bytes(self) -> "LargeBinary":
        return type_coerce(self.table.c[self.name], LargeBinary)  # type: ignore[return-value]  # an expression of that type


def _places() -> Iterator[_Place]:
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Sealed):
                yield _Place(table, column.name, column.type.context)


def in_use(url: str) -> Mapping[str, int]:
    """How many values each key holds, by key id."""
    found: dict[str, int] = {}
    engine = schema.sync_engine(url)
    try:
        with engine.connect() as connection:
            for place in _places():
                head = func.substr(place.bytes, 1, HEAD_BYTES)
                rows = connection.execute(
                    select(head, func.count()).where(place.table.c[place.name].is_not(None)).group_by(head)
                )
                for each, count in rows:
                    key_id = bytes(each)[1:].hex()
                    found[key_id] = found.get(key_id, 0) + count
    finally:
        engine.dispose()
    return found


def reseal(url: str, ring: Keyring) -> int:
    """Seal again whatever is not sealed with the ring's present key; how many values that were. Cut off, it goes on where it was."""
    engine = schema.sync_engine(url)
    done = 0
    try:
        for place in _places():
            while moved := _some(engine, place, ring):
                done += moved
    finally:
        engine.dispose()
    return done


def _some(engine: Engine, place: _Place, ring: Keyring) -> int:
    table, column = place.table, place.bytes
    keys = list(table.primary_key.columns)
    old = func.substr(column, 1, HEAD_BYTES) != literal(ring.head, LargeBinary)
    with engine.begin() as connection:
        _clean(connection)
        rows = connection.execute(
            select(*keys, type_coerce(table.c[place.name], LargeBinary).label("value"))
            .where(table.c[place.name].is_not(None), old)
            .limit(MOST_ROWS)
        )
        size, moved = 0, 0
        for *key, value in rows.fetchall():
            if size > MOST_BYTES:
                break
            sealed = ring.seal(ring.open(bytes(value), place.context), place.context)
            same = and_(
                *(each == part for each, part in zip(keys, key, strict=True)), column == literal(value, LargeBinary)
            )
            connection.execute(
                update(table).where(same).values({place.name: type_coerce(literal(sealed, LargeBinary), LargeBinary)})
            )
            size, moved = size + len(value), moved + 1
    return moved


def _clean(connection: Connection) -> None:
    """What is overwritten is not left lying in the file."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
