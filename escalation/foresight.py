"""What would happen if nobody ever acted: every rung of every clock, in the order of time. For `hutong simulate` and the
console's "who is asked next". Pure: it moves the same clocks as the sweep, by the same function."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from escalation.calendar import Calendar
from escalation.clock import Clock, advance
from escalation.policy import Step


@dataclass(frozen=True)
class Foreseen:
    """At `at` (aware UTC) the clock of this kind tells `step.to`; `repeats` when it is the top once more."""

    at: datetime
    kind: str
    step: Step
    repeats: bool


def foresee(clocks: Iterable[Clock], until: datetime, calendar: Calendar) -> Iterator[Foreseen]:
    """Everything that fires up to and including `until` if nobody acts and no sweep is late; earliest first."""
    running = [clock for clock in clocks if clock.status != "done"]
    while due := [clock for clock in running if clock.due_at <= until]:
        clock = min(due, key=lambda one: one.due_at)
        move = advance(clock, clock.due_at, calendar)
        yield Foreseen(clock.due_at, clock.policy.kind, move.fire, move.times > 0)
        running.remove(clock)
        if move.clock.status != "done":
            running.append(move.clock)
