"""The directory as an admin or a supervisor keeps it: desks of their place, who sits at them, and when.

Every change asks for a new proof of coverage (`routing.coverage`), so that a gap is seen before it hurts.
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
from records.tasks import put_task
from routing.directory_sheet import Shift
from routing.divisions import Divisions
from routing.refusal import Refused
from words.ids import DEPARTMENTS
from words.language import Line, line

COVERAGE = "coverage"  # the task that proves it anew
RUNGS = ("desk", "L0", "L1", "L2", "L3", "L4")
KINDS = ("24h", "day")
DAYS = ("weekdays", "working", "rest")
_NOT_THERE = line("没有这个席位，或者它不在您管的范围内。")


@dataclass(frozen=True)
class DeskFacts:
    """What is written of a desk."""

    name: str
    kind: str
    phone: str
    active: bool = True


@dataclass(frozen=True)
class DeskPage:
    """A desk, its people, and their shifts in the order of rungs."""

    desk: Desk
    place: str
    shifts: Sequence[tuple[Duty, Account]]
    people: Sequence[Account]


async def desks_here(session: AsyncSession, person: Account) -> Sequence[tuple[Desk, str, int]]:
    """The desks of the person's place and below, each with the name of its place and how many people have a shift."""
    rows = (
        await session.exec(
            select(Desk, Place.name)
            .join(Place, col(Place.code) == col(Desk.place_code))
            .where(col(Desk.place_code).in_(places_under(person.place_code)))
            .order_by(col(Desk.place_code), col(Desk.active).desc(), col(Desk.name))
        )
    ).all()
    seated: dict[str, set[str]] = {}
    for desk_id, account in (
        await session.exec(
            select(Duty.desk_id, Duty.account_id)
            .join(Account, col(Account.id) == col(Duty.account_id))
            .where(col(Account.disabled_at).is_(None))
        )
    ).all():
        seated.setdefault(desk_id, set()).add(account)
    return [(desk, place, len(seated.get(desk.id, ()))) for desk, place in rows]


async def places_here(session: AsyncSession, person: Account) -> Sequence[Place]:
    """The places in which the person keeps desks."""
    here = select(Place).where(col(Place.code).in_(places_under(person.place_code))).order_by(col(Place.code))
    return (await session.exec(here)).all()


async def desk_page(session: AsyncSession, person: Account, desk_id: str) -> DeskPage | None:
    """None when the desk is not there, or not theirs to keep."""
    desk = await session.get(Desk, desk_id)
    place = await session.get(Place, desk.place_code) if desk else None
    if desk is None or place is None or not await _keeps(session, person, desk.place_code):
        return None
    shifts = (
        await session.exec(
            select(Duty, Account)
            .join(Account, col(Account.id) == col(Duty.account_id))
            .where(Duty.desk_id == desk.id)
            .order_by(col(Duty.rank), col(Duty.start), col(Duty.id))
        )
    ).all()
    people = (
        await session.exec(
            select(Account)
            .where(Account.desk_id == desk.id, col(Account.disabled_at).is_(None))
            .order_by(col(Account.name))
        )
    ).all()
    in_order = sorted(shifts, key=lambda row: RUNGS.index(row[0].rung) if row[0].rung in RUNGS else len(RUNGS))
    return DeskPage(desk, place.name, [(duty, account) for duty, account in in_order], people)


async def open_desk(
    session: AsyncSession,
    person: Account,
    place_code: str,
    department: str,
    facts: DeskFacts,
    divisions: Divisions,
    now: datetime,
) -> tuple[Batch, Desk]:
    """A new desk. A place that the directory does not know yet comes in with what it lies in."""
    if department not in DEPARTMENTS:
        raise Refused(line("请选择部门。"))
    code = place_code.strip()
    batch = Batch()
    if not await _keeps(session, person, code):
        await _lay_place(session, person, batch, code, divisions)
    desk = Desk(id=new_id(now), place_code=code, department=department, **_facts(facts))
    batch.add(desk)
    return _changed(batch, person, "desk_opened", desk.id, now), desk


async def change_desk(
    session: AsyncSession, person: Account, desk_id: str, facts: DeskFacts, now: datetime
) -> tuple[Batch, Line]:
    desk = await _theirs(session, person, desk_id)
    batch = Batch()
    batch.change(desk, **_facts(facts))
    return _changed(batch, person, "desk_changed", desk.id, now), line("已保存。")


async def add_shift(
    session: AsyncSession,
    person: Account,
    desk_id: str,
    account_id: str,
    name: str,
    phone: str,
    shift: Shift,
    now: datetime,
) -> tuple[Batch, Line]:
    """Somebody answers at a rung of the desk: one of its people, or somebody new, who can be called and cannot log in."""
    desk = await _theirs(session, person, desk_id)
    batch = Batch()
    if account_id:
        account = await session.get(Account, account_id)
        if account is None or account.desk_id != desk.id or account.disabled_at is not None:
            raise Refused(line("请选择本席位的人。"))
    else:
        if not name.strip() or not phone.strip():
            raise Refused(line("请选人，或写明姓名和电话。"))
        account = new_person(desk, name, phone, person.demo, now)
        batch.add(account)
    batch.add(duty_of(desk.id, account.id, shift, now))
    return _changed(batch, person, "shift_added", desk.id, now), line("已加上班次。")


async def remove_shift(
    session: AsyncSession, person: Account, desk_id: str, duty_id: str, now: datetime
) -> tuple[Batch, Line]:
    desk = await _theirs(session, person, desk_id)
    batch = Batch()
    batch.remove(Duty, id=duty_id, desk_id=desk.id)
    return _changed(batch, person, "shift_removed", desk.id, now), line("已去掉班次。")


def new_person(desk: Desk, name: str, phone: str, demo: bool, now: datetime) -> Account:
    """Somebody of the desk who can be called; nobody can log in as them until an admin gives a password."""
    identity = new_id(now)
    return Account(
        id=identity, login=f"p-{identity[-12:]}", name=name.strip()[:40], role="officer", place_code=desk.place_code,
        desk_id=desk.id, phone=phone.strip()[:20] or None, demo=demo, created_at=now,
    )  # fmt: skip


def duty_of(desk_id: str, account_id: str, shift: Shift, now: datetime) -> Duty:
    """Raises Refused when the shift can't be read."""
    fits = shift.rung in RUNGS and shift.days in DAYS and 0 <= shift.start < 1440 and 0 <= shift.end < 1440
    if not fits or (shift.days == "weekdays" and not shift.weekdays):
        raise Refused(line("请写明级别、日期和时段。"))
    return Duty(
        id=new_id(now), desk_id=desk_id, account_id=account_id, rung=shift.rung, days=shift.days,
        weekdays=list(shift.weekdays), start=shift.start, end=shift.end, rank=shift.rank,
    )  # fmt: skip


def prove_again(batch: Batch, now: datetime) -> None:
    """Ask for a new proof of coverage: something of desks, people or shifts has changed."""
    put_task(batch, COVERAGE, now.isoformat(), now)


async def lay_places(session: AsyncSession, batch: Batch, code: str, name: str, divisions: Divisions) -> None:
    """A place and what it lies in, as far as they are not in the directory yet."""
    chain = [each for each in divisions.chain(code) if each != code]
    for each, parent in zip((code, *chain), (*chain, None), strict=True):
        if await session.get(Place, each) is None:
            batch.add_if_new(Place(code=each, name=name if each == code else divisions.name(each), parent=parent))


async def _lay_place(session: AsyncSession, person: Account, batch: Batch, code: str, divisions: Divisions) -> None:
    name, above = divisions.name(code), divisions.chain(code)
    if not name or (await session.get(Place, code)) is not None or person.place_code not in above:
        raise Refused(line("这个地方不在您管的范围内，或者区划代码不对。"))
    await lay_places(session, batch, code, name, divisions)


def _facts(facts: DeskFacts) -> dict[str, object]:
    if not facts.name.strip() or facts.kind not in KINDS:
        raise Refused(line("请写席位名称，并选值守方式。"))
    phone = facts.phone.strip()[:20] or None
    return {"name": facts.name.strip()[:80], "kind": facts.kind, "phone": phone, "active": facts.active}


def _changed(batch: Batch, person: Account, action: str, desk_id: str, now: datetime) -> Batch:
    batch.audit(now, person.id, action, desk_id)
    prove_again(batch, now)
    return batch


async def _theirs(session: AsyncSession, person: Account, desk_id: str) -> Desk:
    desk = await session.get(Desk, desk_id)
    if desk is None or not await _keeps(session, person, desk.place_code):
        raise Refused(_NOT_THERE)
    return desk


async def _keeps(session: AsyncSession, person: Account, place_code: str) -> bool:
    if person.role not in ("admin", "supervisor") or person.disabled_at is not None:
        return False
    found = await session.exec(
        select(Place.code).where(Place.code == place_code, col(Place.code).in_(places_under(person.place_code)))
    )
    return found.first() is not None
