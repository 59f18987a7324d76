"""Asking for more time: what a desk has asked for and nobody has decided yet, read from the timeline of the case.

Silence is refusal: what is not granted moves no clock, and lapses with the due time it asks to move.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.access.standing import Standing
from records.tables import Account, Case, Duty, Event

ASKED, EXTENDED, PAUSED, REFUSED, LAPSED = "delay_asked", "extended", "paused", "delay_refused", "delay_lapsed"
_DECIDED = (EXTENDED, PAUSED, REFUSED, LAPSED)


@dataclass(frozen=True)
class Delay:
    """An open request of a desk. `what` is extension or pause; `span` how long (a term as packs write it); `until` when it
    lapses; `mine`: this person asked; `decides`: this person may say yes or no."""

    id: str
    desk_id: str
    what: str
    span: str
    waits_for: str
    by: str
    at: datetime
    until: datetime
    why: str
    mine: bool
    decides: bool


async def undecided(session: AsyncSession, case: Case) -> Sequence[Event]:
    """The requests of this round that nobody has answered, oldest first; lapsed ones are answered by that."""
    rows = (
        await session.exec(
            select(Event)
            .where(Event.case_id == case.id, col(Event.kind).in_((ASKED, *_DECIDED)))
            .order_by(col(Event.at), col(Event.id))
        )
    ).all()
    decided = {event.data.get("of") for event in rows if event.kind in _DECIDED}
    asked = (event for event in rows if event.kind == ASKED and event.data.get("round") == case.round)
    return [event for event in asked if event.id not in decided]


async def open_asks(session: AsyncSession, case: Case, now: datetime) -> Sequence[Event]:
    """Those of them that can still be granted: the due time they ask to move has not passed."""
    return [event for event in await undecided(session, case) if datetime.fromisoformat(event.data["until"]) > now]


async def heads(session: AsyncSession, desk_id: str) -> frozenset[str]:
    """Ids of the people who stand as head of the desk's department (rung L2), on duty now or not."""
    found = await session.exec(
        select(Duty.account_id)
        .join(Account, col(Account.id) == col(Duty.account_id))
        .where(Duty.desk_id == desk_id, Duty.rung == "L2", col(Account.disabled_at).is_(None))
    )
    return frozenset(found.all())


async def may_decide(session: AsyncSession, person: Account, stands: Standing, ask: Event) -> bool:
    """The head of the asking desk's department, or a supervisor of the place; never whoever asks."""
    if ask.actor == person.id:
        return False
    if person.role == "supervisor":
        return stands.level == "story"
    return ask.desk_id is not None and person.id in await heads(session, ask.desk_id)


async def delays(session: AsyncSession, person: Account, stands: Standing, now: datetime) -> tuple[Delay, ...]:
    """The open requests that concern this person: of their own desk, and those they may decide."""
    found: list[Delay] = []
    for ask in await open_asks(session, stands.case, now):
        decides = await may_decide(session, person, stands, ask)
        if not decides and (stands.own is None or ask.desk_id != stands.own.desk_id):
            continue
        asker = await session.get(Account, ask.actor)
        found.append(
            Delay(
                id=ask.id, desk_id=ask.desk_id or "", what=ask.data["what"], span=ask.data["span"],
                waits_for=ask.data.get("waits_for", ""), by=asker.name if asker else "", at=ask.at,
                until=datetime.fromisoformat(ask.data["until"]), why=ask.note or "", mine=ask.actor == person.id,
                decides=decides,
            )
        )  # fmt: skip
    return tuple(found)
