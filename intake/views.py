"""A receipt's row as the conversation knows it."""

from datetime import datetime

from intake.dialogue import CaseView
from intake.dialogue.acts import Opened
from intake.dialogue.acts import Receipt as Shown
from records.tables import Receipt
from words.ids import Urgency


def case_view(receipt: Receipt | None) -> CaseView | None:
    if receipt is None:
        return None
    view = receipt.view
    return CaseView(
        reference=receipt.reference,
        status=view["status"],
        desk=view["desk"],
        answer_by=_moment(view["answer_by"]) if view["status"] == "received" else None,
        tellable=view["tellable"],
        question=view["question"],
        unread=bool(view["telling"]),
        child=view["child"],
        opened=tuple(
            Opened(each["who"], datetime.fromisoformat(each["at"]), each["why"]) for each in view.get("opened", ())
        ),
    )


def receipt_again(receipt: Receipt, finished: bool, who_sees: tuple[str, ...]) -> Shown:
    """The receipt of a case that exists already. The code was given when it was opened and is nowhere any more."""
    view = receipt.view
    notified = _moment(view["notified_at"])
    assert notified is not None  # first_view always sets it
    return Shown(
        reference=receipt.reference,
        code=None,
        received_by=view["desk"],
        notified_at=notified,
        answer_by=_moment(view["answer_by"]) if view["status"] == "received" else None,
        who_sees=who_sees,
        harm=view["harm"],
        child=view["child"],
        finished=finished,
    )


def offices(level: Urgency | None, named: bool) -> tuple[str, ...]:
    """Who can ever see the reporter's name and number: nobody by himself, but one police officer when minutes count."""
    if not named:
        return ()
    both = "两名负责人同时开启时的值班负责人"
    return (both, "处警的一名民警（要写明理由，并会告诉您）") if level is Urgency.CRITICAL else (both,)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
