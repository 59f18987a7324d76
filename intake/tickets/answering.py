"""What the sender of a ticket is answered: the case, how urgent and why, who has it, by when, and what was odd."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.calendar import Calendar
from escalation.span import Span
from intake.tickets.card import CALL
from intake.tickets.flaws import FIELD_NAMES, Flaw, from_json
from intake.tickets.parts import Filed
from records.access.standing import GONE
from records.batch import Batch
from records.tables import Assignment, Case, ClockRow, Desk, Place, Receipt, Ticket
from routing.answer import deadlines
from routing.decision import standing_route
from routing.packs import Pack, pack_for
from routing.protocols import Protocols
from words.beijing import local
from words.ids import Urgency
from words.language import CHINESE, Catalogue

FALLBACK = "routing:R7"  # the clause by which somebody has it only because the right desk is not there


@dataclass(frozen=True)
class Rows:
    """The rows an answer is made of, just written or read."""

    ticket: Ticket
    case: Case
    parts: Sequence[Assignment]
    clocks: Sequence[ClockRow]
    receipt: Receipt | None
    desk: str
    place: str


async def new_rows(session: AsyncSession, batch: Batch, filed: Filed) -> Rows:
    """Of a ticket that this batch has filed: what was written need not be read again."""
    (ticket,) = (row for row in batch.rows if isinstance(row, Ticket))
    (case,) = (row for row in batch.rows if isinstance(row, Case) and row.id == filed.case_id)
    receipt = next(row for row in batch.rows if isinstance(row, Receipt))
    place = await session.get(Place, case.place_code)
    return Rows(
        ticket, case, [row for row in batch.rows if isinstance(row, Assignment)],
        [row for row in batch.rows if isinstance(row, ClockRow)], receipt, str(receipt.view.get("desk", "")),
        place.name if place else "",
    )  # fmt: skip


async def read_rows(session: AsyncSession, ticket_id: str) -> Rows:
    """Of a ticket that is there, as it stands now."""
    ticket = await session.get_one(Ticket, ticket_id)
    case = await session.get_one(Case, ticket.case_id)
    parts = (await session.exec(select(Assignment).where(Assignment.case_id == case.id))).all()
    clocks = (await session.exec(select(ClockRow).where(ClockRow.case_id == case.id))).all()
    receipt = (await session.exec(select(Receipt).where(Receipt.case_id == case.id))).one_or_none()
    place = await session.get(Place, case.place_code)
    desk = str(receipt.view.get("desk", "")) if receipt else ""
    if not desk and (lead := next((part for part in parts if part.part == "lead"), None)):
        found = await session.get(Desk, lead.desk_id)
        desk = found.name if found else ""
    return Rows(ticket, case, parts, clocks, receipt, desk, place.name if place else "")


def answer(rows: Rows, filed: Filed, protocols: Protocols, catalogue: Catalogue = CHINESE) -> dict[str, Any]:
    """JSON values. `lead` and `with` are department ids: `lead` takes it first; who was chosen but must not know yet is in
    neither. `urgency` is what the words say; `level` is what it is handled at, which a young child and the like raise, and by
    which `deadlines` run: those of the lead desk, with the moment where it can be told already.

    Somebody who did not send this order first learns where it is and no more.
    """
    case, pack = rows.case, pack_for(rows.case.place_code, protocols.packs)
    here = [part for part in rows.parts if part.round == case.round]
    lead, others = _who(case, pack, here)
    shown = {
        "case": case.reference,
        "outcome": filed.outcome,
        "order_no": rows.ticket.order_number,
        "status": str(rows.receipt.view.get("status", "received")) if rows.receipt else "received",
        "urgency": str(rows.ticket.fields.get("judged", case.urgency)),
        "level": str(case.urgency),
        "category": case.category,
        "emergency": case.emergency,
        "lead": lead,
        "with": others,
        "desk": rows.desk,
        "deadlines": _deadlines(case, pack, here, rows.clocks, protocols.calendar),
        "region": {"code": case.place_code, "name": rows.place, "by": rows.ticket.region_by},
        "reasons": list(dict.fromkeys(_reasons(case))),
        "warnings": [_warning(flaw, catalogue) for flaw in filed.flaws],
    }
    if filed.card:
        say = [{"label": label.render(catalogue), "text": text} for label, text in filed.card]
        shown["card"] = {"call": CALL.render(catalogue), "say": say}
    if filed.foreign:
        shown.pop("card", None)
        shown |= {"reasons": [], "warnings": [_warning(Flaw("", "other_sender"), catalogue)]}
    return shown


def _who(case: Case, pack: Pack, here: Sequence[Assignment]) -> tuple[str, list[str]]:
    """The departments that have it, in the order in which the protocol lets them act. Where the right desk is missing and
    another one stands in, the protocol's own word."""
    routing = case.assessment.get("routing", {})
    first = list(standing_route(pack, case.category, Urgency(case.urgency), routing, case.place_code).lead)

    def order(part: Assignment) -> tuple[int, int, str]:
        return first.index(part.department) if part.department in first else len(first), part.rank, part.id

    live = sorted((part for part in here if part.status not in GONE), key=order)
    leads = [part.department for part in live if part.part == "lead" and FALLBACK not in part.clauses] or first
    helping = [part.department for part in live if part.part == "with" and not part.held]
    return leads[0], list(dict.fromkeys(each for each in [*leads[1:], *helping] if each != leads[0]))


def _deadlines(
    case: Case, pack: Pack, here: Sequence[Assignment], clocks: Sequence[ClockRow], calendar: Calendar
) -> dict[str, dict[str, str]]:
    """As `hutong route` has them (due, basis, clause, from), and `at`, in Beijing time, where it counts from the opening."""
    lead = next(
        (part.desk_id for part in sorted(here, key=lambda part: (part.rank, part.id)) if part.part == "lead"), ""
    )
    running = {clock.kind: clock.ends_at for clock in clocks if clock.desk_id == lead and clock.round == case.round}
    found = deadlines(pack.terms, case.category, Urgency(case.urgency))
    for step, term in found.items():
        ends_at = running.get(step)
        if ends_at is None and term["from"] == "open":
            ends_at = calendar.add(case.opened_at, Span.parse(term["due"]))
        if ends_at is not None:
            term["at"] = iso(ends_at)
    return found


def iso(moment: datetime) -> str:
    """2026-11-19T15:05:00+08:00."""
    return local(moment).isoformat(timespec="seconds")


def _reasons(case: Case) -> Iterable[str]:
    for reason in case.assessment.get("reasons", ()):
        yield str(reason["text"])
    yield from map(str, case.assessment.get("raised", ()))


def _warning(flaw: Flaw, catalogue: Catalogue) -> dict[str, str]:
    return {"field": flaw.field, "code": flaw.code, "said": f"{FIELD_NAMES.get(flaw.field, flaw.field)}：{flaw.said.render(catalogue)}"}  # fmt: skip


def flaws_of(ticket: Ticket) -> tuple[Flaw, ...]:
    return from_json(ticket.fields.get("flaws", ()))
