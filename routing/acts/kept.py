"""How a desk's part and its clocks stood before they were given anew: kept with the event, so that giving can be taken back.

Ids, states and times only, as an event may hold.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from records.batch import Batch
from records.tables import Assignment, ClockRow
from routing.lifecycle import outlives

_PART = ("part", "status", "held", "acknowledged_at", "accepted_at", "handler", "opened_at")
_CLOCK = ("policy", "step", "started_at", "ends_at", "due_at", "status", "stopped_at")
_RUNS = ("running", "paused")


def as_it_is(part: Assignment, clocks: Iterable[ClockRow]) -> dict[str, Any]:
    """`clocks` are those of the part's desk in its round."""
    return {
        **{name: _written(getattr(part, name)) for name in _PART},
        "clocks": {row.id: {name: _written(getattr(row, name)) for name in _CLOCK} for row in clocks},
    }


def put_back(
    batch: Batch, part: Assignment, clocks: Iterable[ClockRow], was: Mapping[str, Any] | None, now: datetime
) -> None:
    """The part as it was; void when there was none."""
    known = was["clocks"] if was else {}
    for row in clocks:
        if row.id in known:
            before = {name: _read(name, value) for name, value in known[row.id].items()}
            if before != {name: getattr(row, name) for name in before}:
                batch.change(row, **before)
        elif row.status in _RUNS and not outlives(row.kind):
            batch.change(row, status="stopped", stopped_at=now)
    if was is None:
        batch.change(part, status="void")
    else:
        batch.change(part, **{name: _read(name, was[name]) for name in _PART})


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _read(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name.endswith("_at") and value is not None else value
