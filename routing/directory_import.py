"""A spreadsheet laid over the directory: what it would change, and the change.

A desk is known by place and department, and by its name where a place has several of one department. The shifts of a desk in the
sheet are all the shifts it has afterwards; desks that are not in it stay as they are. A desk of which one line can't be read
is left alone whole: half a roster would leave gaps that nobody meant.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.access.queue import places_under
from records.batch import Batch
from records.columns import new_id
from records.tables import Account, Desk, Duty, Place
from routing.desks import duty_of, lay_places, new_person, prove_again
from routing.directory_sheet import Entry, Sheet, desks_of, read_sheet
from routing.divisions import Divisions
from words.ids import DEPARTMENTS
from words.language import Line, line


@dataclass(frozen=True)
class Planned:
    """What becomes of one desk. `what` is new or changed; `added` the people who come in new, `shifts` how many it has then
    and `before` how many it had."""

    what: str
    place: str
    department: str
    name: str
    added: int
    shifts: int
    before: int


@dataclass(frozen=True)
class Plan:
    desks: tuple[Planned, ...] = ()
    problems: tuple[tuple[int, Line], ...] = ()


async def plan_import(
    session: AsyncSession, person: Account, rows: Sequence[Sequence[str]], divisions: Divisions, now: datetime
) -> tuple[Batch, Plan]:
    """The batch that makes it true, and what it does. Writing it is up to whoever has seen the plan."""
    ours = (await session.exec(select(Place).where(col(Place.code).in_(places_under(person.place_code))))).all()
    names = {place.code: place.name for place in ours}
    sheet = read_sheet(rows, divisions, names, person.place_code)
    problems, batch, planned = list(sheet.problems), Batch(), []
    for key, entries in desks_of(sheet.entries):
        place = key[0]
        if place not in names and person.place_code not in divisions.chain(place):
            problems.append(
                (entries[0].number, line("{place}不在您管的范围内。", place=divisions.full_name(place) or place))
            )
        elif not _left_alone(sheet, key):
            planned.append(await _desk(session, person, batch, entries, names, divisions, now))
    if planned:
        batch.audit(now, person.id, "directory_imported", person.place_code, desks=len(planned))
        prove_again(batch, now)
    return batch, Plan(tuple(planned), tuple(sorted(problems, key=lambda problem: problem[0])))


def _left_alone(sheet: Sheet, key: tuple[str, str, str]) -> bool:
    return any(
        broken[:2] == key[:2] and (not broken[2] or not key[2] or broken[2] == key[2]) for broken in sheet.broken
    )


async def _desk(
    session: AsyncSession,
    person: Account,
    batch: Batch,
    entries: Sequence[Entry],
    names: dict[str, str],
    divisions: Divisions,
    now: datetime,
) -> Planned:
    first = entries[0]
    name = first.desk or f"{names.get(first.place) or divisions.name(first.place)}{DEPARTMENTS[first.department]}"
    phone = next((entry.desk_phone for entry in entries if entry.desk_phone), None)
    desk = await _known(session, first)
    if desk is None:
        if first.place not in names:
            await lay_places(session, batch, first.place, divisions.name(first.place), divisions)
        fresh = Desk(
            id=new_id(now), place_code=first.place, department=first.department, name=name, kind=first.kind, phone=phone
        )
        batch.add(fresh)
    else:
        batch.change(
            desk, name=name if first.desk else desk.name, kind=first.kind, phone=phone or desk.phone, active=True
        )
        batch.remove(Duty, desk_id=desk.id)
    seat = desk or fresh
    people = {account.phone: account for account in await _people(session, desk)} if desk else {}
    added = 0
    for entry in entries:
        account = people.get(entry.phone)
        if account is None or account.name != entry.name:
            account = people[entry.phone] = new_person(seat, entry.name, entry.phone, person.demo, now)
            batch.add(account)
            added += 1
        batch.add(duty_of(seat.id, account.id, entry.shift, now))
    before = len((await session.exec(select(Duty.id).where(Duty.desk_id == desk.id))).all()) if desk else 0
    where = divisions.full_name(first.place) or names.get(first.place, "")
    return Planned("changed" if desk else "new", where, first.department, name, added, len(entries), before)


async def _known(session: AsyncSession, entry: Entry) -> Desk | None:
    """The desk that the sheet means: the only one of its department there, or the one of that name."""
    rows = (
        await session.exec(
            select(Desk)
            .where(Desk.place_code == entry.place, Desk.department == entry.department)
            .order_by(col(Desk.active).desc(), col(Desk.id))
        )
    ).all()
    named = next((desk for desk in rows if desk.name == entry.desk), None)
    return named or (rows[0] if len(rows) == 1 and not _several(entry.department) else None)


def _several(department: str) -> bool:
    """Of these a county has many: another name is another desk."""
    return department in ("township", "village_committee", "school", "medical_institution")


async def _people(session: AsyncSession, desk: Desk) -> Sequence[Account]:
    return (
        await session.exec(select(Account).where(Account.desk_id == desk.id, col(Account.disabled_at).is_(None)))
    ).all()
