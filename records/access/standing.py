"""How a person stands to a case: what level of it is theirs, or none.

story    the lead desk, the coordinator, a supervisor of the place; the procuratorate once it has called for it; the 24-hour
         desk only while it is asked for what can't be done without it (call 110 for her, put a voice into words)
summary  a helping desk: values drafted from the facts, and its own part
notice   a desk that gets a copy: reference, level, county, category; a unit that reported, once it was told the result; who was
         called to it by a step of the ladder and has no part in it
None     everybody else, a held desk, a unit when the report is personal. Then the case is not there.
"""

from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.tables import Account, Assignment, Case, Desk, DutyTask, Event, Letter, Place, Telling

COORDINATORS = frozenset(("working_committee", "leading_group_office"))
# Units of whose own people a report may be: when it was made in a personal name, nothing of it shows there.
UNITS = frozenset(("school", "medical_institution"))
# A part in one of these is no longer, or not yet, the desk's: it keeps the notice of what it once had, but for a void one,
# which never was its business (complained about, or not called in).
GONE = frozenset(("returned", "moved", "void"))
# The event by which a procuratorate's desk called for the whole of a case. No desk reads it: who looked is not their concern.
CALLED_FOR = "words_called"
_NEEDS_THE_STORY = ("gist", "call_110", "no_place")


@dataclass(frozen=True)
class Standing:
    """A case that is this person's to see, at a level. `own` is the part of the person's desk, the latest round's."""

    case: Case
    level: str
    own: Assignment | None
    parts: tuple[Assignment, ...]
    desk: Desk | None

    @property
    def leads(self) -> tuple[Assignment, ...]:
        return tuple(part for part in self.parts if part.part == "lead" and part.round == self.case.round)


async def standing(session: AsyncSession, person: Account, reference: str) -> Standing | None:
    """How the person stands to the case of this reference; None when it is not there, or not theirs."""
    if person.disabled_at is not None or person.role not in ("officer", "supervisor"):
        return None
    case = (await session.exec(select(Case).where(Case.reference == reference.strip().upper()))).one_or_none()
    if case is None:
        return None
    parts = (
        await session.exec(select(Assignment).where(Assignment.case_id == case.id).order_by(col(Assignment.id)))
    ).all()
    desk = await session.get(Desk, person.desk_id) if person.desk_id else None
    own = max((part for part in parts if part.desk_id == person.desk_id), key=lambda part: part.round, default=None)
    covering = await covers(session, desk.place_code if desk else person.place_code, case.place_code)
    asked = desk is not None and await _asked(session, case, desk)
    level = level_of(person, desk, case, own, covering=covering, asked=asked)
    if level is None and own is None and await _called(session, person, desk, case):
        level = "notice"
    return Standing(case, level, own, tuple(parts), desk) if level else None


def level_of(
    person: Account,
    desk: Desk | None,
    case: Case,
    own: Assignment | None,
    *,
    covering: bool,
    asked: bool,
) -> str | None:
    """The level. `covering`: the place of the person's desk (or their own) is the case's or above it. `asked`: the desk has
    something to do that can't be done without more than it would see otherwise. Pure."""
    if case.capacity == "personal" and desk is not None and (desk.department in UNITS or desk.id == case.unit_id):
        return None
    if person.role == "supervisor" and covering:
        return "story"
    if desk is not None and covering and desk.department in COORDINATORS:
        return "story"
    if own is not None and not own.held and own.status not in GONE:
        if asked and own.department == "procuratorate":
            return "story"
        return {"lead": "story", "with": "summary"}.get(own.part, "notice")
    if desk is not None and covering and desk.department == "duty_desk":
        return "story" if asked else "notice"
    if asked and desk is not None and desk.id == case.unit_id:
        return "notice"
    return "notice" if own is not None and not own.held and own.status != "void" else None


async def _called(session: AsyncSession, person: Account, desk: Desk | None, case: Case) -> bool:
    """Whether a step of the ladder called this person to the case, by a letter with its reference: who has no part in it, as the
    leader in charge at the top, finds there what the letter said. A unit's own people never do."""
    if desk is None or (case.capacity == "personal" and (desk.department in UNITS or desk.id == case.unit_id)):
        return False
    sent = select(Letter.id).where(
        Letter.case_id == case.id,
        Letter.recipient == f"account:{person.id}",
        col(Letter.status).not_in(("held", "void")),
    )
    return (await session.exec(sent.limit(1))).first() is not None


async def covers(session: AsyncSession, above: str, code: str) -> bool:
    """Whether the place `above` is the place `code` or one of its ancestors."""
    return above in await chain(session, code)


async def chain(session: AsyncSession, code: str) -> tuple[str, ...]:
    """The place and its ancestors as far as they are known, nearest first."""
    found: list[str] = []
    at: str | None = code
    while at and at not in found:
        found.append(at)
        place = await session.get(Place, at)
        at = place.parent if place else None
    return tuple(found)


async def _asked(session: AsyncSession, case: Case, desk: Desk) -> bool:
    """Whether this desk has something to do, or to read, in this case for which it must see more than others like it."""
    if desk.department == "duty_desk":
        wanted = select(DutyTask.id).where(
            DutyTask.case_id == case.id, DutyTask.status == "open", col(DutyTask.kind).in_(_NEEDS_THE_STORY)
        )
    elif desk.department == "procuratorate":
        wanted = select(Event.id).where(Event.case_id == case.id, Event.kind == CALLED_FOR, Event.desk_id == desk.id)
    elif desk.id == case.unit_id:
        wanted = select(Telling.id).where(Telling.case_id == case.id, Telling.recipient == f"desk:{desk.id}")
    else:
        return False
    return (await session.exec(wanted.limit(1))).first() is not None
