"""The receipt that a reporter may have on paper, made when she asks for it. Reads receipts and statements, never a case."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.hear import find, receipt_of
from records.batch import Batch
from records.secrets import keyring
from records.tables import Receipt
from routing.papers.proof import Proof, salt_of, sum_of
from routing.papers.said import said_in


async def proof_of(
    session: AsyncSession, channel: str, key: str, site: str, now: datetime
) -> tuple[Batch, Proof | None]:
    """The proof for the report of this conversation, over all that was said so far; None when nothing was handed over.
    Asked for twice without a word in between, it is the same."""
    conversation, batch = await find(session, channel, key), Batch()
    receipt = await receipt_of(session, conversation) if conversation else None
    if receipt is None:
        return batch, None
    words = sum_of(salt_of(keyring(), receipt.case_id), await said_in(session, receipt.case_id))
    proof = Proof(site, receipt.reference, _received(receipt), words)
    batch.audit(now, "reporter", "receipt.proof", receipt.case_id, words=words)
    return batch, proof


def _received(receipt: Receipt) -> datetime:
    return datetime.fromisoformat(receipt.view["notified_at"])
