"""One telephone call carries all letters to an office about a case: whom it goes to, and what it says, follows from them.

It goes to whoever of them stands highest on the ladder; one call says what is owed, however many clocks ran out.
"""

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.ladder import LEVELS
from records.tables import Account, Desk, DutyTask, Letter

RUNGS = ("desk", *LEVELS)


def rung_of(letter: str) -> str:
    """The rung that a letter of this kind went to: the last part of `climb:accept:L2` and `climb:gist:ID:L2`; the desk
    itself for all that is no clock's."""
    last = letter.rpartition(":")[2]
    return last if letter.count(":") > 1 and last in RUNGS else "desk"


async def open_call(session: AsyncSession, letter: Letter, person: Account | None) -> DutyTask | None:
    """The open call that a letter joins: to the same office about the same case, or to the same person of no office."""
    outside = _outside(letter, person)
    same = DutyTask.recipient == letter.recipient if outside else DutyTask.desk_id == letter.desk_id
    calls = await session.exec(
        select(DutyTask)
        .where(DutyTask.kind == "call", DutyTask.status == "open", DutyTask.case_id == letter.case_id, same)
        .order_by(col(DutyTask.id))
    )
    return calls.first()


async def carried(session: AsyncSession, call: DutyTask) -> Sequence[Letter]:
    """The letters on a call that nobody has answered yet."""
    found = await session.exec(select(Letter).where(Letter.call_id == call.id, Letter.status == "calling"))
    return found.all()


async def face(session: AsyncSession, letters: Sequence[Letter]) -> dict[str, Any]:
    """What the call of these letters (at least one) shows: columns of its task."""
    first = max(letters, key=lambda each: (RUNGS.index(rung_of(each.kind)), each.created_at, each.id))
    kind, _, key = first.recipient.partition(":")
    person = await session.get(Account, key) if kind == "account" else None
    desk = (await session.exec(select(Desk).where(Desk.id == first.desk_id))).one()
    late = dict.fromkeys(
        (each.kind.split(":")[1], str(each.params.get("late") or desk.name))
        for each in sorted(letters, key=lambda each: (each.created_at, each.id))
        if each.kind.count(":") > 1
    )
    return {
        "recipient": first.recipient,
        "desk_id": None if _outside(first, person) else desk.id,
        "person": person.name if person else desk.name,
        "phone": (person.phone if person else None) or desk.phone,
        "priority": min(each.priority for each in letters),
        "params": {**first.params, "letter": first.kind, "desk": desk.name, "owed": [list(each) for each in late]},
    }


def _outside(letter: Letter, person: Account | None) -> bool:
    """A supervisor is told of a desk and does not sit there."""
    return person is not None and person.desk_id is None and rung_of(letter.kind) == "desk"
