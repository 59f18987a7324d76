"""Reports of the same event that are handled as one: which case handles them, and whose they were."""

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.tables import Case


async def handling(session: AsyncSession, case: Case) -> Case:
    """The case in which this one is handled: itself, unless it was put to another."""
    seen = {case.id}
    while case.merged_into and case.merged_into not in seen:
        seen.add(case.merged_into)
        case = (await session.exec(select(Case).where(Case.id == case.merged_into))).one()
    return case


async def put_to(session: AsyncSession, case_id: str) -> Sequence[Case]:
    """The cases that were put to this one, and to those, oldest first."""
    found: dict[str, Case] = {}
    ahead = [case_id]
    while ahead:
        rows = await session.exec(
            select(Case).where(col(Case.merged_into).in_(ahead)).order_by(col(Case.opened_at), col(Case.id))
        )
        new = [case for case in rows.all() if case.id not in found]
        found |= {case.id: case for case in new}
        ahead = [case.id for case in new]
    return list(found.values())
