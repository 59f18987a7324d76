"""临时监护: who looks after the child while her guardians can't or may not, since when and where, and how it ended."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from records.batch import Batch
from records.columns import new_id
from records.tables import Account, Guardianship
from routing.acts.deciding import NUMBER_LENGTH
from routing.acts.work import Work, begin, happened, written
from routing.outcomes import CUSTODY
from routing.refusal import Refused
from words.language import Line, line

# Besides the lead: whom the law names for it (未成年人保护法 art. 92, 93), and the houses that take children in.
_GUARDIANS = frozenset(("civil_affairs", "minors_rescue_institution", "child_welfare_institution"))
NOT_YOURS = line("临时监护由牵头单位或民政来记。")


async def start_guardianship(
    session: AsyncSession,
    person: Account,
    reference: str,
    kind: str,
    carer: str,
    place: str,
    since: datetime,
    document_number: str,
    now: datetime,
) -> tuple[Batch, Line]:
    """The child is with `carer` at `place` since then. `kind` is one of the four ways the law knows."""
    work = await _guarding(session, person, reference, "start_guardianship", now)
    if kind not in CUSTODY:
        raise Refused(line("请选临时监护的方式。"))
    carer = written(carer, line("请写由谁照看。"), 200)
    place = written(place, line("请写在哪里照看。"), 200)
    happened(since, now, line("开始照看的时间还没有到，请核对。"))
    number = document_number.strip()
    if len(number) > NUMBER_LENGTH:
        raise Refused(line("文号最多 80 个字。"))
    take_in_care(work, kind, carer, place, since, number or None)
    return work.done("start_guardianship", line("已记录临时监护。"), kind=kind)


def take_in_care(work: Work, kind: str, carer: str, place: str, since: datetime, number: str | None) -> None:
    work.batch.add(
        Guardianship(
            id=new_id(work.now), case_id=work.case.id, desk_id=work.own.desk_id if work.own else None, kind=kind,
            carer=carer, place=place, since=since, document_number=number, by=work.person.id, at=work.now,
        )
    )  # fmt: skip
    work.event("guardianship", carer, custody=kind, since=since.isoformat())


async def end_guardianship(
    session: AsyncSession, person: Account, reference: str, id: str, at: datetime, how: str, now: datetime
) -> tuple[Batch, Line]:
    """It is over: since when, and where the child went. It may outlast the case."""
    work = await _guarding(session, person, reference, "end_guardianship", now)
    row = await session.get(Guardianship, id)
    if row is None or row.case_id != work.case.id or row.ended_at is not None:
        raise Refused(line("没有这项临时监护，或者已经结束。请刷新页面。"))
    how = written(how, line("请写孩子去了哪里、由谁照看。"), 1000)
    happened(at, now, line("结束的时间还没有到，请核对。"))
    if at < row.since:
        raise Refused(line("结束的时间早于开始的时间，请核对。"))
    work.batch.change(row, ended_at=at, ended_by=person.id, ended_how=how)
    work.event("guardianship_ended", how, custody=row.kind, ended_at=at.isoformat())
    return work.done("end_guardianship", line("已记录临时监护结束。"), guardianship=row.id)


async def _guarding(session: AsyncSession, person: Account, reference: str, act: str, now: datetime) -> Work:
    work = await begin(session, person, reference, now, closed_too=act == "end_guardianship")
    own = work.mine
    if own.part != "lead" and own.department not in _GUARDIANS:
        raise Refused(NOT_YOURS)
    work.next_state(act)
    return work
