"""Clocks as rows: started, stopped and read back. What they decide stands in `escalation.clock`."""

from collections.abc import Collection, Iterable
from datetime import datetime

from escalation.calendar import Calendar
from escalation.clock import Clock, start
from escalation.policy import Policy
from records.batch import Batch
from records.columns import new_id
from records.tables import ClockRow


def start_clock(
    batch: Batch,
    case_id: str,
    desk_id: str,
    policy: Policy,
    now: datetime,
    calendar: Calendar,
    round: int = 1,
    kind: str = "",
) -> ClockRow:
    """A running clock from `now`, with the snapshot of its policy. `desk_id` is empty for the clocks of the case itself.

    `kind` tells apart clocks of one policy that run side by side (`gist:ID`); it is the policy's own when left out.
    """
    return add_clock(batch, case_id, desk_id, start(policy, now, calendar), now, round, kind)


def add_clock(
    batch: Batch, case_id: str, desk_id: str, clock: Clock, now: datetime, round: int = 1, kind: str = ""
) -> ClockRow:
    """The row of a clock that has been started, be it counted from an earlier time (a hand-over, a child seen at noon)."""
    row = ClockRow(
        id=new_id(now),
        case_id=case_id,
        desk_id=desk_id,
        kind=kind or clock.policy.kind,
        round=round,
        policy=clock.policy.to_json(),
        step=clock.step,
        started_at=clock.started_at,
        ends_at=clock.ends_at,
        due_at=clock.due_at,
    )
    batch.add(row)
    return row


def clock_of(row: ClockRow) -> Clock:
    """The pure clock in a row."""
    return Clock(
        policy=Policy.from_json(row.policy),
        started_at=row.started_at,
        ends_at=row.ends_at,
        step=row.step,
        due_at=row.due_at,
        status=row.status,
    )


def put_clock(batch: Batch, row: ClockRow, clock: Clock) -> None:
    """Write a clock's new state back into its row, guarded by the version seen."""
    batch.change(
        row,
        policy=clock.policy.to_json(),
        step=clock.step,
        started_at=clock.started_at,
        ends_at=clock.ends_at,
        due_at=clock.due_at,
        status=clock.status,
    )


def stop_clocks(batch: Batch, rows: Iterable[ClockRow], kinds: Collection[str], now: datetime) -> list[ClockRow]:
    """Stop those of the rows that run and are of these kinds, in the same write as the act that ends them."""
    stopped = [row for row in rows if row.kind in kinds and row.status in ("running", "paused")]
    for row in stopped:
        batch.change(row, status="stopped", stopped_at=now)
    return stopped
