"""Letters to platforms in the outbox: which of them may be carried now. For each ticket one after the other, oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import and_, col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.outbox import PLATFORM
from records.tables import Letter

KIND = "callback:"
# When two fall into one instant, the platform hears them in this order.
ORDER = ("emergency", "reopened", "accepted", "returned", "extended", "interim", "result", "closed")


@dataclass(frozen=True)
class Turn:
    """One ticket's turn: the letter that goes first, and those that are due and wait behind it. `ready`: the first may be
    carried now; otherwise `until` is when it may be tried again."""

    first: Letter
    behind: Sequence[Letter]
    ready: bool
    until: datetime


async def turns(session: AsyncSession, now: datetime, limit: int) -> Sequence[Turn]:
    """The tickets that have a letter due."""
    waiting = and_(Letter.status == "waiting", col(Letter.due_at) <= now)
    abandoned = and_(Letter.status == "sending", col(Letter.leased_until) <= now)
    due = (
        await session.exec(
            select(Letter)
            .where(Letter.courier == PLATFORM, or_(waiting, abandoned))
            .order_by(col(Letter.due_at), col(Letter.id))
            .limit(limit)
        )
    ).all()
    pending = (
        await session.exec(
            select(Letter).where(
                col(Letter.case_id).in_({letter.case_id for letter in due}),
                Letter.courier == PLATFORM,
                col(Letter.status).in_(("waiting", "sending")),
            )
        )
    ).all()
    in_line: dict[str, list[Letter]] = {}
    for letter in sorted(pending, key=age):
        in_line.setdefault(letter.recipient, []).append(letter)
    ids = {letter.id for letter in due}
    asked = dict.fromkeys(letter.recipient for letter in due)
    return [_turn(in_line[each], ids, now) for each in asked if each in in_line]


def _turn(line: Sequence[Letter], due: set[str], now: datetime) -> Turn:
    first, behind = line[0], [letter for letter in line[1:] if letter.id in due]
    until = first.leased_until if first.status == "sending" and first.leased_until else first.due_at
    return Turn(first, behind, first.id in due, until)


def age(letter: Letter) -> tuple[datetime, int, str]:
    """The order in which a ticket's letters go."""
    what = letter.kind.removeprefix(KIND)
    return letter.created_at, ORDER.index(what) if what in ORDER else len(ORDER), letter.id
