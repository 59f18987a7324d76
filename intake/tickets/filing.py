"""One ticket, in one transaction: a new one becomes a case, a resend changes nothing, an update adds to its case and is judged
again, never lower. Whatever is odd about it is named and put before a person."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.tickets.card import card
from intake.tickets.drafting import draft_of_slip, fields_of, flaw_codes, judged
from intake.tickets.flaws import once
from intake.tickets.parts import About, Arrival, Filed, Hotline, Parts
from intake.tickets.reading import read_slip
from intake.tickets.updating import again
from records.access.tickets import order_hash
from records.batch import Batch
from records.columns import new_id
from records.tables import Statement, Ticket
from routing.opening import open_case

NOTHING = "（没有内容）"


async def file_ticket(session: AsyncSession, arrival: Arrival, now: datetime, hotline: Hotline) -> tuple[Batch, Filed]:
    """Raises NothingToFile for a ticket with neither order number nor body."""
    slip = read_slip(arrival.profile, arrival.data, now)
    slip = replace(slip, flaws=once((*arrival.flaws, *slip.flaws))) if arrival.flaws else slip
    wanted = order_hash(arrival.platform, slip.order)
    known = (
        await session.exec(select(Ticket).where(Ticket.platform == arrival.platform, Ticket.order_hash == wanted))
    ).one_or_none()
    parts = Parts(session, arrival, slip, now, hotline)
    return await again(parts, known) if known is not None else await _new(parts, wanted)


async def _new(parts: Parts, known_by: str) -> tuple[Batch, Filed]:
    slip, now, arrival, hotline, batch = parts.slip, parts.now, parts.arrival, parts.hotline, parts.batch
    ticket_id, case_id = new_id(now), new_id(now)
    region = await parts.region()
    found, text = judged(slip, hotline.assess)
    draft = draft_of_slip(slip, found, text, case_id, region, now)
    opened_batch, opened = await open_case(parts.session, draft, hotline.protocols, hotline.home, now)
    batch.include(opened_batch)
    flaws = once((*slip.flaws, *region.flaws, *parts.keep_files(ticket_id)))
    batch.add(
        Ticket(
            id=ticket_id, platform=arrival.platform, order_hash=known_by, order_number=slip.given,
            sender=arrival.sender, source=arrival.source, case_id=case_id, meaning=parts.meaning(),
            fields=fields_of(slip, flaws, found.urgency, region.place), flaws=flaw_codes(flaws), region_by=region.by,
            caller_is_subject=slip.caller_is_subject, satisfaction=slip.satisfaction or None, received_at=now,
            updated_at=now,
        ),
        Statement(
            id=new_id(now), case_id=case_id, kind="said", text=slip.text or NOTHING, urgency=found.urgency.value, at=now
        ),
    )  # fmt: skip
    parts.keep_body(ticket_id, "new")
    case = About(ticket_id, case_id, opened.reference, region.place, opened.urgency)
    await parts.ask_to_check(case, flaws)
    await parts.hand_to_110(case, found.emergency)
    batch.audit(
        now, arrival.sender, "ticket.filed", case_id, platform=arrival.platform, source=arrival.source,
        region_by=region.by, flaws=[flaw.code for flaw in flaws],
    )  # fmt: skip
    return batch, Filed("new", ticket_id, case_id, flaws, opened.code, card=card(slip, found, text))
