"""Whether an act just done may be taken back, and how things stood before it. Pure.

Acknowledging, accepting, handing over and returning may be, by the person who did it, for five minutes, while nobody has acted on
it. Whatever else was written is corrected by a new entry.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from records.access.lately import TAKEN_BACK, TAKES_BACK, WITHIN
from words.language import Line, line

# The states that each leaves the desk's part in. A second return, and a desk that refused before, wait for the coordinator.
_LEFT = {
    "acknowledged": ("acknowledged",),
    "accepted": ("accepted",),
    "returned": ("returned", "undecided"),
    "handed_over": ("handed_over", "moved"),
}
# What changes the ground under it, whoever did it.
_ANYBODYS = frozenset(
    ("raised", "lowered", "reassigned", "designated", "merged", "split", "closed", "reopened", "recused")
)
_NOBODYS = frozenset(("system", "reporter"))

NOTHING = line("没有可以收回的操作。")
TOO_LATE = line("已过 5 分钟，不能收回。请另记一条更正，或按现在的情况继续办。")
ACTED_ON = line("已经有人接着办了，不能收回。请按现在的情况继续办。")


@dataclass(frozen=True)
class Act:
    """One line of the case's timeline. `actor` is an account, `reporter` or `system`."""

    id: str
    kind: str
    actor: str
    at: datetime
    desk: str
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def undecided(self) -> bool:
        return bool(self.data.get("undecided"))


@dataclass(frozen=True)
class Part:
    """The desk's part as it stands."""

    desk: str
    status: str
    opened_at: datetime
    accepted_at: datetime | None


def undone(acts: Iterable[Act]) -> frozenset[str]:
    """Ids of the acts that were taken back."""
    return frozenset(str(act.data.get("of", "")) for act in acts if act.kind == TAKEN_BACK)


def last_of(acts: Sequence[Act], part: Part, person: str, now: datetime) -> Act | Line:
    """The act that this person may take back now; otherwise why none."""
    gone = undone(acts)
    mine = [
        act
        for act in acts
        if act.kind in TAKES_BACK and act.desk == part.desk and act.at >= part.opened_at and act.id not in gone
    ]
    last = max(mine, key=lambda act: (act.at, TAKES_BACK.index(act.kind), act.id), default=None)
    if last is None or last.actor != person:
        return NOTHING
    if not (last.undecided or part.status in _LEFT[last.kind]):
        return ACTED_ON
    if now - last.at > WITHIN:
        return TOO_LATE
    if any(_acts_on(act, last) for act in acts if act.id not in gone):
        return ACTED_ON
    return last


def _acts_on(act: Act, last: Act) -> bool:
    """Whether an act came after the last one and rests on it. What one person did in one instant is one act."""
    later = act.at > last.at or (act.at == last.at and act.actor != last.actor)
    if not later or act.id == last.id or act.kind == TAKEN_BACK:
        return False
    if act.kind in _ANYBODYS:
        return True
    return act.actor not in _NOBODYS and act.desk in (last.desk, last.data.get("to"))


def before(last: Act, part: Part, acts: Sequence[Act]) -> str:
    """The status that the part had before the act."""
    gone = undone(acts)
    earlier = {
        act.kind
        for act in acts
        if act.desk == part.desk and part.opened_at <= act.at <= last.at and act.id not in gone and act.id != last.id
    }
    if last.kind == "acknowledged":
        return "notified"
    if last.kind == "accepted" or part.accepted_at is None:
        return "acknowledged" if "acknowledged" in earlier else "notified"
    return "dispatched" if "dispatched" in earlier else "accepted"
