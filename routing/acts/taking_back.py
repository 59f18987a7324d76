"""收回: what was pressed by mistake is as if it had not been, clocks included; that it was pressed and taken back stays written."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.timers import clock_of, stop_clocks
from records.access.standing import standing
from records.access.timeline import UNSEEN
from records.batch import Batch
from records.outbox import PLATFORM
from records.tables import Account, Assignment, ClockRow, Event, Letter
from routing.acts.kept import put_back
from routing.acts.passing import DECIDE
from routing.acts.work import NOT_YOURS_TO_DO, Work, begin, iso
from routing.lifecycle import STOPS
from routing.refusal import Refused
from routing.undoing import ACTED_ON, TAKEN_BACK, TAKES_BACK, Act, Part, before, last_of
from words.language import Line, line

_SAID = {
    "acknowledged": line("已收回签收，时限照原来的走。"),
    "accepted": line("已收回“我来处理”，时限照原来的走。"),
    "returned": line("已收回退回，仍由本单位负责。"),
    "handed_over": line("已收回转办，仍由本单位负责。"),
}
_CARRIED = ("sending", "sent", "calling", "gathered")


async def take_back(session: AsyncSession, person: Account, reference: str, now: datetime) -> tuple[Batch, Line]:
    """The person's last acknowledging, accepting, handing over or returning, within five minutes, while nobody has acted on it."""
    work = await begin(session, person, reference, now)
    own = await _own(session, person, reference, work)
    acts = await _acts(session, work)
    part = Part(own.desk_id, own.status, own.opened_at, own.accepted_at)
    last = last_of(acts, part, person.id, now)
    if isinstance(last, Line):
        raise Refused(last)
    work.own = own
    state = before(last, part, acts)
    released = await _released(work, acts, last)
    if last.kind in ("returned", "handed_over"):
        await _ask_back(work, own, last)
    await _unsend(work, last)
    seen = state in ("acknowledged", "accepted", "dispatched")
    taken = state in ("accepted", "dispatched")
    work.set(
        own,
        status=state,
        acknowledged_at=own.acknowledged_at if seen else None,
        accepted_at=own.accepted_at if taken else None,
        handler=own.handler if taken else None,
    )
    running = _run_again(work, {each.desk_id for each in released}, own, state, last)
    if state == "notified":  # it rang once; nobody has it, so it rings again
        work.letter("opened", await work.desk_of(own), await work.county())
    if own.part == "lead":
        await _show(work, own, state, running)
    work.event(TAKEN_BACK, of=last.id, what=last.kind)
    return work.done("take_back", _SAID[last.kind], what=last.kind, event=last.id)


async def _own(session: AsyncSession, person: Account, reference: str, work: Work) -> Assignment:
    """The part of the person's desk in this round, be it let go of."""
    stands = await standing(session, person, reference)
    own = stands.own if stands is not None else None
    if own is None or own.round != work.case.round or own.held or own.part == "copy":
        raise Refused(NOT_YOURS_TO_DO)
    return own


async def _acts(session: AsyncSession, work: Work) -> Sequence[Act]:
    found = await session.exec(
        select(Event)
        .where(Event.case_id == work.case.id, col(Event.kind).not_in(UNSEEN))
        .order_by(col(Event.at), col(Event.id))
    )
    return [Act(each.id, each.kind, each.actor, each.at, each.desk_id or "", each.data) for each in found.all()]


async def _released(work: Work, acts: Sequence[Act], last: Act) -> list[Assignment]:
    """Accepting let those go who had handed it over: they answer for it again."""
    if last.kind != "accepted":
        return []
    let_go = {
        act.desk for act in acts if act.kind == "released" and act.at == last.at and act.data.get("to") == last.desk
    }
    parts = [part for part in work.round_parts if part.desk_id in let_go and part.status == "moved"]
    for part in parts:
        work.set(part, status="handed_over")
    return parts


async def _ask_back(work: Work, own: Assignment, last: Act) -> None:
    """The desk that was asked is asked no more; the coordinator has nothing left to decide."""
    others = [part for part in work.round_parts if part.id != own.id]
    if last.undecided:
        if not any(part.status == "undecided" for part in others):
            stop_clocks(work.batch, work.clocks, {DECIDE}, work.now)
        return
    there = next((part for part in others if part.desk_id == last.data.get("to")), None)
    if there is None or there.opened_at != last.at:
        return  # it had its part already, and keeps it
    if there.status != "notified":
        raise Refused(ACTED_ON)
    put_back(work.batch, there, work.clocks_at(there.desk_id), last.data.get("was"), work.now)
    await work.stop_ringing(there.desk_id, STOPS["release"])


async def _unsend(work: Work, last: Act) -> None:
    """Letters that the act wrote and that have not gone. What a platform was told can't be untold."""
    letters = await work.session.exec(
        select(Letter).where(Letter.case_id == work.case.id, col(Letter.created_at) == last.at)
    )
    for letter in letters.all():
        if letter.courier == PLATFORM:
            if letter.status in _CARRIED:
                raise Refused(line("热线平台已经收到，不能收回。请按现在的情况继续办。"))
            if letter.status == "waiting":
                work.batch.change(letter, status="void")
        elif letter.status == "waiting" and letter.kind.partition(":")[0] in ("decide", "called_up"):
            work.batch.change(letter, status="void")


# What stays done at the desk in each state.
_STAYS = {
    "acknowledged": ("acknowledge",),
    "accepted": ("acknowledge", "accept"),
    "dispatched": ("acknowledge", "accept"),
}


def _run_again(work: Work, released: set[str], own: Assignment, state: str, last: Act) -> list[ClockRow]:
    """The clocks that the act stopped, with the times they had: what has come due meanwhile is done at the next sweep."""

    def was_stopped(row: ClockRow) -> bool:
        if row.round != work.case.round or row.status != "stopped" or row.stopped_at != last.at:
            return False
        if row.desk_id == own.desk_id:
            return row.kind not in _STAYS.get(state, ())
        return row.desk_id in released or (row.kind == DECIDE and last.kind == "accepted")

    stopped = [row for row in work.clocks if was_stopped(row)]
    for row in stopped:
        waits = any(change.open for change in clock_of(row).policy.changes)
        work.batch.change(row, status="paused" if waits else "running", stopped_at=None)
    return stopped


async def _show(work: Work, own: Assignment, state: str, running: Sequence[ClockRow]) -> None:
    """To the reporter, as it was before."""
    asked = work.receipt is not None and work.receipt.view.get("question")
    known = {"notified": "received", "acknowledged": "acknowledged"}.get(state, "accepted")
    due = next((row.ends_at for row in running if row.kind == "acknowledge" and row.desk_id == own.desk_id), None)
    desk = await work.desk_of(own)
    work.tell(status="waiting" if asked else known, desk=desk.name, answer_by=iso(due) if state == "notified" else None)


assert set(_SAID) == set(TAKES_BACK)
