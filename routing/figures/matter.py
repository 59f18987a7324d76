"""What figures are counted from: a case as values, with nothing in it that tells who anybody is. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Promise:
    """One clock of one desk in one round, and what became of it. All times aware UTC.

    `step` is acknowledge, accept, progress, result or tell. `began`: when the case was put before the desk (for tell: when its
    result was there). `ends_at`: when the act was due, extensions and pauses taken in. `done_at`: when the desk acted, by the
    time of the act itself. `stopped_at`: when the clock stopped, by the act or because nothing was owed any more. `waiting`: it
    is paused.
    """

    step: str
    department: str
    began: datetime
    ends_at: datetime
    done_at: datetime | None = None
    stopped_at: datetime | None = None
    waiting: bool = False


@dataclass(frozen=True)
class Answer:
    """The first result of one round's leading desks, and when the reporter had it (`arrived_at`; None: not yet)."""

    round: int
    result_at: datetime
    arrived_at: datetime | None = None


@dataclass(frozen=True)
class Matter:
    """One case. `leads` are the departments that lead its present round.

    `seen_by`: until when somebody had to see the child; None where nobody had to. `climbs`: department and rung of everyone
    who was called because nobody acted. `returns`: departments that said 不属本单位. `check`: "" (not asked), asked or done.
    `silent`: kinds of units (a department's id, or "") that knew of it and had not reported.
    """

    id: str
    reference: str
    place: str
    category: str
    source: str
    urgency: str
    status: str
    round: int
    opened_at: datetime
    closed_at: datetime | None = None
    leads: Sequence[str] = ()
    promises: Sequence[Promise] = ()
    answers: Sequence[Answer] = ()
    seen_by: datetime | None = None
    seen_at: datetime | None = None
    climbs: Sequence[tuple[str, str]] = ()
    returns: Sequence[str] = ()
    check: str = ""
    silent: Sequence[str] = field(default_factory=tuple)
