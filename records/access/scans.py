"""Scans of signed papers: the story's readers see all of a case, a helping desk its own."""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.access.files import File, refused_look
from records.access.sight import ScanFace
from records.access.standing import Standing, standing
from records.batch import Batch
from records.tables import Account, Desk, Scan, ScanPiece

ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "application/ofd": "ofd"}


async def scans_of(session: AsyncSession, stands: Standing) -> tuple[ScanFace, ...]:
    """The scans of the case that this standing shows, oldest first."""
    found = (
        await session.exec(
            select(Scan, Account.name, Desk.name)
            .join(Account, col(Account.id) == col(Scan.by), isouter=True)
            .join(Desk, col(Desk.id) == col(Scan.desk_id), isouter=True)
            .where(Scan.case_id == stands.case.id)
            .order_by(col(Scan.at), col(Scan.id))
        )
    ).all()
    return tuple(
        ScanFace(scan.id, scan.form, scan.number, desk or "", by or "", scan.at, scan.media_type, scan.size)
        for scan, by, desk in found
        if _shown(stands, scan)
    )


async def look_at_scan(
    session: AsyncSession, person: Account, reference: str, scan_id: str, purpose: str, now: datetime
) -> tuple[Batch, File | None]:
    """The bytes of a scan, and the audit line that they were fetched."""
    stands = await standing(session, person, reference)
    scan = await session.get(Scan, scan_id) if stands else None
    if stands is None or scan is None or scan.case_id != stands.case.id or not _shown(stands, scan):
        return refused_look(person, reference, purpose, now), None
    batch = Batch()
    batch.audit(now, person.id, "case.look_at_scan", stands.case.id, purpose, scan=scan.id)
    pieces = await session.exec(select(ScanPiece).where(ScanPiece.scan_id == scan.id).order_by(col(ScanPiece.place)))
    content = b"".join(piece.content for piece in pieces.all())
    return batch, File(f"scan-{scan.id[-4:]}.{ENDINGS.get(scan.media_type, 'bin')}", scan.media_type, content)


def _shown(stands: Standing, scan: Scan) -> bool:
    if stands.level == "story":
        return True
    return stands.level == "summary" and stands.desk is not None and scan.desk_id == stands.desk.id
