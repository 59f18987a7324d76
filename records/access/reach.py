"""Reaching the reporter herself: how contact is safe, who asked for her number, who opened it, what waits for a second look.

The state stands in the case's events: `reveal_asked`, `revealed` (to whom, alone or by two) and `reveal_reviewed`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.access.identity import of_reporter
from records.access.standing import GONE, Standing
from records.access.summary import plain
from records.tables import Account, Case, Event, Statement

ASKED, REVEALED, REVIEWED = "reveal_asked", "revealed", "reveal_reviewed"
KINDS = (ASKED, REVEALED, REVIEWED)
SHOWN_FOR = timedelta(hours=1)  # an opened number stands on the page this long; then it is asked for anew (ours)
ASKING_LASTS = timedelta(days=1)  # a second person confirms within this time (ours)


@dataclass(frozen=True)
class Reveals:
    """What the events say: the request that waits for a second person, what is open to whom, what nobody has reviewed."""

    asked: Event | None = None
    opened: tuple[Event, ...] = ()
    owed: tuple[Event, ...] = ()

    def open_to(self, person_id: str, now: datetime) -> datetime | None:
        """Until when the number stands on this person's page."""
        ends = [event.at + SHOWN_FOR for event in self.opened if person_id in event.data.get("people", ())]
        return max((end for end in ends if end > now), default=None)


@dataclass(frozen=True)
class Opening:
    """A request for the number, or its opening: by whom, when and why. `mine`: it was this very person."""

    by: str
    at: datetime
    why: str
    mine: bool


@dataclass(frozen=True)
class Reach:
    """`contact` is how contact is safe, as she chose (code_only, phone, sms, no_call). `left`: she left a name or number.
    `alone`: this person may open it at once. `shown` is empty but for those to whom it is open now."""

    contact: str
    left: bool
    alone: bool
    asked: Opening | None
    owed: tuple[Opening, ...]
    shown: tuple[str, ...] = ()
    until: datetime | None = None


def reveals_of(events: Sequence[Event], now: datetime) -> Reveals:
    """Pure. `events` of one case, in order."""
    opened = [event for event in events if event.kind == REVEALED]
    reviewed = {each for event in events if event.kind == REVIEWED for each in event.data.get("of", ())}
    last = max((event.at for event in opened), default=None)
    asked = [
        event
        for event in events
        if event.kind == ASKED and now - event.at <= ASKING_LASTS and (last is None or event.at > last)
    ]
    owed = [event for event in opened if event.data.get("alone") and event.id not in reviewed]
    return Reveals(asked[-1] if asked else None, tuple(opened), tuple(owed))


async def reveals(session: AsyncSession, case: Case, now: datetime) -> Reveals:
    found = await session.exec(
        select(Event).where(Event.case_id == case.id, col(Event.kind).in_(KINDS)).order_by(col(Event.at), col(Event.id))
    )
    return reveals_of(found.all(), now)


async def told_of_herself(session: AsyncSession, case: Case) -> tuple[str, ...]:
    """The reporter's name and numbers, wherever she gave them."""
    told = (await session.exec(select(Statement.text).where(Statement.case_id == case.id))).all()
    others = {str(plain(case.facts.get(name))) for name in ("child_name", "suspect", "suspect_name")}
    return of_reporter(case.reporter, "\n".join([str(case.assessment.get("text", "")), *told]), others)


def leads(stands: Standing) -> bool:
    own = stands.own
    return own is not None and own.part == "lead" and own.round == stands.case.round and own.status not in GONE


def may_alone(person: Account, stands: Standing) -> bool:
    """One named police officer: who handles a critical case for the leading police desk."""
    own = stands.own
    return (
        stands.case.urgency == "critical"
        and own is not None
        and leads(stands)
        and own.department == "police"
        and own.handler == person.id
    )


async def reach(session: AsyncSession, person: Account, stands: Standing, now: datetime) -> Reach | None:
    """For the lead desk and the supervisor, one of whom opens and another of whom confirms or reviews; None for others."""
    if stands.level != "story" or not (leads(stands) or person.role == "supervisor"):
        return None
    case = stands.case
    state, values = await reveals(session, case, now), await told_of_herself(session, case)
    until = state.open_to(person.id, now)
    actors = {event.actor for event in (*state.owed, *([state.asked] if state.asked else []))}
    rows = await session.exec(select(Account.id, Account.name).where(col(Account.id).in_(sorted(actors))))
    names: Mapping[str, str] = dict(rows.all())

    def opening(event: Event) -> Opening:
        return Opening(names.get(event.actor, ""), event.at, event.note or "", event.actor == person.id)

    return Reach(
        contact=str(plain(case.reporter.get("contact")) or "code_only"),
        left=bool(values),
        alone=may_alone(person, stands),
        asked=opening(state.asked) if state.asked else None,
        owed=tuple(opening(event) for event in state.owed),
        shown=tuple(reversed(values)) if until else (),
        until=until,
    )
