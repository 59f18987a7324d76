"""What the reporter may know of her case: the value in `receipts.view`, and the only place that makes and changes it. Pure.

The chat reads it and never a case. Its keys are those that `intake.dialogue` shows:

reference, finished, harm, child   as at filing
desk          name of the desk that has it
received_by, notified_at           who was told first, and when
answer_by     by when that desk must answer; None when nothing is owed
who_sees      offices that can see the reporter's name and number
status        received, acknowledged, accepted, waiting, result, told, closed
tellable      可告知内容, the latest; never the inner result
question      what a desk asks her
unfetched     ids of tellings that she has not yet been shown; showing them is `routing.reporter.fetched`

Times are ISO 8601 in UTC.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from records.tables import Case
from words.ids import HARM

View = Mapping[str, Any]

STATUSES = ("received", "acknowledged", "accepted", "waiting", "result", "told", "closed")


def first_view(case: Case, desk: str, now: datetime, answer_by: datetime | None, child: bool) -> dict[str, Any]:
    """As the case is opened: `desk` was told at `now`."""
    return {
        "reference": case.reference,
        "status": "received",
        "desk": desk,
        "received_by": desk,
        "notified_at": now.isoformat(),
        "answer_by": _iso(answer_by),
        "who_sees": [desk] if desk else [],
        "harm": case.category in HARM,
        "child": child,
        "finished": case.finished,
        "tellable": None,
        "question": None,
        "unfetched": [],
    }


def moved_on(view: View, status: str, desk: str | None = None, answer_by: datetime | None = None) -> dict[str, Any]:
    """The lead desk has done something. A question that waits stays what she sees first."""
    if status not in STATUSES:
        raise ValueError(f"no such status for a reporter: {status}")
    waiting = view.get("question") is not None and status not in ("closed", "told", "result")
    return {
        **view,
        "status": "waiting" if waiting else status,
        "desk": desk or view.get("desk", ""),
        "answer_by": _iso(answer_by),
    }


def given_to(view: View, desk: str, now: datetime, answer_by: datetime | None) -> dict[str, Any]:
    """Another desk leads now; only it can see the reporter's name and number."""
    return {**view, "desk": desk, "who_sees": [desk], "answer_by": _iso(answer_by)}


def asked(view: View, telling_id: str, question: str) -> dict[str, Any]:
    """A desk asks her something."""
    return {**view, "status": "waiting", "question": question, "unfetched": [*view.get("unfetched", ()), telling_id]}


def answered(view: View, status: str) -> dict[str, Any]:
    """She answered; nothing is asked any more."""
    return {**view, "status": status, "question": None}


def told(view: View, telling_id: str, text: str, status: str) -> dict[str, Any]:
    """She is told something: an interim word (`status` as it was) or the result (`told`)."""
    return {**view, "status": status, "tellable": text, "unfetched": [*view.get("unfetched", ()), telling_id]}


def shown(view: View) -> dict[str, Any]:
    """She has seen all that was told so far."""
    return {**view, "unfetched": []}


def reopened(view: View, desk: str, answer_by: datetime | None) -> dict[str, Any]:
    """She was not satisfied: a new round."""
    return {
        **view,
        "status": "received",
        "desk": desk,
        "answer_by": _iso(answer_by),
        "tellable": None,
        "question": None,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
