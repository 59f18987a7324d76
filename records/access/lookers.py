"""Who else has looked at a case, for those who have its story. That a procurator looked is nobody's concern."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.access.standing import Standing
from records.tables import Account, AuditLine, Desk

UNSEEN_DESKS = ("procuratorate", "supervisory_commission")
MOST = 40
_LOOKS = ("case.look", "case.look_at_file", "case.look_at_scan")


@dataclass(frozen=True)
class Looker:
    """A person, their desk (empty for who has none), and when they last looked."""

    name: str
    desk: str
    at: datetime


async def lookers(session: AsyncSession, person: Account, stands: Standing) -> tuple[Looker, ...]:
    """The others who looked, the last one first; none for a helping desk."""
    if stands.level != "story":
        return ()
    last = func.max(col(AuditLine.at)).label("at")
    found = await session.exec(
        select(Account.name, Desk.name, last)
        .join(AuditLine, col(AuditLine.actor) == col(Account.id))
        .join(Desk, col(Desk.id) == col(Account.desk_id), isouter=True)
        .where(
            AuditLine.subject == stands.case.id,
            col(AuditLine.action).in_(_LOOKS),
            Account.id != person.id,
            Account.role != "auditor",
            or_(col(Desk.department).is_(None), col(Desk.department).not_in(UNSEEN_DESKS)),
        )
        .group_by(col(Account.id), col(Account.name), col(Desk.name))
        .order_by(last.desc(), col(Account.name))
        .limit(MOST)
    )
    return tuple(Looker(name, desk or "", at) for name, desk, at in found.all())
