"""A letter that no courier could take is sent once more: the supervisor's button on the board."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from records.access.standing import covers
from records.batch import Batch
from records.tables import Account, Case, Letter
from routing.refusal import Refused
from words.language import Line, line


async def resend_letter(session: AsyncSession, person: Account, letter_id: str, now: datetime) -> tuple[Batch, Line]:
    """All its tries begin anew."""
    letter = await session.get(Letter, letter_id)
    case = await session.get(Case, letter.case_id) if letter else None
    mine = (
        person.role == "supervisor" and case is not None and await covers(session, person.place_code, case.place_code)
    )
    if letter is None or case is None or not mine or letter.status != "failed":
        raise Refused(line("没有这封没送到的通知，或者已经有人再送。请刷新页面。"))
    batch = Batch()
    batch.change(letter, status="waiting", attempts=0, due_at=now, leased_until=None)
    batch.audit(now, person.id, "letter.resend", case.id, letter=letter.id)
    return batch, line("已再送。")
