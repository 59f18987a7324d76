"""Cases of the same child: found by blind indexes, linked, and raised when it is the second report within ninety days.

The same identity number links by itself; anything weaker is proposed, and a person confirms (`routing.acts.linking`). Nobody
sees a case through a link that they may not see: what stands on a page is asked of the access door.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.batch import Batch
from records.columns import new_id
from records.outbox import put_letter
from records.secrets import keyring
from records.tables import Assignment, Case, CaseLink, Mark, Place
from routing.climbing import coordinating_desk, seat_beside
from routing.facts import raised
from routing.likeness import SURE, alike, kin_marks
from routing.protocols import Protocols
from routing.recusal import complained_about
from routing.revising import as_it_stands, revise_case
from routing.rounds import heard_of
from words.ids import Urgency

WITHIN = timedelta(days=90)  # routing.md: "a second report on the same child within 90 days" raises by one level
MOST = 50  # links that one report may propose; more would be a common name, not a child


async def find_kin(
    session: AsyncSession, case_id: str, protocols: Protocols, home: str, now: datetime
) -> tuple[Batch, None]:
    """Link a case with those that may be of the same child. Asked for when it was opened or learnt more; may come twice."""
    batch = Batch()
    case = (await session.exec(select(Case).where(Case.id == case_id))).one()
    if case.status == "merged":
        return batch, None
    links = {_other(link, case): link for link in await links_of(session, case)}
    already: set[str] = set()
    for other, bases in (await _alike(session, case, now))[:MOST]:
        link = links.get(other.id)
        before = link.status if link else ""
        if link is not None and (before == "confirmed" or set(bases) <= set(link.basis)):
            continue
        earlier, later = sorted((case, other), key=lambda each: (each.opened_at, each.id))
        basis = sorted({*bases, *(link.basis if link else ())})
        sure = bool(SURE.intersection(basis))
        status = "confirmed" if sure else before or "proposed"
        if link is None:
            row = CaseLink(
                id=new_id(now), case_id=later.id, earlier_id=earlier.id, basis=basis, status=status, at=now,
                decided_at=now if sure else None,
            )  # fmt: skip
            batch.add_if_new(row)
        else:
            batch.change(link, basis=basis, status=status, decided_at=now if sure else link.decided_at)
        batch.audit(now, "system", f"case.link_{status}", later.id, other=earlier.id, basis=basis)
        if sure:
            await linked(session, batch, earlier, later, protocols, home, now, "system", already)
        elif link is None:
            await _ask(session, batch, later, protocols, now)
    return batch, None


async def links_of(session: AsyncSession, case: Case) -> Sequence[CaseLink]:
    found = await session.exec(
        select(CaseLink)
        .where(or_(col(CaseLink.case_id) == case.id, col(CaseLink.earlier_id) == case.id))
        .order_by(col(CaseLink.at), col(CaseLink.id))
    )
    return found.all()


def _other(link: CaseLink, case: Case) -> str:
    return link.earlier_id if link.case_id == case.id else link.case_id


async def _alike(session: AsyncSession, case: Case, now: datetime) -> list[tuple[Case, list[str]]]:
    """The cases whose marks are the same, each with the bases, the latest first."""
    ring = keyring()
    wanted = {(kind, ring.blind(kind, each)) for kind, value in marks_of_case(case, now) for each in alike(kind, value)}
    if not wanted:
        return []
    rows = await session.exec(
        select(Mark, Case)
        .join(Case, col(Case.id) == col(Mark.case_id))
        .where(col(Mark.hash).in_(sorted({digest for _, digest in wanted})), Mark.case_id != case.id)
        .order_by(col(Case.opened_at).desc(), col(Case.id))
    )
    found: dict[str, tuple[Case, list[str]]] = {}
    for mark, other in rows.all():
        if (mark.kind, mark.hash) in wanted and other.status != "merged":
            found.setdefault(other.id, (other, []))[1].append(mark.kind)
    return list(found.values())


def marks_of_case(case: Case, now: datetime) -> tuple[tuple[str, str], ...]:
    """What this case is found again by, from all that it knows now."""
    return kin_marks(case.facts, case.reporter, str(case.assessment.get("text", "")), case.place_code, now)


async def linked(
    session: AsyncSession,
    batch: Batch,
    earlier: Case,
    later: Case,
    protocols: Protocols,
    home: str,
    now: datetime,
    actor: str,
    already: set[str],
) -> None:
    """Two cases are of one child: both say so, and the later one rises by a level when it came within ninety days. What
    concerns a unit complained about is told to nobody but who coordinates. `already`: ids of cases that this batch raises."""
    quiet = any(complained_about(each) or each.category == "duty_complaint" for each in (earlier, later))
    for each in (earlier, later) if not quiet else ():
        heard = await heard_of(session, each.id, actor, now)
        heard.event("linked")
        if each.status == "open":
            await heard.tell_leads("linked")
        batch.include(heard.batch)
    if later.opened_at - earlier.opened_at > WITHIN or later.id in already or await _over(session, later):
        return
    flag = "known_otherwise" if quiet else "reported_before"
    routing = {**(later.assessment.get("routing") or {}), flag: True}
    to, _ = raised(Urgency(later.assessment.get("assessed") or later.urgency), routing)
    if later.assessment.get("lowered"):
        to = Urgency(later.urgency).raised()
    already.add(later.id)
    draft = as_it_stands(later, routing={flag: True})
    revised, _ = await revise_case(session, draft, protocols, home, now, actor=actor, to=to)
    batch.include(revised)


async def _over(session: AsyncSession, case: Case) -> bool:
    """Whether the case has its result: what is finished is not begun again because of another one."""
    done = select(Assignment.id).where(
        Assignment.case_id == case.id,
        Assignment.round == case.round,
        Assignment.part == "lead",
        Assignment.status == "done",
    )
    return case.status != "open" or (await session.exec(done.limit(1))).first() is not None


async def _ask(session: AsyncSession, batch: Batch, later: Case, protocols: Protocols, now: datetime) -> None:
    """The coordinator is asked whether it is the same child."""
    desk = await coordinating_desk(session, later, protocols)
    if desk is None:
        return
    parts = await session.exec(select(Assignment).where(Assignment.case_id == later.id))
    place = await session.get(Place, later.place_code)
    put_letter(
        batch, later, kind="kin_proposed", recipient=f"desk:{desk.id}", desk_id=desk.id, courier=desk.courier,
        county=place.name if place else "", now=now,
    )  # fmt: skip
    seat_beside(batch, later, desk, parts.all(), now)
