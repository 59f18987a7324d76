"""A case of which something is heard from outside its desks, and what opens it again: a new round.

A round begins when the reporter, a call-back or new harm says that it is not over: every handling desk is asked again and
all clocks start afresh (`routing.joining`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.access.merged import handling
from records.batch import Batch
from records.outbox import put_letter
from records.tables import Assignment, Case, ClockRow, Desk, Event, Receipt
from routing.assigning import seating_of
from routing.climbing import call_up
from routing.directory import area
from routing.joining import LET_GO, ask_again, next_round
from routing.protocols import Protocols

UNHAPPY = ("disputed", "unhappy")  # said by the reporter herself, or to whoever called her back


@dataclass
class Heard:
    """A case of which something was heard. `actor` is who said it."""

    session: AsyncSession
    case: Case
    parts: Sequence[Assignment]
    clocks: Sequence[ClockRow]
    receipt: Receipt | None
    county: str
    now: datetime
    actor: str
    said_of: str = ""  # id of the report that whoever speaks made; the case's own when it was put to no other
    batch: Batch = field(default_factory=Batch)

    @property
    def leads(self) -> list[Assignment]:
        return [part for part in self.parts if part.part == "lead" and part.round == self.case.round]

    def event(self, kind: str, note: str | None = None, **data: Any) -> None:
        self.batch.event(self.case.id, self.now, kind, self.actor, note=note, **data)

    def audit(self, action: str, **detail: Any) -> None:
        self.batch.audit(self.now, self.actor, f"case.{action}", self.case.id, **detail)

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


async def heard_of(
    session: AsyncSession, case_id: str, actor: str, now: datetime, *, where_handled: bool = False
) -> Heard:
    """The case, or, `where_handled`, the one that this report was put to. The receipt is that of the report itself."""
    case = (await session.exec(select(Case).where(Case.id == case_id))).one()
    receipt = (await session.exec(select(Receipt).where(Receipt.case_id == case_id))).one_or_none()
    if where_handled:
        case = await handling(session, case)
    parts = (await session.exec(select(Assignment).where(Assignment.case_id == case.id))).all()
    clocks = (await session.exec(select(ClockRow).where(ClockRow.case_id == case.id))).all()
    county = (await area(session, case.place_code)).name
    return Heard(session, case, parts, clocks, receipt, county, now, actor, case_id)


async def unhappy(
    heard: Heard, kind: str, text: str, protocols: Protocols, home: str, dealt_with: Collection[str] = ()
) -> None:
    """It is not solved, she says: a new round. The second time somebody above the desks is told at once."""
    case = heard.case
    before = await heard.session.exec(select(Event).where(Event.case_id == case.id))
    again = any(event.kind in UNHAPPY for event in before.all())
    heard.event(kind, text, round=case.round)
    await reopen(heard, protocols, home, dealt_with)
    if again:
        lead = next((part.desk_id for part in heard.leads), "")
        await call_up(
            heard.session,
            heard.batch,
            case,
            lead,
            "second_unhappy_call_back",
            protocols,
            heard.now,
            county=heard.county,
        )


async def reopen(
    heard: Heard, protocols: Protocols, home: str, dealt_with: Collection[str] = (), **changes: Any
) -> None:
    """A new round of the case, as it stands but for `changes`. `dealt_with`: ids of clocks that the same batch has stopped
    already."""
    case, changes = heard.case, {**next_round(heard.case), **changes}
    again = Case(**{**case.model_dump(), **changes})
    heard.batch.change(case, **changes)
    seating = await seating_of(heard.session, again, protocols, home)
    clocks = [row for row in heard.clocks if row.id not in dealt_with]
    await ask_again(
        heard.session, heard.batch, again, heard.parts, clocks, seating, protocols, heard.now, actor=heard.actor
    )
