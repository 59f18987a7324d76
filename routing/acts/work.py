"""One act of a desk under way: what was read of the case, and the batch that the act fills.

Every act reads afresh, decides, and writes once. Whoever comes second is read again and told who was first.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.calls import renewed
from escalation.clock import Clock, start
from escalation.policy import Policy
from escalation.timers import add_clock, put_clock, stop_clocks
from records.access import standing
from records.access.merged import put_to
from records.access.standing import COORDINATORS, GONE
from records.batch import Batch
from records.outbox import put_letter
from records.tables import Account, Assignment, Case, ClockRow, Desk, DutyTask, Event, Letter, Receipt
from routing.callbacks import Linked, heard, tell_platforms, tickets_of
from routing.directory import area
from routing.lifecycle import STOPS, Facts, after, may
from routing.meeting import before_meeting
from routing.packs import Pack, pack_for
from routing.protocols import Protocols
from routing.receipt_view import show
from routing.refusal import Refused
from words.beijing import clock_time
from words.ids import Urgency
from words.language import Line, line

NOT_THERE = line("没有找到这份报告，或者它不在您的办理范围内。")
NOT_YOURS_TO_DO = line("这一步由牵头单位的值班台来做。")
CLOSED = line("这份报告已经办结。报告人仍有疑问时会自动重新打开。")
MERGED = line("这份报告已经并入另一件，请在那里办理。")


_ON_THE_WAY = ("waiting", "sending", "calling", "gathered")


@dataclass
class Work:
    """`own` is the part of the person's desk in this round; None for a supervisor or coordinator without one."""

    session: AsyncSession
    person: Account
    now: datetime
    case: Case
    own: Assignment | None
    desk: Desk | None
    level: str
    parts: tuple[Assignment, ...]
    clocks: Sequence[ClockRow]
    receipt: Receipt | None
    tickets: tuple[Linked, ...] = ()
    put_here: tuple["PutHere", ...] = ()  # reports of the same event that are handled in this case
    batch: Batch = field(default_factory=Batch)
    _shown: dict[str, Any] = field(default_factory=dict)
    _told_to: dict[str, tuple[str, str]] = field(default_factory=dict)  # by report put here: text and id of the telling

    @property
    def urgency(self) -> Urgency:
        return Urgency(self.case.urgency)

    @property
    def mine(self) -> Assignment:
        """The part of the person's desk. Refuses whoever has none."""
        if self.own is None:
            raise Refused(NOT_YOURS_TO_DO)
        return self.own

    @property
    def round_parts(self) -> tuple[Assignment, ...]:
        return tuple(part for part in self.parts if part.round == self.case.round)

    @property
    def leads(self) -> bool:
        return self.own is not None and self.own.part == "lead"

    @property
    def coordinates(self) -> bool:
        """The supervisor of the place, or the desk that coordinates there: they decide between desks."""
        if self.level != "story":
            return False
        return self.person.role == "supervisor" or (self.desk is not None and self.desk.department in COORDINATORS)

    def next_state(self, act: str) -> str:
        """The state of the person's part after the act. Refuses what does not fit the state it is in."""
        part = self.mine
        refused = may(part.status, act, Facts(self.urgency, part.department))
        if refused is not None:
            raise Refused(refused)
        return after(part.status, act)

    def must_lead(self) -> Assignment:
        if not self.leads:
            raise Refused(NOT_YOURS_TO_DO)
        return self.mine

    def set(self, part: Assignment, /, **values: Any) -> None:
        """Change a part, guarded by the version that was read."""
        self.batch.change(part, **values)

    def stop(self, act: str, desk_id: str | None = None) -> list[ClockRow]:
        """Stop what the act ends at the desk (the person's own when left out)."""
        return self.stop_kinds(STOPS[act], desk_id if desk_id is not None else self.mine.desk_id)

    def stop_kinds(self, kinds: Collection[str], desk_id: str) -> list[ClockRow]:
        return stop_clocks(self.batch, [row for row in self.clocks_at(desk_id) if row.kind in kinds], kinds, self.now)

    def clocks_at(self, desk_id: str) -> list[ClockRow]:
        """The clocks of a desk in this round; of the case itself when `desk_id` is empty."""
        return [row for row in self.clocks if row.desk_id == desk_id and row.round == self.case.round]

    def pack(self, protocols: Protocols) -> Pack:
        return pack_for(self.case.place_code, protocols.packs)

    def run(
        self,
        protocols: Protocols,
        desk_id: str,
        policy: Policy | None,
        since: datetime | None = None,
        *,
        leads: bool = False,
    ) -> Clock | None:
        """A clock at a desk starts, counted from `since` (now when left out); one that has run before starts again. The desk
        that `leads` acts before the child meets that person again."""
        if policy is None:
            return None
        clock = start(policy, since or self.now, protocols.calendar, now=self.now)
        if leads:
            clock = before_meeting(clock, self.case, self.pack(protocols).terms, protocols.calendar, self.now)
        row = next((row for row in self.clocks_at(desk_id) if row.kind == policy.kind), None)
        if row is not None:
            put_clock(self.batch, row, clock)
        else:
            add_clock(self.batch, self.case.id, desk_id, clock, self.now, self.case.round)
        return clock

    def event(self, kind: str, note: str | None = None, desk_id: str | None = None, **data: Any) -> None:
        where = desk_id or (self.own.desk_id if self.own else None)
        self.batch.event(self.case.id, self.now, kind, self.person.id, desk_id=where, note=note, **data)

    @property
    def telling(self) -> str:
        """The id of what this act puts behind the reporter's receipt; empty when it is nothing."""
        return self._shown.get("telling") or ""

    def tell(self, **changes: Any) -> None:
        """What the reporter may know of this act; written to the receipt when the act is done."""
        self._shown.update(changes)

    def tell_also(self, report: Case, text: str, telling_id: str) -> None:
        """The reporter of a report that was put here is told the same, on her own receipt."""
        self._told_to[report.id] = (text, telling_id)

    def done(self, action: str, said: Line, **detail: Any) -> tuple[Batch, Line]:
        """The finished act: receipts and audit line with it."""
        if self._shown and self.receipt is not None:
            show(self.batch, self.receipt, self.now, **self._shown)
        for each in self.put_here:
            self._show_also(each)
        self._tell_platforms(action, detail)
        self.batch.audit(self.now, self.person.id, f"case.{action}", self.case.id, **detail)
        return self.batch, said

    def _show_also(self, report: "PutHere") -> None:
        """Of what is done here the other reporters read how far it is and what was told to them; a question is hers alone who
        was asked."""
        shown = {name: self._shown[name] for name in ("status", "desk", "answer_by") if name in self._shown}
        if shown.get("status") == "waiting":
            shown["status"] = "accepted"
        if report.case.id in self._told_to:
            text, telling = self._told_to[report.case.id]
            shown |= {"tellable": text, "telling": telling}
        if shown and report.receipt is not None:
            show(self.batch, report.receipt, self.now, **shown)

    def _tell_platforms(self, action: str, detail: Mapping[str, Any]) -> None:
        """What the lead's act means to the platforms that sent this case. Taken in hand is said once."""
        what = heard(action, detail)
        every = [(self.case, self.tickets), *((each.case, each.tickets) for each in self.put_here)]
        if (
            what is None
            or not any(tickets for _, tickets in every)
            or (self.own is not None and self.own.part != "lead")
        ):
            return
        if what == "accepted" and self.own is not None and self.own.accepted_at is not None:
            return
        desk = self._shown.get("desk") or (self.receipt.view.get("desk") if self.receipt else "")
        for case, tickets in every:
            _, telling = self._told_to.get(case.id, ("", detail.get("telling") or self._shown.get("telling")))
            tell_platforms(self.batch, case, tickets, what, self.now, desk=desk, telling=telling)

    def letter(self, kind: str, desk: Desk, county: str, **params: Any) -> None:
        """A letter to a desk. Acts of one kind may follow each other: each has a letter of its own."""
        put_letter(
            self.batch, self.case, kind=kind, recipient=f"desk:{desk.id}", desk_id=desk.id, courier=desk.courier,
            county=county, now=self.now, clock_version=int((self.now - self.case.opened_at).total_seconds()), **params,
        )  # fmt: skip

    async def county(self) -> str:
        return (await area(self.session, self.case.place_code)).name

    async def desk_of(self, part: Assignment) -> Desk:
        desk = await self.session.get(Desk, part.desk_id)
        assert desk is not None  # a foreign key holds it
        return desk

    async def stop_ringing(self, desk_id: str, clocks: Collection[str], done: Collection[str] = ()) -> None:
        """Somebody at the desk has it: what still rings for it is no longer true. What a messenger carries at this moment
        arrives all the same, but makes no call any more. `done`: ids that the act has dealt with already."""
        letters = (
            await self.session.exec(
                select(Letter).where(
                    Letter.case_id == self.case.id,
                    Letter.desk_id == desk_id,
                    col(Letter.status).in_(_ON_THE_WAY),
                )
            )
        ).all()
        moot = [letter for letter in letters if _rings(letter, clocks) and letter.id not in done]
        for letter in moot:
            self.batch.change(letter, status="void")
        ids = {letter.call_id for letter in moot if letter.call_id} - set(done)
        calls = (
            await self.session.exec(select(DutyTask).where(col(DutyTask.id).in_(ids), DutyTask.status == "open"))
        ).all()
        # A call that still carries a letter which is true is made all the same, and says only what is true.
        now = await renewed(self.session, calls, moot) if calls else {}
        for call in calls:
            self.batch.change(call, **now[call.id])

    async def who_was_first(self, kind: str, desk_id: str) -> tuple[str, str, str]:
        """Id and name of whoever did `kind` at this desk in this round, and when, as read on a clock."""
        found = (
            await self.session.exec(
                select(Event, Account.name)
                .join(Account, col(Account.id) == col(Event.actor), isouter=True)
                .where(Event.case_id == self.case.id, Event.kind == kind, Event.desk_id == desk_id)
                .order_by(col(Event.at).desc(), col(Event.id).desc())
                .limit(1)
            )
        ).first()
        if found is None:
            return "", "", ""
        event, name = found
        return event.actor, name or "", clock_time(event.at, self.now)


def _rings(letter: Letter, clocks: Collection[str]) -> bool:
    """Whether the letter only says that the desk should look: the first one, or a reminder of one of these clocks."""
    if letter.kind in ("opened", "raised", "handed_over", "visit_allowed", "reopened"):
        return True
    parts = letter.kind.split(":")
    return len(parts) == 3 and parts[1] in clocks


@dataclass(frozen=True)
class PutHere:
    """A report that is handled in another case, with what its own reporter and platform are told by."""

    case: Case
    receipt: Receipt | None
    tickets: tuple[Linked, ...]


async def _put_here(session: AsyncSession, case: Case) -> tuple[PutHere, ...]:
    found = []
    for each in await put_to(session, case.id):
        receipt = (await session.exec(select(Receipt).where(Receipt.case_id == each.id))).one_or_none()
        found.append(PutHere(each, receipt, await tickets_of(session, each.id)))
    return tuple(found)


async def begin(
    session: AsyncSession,
    person: Account,
    reference: str,
    now: datetime,
    *,
    closed_too: bool = False,
    merged_too: bool = False,
) -> Work:
    """Read a case for an act. Refuses, in the same words, what is not there and what is not this person's."""
    stands = await standing(session, person, reference)
    if stands is None:
        raise Refused(NOT_THERE)
    case = stands.case
    if case.status == "closed" and not closed_too:
        raise Refused(CLOSED)
    if case.status == "merged" and not merged_too:
        raise Refused(MERGED)
    own = stands.own
    if own is not None and (own.round != case.round or own.held or own.part == "copy" or own.status in GONE):
        own = None
    clocks = (await session.exec(select(ClockRow).where(ClockRow.case_id == case.id))).all()
    receipt = (await session.exec(select(Receipt).where(Receipt.case_id == case.id))).one_or_none()
    tickets = await tickets_of(session, case.id)
    return Work(
        session, person, now, case, own, stands.desk, stands.level, stands.parts, clocks, receipt, tickets,
        await _put_here(session, case),
    )  # fmt: skip


def written(text: str, asks: Line, most: int = 4000) -> str:
    """What somebody had to write, without its edges. Refuses when it is empty or too long."""
    text = text.strip()
    if not text:
        raise Refused(asks)
    if len(text) > most:
        raise Refused(line("写得太长了：最多 {most} 个字。", most=most))
    return text


def happened(at: datetime, now: datetime, asks: Line) -> datetime:
    """When something was, which can't be later than now. Refuses what is still to come."""
    if at > now:
        raise Refused(asks)
    return at


def iso(moment: datetime | None) -> str | None:
    """As the receipt's view keeps times."""
    return moment.isoformat() if moment else None
