"""The supervisor's board: what is late and how high it has climbed, who is silent, what did not arrive, whether the sweep lives."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.access.queue import places_under
from records.tables import Account, Assignment, Case, Chat, ClockRow, Desk, DutyTask, Letter, Place, Setting, Task

MOST = 300
STATEMENT = "statement"  # the setting with the signed statement of the last day
SWEEP = "sweep"  # the setting that the sweep touches when it ends


@dataclass(frozen=True)
class BoardLine:
    """A clock that has run out. `rung` is the highest one that was told: desk, L0 … L4."""

    reference: str
    urgency: str
    category: str
    county: str
    desk: str
    clock: str
    ends_at: datetime
    rung: str
    next_rung: str
    next_at: datetime


@dataclass(frozen=True)
class Silent:
    """A desk that has not acknowledged in time: how many cases, and since when the oldest."""

    desk: str
    cases: int
    since: datetime


@dataclass(frozen=True)
class Dead:
    """A letter that no courier could take to its recipient."""

    id: str
    reference: str
    desk: str
    kind: str
    courier: str
    since: datetime


@dataclass(frozen=True)
class Unstaffed:
    """A desk at whose rungs nobody is on duty, the last one included; the 24-hour desk was asked to find somebody."""

    reference: str
    desk: str
    since: datetime


@dataclass(frozen=True)
class Unreached:
    """A person who was called and could not be reached, or whose number is wrong."""

    id: str
    reference: str
    person: str
    answer: str | None
    tries: int
    since: datetime


@dataclass(frozen=True)
class LostChat:
    """Somebody whose messenger no longer takes our messages: whatever is due to them is telephoned."""

    person: str
    desk: str
    since: datetime


@dataclass(frozen=True)
class Board:
    """`sweep_at`: when the last sweep ended; None when none ever did. `sweep_age` counts to `now`."""

    late: Sequence[BoardLine] = ()
    by_rung: Mapping[str, int] = field(default_factory=dict)
    silent: Sequence[Silent] = ()
    dead: Sequence[Dead] = ()
    unreached: Sequence[Unreached] = ()
    unstaffed: Sequence[Unstaffed] = ()
    lost_chats: Sequence[LostChat] = ()
    undecided: Sequence[str] = ()  # references whose second return waits for the coordinator
    failed_tasks: int = 0
    sweep_at: datetime | None = None
    sweep_age: timedelta | None = None
    statement: Mapping[str, Any] | None = None  # the last day that is over: what was missed, what came twice


async def board(session: AsyncSession, person: Account, now: datetime) -> Board | None:
    """The board of the supervisor's place; None for anybody else."""
    if person.disabled_at is not None or person.role != "supervisor":
        return None
    here = col(Case.place_code).in_(places_under(person.place_code))
    late = await _late(session, here, now)
    sweep, stated = await session.get(Setting, SWEEP), await session.get(Setting, STATEMENT)
    failed = (await session.exec(select(func.count()).select_from(Task).where(Task.status == "failed"))).one()
    return Board(
        late=late,
        by_rung=dict(Counter(line.rung for line in late)),
        silent=_silent(late),
        dead=await _dead(session, here),
        unreached=await _unreached(session, here),
        unstaffed=await _unstaffed(session, here),
        lost_chats=await _lost_chats(session, person),
        undecided=await _undecided(session, here),
        failed_tasks=failed,
        sweep_at=sweep.updated_at if sweep else None,
        sweep_age=now - sweep.updated_at if sweep else None,
        statement={"day": stated.value["day"], **stated.value["found"]} if stated else None,
    )


async def _late(session: AsyncSession, here: Any, now: datetime) -> list[BoardLine]:
    rows = (
        await session.exec(
            select(ClockRow, Case, Desk, Place)
            .join(Case, col(Case.id) == col(ClockRow.case_id))
            .join(Desk, col(Desk.id) == col(ClockRow.desk_id), isouter=True)
            .join(Place, col(Place.code) == col(Case.place_code), isouter=True)
            .where(ClockRow.status == "running", col(ClockRow.ends_at) <= now, here)
            .order_by(col(ClockRow.ends_at), col(ClockRow.id))
            .limit(MOST)
        )
    ).all()
    return [
        BoardLine(
            reference=case.reference, urgency=case.urgency, category=case.category, county=place.name if place else "",
            desk=desk.name if desk else "", clock=clock.kind, ends_at=clock.ends_at, rung=rung_reached(clock),
            next_rung=next_rung(clock), next_at=clock.due_at,
        )
        for clock, case, desk, place in rows
    ]  # fmt: skip


def rung_reached(clock: ClockRow) -> str:
    """The level of the last rung that fired; `desk` while only the desk itself was reminded."""
    return rung_of(clock.policy, clock.step)


def rung_of(policy: Mapping[str, Any], step: int) -> str:
    """The same from a clock's policy and step."""
    fired = policy.get("steps", [])[:step]
    return next((str(each["to"]) for each in reversed(fired) if each["to"].startswith("L")), "desk")


async def sweep_of(session: AsyncSession) -> datetime | None:
    """When the last sweep ended; None when none ever did."""
    found = await session.get(Setting, SWEEP)
    return found.updated_at if found else None


def next_rung(clock: ClockRow) -> str:
    """The level that is told next; past the last rung it is that one again."""
    steps = clock.policy.get("steps", [])
    return str(steps[min(clock.step, len(steps) - 1)]["to"]) if steps else ""


def _silent(late: Sequence[BoardLine]) -> list[Silent]:
    waiting: dict[str, list[BoardLine]] = {}
    for line in late:
        if line.clock == "acknowledge" and line.desk:
            waiting.setdefault(line.desk, []).append(line)
    found = [Silent(desk, len(lines), min(line.ends_at for line in lines)) for desk, lines in waiting.items()]
    return sorted(found, key=lambda silent: silent.since)


async def _dead(session: AsyncSession, here: Any) -> list[Dead]:
    rows = (
        await session.exec(
            select(Letter, Case.reference, Desk.name)
            .join(Case, col(Case.id) == col(Letter.case_id))
            .join(Desk, col(Desk.id) == col(Letter.desk_id), isouter=True)
            .where(Letter.status == "failed", here)
            .order_by(col(Letter.created_at).desc())
            .limit(MOST)
        )
    ).all()
    return [
        Dead(letter.id, reference, desk or "", letter.kind, letter.courier, letter.created_at)
        for letter, reference, desk in rows
    ]


async def _unreached(session: AsyncSession, here: Any) -> list[Unreached]:
    rows = (
        await session.exec(
            select(DutyTask, Case.reference)
            .join(Case, col(Case.id) == col(DutyTask.case_id))
            .where(col(DutyTask.answer).in_(("no_answer", "wrong_number")), Case.status == "open", here)
            .order_by(col(DutyTask.created_at).desc())
            .limit(MOST)
        )
    ).all()
    return [
        Unreached(task.id, reference, task.person or "", task.answer, task.tries, task.created_at)
        for task, reference in rows
    ]


async def _unstaffed(session: AsyncSession, here: Any) -> list[Unstaffed]:
    rows = (
        await session.exec(
            select(DutyTask, Case.reference)
            .join(Case, col(Case.id) == col(DutyTask.case_id))
            .where(DutyTask.kind == "nobody", DutyTask.status == "open", here)
            .order_by(col(DutyTask.created_at))
            .limit(MOST)
        )
    ).all()
    return [Unstaffed(reference, str(task.params.get("desk", "")), task.created_at) for task, reference in rows]


async def _lost_chats(session: AsyncSession, person: Account) -> list[LostChat]:
    rows = (
        await session.exec(
            select(Account.name, Desk.name, Chat.lost_at)
            .join(Chat, col(Chat.account_id) == col(Account.id))
            .join(Desk, col(Desk.id) == col(Account.desk_id), isouter=True)
            .where(col(Chat.lost_at).is_not(None), col(Account.disabled_at).is_(None))
            .where(col(Account.place_code).in_(places_under(person.place_code)))
            .order_by(col(Chat.lost_at))
            .limit(MOST)
        )
    ).all()
    return [LostChat(name, desk or "", since) for name, desk, since in rows if since is not None]


async def _undecided(session: AsyncSession, here: Any) -> list[str]:
    rows = (
        await session.exec(
            select(Case.reference)
            .join(Assignment, col(Assignment.case_id) == col(Case.id))
            .where(Assignment.status == "undecided", Case.status == "open", here)
            .distinct()
            .limit(MOST)
        )
    ).all()
    return list(rows)
