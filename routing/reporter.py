"""What the reporter does after filing, as it reaches the case: read, answered, added, confirmed, disputed.

Each is asked for by a task row from the chat, which never reads a case, and may come twice or late.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.calendar import Calendar
from escalation.clock import resume, waits_for
from escalation.timers import clock_of, put_clock, stop_clocks
from records.batch import Batch
from records.outbox import put_letter
from records.tables import Assignment, Case, ClockRow, Desk, Receipt, Telling
from routing.assigning import seating_of
from routing.directory import area, desks_for
from routing.joining import LET_GO, ask_again, next_round
from routing.packs import pack_for
from routing.protocols import Protocols
from routing.receipt_view import show

REPORTER = "reporter"
# Said to take a report back: it goes on all the same, and the coordinator sees that somebody may be pressing.
TAKING_BACK = frozenset(("withdrawal", "retraction", "pressure"))


@dataclass
class _Heard:
    """A case to which its reporter says something."""

    session: AsyncSession
    case: Case
    parts: Sequence[Assignment]
    clocks: Sequence[ClockRow]
    receipt: Receipt | None
    county: str
    now: datetime
    batch: Batch = field(default_factory=Batch)

    @property
    def leads(self) -> list[Assignment]:
        return [part for part in self.parts if part.part == "lead" and part.round == self.case.round]

    def event(self, kind: str, note: str | None = None, **data: Any) -> None:
        self.batch.event(self.case.id, self.now, kind, REPORTER, note=note, **data)

    def audit(self, action: str, **detail: Any) -> None:
        self.batch.audit(self.now, REPORTER, f"case.{action}", self.case.id, **detail)

    async def tell_leads(self, kind: str) -> None:
        """A letter to each desk that leads now: something new waits behind the door."""
        for part in self.leads:
            if part.status in LET_GO:
                continue
            desk = await self.session.get(Desk, part.desk_id)
            if desk is not None:
                self.letter(kind, desk)

    def letter(self, kind: str, desk: Desk) -> None:
        put_letter(
            self.batch, self.case, kind=kind, recipient=f"desk:{desk.id}", desk_id=desk.id, courier=desk.courier,
            county=self.county, now=self.now, clock_version=int((self.now - self.case.opened_at).total_seconds()),
        )  # fmt: skip


async def _hear(session: AsyncSession, case_id: str, now: datetime) -> _Heard:
    case = (await session.exec(select(Case).where(Case.id == case_id))).one()
    parts = (await session.exec(select(Assignment).where(Assignment.case_id == case_id))).all()
    clocks = (await session.exec(select(ClockRow).where(ClockRow.case_id == case_id))).all()
    receipt = (await session.exec(select(Receipt).where(Receipt.case_id == case_id))).one_or_none()
    county = (await area(session, case.place_code)).name
    return _Heard(session, case, parts, clocks, receipt, county, now)


async def fetched(session: AsyncSession, case_id: str, telling_id: str, now: datetime) -> tuple[Batch, None]:
    """The chat has shown her what was told up to this telling. Ends the clocks for telling her when the result was in it."""
    heard = await _hear(session, case_id, now)
    shown = await session.get(Telling, telling_id)
    if shown is None or shown.case_id != case_id:
        return heard.batch, None
    unread = (
        await session.exec(
            select(Telling).where(
                Telling.case_id == case_id, col(Telling.fetched_at).is_(None), col(Telling.at) <= shown.at
            )
        )
    ).all()
    if not unread:
        return heard.batch, None
    for telling in unread:
        heard.batch.change(telling, fetched_at=now)
    if any(telling.kind == "result" and telling.round == heard.case.round for telling in unread):
        round_clocks = [row for row in heard.clocks if row.round == heard.case.round]
        stop_clocks(heard.batch, round_clocks, ("tell", "three_day"), now)
    if heard.receipt is not None and heard.receipt.view.get("telling") == telling_id:
        show(heard.batch, heard.receipt, now, telling=None)
    heard.event("fetched", tellings=[telling.id for telling in unread])
    heard.audit("fetched")
    return heard.batch, None


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


async def _warn_coordinators(heard: _Heard) -> None:
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
                Telling.case_id == case_id, Telling.kind == "question", col(Telling.answered_at).is_(None)
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


def _status(heard: _Heard) -> str:
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
    all clocks start afresh; from the second time on the coordinator is told. Before a result it is a statement."""
    heard = await _hear(session, case_id, now)
    if not any(part.status == "done" for part in heard.leads):
        return await added(session, case_id, "dispute", text, now)
    heard.event("disputed", text, round=heard.case.round)
    await _reopen(heard, protocols, home)
    if heard.case.round >= 2:
        pack = pack_for(heard.case.place_code, protocols.packs)
        for desk in (await desks_for(session, heard.case.place_code, pack.terms.coordinators)).values():
            heard.letter("disputed_again", desk)
    heard.audit("disputed", round=heard.case.round)
    return heard.batch, None


async def _reopen(heard: _Heard, protocols: Protocols, home: str) -> None:
    """A new round of the case, as it stands."""
    again = Case(**{**heard.case.model_dump(), **next_round(heard.case)})
    heard.batch.change(heard.case, **next_round(heard.case))
    seating = await seating_of(heard.session, again, protocols, home)
    await ask_again(heard.session, heard.batch, again, heard.parts, heard.clocks, seating, protocols, heard.now)
