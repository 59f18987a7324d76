"""一人一档: all that is known here of one child, across the cases that are confirmed to be hers, as one person may see them.

Source: 桂民发〔2024〕1号 attachment 「农村留守儿童和困境儿童个人信息台账」; 民发〔2023〕62号 task 8 (一人一档).
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.access import Sight, look
from records.access.door import hidden_of
from records.batch import Batch
from records.tables import Account, Case
from routing.evidence import fit_reason

LEDGER = "child.ledger"
MOST = 30  # cases of one child; more is a mistake in the links


async def child_file(
    session: AsyncSession, person: Account, reference: str, reason: str, now: datetime
) -> tuple[Batch, Sequence[Sight] | None]:
    """The sights of the case and of every confirmed case of the same child that is this person's whole to see, oldest first. Each
    look, and that the file was taken out and why, is in the batch. None for whoever does not have the whole of the case. Raises
    Refused for a reason that is missing or names somebody."""
    batch, first = await look(session, person, reference, "ledger", now)
    if first is None or first.level != "story":
        return batch, None
    case = (await session.exec(select(Case).where(Case.id == first.case_id))).one()
    purpose = fit_reason(reason, case, await hidden_of(session, case))
    found, waiting = {first.reference: first}, _confirmed(first)
    while waiting and len(found) < MOST:
        if (other := waiting.pop()) in found:
            continue
        looked, sight = await look(session, person, other, "ledger", now)
        if sight is None or sight.level != "story":
            continue
        batch.include(looked)
        found[other] = sight
        waiting += _confirmed(sight)
    batch.audit(now, person.id, LEDGER, first.case_id, purpose, cases=sorted(each.case_id for each in found.values()))
    return batch, sorted(found.values(), key=lambda each: (each.opened_at, each.reference))


def _confirmed(sight: Sight) -> list[str]:
    return [link.reference for link in sight.kin.links if link.status == "confirmed" and link.reference]
