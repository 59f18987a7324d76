"""Letters: how one is put into a batch, and how couriers take them out one at a time.

A letter says that something waits, not what: reference, level, county, what is due. The words are made by whoever
delivers it, from `kind` and `params`; a template has nothing else to draw on.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists
from sqlalchemy.orm import aliased
from sqlmodel import and_, col, not_, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.batch import Batch
from records.columns import new_id
from records.tables import Case, Letter
from words.ids import Urgency

PLATFORM = "platform"  # the courier of what platforms are told: letters of its own pace (`records.callbacks`)
# All that a letter may carry beside reference, level and county: a clock and how high it has climbed, desks and people of the
# house, whether it may make a sound; to a platform, which telling it speaks of. Nothing here can tell who a child is.
PARAMS = frozenset(("clock", "to", "late", "ends_at", "named", "person", "quiet", "desk", "due", "telling"))
CRITICAL, LAST = 9, 99  # the greatest priority of a critical letter, and of any
LEASE = timedelta(minutes=2)  # a courier that has not reported back by then is taken for dead: the letter goes again


def put_letter(
    batch: Batch,
    case: Case,
    *,
    kind: str,
    recipient: str,
    desk_id: str,
    courier: str,
    county: str,
    now: datetime,
    about: str = "",
    clock_version: int = 0,
    held: bool = False,
    order: int = 1,
    **params: Any,
) -> None:
    """One letter about a case to `account:ID` or `desk:ID`. The same letter asked for twice is one.

    `order`: place in the line of those told at the same time, 0 for the lead desk. `params` are some of PARAMS: a letter that
    could carry anything else is not made. Raises ValueError.
    """
    if unfit := params.keys() - PARAMS:
        raise ValueError(f"a letter carries no {', '.join(sorted(unfit))}: only {', '.join(sorted(PARAMS))}")
    batch.add_if_new(
        Letter(
            id=new_id(now),
            case_id=case.id,
            desk_id=desk_id,
            kind=kind,
            round=case.round,
            about=about,
            clock_version=clock_version,
            recipient=recipient,
            courier=courier,
            priority=Urgency(case.urgency).rank * 10 + min(order, 9),
            status="held" if held else "waiting",
            params={"reference": case.reference, "urgency": case.urgency, "county": county, **params},
            due_at=now,
            created_at=now,
        )
    )


async def due_letters(
    session: AsyncSession,
    now: datetime,
    limit: int,
    *,
    most: int = LAST,
    without: Collection[str] = (),
    only: Collection[str] = (),
) -> Sequence[Letter]:
    """Waiting letters to people and those whose courier died, the most urgent and oldest first, up to this priority. A letter stays
    behind an older one of its case to the same recipient that has not gone yet. `without` and `only` name couriers."""
    waiting = and_(Letter.status == "waiting", col(Letter.due_at) <= now)
    abandoned = and_(Letter.status == "sending", col(Letter.leased_until) <= now)
    older = aliased(Letter)
    on_its_way = or_(
        and_(older.status == "waiting", col(older.due_at) > now),
        and_(older.status == "sending", col(older.leased_until) > now),
    )
    behind = exists().where(
        col(older.case_id) == col(Letter.case_id),
        col(older.recipient) == col(Letter.recipient),
        col(older.courier) == col(Letter.courier),
        col(older.created_at) < col(Letter.created_at),
        on_its_way,
    )
    wanted = select(Letter).where(or_(waiting, abandoned), col(Letter.priority) <= most, not_(behind))
    wanted = wanted.where(Letter.courier != PLATFORM)
    if without:
        wanted = wanted.where(col(Letter.courier).not_in(sorted(without)))
    if only:
        wanted = wanted.where(col(Letter.courier).in_(sorted(only)))
    ordered = wanted.order_by(col(Letter.priority), col(Letter.due_at), col(Letter.created_at), col(Letter.id))
    return (await session.exec(ordered.limit(limit))).all()


def lease(letter: Letter, now: datetime) -> Batch:
    """Take a letter for sending. Loses when another courier took it first."""
    batch = Batch()
    batch.change(letter, status="sending", leased_until=now + LEASE, attempts=letter.attempts + 1)
    return batch
