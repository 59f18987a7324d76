"""What was decided of a case, as one person may read it: decisions, conferences, guardianship, proposals, every-case answers.

A helping desk reads that there is a decision and what a conference decided, without traces of the reporter; where and with
whom the child is stays with those who have the whole case, and with the desk that wrote it down. A desk to which a proposal was
sent reads that proposal, be the case otherwise not its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.access.standing import Standing, standing
from records.access.traces import without, without_traces
from records.tables import Account, Case, Conference, Decision, Desk, Guardianship, Proposal, UnitCheck


@dataclass(frozen=True)
class MadeDecision:
    """受案, 立案, 不予立案 or 告诫书; `kind` is an id of routing.outcomes."""

    kind: str
    number: str
    at: datetime
    desk: str
    by: str
    reason: str | None = None


@dataclass(frozen=True)
class HeldConference:
    at: datetime
    departments: tuple[str, ...]
    decision: str
    by: str
    people: str = ""


@dataclass(frozen=True)
class Care:
    """Temporary guardianship. `carer` and `place` are empty where only the fact may be read."""

    id: str
    kind: str
    since: datetime
    ended_at: datetime | None
    carer: str = ""
    place: str = ""
    number: str | None = None
    ended_how: str | None = None


@dataclass(frozen=True)
class SentProposal:
    """`mine`: it was sent to this person's desk, which answers it."""

    id: str
    sender: str
    recipient: str
    number: str
    text: str
    at: datetime
    mine: bool
    reply: str | None = None
    reply_number: str | None = None
    replied_at: datetime | None = None


@dataclass(frozen=True)
class CheckedUnit:
    """A unit's answer. `complaint` is the reference of the case opened of it, for those who may see that one."""

    unit: str
    department: str | None
    found_at: datetime | None
    reported_at: datetime | None
    note: str | None
    by: str
    complained: bool
    complaint: str = ""


@dataclass(frozen=True)
class Proceedings:
    decisions: tuple[MadeDecision, ...] = ()
    conferences: tuple[HeldConference, ...] = ()
    cares: tuple[Care, ...] = ()
    proposals: tuple[SentProposal, ...] = ()
    checks: tuple[CheckedUnit, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.decisions or self.conferences or self.cares or self.proposals or self.checks)


async def names_of(session: AsyncSession, ids: Iterable[str | None]) -> Mapping[str, str]:
    """Names of people by account id."""
    wanted = sorted({id for id in ids if id})
    return dict((await session.exec(select(Account.id, Account.name).where(col(Account.id).in_(wanted)))).all())


async def desks_of(session: AsyncSession, ids: Iterable[str | None]) -> Mapping[str, str]:
    """Names of desks by id."""
    wanted = sorted({id for id in ids if id})
    return dict((await session.exec(select(Desk.id, Desk.name).where(col(Desk.id).in_(wanted)))).all())


async def proceedings(session: AsyncSession, person: Account, stands: Standing, hidden: tuple[str, ...]) -> Proceedings:
    """All of it that this person may read."""
    case, whole = stands.case, stands.level == "story"
    own_desk = stands.desk.id if stands.desk else None

    async def rows(table: Any, order: Any) -> Sequence[Any]:
        return (await session.exec(select(table).where(table.case_id == case.id).order_by(order, table.id))).all()

    sent = [row for row in await rows(Proposal, Proposal.at) if whole or own_desk in (row.from_desk_id, row.to_desk_id)]
    if stands.level == "notice":
        desks = await desks_of(session, [id for row in sent for id in (row.from_desk_id, row.to_desk_id)])
        return Proceedings(proposals=tuple(_proposal(row, desks, own_desk) for row in sent))
    decided, conferred = await rows(Decision, Decision.decided_at), await rows(Conference, Conference.held_at)
    cares, checks = await rows(Guardianship, Guardianship.since), await rows(UnitCheck, UnitCheck.at)
    people = await names_of(session, [row.by for row in (*decided, *conferred, *checks)])
    desks = await desks_of(
        session, [*(row.desk_id for row in decided), *(id for row in sent for id in (row.from_desk_id, row.to_desk_id))]
    )

    def clean(text: str) -> str:
        return without(text, hidden) if whole else without_traces(without(text, hidden))

    return Proceedings(
        decisions=tuple(
            MadeDecision(
                row.kind, row.document_number, row.decided_at, desks.get(row.desk_id, ""), people.get(row.by, ""),
                clean(row.reason) if whole and row.reason else None,
            )
            for row in decided
        ),
        conferences=tuple(
            HeldConference(
                row.held_at, tuple(row.departments), clean(row.decision), people.get(row.by, ""),
                row.people if whole else "",
            )
            for row in conferred
        ),
        cares=tuple(_care(row, whole or row.desk_id == own_desk) for row in cares),
        proposals=tuple(_proposal(row, desks, own_desk) for row in sent),
        checks=tuple([await _check(session, person, row, people) for row in checks]) if whole else (),
    )  # fmt: skip


def _proposal(row: Proposal, desks: Mapping[str, str], own_desk: str | None) -> SentProposal:
    return SentProposal(
        row.id, desks.get(row.from_desk_id, ""), desks.get(row.to_desk_id, ""), row.document_number, row.text, row.at,
        row.to_desk_id == own_desk, row.reply, row.reply_number, row.replied_at,
    )  # fmt: skip


def _care(row: Guardianship, whole: bool) -> Care:
    if not whole:
        return Care(row.id, row.kind, row.since, row.ended_at)
    return Care(row.id, row.kind, row.since, row.ended_at, row.carer, row.place, row.document_number, row.ended_how)


async def _check(session: AsyncSession, person: Account, row: UnitCheck, people: Mapping[str, str]) -> CheckedUnit:
    complaint = await session.get(Case, row.complaint_id) if row.complaint_id else None
    theirs = complaint is not None and await standing(session, person, complaint.reference) is not None
    return CheckedUnit(
        row.unit, row.department, row.found_at, row.reported_at, row.note, people.get(row.by, ""), complaint is not None,
        complaint.reference if complaint is not None and theirs else "",
    )  # fmt: skip
