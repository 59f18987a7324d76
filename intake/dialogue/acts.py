"""What a step asks the house to do, and what the house answers. A small closed family of values.

`intake.hear` executes all acts of one step, and writes the new state, in one transaction.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from intake.dialogue.state import State
from intake.said import Reply
from words.ids import Urgency


@dataclass(frozen=True)
class OpenCase:
    """First sign of danger: open the case from `report(state, assess)` and dispatch it now, marked unfinished."""


@dataclass(frozen=True)
class Submit:
    """Hand the report over. No case yet: open it. A case already open: its facts are complete (`finished`) or will
    get no more by themselves (quiet time over: `finished=False`)."""

    finished: bool


@dataclass(frozen=True)
class AddStatement:
    """Said after the case was opened: recorded in full, judged again. `urgency` is the gravest level of the whole
    conversation now; when it is above the case's, the case is raised. No kind ever lowers or closes.

    kind: added, correction, answer (to the desk's question), withdrawal (取消 撤回), retraction (发错了 开玩笑), pressure
    (someone wants it withdrawn). The last three show the coordinator "possible pressure".
    """

    text: str
    kind: str
    urgency: Urgency | None


@dataclass(frozen=True)
class SetFact:
    """A field became known or changed after the case was opened (names: `fields.FIELDS`)."""

    name: str
    value: Any
    words: str


@dataclass(frozen=True)
class Unreadable:
    """Nobody can judge it: a PT10M task 「请收听／查看并写一句概要」 on a 24-hour desk. `attachment` is the index into
    `said.attachments`, or None when it is the text itself. The gist is assessed again; the original is kept."""

    text: str
    attachment: int | None = None


@dataclass(frozen=True)
class CallForReporter:
    """「现在不方便打」: a PT3M task for the 24-hour desk to call 110 for the reporter and write down who took the call."""


@dataclass(frozen=True)
class DutyComplaint:
    """「有人不让我报」: open a `duty_complaint` one level above the unit, invisible to the unit."""

    text: str


@dataclass(frozen=True)
class LookUp:
    """Find a case by its receipt code and bind it to this conversation (then `attached(state)`); answer in Outcome."""

    code: str
    bind: bool = True  # False: an unsent draft is here and must not be left behind; only show the status


@dataclass(frozen=True)
class Dispute:
    """The reporter says that it is not solved: reopens, a new round."""

    text: str


@dataclass(frozen=True)
class Confirm:
    """The reporter says that the result is right."""


@dataclass(frozen=True)
class Discard:
    """The draft was cancelled before anything alarming: forget its attachments too."""


@dataclass(frozen=True)
class NewReport:
    """The reporter wants to report something else: let this conversation's case go on without it."""


Act = (
    OpenCase | Submit | AddStatement | SetFact | Unreadable | CallForReporter | DutyComplaint | LookUp | Dispute | Confirm
    | Discard | NewReport
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One move: the state to keep, what to say, what to do, and when silence is to be looked at (None: never)."""

    state: State
    replies: tuple[Reply, ...] = ()
    acts: tuple[Act, ...] = ()
    quiet_at: datetime | None = None


@dataclass(frozen=True)
class Receipt:
    """What the reporter gets when a case exists. `code` is given once (only its hash is kept) and None afterwards."""

    reference: str
    code: str | None
    received_by: str  # the desk's name
    notified_at: datetime
    answer_by: datetime | None  # None: this level has no clock for the answer
    who_sees: tuple[str, ...] = ()  # who can see the reporter's name and number, by name of office
    harm: bool = True
    child: bool = False
    finished: bool = True


@dataclass(frozen=True)
class Opened:
    """Who saw the reporter's number, when and why. `why` is empty when the reason can't be repeated to her."""

    who: str
    at: datetime
    why: str


@dataclass(frozen=True)
class CaseView:
    """What the reporter may know about her case.

    `status` is a key of `after.STATUS`. `tellable` is 可告知内容, never the inner result. `question` is what a desk asks her.
    `unread`: the question or result has not been shown to her yet, so nothing that she says can be an answer to it.
    """

    reference: str
    status: str
    desk: str
    answer_by: datetime | None = None
    tellable: str | None = None
    question: str | None = None
    unread: bool = False
    child: bool = False
    opened: tuple[Opened, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What executing a step's acts produced; `finish` turns it into replies.

    `looked_up` answers a LookUp: a view, or None for "no such code". `called_by` is when the desk must have called 110,
    `police_text` the place's text-message police number where one is configured (12110…).
    """

    receipt: Receipt | None = None
    looked_up: CaseView | None = None
    called_by: datetime | None = None
    police_text: str | None = None
