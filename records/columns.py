"""Column types and identifiers that every table shares."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import DateTime
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel


class Row(SQLModel):
    """What every table derives from. Printing a row shows its key only: a log line must never open a sealed value."""

    def __init__(self, **values: Any) -> None:
        """Columns by their names; those with a default may be left out. Raises TypeError when one is missing or unknown.

        A report is sixty rows, so they are made without what SQLModel does for each attribute of each: its tables
        validate nothing anyway, and what is read is changed by `Batch.change`, never through its attributes.
        """
        columns = _columns(type(self))
        if wrong := (columns.required - values.keys()) | (values.keys() - columns.names):
            raise TypeError(f"{type(self).__name__}: missing or unknown: {', '.join(sorted(wrong))}")
        made = {name: make() for name, make in columns.made.items() if name not in values}
        self.__dict__.update(columns.constant | made | values)

    def __repr__(self) -> str:
        table = self.__table__  # type: ignore[attr-defined]  # SQLModel sets it on table classes
        return f"<{table.name} {'/'.join(str(getattr(self, column.name)) for column in table.primary_key)}>"

    __str__ = __repr__


@dataclass(frozen=True)
class _Columns:
    """A table's columns: those that must be given, and what the others are when they are left out."""

    names: frozenset[str]
    required: frozenset[str]
    constant: Mapping[str, Any]
    made: Mapping[str, Callable[[], Any]]


@cache
def _columns(table: type[Row]) -> _Columns:
    fields = table.model_fields
    required = frozenset(name for name, field in fields.items() if field.is_required())
    made: dict[str, Any] = {name: field.default_factory for name, field in fields.items() if field.default_factory}
    constant = {name: field.default for name, field in fields.items() if name not in required and name not in made}
    return _Columns(frozenset(fields), required, constant, made)


class Instant(TypeDecorator[datetime]):
    """An aware UTC time on both databases. A naive time is refused: nobody could say which instant it is."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone was handed to the database")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def new_id(now: datetime) -> str:
    """A row id known before the row is written: milliseconds in front (rows of one time lie together), then 64
    random bits. 28 hex characters."""
    return f"{int(now.timestamp() * 1000):012x}{secrets.token_hex(8)}"


# No 0/O, 1/I/L, 2/Z, 5/S, 8/B: a reference is read aloud on the telephone.
_SPOKEN = "34679ACDEFGHJKMNPQRTUVWXY"


def new_reference(beijing_day: str) -> str:
    """The public number of a case: `HT261122-7K3MQ`. `beijing_day` is yymmdd. 25**5 a day; unique in its column."""
    return f"HT{beijing_day}-" + "".join(secrets.choice(_SPOKEN) for _ in range(5))


def new_poster_code() -> str:
    """What stands in the link of a unit's poster: eight letters and digits that tell nothing. 25**8 of them."""
    return "".join(secrets.choice(_SPOKEN) for _ in range(8))


def is_poster_code(text: str) -> bool:
    """Whether it has the shape of one; whatever else stands in a link is nobody's business and is dropped."""
    return len(text) == 8 and set(text) <= set(_SPOKEN)


def spoken(number: int, letters: int) -> str:
    """A number as so many letters and digits that nobody mishears; what does not fit is left out."""
    found = []
    for _ in range(letters):
        number, rest = divmod(number, len(_SPOKEN))
        found.append(_SPOKEN[rest])
    return "".join(found)


def new_receipt_code() -> str:
    """The reporter's secret: 16 digits in four groups, easy to write down and to dictate. 53 bits."""
    digits = f"{secrets.randbelow(10**16):016d}"
    return " ".join(digits[i : i + 4] for i in range(0, 16, 4))


def bare_code(typed: str) -> str:
    """The digits of a receipt code as somebody typed it, whatever stands between them."""
    return "".join(character for character in typed if character.isdigit())
