"""The reporter's own words of one case, as they count in the sum on her receipt."""

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.tables import Attachment, Statement
from routing.papers.proof import Said

NOT_HERS = "gist"  # the kind of a duty person's sentence


async def said_in(session: AsyncSession, case_id: str) -> Sequence[Said]:
    """The reporter's own statements in order, each with the sums of its files."""
    statements = (
        await session.exec(
            select(Statement)
            .where(Statement.case_id == case_id, Statement.kind != NOT_HERS)
            .order_by(col(Statement.at), col(Statement.id))
        )
    ).all()
    files = (
        await session.exec(
            select(Attachment.statement_id, Attachment.sha256)
            .where(col(Attachment.statement_id).in_([each.id for each in statements]))
            .order_by(col(Attachment.id))
        )
    ).all()
    return [
        Said(each.at, each.text, [digest for statement_id, digest in files if statement_id == each.id])
        for each in statements
    ]
