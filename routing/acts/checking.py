"""A ticket with something odd about it, looked at by a person of the 24-hour desk: where it is, and what it says."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from records.access.ticket_look import CHECK
from records.batch import Batch
from records.tables import Account
from routing.acts.asked import Judgement, end_task, judge_again, known_place, open_task, set_place, work_on
from routing.protocols import Protocols
from words.language import Line, line


async def check_ticket(
    session: AsyncSession,
    person: Account,
    task_id: str,
    place_code: str,
    sentence: str,
    note: str,
    assess: Callable[[str], Judgement],
    protocols: Protocols,
    home: str,
    now: datetime,
) -> tuple[Batch, Line]:
    """核对: any of the place, what the ticket says (judged again with all before it: it may raise the case, never lower it)
    and a note; nothing of them says that it is right as it was read."""
    task = await open_task(session, person, task_id, CHECK)
    work = await work_on(session, person, task, now)
    sentence, note = sentence.strip()[:1000], note.strip()[:200]
    said, place = line("已核对。"), None
    if place_code and place_code != work.case.place_code:
        place = await known_place(work, place_code)
    if sentence:
        change = await judge_again(
            work, sentence, assess, protocols, home, place_code=place.code if place is not None else None
        )
        if change.raised_from is not None:
            said = line("已核对，级别升为{level}。", level=line(change.urgency.zh))
    elif place is not None:
        await set_place(work, place, protocols, home)
    end_task(work, task, "done", note=note or sentence)
    work.event("checked", note or sentence or None, task=task.id)
    if place is not None:
        work.event("place_found", task=task.id, place=place.name)
    return work.done("check_ticket", said, task=task.id, place=place.code if place is not None else "")
