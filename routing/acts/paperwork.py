"""Papers of a case: a form is printed to be signed and sealed, and its scan is put back to the case.

Who may print a form is said by the form; what stands on it is taken from what this person may see.
"""

import hashlib
from datetime import datetime

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.access.sight import Sight
from records.access.standing import COORDINATORS, GONE
from records.batch import Batch
from records.columns import new_id
from records.tables import Account, Scan, ScanPiece
from routing.acts.work import NOT_YOURS_TO_DO, Work, begin
from routing.papers.forms import Form
from routing.refusal import Refused
from words.language import Line, line

PIECE = 1024 * 1024
MOST_SCANS = 10  # of one case


def may_print(form: Form, role: str, department: str, level: str, part: str | None) -> bool:
    """Whether a form is somebody's to print: their role, their desk's department, the level they see the case at, and the part
    that their desk has in it now (None: none)."""
    parts = {part}
    if level == "story" and (role == "supervisor" or department in COORDINATORS):
        parts.add("coordinator")
    return bool(parts & form.who)


def part_of(sight: Sight) -> str | None:
    """The part that the person's desk has in the case now."""
    own = sight.own
    return (
        own.part if own is not None and own.round == sight.round and not own.held and own.status not in GONE else None
    )


async def print_form(
    session: AsyncSession, person: Account, reference: str, form: Form, now: datetime
) -> tuple[Batch, Line]:
    """The line that a paper was made, and by whom. The file itself is kept nowhere."""
    work = await begin(session, person, reference, now, closed_too=True)
    department = work.desk.department if work.desk is not None else ""
    if not may_print(form, person.role, department, work.level, work.own.part if work.own is not None else None):
        raise Refused(NOT_YOURS_TO_DO)
    work.event("printed", desk_id=_desk_id(work), form=form.name)
    return work.done("print", line("已生成。"), form=form.id)


async def add_scan(
    session: AsyncSession,
    person: Account,
    reference: str,
    form: str,
    number: str,
    media_type: str,
    content: bytes,
    now: datetime,
) -> tuple[Batch, Line]:
    """A scan of a sealed paper, as it came in (its type was judged by its bytes). The same file twice is one."""
    work = await begin(session, person, reference, now, closed_too=True)
    desk_id = _desk_id(work)
    if desk_id is None and person.role != "supervisor":
        raise Refused(NOT_YOURS_TO_DO)
    if len(number) > 80:
        raise Refused(line("文号最多 80 个字。"))
    digest = hashlib.sha256(content).hexdigest()
    mine = Scan.case_id == work.case.id
    if (await session.exec(select(Scan.id).where(mine, Scan.sha256 == digest))).first():
        raise Refused(line("这份扫描件已经在了。"))
    if (await session.exec(select(func.count(col(Scan.id))).where(mine))).one() >= MOST_SCANS:
        raise Refused(line("扫描件已有 {most} 份，不能再多。", most=MOST_SCANS))
    scan = Scan(
        id=new_id(now), case_id=work.case.id, desk_id=desk_id or "", form=form, number=number.strip(),
        media_type=media_type, size=len(content), sha256=digest, by=person.id, at=now,
    )  # fmt: skip
    work.batch.add(scan)
    for place, start in enumerate(range(0, len(content), PIECE)):
        work.batch.add(ScanPiece(scan_id=scan.id, place=place, content=content[start : start + PIECE]))
    work.event("scanned", desk_id=desk_id, scan=scan.id)
    return work.done("scan", line("已附上扫描件。"), scan=scan.id, size=len(content))


def _desk_id(work: Work) -> str | None:
    if work.own is not None:
        return work.own.desk_id
    return work.desk.id if work.desk is not None and work.level == "story" else None
