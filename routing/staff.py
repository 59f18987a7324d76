"""The people of the house as an admin keeps them: who may log in, as what, at which desk."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.access.queue import places_under
from records.batch import Batch
from records.columns import new_id
from records.tables import Account, Desk, LoginSession, Place
from routing.binding import unbind
from routing.desks import prove_again
from routing.refusal import Refused
from routing.second_factor import drop_factor
from words.language import line

ROLES = ("officer", "supervisor", "admin", "operator")
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,31}")


@dataclass(frozen=True)
class Newcomer:
    """An account to be made. `password_hash` is of a password made up for it and shown once."""

    login: str
    name: str
    role: str
    desk_id: str | None
    phone: str | None
    password_hash: str


@dataclass(frozen=True)
class Staff:
    """What an admin sees: the people of the place and below, with the desks they may be put at."""

    people: Sequence[tuple[Account, str]]  # with the name of their desk
    desks: Sequence[tuple[Desk, str]]  # with the name of its place


async def staff(session: AsyncSession, admin: Account) -> Staff:
    here = places_under(admin.place_code)
    people = (
        await session.exec(
            select(Account, Desk.name)
            .join(Desk, col(Desk.id) == col(Account.desk_id), isouter=True)
            .where(col(Account.place_code).in_(here))
            .order_by(col(Account.disabled_at).is_not(None), col(Account.role), col(Desk.name), col(Account.name))
        )
    ).all()
    desks = (
        await session.exec(
            select(Desk, Place.name)
            .join(Place, col(Place.code) == col(Desk.place_code))
            .where(col(Desk.place_code).in_(here), col(Desk.active))
            .order_by(col(Desk.place_code), col(Desk.name))
        )
    ).all()
    return Staff([(account, desk or "") for account, desk in people], [(desk, place) for desk, place in desks])


async def open_account(session: AsyncSession, admin: Account, new: Newcomer, now: datetime) -> tuple[Batch, Account]:
    """Raises Refused when the login is taken or unfit, or an officer has no desk."""
    login = new.login.strip().lower()
    if not _LOGIN.fullmatch(login):
        raise Refused(line("登录名用 3 到 32 个小写字母、数字或 . _ -，以字母或数字开头。"))
    if not new.name.strip():
        raise Refused(line("请写姓名。"))
    if new.role not in ROLES:
        raise Refused(line("请选择角色。"))
    if (await session.exec(select(Account.id).where(Account.login == login))).first() is not None:
        raise Refused(line("登录名“{login}”已经有人用了，请换一个。", login=login))
    desk = await session.get(Desk, new.desk_id) if new.desk_id else None
    if new.role == "officer" and (desk is None or not await _covers(session, admin, desk.place_code)):
        raise Refused(line("经办人要属于一个席位，请选择席位。"))
    account = Account(
        id=new_id(now),
        login=login,
        name=new.name.strip()[:40],
        role=new.role,
        place_code=desk.place_code if desk else admin.place_code,
        desk_id=desk.id if desk and new.role == "officer" else None,
        phone=(new.phone or "").strip()[:20] or None,
        password_hash=new.password_hash,
        demo=admin.demo,
        created_at=now,
    )
    batch = Batch()
    batch.add(account)
    batch.audit(now, admin.id, "account_opened", account.id, role=account.role)
    prove_again(batch, now)
    return batch, account


async def disable(session: AsyncSession, admin: Account, account_id: str, now: datetime) -> tuple[Batch, Account]:
    """At once: every session of theirs ends in the same write, and their chat is theirs no more."""
    account = await _theirs(session, admin, account_id)
    if account.id == admin.id:
        raise Refused(line("不能停用自己的账号，请由另一位管理员操作。"))
    batch = Batch()
    if account.disabled_at is None:
        batch.change(account, disabled_at=now)
        batch.remove(LoginSession, account_id=account.id)
        unbound, _ = await unbind(session, account, now)
        batch.include(unbound)
        batch.audit(now, admin.id, "account_disabled", account.id)
        prove_again(batch, now)
    return batch, account


async def enable(session: AsyncSession, admin: Account, account_id: str, now: datetime) -> tuple[Batch, Account]:
    account = await _theirs(session, admin, account_id)
    batch = Batch()
    if account.disabled_at is not None:
        batch.change(account, disabled_at=None, failures=0, locked_until=None)
        batch.audit(now, admin.id, "account_enabled", account.id)
        prove_again(batch, now)
    return batch, account


async def give_password(
    session: AsyncSession, admin: Account, account_id: str, password_hash: str, now: datetime
) -> tuple[Batch, Account]:
    """A new first password; whoever was logged in with the old one is not any more."""
    account = await _theirs(session, admin, account_id)
    batch = Batch()
    batch.change(account, password_hash=password_hash, failures=0, locked_until=None)
    batch.remove(LoginSession, account_id=account.id)
    batch.audit(now, admin.id, "password_given", account.id)
    return batch, account


async def forget_second_factor(
    session: AsyncSession, admin: Account, account_id: str, now: datetime
) -> tuple[Batch, Account]:
    """A person's telephone is lost, or they have a new one."""
    account = await _theirs(session, admin, account_id)
    return await drop_factor(session, admin, account, now), account


async def _theirs(session: AsyncSession, admin: Account, account_id: str) -> Account:
    account = await session.get(Account, account_id)
    if account is None or not await _covers(session, admin, account.place_code):
        raise Refused(line("没有这个账号。"))
    return account


async def _covers(session: AsyncSession, admin: Account, place_code: str) -> bool:
    found = await session.exec(
        select(Place.code).where(Place.code == place_code, col(Place.code).in_(places_under(admin.place_code)))
    )
    return found.first() is not None
