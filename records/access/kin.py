"""Other cases of the same child, and reports handled as one, as this person may know of them.

Seeing one of two linked cases shows nothing of the other: a line stands here only for whoever may see that one too. Whoever
coordinates learns that there is another even where it is out of their reach, since they must decide whether it is the same child.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.access.merged import handling, put_to
from records.access.standing import COORDINATORS, GONE, Standing, standing
from records.tables import Account, Case, CaseLink


@dataclass(frozen=True)
class KinFace:
    """`status` is proposed or confirmed. `later`: the other was opened after this one. `reference` and what follows are empty
    where the other case is not this person's. `decides`: this person says whether it is the same child."""

    id: str
    basis: tuple[str, ...]
    status: str
    later: bool
    decides: bool
    reference: str = ""
    urgency: str = ""
    category: str = ""
    opened_at: datetime | None = None


@dataclass(frozen=True)
class Kin:
    """`put_here`: references of reports handled in this case; `put_to`: of the case in which this one is handled."""

    links: tuple[KinFace, ...] = ()
    put_here: tuple[str, ...] = ()
    put_to: str = ""

    def __bool__(self) -> bool:
        return bool(self.links or self.put_here or self.put_to)


async def kin(session: AsyncSession, person: Account, stands: Standing) -> Kin:
    case = stands.case
    root = await handling(session, case)
    above = root.reference if root.id != case.id and await standing(session, person, root.reference) else ""
    if stands.level != "story":
        return Kin(put_to=above)
    here = [
        report.reference
        for report in await put_to(session, case.id)
        if await standing(session, person, report.reference) is not None
    ]
    rows = await session.exec(
        select(CaseLink)
        .where(or_(col(CaseLink.case_id) == case.id, col(CaseLink.earlier_id) == case.id), CaseLink.status != "refused")
        .order_by(col(CaseLink.at), col(CaseLink.id))
    )
    faces = [await _face(session, person, stands, link) for link in rows.all()]
    return Kin(tuple(face for face in faces if face is not None), tuple(here), above)


async def _face(session: AsyncSession, person: Account, stands: Standing, link: CaseLink) -> KinFace | None:
    later = link.earlier_id == stands.case.id
    other = await session.get(Case, link.case_id if later else link.earlier_id)
    assert other is not None  # a foreign key holds it
    there = await standing(session, person, other.reference)
    coordinates = person.role == "supervisor" or (stands.desk is not None and stands.desk.department in COORDINATORS)
    own = stands.own
    leads = own is not None and own.part == "lead" and own.round == stands.case.round and own.status not in GONE
    if there is None and not coordinates:
        return None
    decides = coordinates or (leads and there is not None and there.level == "story")
    face = KinFace(link.id, tuple(link.basis), link.status, later, link.status == "proposed" and decides)
    if there is None:
        return face
    known = {"reference": other.reference, "urgency": other.urgency, "category": other.category}
    return KinFace(**{**vars(face), **known, "opened_at": other.opened_at})
