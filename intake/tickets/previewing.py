"""How a ticket would be taken, for an operator who still types: the same decision as filing it, of which nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.tickets.answering import answer, new_rows, read_rows
from intake.tickets.drafting import judged
from intake.tickets.filing import file_ticket
from intake.tickets.flaws import Flaw
from intake.tickets.parts import Arrival, Hotline
from intake.tickets.reading import Slip, read_slip
from intake.tickets.still_to_ask import still_to_ask
from words.ids import Urgency
from words.language import Line


@dataclass(frozen=True)
class Preview:
    """`answer` as its sender would be answered; of an order that is known it says where that stands. `urgency` and `reasons` are
    of the words that lie before us. `harmless`: nothing in them is about a minor."""

    slip: Slip
    answer: Mapping[str, Any]
    flaws: Sequence[Flaw]
    urgency: Urgency
    category: str
    reasons: Sequence[str]
    ask: Sequence[Line]
    card: Sequence[tuple[Line, str]]
    harmless: bool


async def preview(session: AsyncSession, arrival: Arrival, now: datetime, hotline: Hotline) -> Preview:
    """Raises NothingToFile."""
    batch, filed = await file_ticket(session, arrival, now, hotline)
    rows = await (new_rows(session, batch, filed) if filed.outcome == "new" else read_rows(session, filed.ticket_id))
    slip = read_slip(arrival.profile, arrival.data, now)
    found, _ = judged(slip, hotline.assess)
    return Preview(
        slip=slip,
        answer=answer(rows, filed, hotline.protocols),
        flaws=filed.flaws,
        urgency=found.urgency,
        category=found.category,
        reasons=[reason.text for reason in found.reasons],
        ask=still_to_ask(found),
        card=filed.card,
        harmless=found.category == "out_of_scope" and found.readable,
    )
