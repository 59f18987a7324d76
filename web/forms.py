"""What a form of the case page is made of: its fields, the act it offers, and what decides whether it stands there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from escalation.policy import Terms
from records.access import Sight
from records.access.standing import COORDINATORS
from records.tables import Account
from routing.lifecycle import PART, Facts, may
from words.ids import Urgency
from words.language import Line, line

YES_NO = (("yes", line("是")), ("no", line("否")))


@dataclass(frozen=True)
class Field:
    """`kind` is line, text, check, one, many, select, moment (a Beijing date and time) or hidden. `start` is what stands in it; of many: ids with commas between."""

    id: str
    label: Line
    kind: str = "line"
    required: bool = False
    choices: Sequence[tuple[str, Line]] = ()
    start: str = ""


@dataclass(frozen=True)
class Offer:
    """An act as it stands on the page; in a `group` that is opened for it, or in front when it has none."""

    id: str
    label: Line
    style: str = ""
    hint: Line | None = None
    fields: Sequence[Field] = ()
    group: Line | None = None


@dataclass(frozen=True)
class View:
    """What decides which acts are offered."""

    sight: Sight
    person: Account
    department: str  # of the person's desk
    now: datetime
    offices: Sequence[tuple[str, Line]] = field(default_factory=tuple)
    terms: Terms | None = None  # of the case's protocol pack

    @property
    def urgency(self) -> Urgency:
        return Urgency(self.sight.urgency)

    @property
    def leads(self) -> bool:
        own = self.sight.own
        return own is not None and own.part == "lead" and own.round == self.sight.round

    def fits(self, act: str) -> bool:
        own = self.sight.own
        if own is None or own.held or own.round != self.sight.round or self.sight.status == "closed":
            return False
        known = own.status in PART
        return known and may(own.status, act, Facts(self.urgency, own.department)) is None

    @property
    def coordinates(self) -> bool:
        return self.sight.level == "story" and (self.person.role == "supervisor" or self.department in COORDINATORS)

    @property
    def went(self) -> bool:
        """Whether this desk has sent somebody since it got the case."""
        own = self.sight.own
        return own is not None and any(
            entry.kind == "dispatched" and entry.desk == own.desk and entry.at >= own.opened_at
            for entry in self.sight.timeline
        )

    def results(self) -> bool:
        return any(result.round == self.sight.round for result in self.sight.results)
