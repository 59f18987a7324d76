"""A reporter who came by messenger is told there that something waits, and nothing of what it is."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.access.summary import plain
from records.batch import Batch
from records.outbox import put_letter
from records.tables import Case, Conversation

# The courier that carries a letter to somebody who talks with us on this channel; on others she comes and looks.
COURIER_OF: Mapping[str, str] = {"telegram": "reporter"}


async def ring_reporter(
    session: AsyncSession, batch: Batch, case: Case, telling_id: str, desk_id: str, now: datetime
) -> None:
    """A letter to each conversation by messenger that is about this case, unless she wants no contact. Where somebody beside
    her may look at the telephone (家属在场，请勿来电), it makes no sound."""
    contact = plain(case.reporter.get("contact"))
    if contact == "code_only":
        return
    found = await session.exec(
        select(Conversation.id, Conversation.channel)
        .where(Conversation.case_id == case.id, col(Conversation.channel).in_(sorted(COURIER_OF)))
        .where(col(Conversation.address).is_not(None))
    )
    for conversation_id, channel in found.all():
        put_letter(
            batch, case, kind="news", recipient=f"conversation:{conversation_id}", desk_id=desk_id,
            courier=COURIER_OF[channel], county="", now=now, about=telling_id, quiet=contact == "no_call",
        )  # fmt: skip
