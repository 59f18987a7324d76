"""What a reporter may know of her case, kept on the receipt so that the chat never needs to read a case.

Keys: `status` (of intake.dialogue.after.STATUS), `desk`, `notified_at`, `answer_by` (ISO 8601 or None), `harm`, `child`,
`urgency`, `telling` (id of what waits to be read), `tellable`, `question`; `opened` once somebody saw her number.
"""

from datetime import datetime
from typing import Any

from records.batch import Batch
from records.tables import Case, Receipt
from words.ids import HARM


def first_view(case: Case, desk: str, now: datetime, answer_by: datetime | None, child: bool) -> dict[str, Any]:
    return {
        "status": "received",
        "desk": desk,
        "notified_at": now.isoformat(),
        "answer_by": answer_by.isoformat() if answer_by else None,
        "harm": case.category in HARM,
        "child": child,
        "urgency": str(case.urgency),
        "telling": None,
        "tellable": None,
        "question": None,
    }


def show(batch: Batch, receipt: Receipt, now: datetime, **changes: Any) -> None:
    """Bring the receipt up to date, in the same write as the act it tells of."""
    view = {**receipt.view, **changes}
    if view != receipt.view:
        batch.change(receipt, view=view, updated_at=now)
