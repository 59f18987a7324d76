"""The sweep: every due clock moves one rung up, with letters to whoever is on duty now, until someone acts.

A plain read finds what is due; each move is guarded by the clock's version. Whoever acted in between wins, and
the sweep goes on. One clock's fault is logged by its id and stops nothing else.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from escalation.calendar import Calendar
from escalation.clock import Move, advance
from escalation.ladder import above
from escalation.timers import clock_of, put_clock
from records.batch import Batch, Lost
from records.outbox import put_letter
from records.store import Store
from records.tables import Case, ClockRow, Task
from records.tasks import put_task
from words.ids import Urgency

log = logging.getLogger("hutong.sweep")

LIMIT = 500  # clocks read at a time
AT_ONCE = 64  # moves decided and written together
NOBODY = "nobody"  # the task, and the clock of whoever is asked to find somebody
PASSES = 200  # one sweep ends even if something kept coming due; the next tick goes on


@dataclass(frozen=True)
class Recipient:
    """Somebody who is told: a person (`account:ID`) or a desk (`desk:ID`), and how."""

    address: str
    desk_id: str
    courier: str


@dataclass(frozen=True)
class Rung:
    """Who stands at one rung for one case now. `county` is what a letter may say of the place, `late` the name of the desk
    whose clock it is."""

    recipients: Sequence[Recipient]
    county: str
    late: str = ""


OnDuty = Callable[[Case, ClockRow, str, datetime], Awaitable[Rung]]


@dataclass(frozen=True)
class Swept:
    """What a sweep did: clocks moved, moves somebody else made first, clocks that failed (their ids are in the log), and
    how many of the moves asked for work of a higher room."""

    moved: int = 0
    lost: int = 0
    failed: int = 0
    asked: int = 0


async def sweep_once(store: Store, now: datetime, on_duty: OnDuty, calendar: Calendar) -> Swept:
    """Move every clock due at `now`, oldest first. A rung with nobody on duty is passed at once."""
    total, broken = Swept(), set[str]()
    for _ in range(PASSES):
        limit = LIMIT + len(broken)
        async with store.read() as session:
            due = (
                await session.exec(
                    select(ClockRow, Case)
                    .join(Case, col(Case.id) == col(ClockRow.case_id))
                    .where(col(ClockRow.status).in_(("running", "paused")), col(ClockRow.due_at) <= now)
                    .order_by(col(ClockRow.due_at))
                    .limit(limit)
                )
            ).all()
        waiting = [(row, case) for row, case in due if row.id not in broken]
        again = len(due) == limit  # more may be due, unless all have been read and none comes due once more
        for start in range(0, len(waiting), AT_ONCE):
            chunk = waiting[start : start + AT_ONCE]
            moves = await asyncio.gather(*(_decide(row, case, now, on_duty, calendar) for row, case in chunk))
            outcomes = await _written(store, [move for move in moves if move is not None])
            lost, failed = outcomes.count("lost"), moves.count(None) + outcomes.count("failed")
            broken |= {row.id for (row, _), move in zip(chunk, moves, strict=True) if move is None}
            broken |= {
                move.clock_id
                for move, outcome in zip((move for move in moves if move), outcomes, strict=True)
                if outcome == "failed"
            }
            again = again or any(move is not None and move.again for move in moves)
            asked = sum(isinstance(row, Task) for move in moves if move for row in move.batch.rows_if_new)
            total = Swept(
                total.moved + outcomes.count("moved"), total.lost + lost, total.failed + failed, total.asked + asked
            )
        if not again:
            break
    return total


@dataclass(frozen=True)
class _Decided:
    """One clock's move, not yet written. `again`: it is due at this very moment once more."""

    clock_id: str
    case_id: str
    batch: Batch
    again: bool


async def _decide(row: ClockRow, case: Case, now: datetime, on_duty: OnDuty, calendar: Calendar) -> _Decided | None:
    """None when the clock could not be moved: its fault must not silence the others."""
    try:
        move = advance(clock_of(row), now, calendar)
        batch = await _fire(case, row, move, now, on_duty)
        return _Decided(row.id, case.id, batch, move.clock.status != "done" and move.clock.due_at <= now)
    except Exception:
        log.exception("clock %s could not be moved", row.id)
        return None


async def _written(store: Store, moves: Sequence[_Decided]) -> list[str]:
    """What became of each. The clocks of one case are written together; when somebody was first at one of them, or one is
    refused, each is written on its own."""
    by_case: dict[str, list[_Decided]] = {}
    for move in moves:
        by_case.setdefault(move.case_id, []).append(move)
    found = await asyncio.gather(*(_write_case(store, theirs) for theirs in by_case.values()))
    became = {move.clock_id: outcome for outcomes in found for move, outcome in outcomes}
    return [became[move.clock_id] for move in moves]


async def _write_case(store: Store, moves: Sequence[_Decided]) -> list[tuple[_Decided, str]]:
    together = Batch()
    for move in moves:
        together.include(move.batch)
    if len(moves) > 1 and await _write(store, together, moves[0].clock_id, quiet=True) == "moved":
        return [(move, "moved") for move in moves]
    return [(move, await _write(store, move.batch, move.clock_id)) for move in moves]


async def _write(store: Store, batch: Batch, clock_id: str, quiet: bool = False) -> str:
    try:
        await store.write(batch)
        return "moved"
    except Lost:
        return "lost"
    except Exception:
        if not quiet:
            log.exception("clock %s could not be moved", clock_id)
        return "failed"


async def _fire(case: Case, row: ClockRow, move: Move, now: datetime, on_duty: OnDuty) -> Batch:
    """The clock's next state, the event, and the letters of the step that fires."""
    step, batch = move.fire, Batch()
    batch.audit(now, "system", "clock.fire", case.id, clock=row.id, to=step.to, late=int(move.late.total_seconds()))
    if step.to == "task":
        put_clock(batch, row, move.clock)
        put_task(batch, row.kind, row.id, now, case_id=case.id)
        return batch
    put_clock(batch, row, move.clock)
    desk_id = row.desk_id or None
    level: str | None = step.to
    rung = await on_duty(case, row, step.to, now)
    while not rung.recipients and level is not None:
        # Nobody there is a recorded fact, and the next rung is asked at once.
        batch.event(case.id, now, "nobody_on_duty", "system", desk_id=desk_id, clock=row.kind, to=level)
        level = above(level)
        if level is not None:
            rung = await on_duty(case, row, level, now)
    if level is None and not row.kind.startswith(NOBODY):
        # No rung has anybody, the last one included: silence is the one thing that must not follow.
        put_task(batch, NOBODY, f"{row.id}:{row.version}", now, case_id=case.id, payload={"desk": desk_id or ""})
    if level is not None:
        batch.event(
            case.id,
            now,
            "rung",
            "system",
            desk_id=desk_id,
            clock=row.kind,
            to=level,
            name=step.card or step.kind,
            repeated=move.times,
            late_seconds=int(move.late.total_seconds()),
            told=[recipient.address for recipient in rung.recipients],
        )
    for recipient in _with_telephone(case, row, rung):
        put_letter(
            batch,
            case,
            kind=f"{step.card or step.kind}:{row.kind}:{level}",
            recipient=recipient.address,
            desk_id=recipient.desk_id,
            courier=recipient.courier,
            county=rung.county,
            now=now,
            about=row.id,
            clock_version=row.version,
            clock=row.kind,
            to=level,
            late=rung.late,
            ends_at=row.ends_at.isoformat(),
            order=1 if level == "desk" else 0,
        )
    return batch


def _with_telephone(case: Case, row: ClockRow, rung: Rung) -> list[Recipient]:
    """A critical case that nobody acknowledged in time is also rung at the desk itself, by a person on the telephone."""
    recipients = list(rung.recipients)
    unheard = case.urgency == Urgency.CRITICAL and row.kind == "acknowledge" and row.desk_id
    if unheard and not any(each.courier == "call" and each.desk_id == row.desk_id for each in recipients):
        recipients.append(Recipient(f"desk:{row.desk_id}", row.desk_id, "call"))
    return recipients
