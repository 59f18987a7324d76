"""The conversation with a reporter: channel-neutral and pure. `Said` in; state, replies and acts out.

Nothing here does I/O or asks the time. `step` is one message; `silence` is the quiet time running out; `finish` puts the
replies together once the acts are written; `again` is what to show to someone who comes back.
"""

from intake.dialogue.acts import (
    Act,
    AddStatement,
    CallForReporter,
    CaseView,
    Confirm,
    Discard,
    Dispute,
    DutyComplaint,
    LookUp,
    NewReport,
    OpenCase,
    Outcome,
    Receipt,
    SetFact,
    Step,
    Submit,
    Unreadable,
)
from intake.dialogue.after import finish, opened_lines, receipt_reply, status_reply
from intake.dialogue.judge import Report, report
from intake.dialogue.say import greeting, render
from intake.dialogue.state import Known, State
from intake.dialogue.step import again, attached, silence, step

__all__ = [
    "Act",
    "AddStatement",
    "CallForReporter",
    "CaseView",
    "Confirm",
    "Discard",
    "Dispute",
    "DutyComplaint",
    "Known",
    "LookUp",
    "NewReport",
    "OpenCase",
    "Outcome",
    "Receipt",
    "Report",
    "SetFact",
    "State",
    "Step",
    "Submit",
    "Unreadable",
    "again",
    "attached",
    "finish",
    "greeting",
    "opened_lines",
    "receipt_reply",
    "render",
    "report",
    "silence",
    "status_reply",
    "step",
]
