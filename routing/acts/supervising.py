"""The procuratorate's eyes and voice: 调阅 of a case, 检察建议 or 司法建议 to a unit that did not do its part, and the unit's
written reply within a month (未成年人保护法 art. 105, 114; statute:D7)."""

from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.policy import policy_of
from escalation.timers import start_clock, stop_clocks
from records.access.standing import CALLED_FOR, GONE
from records.batch import Batch
from records.columns import new_id
from records.tables import Account, Assignment, Desk, Proposal
from routing.acts.deciding import NUMBER_LENGTH
from routing.acts.passing import desk_for, not_yet
from routing.acts.work import NOT_THERE, NOT_YOURS_TO_DO, Work, begin, written
from routing.climbing import seat_beside
from routing.protocols import Protocols
from routing.refusal import Refused
from words.language import Line, line

REPLY = "written_reply"  # its clock runs once for each proposal
_PROPOSE = ("procuratorate", "court")


async def call_for_words(
    session: AsyncSession, person: Account, reference: str, reason: str, now: datetime
) -> tuple[Batch, Line]:
    """调阅: a procuratorate desk that has a part in the case, be it only a copy, reads the whole of it from now on. It is
    written into the audit trail; the desks don't see it."""
    work = await begin(session, person, reference, now, closed_too=True)
    if work.desk is None or work.desk.department != "procuratorate" or _part(work) is None:
        raise Refused(NOT_YOURS_TO_DO)
    reason = written(reason, line("请写明调阅的理由。"), 500)
    if work.level == "story":
        return Batch(), line("已经可以看全部内容。")
    work.event(CALLED_FOR, reason, desk_id=work.desk.id)
    return work.done("call_for_words", line("已调阅，可以看全部内容。"))


async def propose(
    session: AsyncSession,
    person: Account,
    reference: str,
    department: str,
    document_number: str,
    text: str,
    protocols: Protocols,
    now: datetime,
) -> tuple[Batch, Line]:
    """检察建议／司法建议 to the desk of a department. From now on a month runs there in which it answers in writing; the unit
    complained about is passed over for the one above it."""
    work = await begin(session, person, reference, now, closed_too=True)
    own = _part(work)
    if own is None or own.department not in _PROPOSE:
        raise Refused(NOT_YOURS_TO_DO)
    number = written(document_number, line("请填写文号。"), NUMBER_LENGTH)
    text = written(text, line("请写建议的内容。"))
    desk = await desk_for(work, department)
    if desk.id == own.desk_id:
        raise Refused(line("这就是本单位。请选应当办理的单位。"))
    if any(part.desk_id == desk.id and part.held for part in work.round_parts):
        raise Refused(not_yet(desk))
    sent = (await session.exec(select(Proposal).where(Proposal.case_id == work.case.id))).all()
    if any((each.document_number, each.to_desk_id) == (number, desk.id) for each in sent):
        raise Refused(line("这份文书已经记过了。"))
    row = Proposal(
        id=new_id(now), case_id=work.case.id, from_desk_id=own.desk_id, to_desk_id=desk.id, document_number=number,
        text=text, by=person.id, at=now,
    )  # fmt: skip
    work.batch.add(row)
    seat_beside(work.batch, work.case, desk, work.parts, now)
    policy = policy_of(work.pack(protocols).terms, REPLY, work.urgency, category=work.case.category)
    if policy is not None:
        start_clock(
            work.batch, work.case.id, desk.id, policy, now, protocols.calendar, work.case.round, f"{REPLY}:{row.id}"
        )
    work.letter("proposal", desk, await work.county())
    work.event("proposal", desk_id=own.desk_id, to=desk.id, to_name=desk.name, number=number)
    said = line("已送{desk}，一个月内应书面回复。", desk=desk.name)
    return work.done("propose", said, to=desk.id, proposal=row.id)


async def reply_proposal(
    session: AsyncSession,
    person: Account,
    reference: str,
    id: str,
    document_number: str,
    text: str,
    now: datetime,
) -> tuple[Batch, Line]:
    """The written reply of the desk that the proposal was sent to. Ends its month."""
    work = await begin(session, person, reference, now, closed_too=True)
    row = await session.get(Proposal, id)
    if row is None or row.case_id != work.case.id or row.to_desk_id != person.desk_id:
        raise Refused(NOT_THERE)
    if row.replied_at is not None:
        raise Refused(line("已经回复过了。"))
    number = written(document_number, line("请填写文号。"), NUMBER_LENGTH)
    text = written(text, line("请写回复的内容。"))
    work.batch.change(row, reply=text, reply_number=number, replied_by=person.id, replied_at=now)
    stop_clocks(work.batch, work.clocks, {f"{REPLY}:{row.id}"}, now)
    desk = await session.get(Desk, row.from_desk_id)
    if desk is not None:
        work.letter("proposal_reply", desk, await work.county())
    work.event("proposal_reply", desk_id=row.to_desk_id, number=number)
    return work.done("reply_proposal", line("已记录书面回复。"), proposal=row.id)


def _part(work: Work) -> Assignment | None:
    """The desk's part in the case, a copy too: the latest round's."""
    mine = [
        part
        for part in work.parts
        if work.desk is not None and part.desk_id == work.desk.id and not part.held and part.status not in GONE
    ]
    return max(mine, key=lambda part: part.round, default=None)
