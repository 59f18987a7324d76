"""What a person gets to see of a case. Values only; what the level does not allow is simply not in them.

The reporter's name and number are in none: they are sealed apart, and asking goes through the case. Only `reach` holds them,
for an hour, for those who opened them (`routing.acts.revealing`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from records.access.delays import Delay
from records.access.kin import Kin
from records.access.lookers import Looker
from records.access.proceedings import Proceedings
from records.access.reach import Reach
from records.access.summary import Item
from records.access.ticket_look import TicketFace
from records.access.timeline import Entry


@dataclass(frozen=True)
class Words:
    """A statement as the reporter wrote it. `kind` as in `Statement`."""

    id: str
    kind: str
    at: datetime
    text: str
    urgency: str | None
    files: tuple["FileFace", ...] = ()


@dataclass(frozen=True)
class FileFace:
    """A file that came with a statement; its bytes are fetched with `look_at_file`."""

    id: str
    kind: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True)
class Part:
    """A desk's part. `handler` is the name of whoever said 我来处理."""

    id: str
    desk_id: str
    desk: str
    department: str
    part: str
    status: str
    held: bool
    round: int
    clauses: tuple[str, ...]
    opened_at: datetime
    acknowledged_at: datetime | None
    accepted_at: datetime | None
    handler: str | None
    own: bool


@dataclass(frozen=True)
class ClockFace:
    """A clock of the case. `step` is the next step of `policy`, due at `due_at`; the act itself is due at `ends_at`."""

    id: str
    desk_id: str
    desk: str
    kind: str
    round: int
    status: str
    step: int
    policy: Mapping[str, Any]
    started_at: datetime
    ends_at: datetime
    due_at: datetime
    stopped_at: datetime | None


@dataclass(frozen=True)
class WrittenResult:
    """A result. `inner`, `seen` and the document number are empty where only the tellable part may be read."""

    id: str
    at: datetime
    by: str
    desk: str
    round: int
    outcomes: tuple[str, ...]
    tellable: str
    inner: str = ""
    document_number: str | None = None
    seen: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """Something said to the reporter, and whether it arrived."""

    id: str
    kind: str
    round: int
    text: str
    at: datetime
    by: str
    fetched_at: datetime | None
    answered_at: datetime | None
    tried: str | None
    tried_at: datetime | None
    recipient: str = "reporter"  # or unit, or desk:ID


@dataclass(frozen=True)
class Mail:
    """A letter to somebody of the house: who was told what, how and when."""

    id: str
    kind: str
    to: str
    desk: str
    courier: str
    status: str
    due_at: datetime
    sent_at: datetime | None
    attempts: int


@dataclass(frozen=True)
class Call:
    """Something the 24-hour desk was asked to do for this case, and what came of it."""

    id: str
    kind: str
    person: str | None
    status: str
    answer: str | None
    by: str | None
    at: datetime | None
    note: str | None
    tries: int
    due_at: datetime


@dataclass(frozen=True)
class ScanFace:
    """A scan of a signed paper; its bytes are fetched with `look_at_scan`. `form` as in `Scan`."""

    id: str
    form: str
    number: str
    desk: str
    by: str
    at: datetime
    media_type: str
    size: int


@dataclass(frozen=True)
class Sight:
    """A case as one person may see it. `level` is story, summary or notice.

    All levels hold the first block, and of `told` and `proceedings` what was sent to their own desk. `summary` also has the second; `story` everything. In a story `summary` is the draft
    that helping desks read, so that the lead can see what leaves.
    """

    level: str
    case_id: str
    reference: str
    urgency: str
    category: str
    place_code: str
    county: str
    opened_at: datetime
    status: str

    version: int = 0
    round: int = 1
    finished: bool = True
    closed_at: datetime | None = None
    categories: tuple[str, ...] = ()
    nine: tuple[int, ...] = ()
    emergency: bool = False
    own: Part | None = None
    parts: tuple[Part, ...] = ()
    summary: tuple[Item, ...] = ()
    clocks: tuple[ClockFace, ...] = ()
    timeline: tuple[Entry, ...] = ()
    results: tuple[WrittenResult, ...] = ()
    delays: tuple[Delay, ...] = ()  # open requests for more time, of the own desk or this person's to decide
    scans: tuple[ScanFace, ...] = ()
    lately: tuple[str, datetime] | None = None  # what this person may take back: its kind, and until when

    readable: bool = True
    pressure: bool = False
    source: str = ""
    pack: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)  # name -> {"value": …, "words": …}, nothing of the reporter
    assessment: Mapping[str, Any] = field(default_factory=dict)
    words: tuple[Words, ...] = ()
    briefing: Mapping[str, Any] = field(default_factory=dict)  # what the lead wrote for helping desks, and keeps back
    told: tuple[Told, ...] = ()
    mail: tuple[Mail, ...] = ()
    calls: tuple[Call, ...] = ()
    reach: Reach | None = None
    tickets: tuple[TicketFace, ...] = ()
    proceedings: Proceedings = field(default_factory=Proceedings)
    kin: Kin = field(default_factory=Kin)
    lookers: tuple[Looker, ...] = ()
