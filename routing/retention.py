"""How long what was told is kept, and clearing or handing out what is held of one child, by order."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.access.door import covered, hidden_of
from records.access.merged import handling, put_to
from records.batch import Batch
from records.redaction import cleared
from records.secrets import keyring
from records.tables import Attachment, Case, CaseLink, Mark, Piece, Telling
from routing.refusal import Refused
from words.ids import HARM, Urgency
from words.language import line

KEPT = ("harm", "other", "info")
ERASED, BY_RULE = "case.erased", "case.cleared"


@dataclass(frozen=True)
class Policy:
    """Years that what was told is kept after a case is closed."""

    harm: int
    other: int
    info: int

    def until(self, case: Case) -> datetime | None:
        """When a closed case may be cleared; None for an open one."""
        if case.closed_at is None or case.status != "closed":
            return None
        grave = case.category in HARM or case.urgency in (Urgency.CRITICAL, Urgency.URGENT)
        years = self.harm if grave else self.info if case.urgency == Urgency.INFO else self.other
        day = min(case.closed_at.day, 28)
        return case.closed_at.replace(year=case.closed_at.year + years, day=day)


def read_policy(text: str) -> Policy:
    """Raises Refused with what is wrong."""
    try:
        data: Mapping[str, object] = tomllib.loads(text)
        years = {name: data[name] for name in KEPT}
    except (tomllib.TOMLDecodeError, KeyError) as fault:
        raise Refused(line("保存期限 retention.toml 不对：{what}", what=str(fault))) from None
    if any(not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 100 for value in years.values()):
        raise Refused(line("保存期限 retention.toml 不对：{what}", what="harm、other、info 要是 1 到 100 的整数（年）"))
    return Policy(**years)  # type: ignore[arg-type]  # just checked


async def over(session: AsyncSession, policy: Policy, now: datetime, limit: int = 200) -> Sequence[Case]:
    """Closed cases whose time is over and that are not cleared yet, oldest first. One whose result nobody has read, and nobody
    has tried to tell, stays."""
    found: list[Case] = []
    closed = select(Case).where(Case.status == "closed", col(Case.closed_at).is_not(None)).order_by(col(Case.closed_at))
    for case in (await session.exec(closed)).all():
        until = policy.until(case)
        if until is None or until > now or "cleared_at" in case.assessment or await _unread(session, case):
            continue
        found.append(case)
        if len(found) == limit:
            break
    return found


async def _unread(session: AsyncSession, case: Case) -> bool:
    waiting = select(Telling.id).where(
        Telling.case_id == case.id, Telling.kind == "result", col(Telling.fetched_at).is_(None), col(Telling.tried_at).is_(None)
    )  # fmt: skip
    return (await session.exec(waiting.limit(1))).first() is not None


async def clear(session: AsyncSession, case_id: str, now: datetime) -> tuple[Batch, None]:
    """What was told of a case whose time is over goes, and with it the reports that were put to it."""
    case = (await session.exec(select(Case).where(Case.id == case_id))).one()
    if "cleared_at" in case.assessment or case.status != "closed" or await _unread(session, case):
        return Batch(), None
    return await _with_reports(session, case, now, "system", BY_RULE, "retention"), None


async def cases_of_child(session: AsyncSession, id_number: str) -> Sequence[Case]:
    """Every case in which this ID number was told, and those that a person has confirmed to be of the same child."""
    digest = keyring().blind("id_card", id_number.strip().upper())
    ids = set((await session.exec(select(Mark.case_id).where(Mark.kind == "id_card", Mark.hash == digest))).all())
    return await _with_links(session, ids)


async def cases_by_reference(session: AsyncSession, references: Sequence[str]) -> Sequence[Case]:
    """These cases and those confirmed to be of the same child. Raises Refused for a number that is none."""
    wanted = [reference.strip().upper() for reference in references]
    found = (await session.exec(select(Case).where(col(Case.reference).in_(wanted)))).all()
    if missing := sorted(set(wanted) - {case.reference for case in found}):
        raise Refused(line("没有编号为 {reference} 的事项。", reference=missing[0]))
    return await _with_links(session, {case.id for case in found})


async def _with_links(session: AsyncSession, ids: set[str]) -> Sequence[Case]:
    known: set[str] = set()
    while ids - known:
        known |= ids
        links = await session.exec(
            select(CaseLink.case_id, CaseLink.earlier_id).where(
                CaseLink.status == "confirmed", col(CaseLink.case_id).in_(known) | col(CaseLink.earlier_id).in_(known)
            )
        )
        ids = {each for pair in links.all() for each in pair} | known
    return (await session.exec(select(Case).where(col(Case.id).in_(sorted(known))).order_by(col(Case.opened_at)))).all()


async def erase(session: AsyncSession, case_id: str, order: str, actor: str, now: datetime) -> tuple[Batch, None]:
    """Clear one case by order. An open one is refused: somebody still has to protect the child."""
    case = (await session.exec(select(Case).where(Case.id == case_id))).one()
    where = await handling(session, case)
    if where.status == "open":
        raise Refused(line("{reference} 还没有办结，不能清除：先办完，或由统筹部门决定。", reference=where.reference))
    if "cleared_at" in case.assessment:
        return Batch(), None
    return await _with_reports(session, case, now, actor, ERASED, order), None


async def _with_reports(
    session: AsyncSession, case: Case, now: datetime, actor: str, action: str, purpose: str
) -> Batch:
    """The case and every report of the same event that was handled in it."""
    batch = await cleared(session, case, now, actor, action, purpose)
    for report in await put_to(session, case.id):
        if "cleared_at" not in report.assessment:
            batch.include(await cleared(session, report, now, actor, action, purpose))
    return batch


async def files_of(session: AsyncSession, case_id: str) -> Mapping[str, bytes]:
    """The files that came with a case, under neutral names, the reporter covered where one is text."""
    found: dict[str, bytes] = {}
    case = await session.get(Case, case_id)
    hidden = await hidden_of(session, case) if case else ()
    rows = await session.exec(select(Attachment).where(Attachment.case_id == case_id).order_by(col(Attachment.id)))
    for number, row in enumerate(rows.all(), 1):
        pieces = await session.exec(select(Piece).where(Piece.attachment_id == row.id).order_by(col(Piece.number)))
        content = covered(row, b"".join(piece.content for piece in pieces.all()), hidden)
        found[f"{number:02}-{row.kind}.{row.media_type.partition(';')[0].rpartition('/')[2]}"] = content
    return found
