"""The door itself: reads a case for one person, shows what is theirs, and logs that they looked, or tried."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.access.delays import delays
from records.access.duty import answers_for
from records.access.files import File, refused_look
from records.access.kin import kin
from records.access.lately import lately
from records.access.lookers import lookers
from records.access.merged import put_to
from records.access.proceedings import desks_of, names_of, proceedings
from records.access.reach import reach, told_of_herself
from records.access.scans import scans_of
from records.access.sight import Call, ClockFace, FileFace, Mail, Part, Sight, Told, Words, WrittenResult
from records.access.situation import situation
from records.access.standing import Standing, standing
from records.access.summary import cleared, draft, facts_for_lead
from records.access.ticket_look import tickets_of_case
from records.access.timeline import entries
from records.access.traces import COVER, without
from records.batch import Batch
from records.tables import (
    Account,
    Attachment,
    Case,
    ClockRow,
    DutyTask,
    Event,
    Letter,
    Piece,
    Place,
    Receipt,
    Result,
    Statement,
    Telling,
)
from records.tasks import put_task


async def look(
    session: AsyncSession, person: Account, reference: str, purpose: str, now: datetime
) -> tuple[Batch, Sight | None]:
    """What this person may see of the case, and the audit line that they saw it (write the batch before showing it).

    None when the case is not there or not theirs, which nobody can tell apart; that is logged too.
    """
    stands = await standing(session, person, reference)
    if stands is None:
        return refused_look(person, reference, purpose, now), None
    batch = Batch()
    batch.audit(now, person.id, "case.look", stands.case.id, purpose, level=stands.level)
    near = await reach(session, person, stands, now)
    if near is not None and near.shown:
        batch.audit(now, person.id, "case.look_at_reporter", stands.case.id, purpose)
    told = await _told_here(session, stands)
    for telling in told:  # what was told to this desk is read now; the debt is paid by whoever does the task
        if telling.fetched_at is None:
            put_task(batch, "desk_read", telling.id, now, case_id=stands.case.id, payload={"telling": telling.id})
    hidden = await hidden_of(session, stands.case)
    sight = await _sight(session, stands, hidden)
    if not sight.told:
        people = await names_of(session, [telling.by for telling in told])
        sight = replace(sight, told=tuple(_told(telling, people) for telling in told))
    asked = await delays(session, person, stands, now) if stands.level != "notice" else ()
    done = await proceedings(session, person, stands, hidden)
    others = await kin(session, person, stands)
    back, also = await lately(session, person, stands, now), await lookers(session, person, stands)
    return batch, replace(sight, reach=near, delays=asked, proceedings=done, kin=others, lately=back, lookers=also)


async def _told_here(session: AsyncSession, stands: Standing) -> Sequence[Telling]:
    """What was told to the person's own desk: a unit that reported, or the desk that asked for the case to be opened."""
    if stands.desk is None:
        return ()
    found = await session.exec(
        select(Telling)
        .where(Telling.case_id == stands.case.id, Telling.recipient == f"desk:{stands.desk.id}")
        .order_by(col(Telling.at), col(Telling.id))
    )
    return found.all()


async def look_at_file(
    session: AsyncSession, person: Account, reference: str, file_id: str, purpose: str, now: datetime
) -> tuple[Batch, File | None]:
    """A file of a case whose story is this person's. In a case of sexual abuse only police may open one."""
    stands = await standing(session, person, reference)
    row = await session.get(Attachment, file_id) if stands else None
    if (
        stands is None
        or row is None
        or row.case_id not in await _reports(session, stands.case)
        or not _may_open(stands)
    ):
        return refused_look(person, reference, purpose, now), None
    batch = Batch()
    batch.audit(now, person.id, "case.look_at_file", stands.case.id, purpose, file=row.id)
    return batch, await _file(session, row, await hidden_of(session, stands.case))


def _may_open(stands: Standing) -> bool:
    if stands.level != "story":
        return False
    return "sexual_abuse" not in stands.case.categories or (
        stands.desk is not None and stands.desk.department == "police"
    )


async def _file(session: AsyncSession, row: Attachment, hidden: tuple[str, ...]) -> File:
    pieces = (await session.exec(select(Piece).where(Piece.attachment_id == row.id).order_by(col(Piece.number)))).all()
    content = covered(row, b"".join(piece.content for piece in pieces), hidden)
    return File(f"{row.kind}-{row.id[-4:]}", row.media_type, content)


def covered(row: Attachment, content: bytes, hidden: tuple[str, ...]) -> bytes:
    """A file as it may be handed out. One that is text can be the reporter's own card: her name and number are covered
    there as everywhere, and of a card with her number on it every line."""
    if not row.media_type.startswith("text/plain"):
        return content
    text = content.decode("utf-8", "replace")
    bare = without(text, hidden)
    if row.kind == "contact" and bare != text:
        bare = "\n".join(COVER * len(each) for each in text.split("\n"))
    return bare.encode()


async def look_at_task(
    session: AsyncSession, person: Account, task_id: str, file_id: str | None, purpose: str, now: datetime
) -> tuple[Batch, tuple[Words | None, File | None] | None]:
    """What a 「请收听／查看」 task of this person's duty screen is about: the statement, and one of its files if asked for."""
    task = await session.get(DutyTask, task_id)
    if task is None or task.kind != "gist" or task.status != "open" or not await answers_for(session, person, task):
        return refused_look(person, "", purpose, now), None
    statement_id = str(task.params.get("statement", ""))
    statement = await session.get(Statement, statement_id)
    files = (await session.exec(select(Attachment).where(Attachment.statement_id == statement_id))).all()
    chosen = next((row for row in files if row.id == file_id), None)
    batch = Batch()
    batch.audit(now, person.id, "task.look", task.case_id or task.id, purpose, task=task.id, file=file_id)
    case = await session.get(Case, task.case_id) if task.case_id else None
    hidden = await hidden_of(session, case) if case else ()
    words = _words(statement, files, hidden) if statement else None
    return batch, (words, await _file(session, chosen, hidden) if chosen else None)


def _words(statement: Statement, files: Sequence[Attachment], hidden: tuple[str, ...]) -> Words:
    faces = tuple(
        FileFace(row.id, row.kind, without(row.name, hidden), row.media_type, row.size)
        for row in files
        if row.statement_id == statement.id
    )
    return Words(statement.id, statement.kind, statement.at, without(statement.text, hidden), statement.urgency, faces)


async def _sight(session: AsyncSession, stands: Standing, hidden: tuple[str, ...]) -> Sight:
    case, level = stands.case, stands.level
    place = await session.get(Place, case.place_code)
    front: dict[str, Any] = {
        "level": level, "case_id": case.id, "reference": case.reference, "urgency": case.urgency,
        "category": case.category, "place_code": case.place_code, "county": place.name if place else "",
        "opened_at": case.opened_at, "status": case.status,
    }  # fmt: skip
    if level == "notice":
        return Sight(**front)

    async def rows(model: Any, order: Any) -> Sequence[Any]:
        return (await session.exec(select(model).where(model.case_id == case.id).order_by(order, model.id))).all()

    events, results = await rows(Event, Event.at), await rows(Result, Result.at)
    clocks = await rows(ClockRow, ClockRow.ends_at)
    named = {event.actor for event in events} | {result.by for result in results}
    named |= {part.handler for part in stands.parts if part.handler}
    story: dict[str, Any] = {}
    if level == "story":
        tellings, letters = await rows(Telling, Telling.at), await rows(Letter, Letter.created_at)
        calls = await rows(DutyTask, DutyTask.due_at)
        statements, files = await said_in(session, case)
        named |= {telling.by for telling in tellings} | {call.answered_by for call in calls if call.answered_by}
        named |= {letter.recipient.partition(":")[2] for letter in letters}
        desks = await desks_of(session, [row.desk_id for row in (*stands.parts, *events, *clocks, *letters)])
        people = await names_of(session, named)
        story = {
            "readable": case.readable, "pressure": case.pressure, "source": case.source, "pack": case.pack,
            "facts": facts_for_lead(case.facts, hidden), "assessment": cleared(case.assessment, hidden),
            "briefing": case.briefing or {},
            "words": tuple(_words(statement, files, hidden) for statement in statements),
            "told": tuple(_told(telling, people) for telling in tellings),
            "mail": tuple(_mail(letter, people, desks) for letter in letters),
            "calls": tuple(_call(call, people) for call in calls), "tickets": await tickets_of_case(session, case),
        }  # fmt: skip
    else:
        desks = await desks_of(session, [row.desk_id for row in (*stands.parts, *events)])
        people = await names_of(session, named)
        clocks = [clock for clock in clocks if stands.own is not None and clock.desk_id == stands.own.desk_id]
    # Who else was chosen but must not know yet is no helping desk's concern.
    seen_parts = [part for part in stands.parts if level == "story" or not part.held]
    parts = tuple(_part(part, people, desks, stands) for part in seen_parts)
    drafted = draft(case.facts, hidden, case.briefing)
    waits = any(part.held and part.round == case.round for part in stands.parts)
    return Sight(
        **front,
        version=case.version,
        round=case.round,
        finished=case.finished,
        closed_at=case.closed_at,
        categories=tuple(case.categories),
        nine=tuple(case.nine),
        emergency=case.emergency,
        own=next((part for part in parts if stands.own is not None and part.id == stands.own.id), None),
        parts=parts,
        summary=(*situation(case.category, _helps(stands), drafted, case.briefing, waits=waits), *drafted),
        clocks=tuple(_clock(clock, desks) for clock in clocks),
        timeline=entries(events, people, desks, hidden, level),
        results=tuple(_result(result, people, desks, stands) for result in results),
        scans=await scans_of(session, stands),
        **story,
    )


def _helps(stands: Standing) -> str | None:
    own = stands.own
    return own.department if own is not None and own.part == "with" else None


async def _reports(session: AsyncSession, case: Case) -> tuple[str, ...]:
    """Ids of the reports that are handled in this case: its own and those put to it."""
    return (case.id, *(report.id for report in await put_to(session, case.id)))


async def said_in(session: AsyncSession, case: Case) -> tuple[Sequence[Statement], Sequence[Attachment]]:
    """What the reporters of a case and of those put to it said, and the files that came with it."""
    ids = await _reports(session, case)
    statements = await session.exec(
        select(Statement).where(col(Statement.case_id).in_(ids)).order_by(col(Statement.at), col(Statement.id))
    )
    files = await session.exec(
        select(Attachment).where(col(Attachment.case_id).in_(ids)).order_by(col(Attachment.at), col(Attachment.id))
    )
    return statements.all(), files.all()


async def hidden_of(session: AsyncSession, case: Case) -> tuple[str, ...]:
    """The names and numbers of whoever reported, wherever they gave them. A child who wrote for herself is the child: who looks
    for her must know them."""
    found: list[str] = []
    for report in (case, *await put_to(session, case.id)):
        receipt = (await session.exec(select(Receipt).where(Receipt.case_id == report.id))).one_or_none()
        if receipt is None or not receipt.view.get("child"):
            found += await told_of_herself(session, report)
    return tuple(sorted(set(found), key=lambda value: (-len(value), value)))


def _part(part: Any, people: Mapping[str, str], desks: Mapping[str, str], stands: Standing) -> Part:
    return Part(
        part.id, part.desk_id, desks.get(part.desk_id, ""), part.department, part.part, part.status, part.held, part.round,
        tuple(part.clauses), part.opened_at, part.acknowledged_at, part.accepted_at,
        people.get(part.handler or ""), own=stands.own is not None and part.id == stands.own.id,
    )  # fmt: skip


def _clock(clock: ClockRow, desks: Mapping[str, str]) -> ClockFace:
    return ClockFace(
        clock.id, clock.desk_id, desks.get(clock.desk_id, ""), clock.kind, clock.round, clock.status, clock.step,
        clock.policy, clock.started_at, clock.ends_at, clock.due_at, clock.stopped_at,
    )  # fmt: skip


def _result(result: Result, people: Mapping[str, str], desks: Mapping[str, str], stands: Standing) -> WrittenResult:
    """In full to whoever has the story and to the desk that wrote it; otherwise what may be told of it."""
    part = next((part for part in stands.parts if part.id == result.assignment_id), None)
    desk_id = part.desk_id if part else ""
    whole = stands.level == "story" or (stands.own is not None and stands.own.desk_id == desk_id)
    face = WrittenResult(
        result.id, result.at, people.get(result.by, ""), desks.get(desk_id, ""), result.round, tuple(result.outcomes),
        result.tellable,
    )  # fmt: skip
    if not whole:
        return face
    return WrittenResult(
        **{**face.__dict__, "inner": result.inner, "document_number": result.document_number, "seen": result.seen}
    )


def _told(telling: Telling, people: Mapping[str, str]) -> Told:
    return Told(
        telling.id, telling.kind, telling.round, telling.text, telling.at, people.get(telling.by, ""), telling.fetched_at,
        telling.answered_at, telling.tried, telling.tried_at, telling.recipient,
    )  # fmt: skip


def _mail(letter: Letter, people: Mapping[str, str], desks: Mapping[str, str]) -> Mail:
    key = letter.recipient.partition(":")[2]
    return Mail(
        letter.id, letter.kind, people.get(key) or desks.get(key, ""), desks.get(letter.desk_id, ""), letter.courier,
        letter.status, letter.due_at, letter.sent_at, letter.attempts,
    )  # fmt: skip


def _call(call: DutyTask, people: Mapping[str, str]) -> Call:
    return Call(
        call.id, call.kind, call.person, call.status, call.answer, people.get(call.answered_by or ""), call.answered_at,
        call.note, call.tries, call.due_at,
    )  # fmt: skip
