"""What the reporter does after filing, as it reaches the case: read, answered, added, confirmed, disputed.

Each is asked for by a task row from the chat, which never reads a case, and may come twice or late.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.calendar import Calendar
from escalation.clock import resume, waits_for
from escalation.timers import clock_of, put_clock
from records.batch import Batch
from records.tables import Desk, Telling
from routing.directory import desks_for
from routing.feedback import REPORTER, arrived, recipients
from routing.joining import LET_GO
from routing.protocols import Protocols
from routing.receipt_view import show
from routing.rounds import Heard, heard_of, unhappy

# Said to take a report back: it goes on all the same, and the coordinator sees that somebody may be pressing.
TAKING_BACK = frozenset(("withdrawal", "retraction", "pressure"))


async def _hear(session: AsyncSession, case_id: str, now: datetime) -> Heard:
    """What she says of her report is heard where it is handled."""
    return await heard_of(session, case_id, REPORTER, now, where_handled=True)


def _hers(heard: Heard) -> str:
    """As whom she is told: the case's own reporter, or that of a report put to it."""
    return REPORTER if heard.said_of == heard.case.id else f"{REPORTER}:{heard.said_of}"


async def fetched(session: AsyncSession, case_id: str, telling_id: str, now: datetime) -> tuple[Batch, None]:
    """The chat has shown her what was told up to this telling. Ends the clocks for telling her when the result was in it."""
    heard = await _hear(session, case_id, now)
    shown = await session.get(Telling, telling_id)
    if shown is None or shown.recipient not in (REPORTER, _hers(heard)):
        return heard.batch, None
    unread = (
        await session.exec(
            select(Telling).where(
                Telling.case_id == shown.case_id,
                Telling.recipient == shown.recipient,
                col(Telling.fetched_at).is_(None),
                col(Telling.at) <= shown.at,
            )
        )
    ).all()
    if not unread:
        return heard.batch, None
    for telling in unread:
        heard.batch.change(telling, fetched_at=now)
    here = [each for each in unread if (each.case_id, each.round) == (heard.case.id, heard.case.round)]
    if here:
        await _pay(heard, here)
    if heard.receipt is not None and heard.receipt.view.get("telling") == telling_id:
        show(heard.batch, heard.receipt, now, telling=None)
    heard.event("fetched", tellings=[telling.id for telling in unread])
    heard.audit("fetched")
    return heard.batch, None


async def read_by_desk(session: AsyncSession, case_id: str, telling_id: str, now: datetime) -> tuple[Batch, None]:
    """A desk that is told instead of a reporter, or beside her, has opened the page on which it stands."""
    heard = await _hear(session, case_id, now)
    telling = await session.get(Telling, telling_id)
    if telling is None or telling.case_id != heard.case.id or telling.fetched_at is not None:
        return heard.batch, None
    heard.batch.change(telling, fetched_at=now)
    if telling.round == heard.case.round:
        await _pay(heard, [telling])
    heard.batch.event(
        case_id, now, "fetched", "system", desk_id=telling.recipient.partition(":")[2], tellings=[telling.id]
    )
    return heard.batch, None


async def _pay(heard: Heard, arriving: Sequence[Telling]) -> None:
    """Words of this round that were read: what was owed by them is paid."""
    said = await heard.session.exec(
        select(Telling).where(Telling.case_id == heard.case.id, Telling.round == heard.case.round)
    )
    round_clocks = [row for row in heard.clocks if row.round == heard.case.round]
    owed = await recipients(heard.session, heard.case)
    arrived(heard.batch, round_clocks, said.all(), arriving, owed, heard.now)


async def added(session: AsyncSession, case_id: str, kind: str, text: str, now: datetime) -> tuple[Batch, None]:
    """Something more was said (the words themselves are a statement). Taking it back changes nothing but this: the case is
    marked for possible pressure. What it says of the child is `revise_case`'s."""
    heard = await _hear(session, case_id, now)
    if kind in TAKING_BACK and not heard.case.pressure:
        heard.batch.change(heard.case, pressure=True)
        await _warn_coordinators(heard)
    heard.event("statement", text, said=kind)
    heard.audit("added", kind=kind)
    await heard.tell_leads("added")
    return heard.batch, None


async def _warn_coordinators(heard: Heard) -> None:
    found = await desks_for(heard.session, heard.case.place_code, ["working_committee", "leading_group_office"])
    for desk in found.values():
        heard.letter("pressure", desk)


async def answered(
    session: AsyncSession, case_id: str, text: str, calendar: Calendar, now: datetime
) -> tuple[Batch, None]:
    """She answered what was asked. Clocks that waited for her run on."""
    heard = await _hear(session, case_id, now)
    questions = (
        await session.exec(
            select(Telling).where(
                Telling.case_id == heard.case.id,
                Telling.recipient == _hers(heard),
                Telling.kind == "question",
                col(Telling.answered_at).is_(None),
            )
        )
    ).all()
    if not questions:
        return await added(session, case_id, "added", text, now)
    for question in questions:
        heard.batch.change(question, answered_at=now, fetched_at=question.fetched_at or now)
    for row in heard.clocks:
        if row.status == "paused" and waits_for(clock_of(row)) == "reporter":
            put_clock(heard.batch, row, resume(clock_of(row), now, calendar))
    heard.event("answered", text, tellings=[question.id for question in questions])
    if heard.receipt is not None:
        show(heard.batch, heard.receipt, now, question=None, status=_status(heard))
    await heard.tell_leads("question_answered")
    told = {part.desk_id for part in heard.parts if part in heard.leads or part.status in LET_GO}
    for desk_id in {question.desk_id for question in questions} - told:
        if desk_id and (desk := await session.get(Desk, desk_id)):
            heard.letter("question_answered", desk)
    heard.audit("answered", questions=len(questions))
    return heard.batch, None


def _status(heard: Heard) -> str:
    """What a receipt says once no question is open: how far the lead desk is."""
    if heard.case.status == "closed":
        return "closed"
    states = {part.status for part in heard.leads}
    if "done" in states:
        return "told" if heard.receipt is not None and heard.receipt.view.get("tellable") else "result"
    if states & {"accepted", "dispatched"}:
        return "accepted"
    return "acknowledged" if "acknowledged" in states else "received"


async def confirmed(session: AsyncSession, case_id: str, now: datetime) -> tuple[Batch, None]:
    """She says that the result is right. It is recorded; closing stays the desk's act."""
    heard = await _hear(session, case_id, now)
    heard.event("confirmed", round=heard.case.round)
    await heard.tell_leads("confirmed")
    heard.audit("confirmed")
    return heard.batch, None


async def disputed(
    session: AsyncSession, case_id: str, text: str, protocols: Protocols, home: str, now: datetime
) -> tuple[Batch, None]:
    """She says that it is not solved. After a result this reopens the case: a new round, every handling desk is asked again,
    all clocks start afresh; the second time it climbs to the coordinators. Before a result it is a statement."""
    heard = await _hear(session, case_id, now)
    if not any(part.status == "done" for part in heard.leads):
        return await added(session, case_id, "dispute", text, now)
    await unhappy(heard, "disputed", text, protocols, home)
    heard.audit("disputed", round=heard.case.round)
    return heard.batch, None
