"""Taking a case in hand: 看到了, 我来处理, 110已处警."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.batch import Batch
from records.tables import Account, Assignment, Event
from routing.acts.passing import release_givers
from routing.acts.work import Work, begin
from routing.lifecycle import STOPS, after
from routing.refusal import Refused
from words.language import Line, line


async def acknowledge(session: AsyncSession, person: Account, reference: str, now: datetime) -> tuple[Batch, Line]:
    """看到了: somebody at the desk has seen it. Stops the acknowledge clock and the ringing."""
    work = await begin(session, person, reference, now)
    own = work.mine
    if own.acknowledged_at is not None:
        return await _was_first(work, own, line("已记为看到。"))
    work.next_state("acknowledge")
    await seen_by(work, own)
    return work.done("acknowledge", line("已记为看到。"))


async def seen_by(
    work: Work, part: Assignment, note: str | None = None, *, done: Collection[str] = (), **data: object
) -> None:
    """A desk has seen its case, by its own hand or as said on the telephone. A reporter hears of the lead's only.

    `done`: ids of letters and calls that this very act has dealt with already."""
    work.set(part, status=after(part.status, "acknowledge"), acknowledged_at=work.now)
    work.stop("acknowledge", part.desk_id)
    await work.stop_ringing(part.desk_id, STOPS["acknowledge"], done)
    work.event("acknowledged", note, desk_id=part.desk_id, **data)
    if part.part == "lead":
        await _show(work, part, "acknowledged")


async def accept(session: AsyncSession, person: Account, reference: str, now: datetime) -> tuple[Batch, Line]:
    """我来处理: this person handles it for the desk. A desk that handed it over is released (first-receiver rule)."""
    work = await begin(session, person, reference, now)
    own = work.mine
    if own.accepted_at is not None:
        return await _was_first(work, own, line("已由您处理。"))
    await _taken(work, own, "accept", handler=person.id)
    work.event("accepted")
    return work.done("accept", line("已由您处理。"))


async def police_dispatched(
    session: AsyncSession, person: Account, reference: str, number: str, now: datetime
) -> tuple[Batch, Line]:
    """110已处警, with the incident's number if there is one. Stops acknowledge, accept and the ringing; the child's clock and
    the result's run on. Only a police desk can say so; the number is sealed with the event."""
    work = await begin(session, person, reference, now)
    own = work.mine
    number = number.strip()
    if len(number) > 40:
        raise Refused(line("警情编号最多 40 个字。"))
    if own.status == "dispatched" or (own.status == "handed_over" and await _went(work, own)):
        return await _was_first(work, own, line("已记为110已处警。"))
    await _taken(work, own, "police_dispatched", handler=own.handler or person.id)
    work.event("dispatched", number or None)
    return work.done("police_dispatched", line("已记为110已处警。"), numbered=bool(number))


async def _went(work: Work, own: Assignment) -> bool:
    """Whether this desk has sent somebody since it got the case: a desk that hands it over may still do so, once."""
    sent = select(Event.id).where(
        Event.case_id == work.case.id,
        Event.kind == "dispatched",
        Event.desk_id == own.desk_id,
        col(Event.at) >= own.opened_at,
    )
    return (await work.session.exec(sent.limit(1))).first() is not None


async def _taken(work: Work, own: Assignment, act: str, handler: str) -> None:
    """Somebody at the desk handles it from now on."""
    work.set(
        own,
        status=work.next_state(act),
        acknowledged_at=own.acknowledged_at or work.now,
        accepted_at=own.accepted_at or work.now,
        handler=handler,
    )
    work.stop(act)
    await work.stop_ringing(own.desk_id, STOPS[act])
    await release_givers(work, own)
    if own.part == "lead":
        await _show(work, own, "accepted")


async def _show(work: Work, part: Assignment, status: str) -> None:
    """To the reporter: who has it, and that nothing is owed her at this moment. A question to her stays in front."""
    desk = await work.desk_of(part)
    asked = work.receipt is not None and work.receipt.view.get("question")
    work.tell(status="waiting" if asked else status, desk=desk.name, answer_by=None)


_FIRST = {
    "dispatched": "{name}已于 {at} 记为110已处警。",
    "accepted": "{name}已于 {at} 接手处理。",
    "acknowledged": "{name}已于 {at} 看到了。",
}


async def _was_first(work: Work, own: Assignment, same: Line) -> tuple[Batch, Line]:
    """Pressed twice by one person: nothing more. By a second person: they are told who was first."""
    for kind, said in _FIRST.items():
        actor, name, at = await work.who_was_first(kind, own.desk_id)
        if actor and actor != work.person.id:
            raise Refused(line(said, name=name, at=at))
        if actor:
            break
    return Batch(), same
