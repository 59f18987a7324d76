"""What comes due next, and when: for a time that is pushed, which stops there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import and_, col, func, select, true

from records.columns import Instant
from records.outbox import PLATFORM
from records.store import Store
from records.tables import ClockRow, Conversation, Letter, Task

_NOW = bindparam("now", type_=Instant())
_NEXT: Any = select(  # type: ignore[call-overload]  # four scalar subqueries
    *(
        select(func.min(column)).where(column > _NOW, held).scalar_subquery()
        for column, held in (
            (col(ClockRow.due_at), col(ClockRow.status).in_(("running", "paused"))),
            (col(Task.due_at), Task.status == "waiting"),
            (
                col(Letter.due_at),
                and_(Letter.status == "waiting", Letter.courier != PLATFORM),
            ),  # no pushed day calls those
            (col(Conversation.quiet_at), true()),
        )
    )
)


@dataclass(frozen=True)
class Due:
    """`silences`, `tasks`, `letters`: whether any of these is due at `at`."""

    at: datetime
    silences: bool
    tasks: bool
    letters: bool


async def next_due(store: Store, now: datetime) -> Due | None:
    """The next time after `now` at which anything is due; None when nothing ever will be."""
    async with store.read() as session:
        clocks, tasks, letters, quiet = (await session.exec(_NEXT, params={"now": now})).one()
    at = min((moment for moment in (clocks, tasks, letters, quiet) if moment is not None), default=None)
    return Due(at, silences=quiet == at, tasks=tasks == at, letters=letters == at) if at else None
