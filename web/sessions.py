"""Sessions of staff: kept on the server, only the token's hash stored, gone when the person is disabled."""

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.batch import Batch, Lost
from records.columns import new_id
from records.passwords import hash_password, is_outdated, verify_password
from records.secrets import KeyProblem, keyring
from records.store import Store
from records.tables import Account, Desk, LoginSession
from routing.second_factor import confirmed, use_code

COOKIE = "s"
LASTS = timedelta(hours=12)  # a shift and what runs over
IDLE = timedelta(hours=4)
SEEN_EVERY = timedelta(minutes=5)  # how fine `seen_at` is: a read should not cost a write each time
TICKET, TICKET_LASTS = "login.second", timedelta(minutes=5)
FREE_TRIES = 3  # wrong passwords that cost nothing; then 2, 4, 8 … seconds, at most LONGEST
LONGEST = timedelta(minutes=15)


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_holds(session: LoginSession, given: str) -> bool:
    return hmac.compare_digest(session.csrf.encode(), given.encode())


def delay(failures: int) -> timedelta:
    """How long a login is shut after that many wrong passwords in a row."""
    if failures < FREE_TRIES:
        return timedelta()
    return min(timedelta(seconds=2 ** min(failures - FREE_TRIES + 1, 20)), LONGEST)


@dataclass(frozen=True)
class Half:
    """The password was right; the second factor is still to come. `ticket` says so to this site, for a few minutes."""

    ticket: str


async def sign_in(store: Store, login: str, password: str, now: datetime) -> str | Half | None:
    """The token of a new session, half of a login, or None. A login that does not exist, a wrong password, a disabled account and one
    that is shut for a while all look and last the same."""
    async with store.read() as session:
        seen = (await session.exec(select(Account).where(Account.login == login.strip()))).first()
    may = seen is not None and seen.disabled_at is None and (seen.locked_until is None or seen.locked_until <= now)
    right = await asyncio.to_thread(verify_password, password, seen.password_hash if seen and may else None)
    if seen is None or not may:
        return None
    if not right:
        await store.carry_out(lambda session: _failed(session, seen.id, now))
        return None
    fresh = None
    if seen.password_hash and is_outdated(seen.password_hash) and not seen.demo:
        fresh = await asyncio.to_thread(hash_password, password)
    return await store.carry_out(lambda session: _succeeded(session, seen.id, fresh, now))


async def sign_in_second(store: Store, ticket: str, code: str, now: datetime) -> str | None:
    """The token of a new session for whoever gave the right password before, and gives the right code now."""
    account_id = _opened(ticket, now)
    async with store.read() as session:
        seen = await session.get(Account, account_id) if account_id else None
    if seen is None or seen.disabled_at is not None or (seen.locked_until is not None and seen.locked_until > now):
        return None

    async def decide(session: AsyncSession) -> tuple[Batch, str | None]:
        row = await confirmed(session, seen.id)
        taken, right = await use_code(session, row, code[:40], now) if row is not None else (Batch(), False)
        if not right:
            return (await _failed(session, seen.id, now))[0], None
        batch, token = await _succeeded(session, seen.id, None, now, whole=True)
        batch.include(taken)
        return batch, str(token)

    return await store.carry_out(decide)


def _ticket(account_id: str, now: datetime) -> str:
    plain = json.dumps([account_id, now.isoformat()]).encode()
    return base64.urlsafe_b64encode(keyring().seal(plain, TICKET)).decode()


def _opened(ticket: str, now: datetime) -> str | None:
    """Whose ticket it is; None when it is none of ours, or too old."""
    try:
        account_id, at = json.loads(keyring().open(base64.urlsafe_b64decode(ticket[:1000].encode()), TICKET))
    except (ValueError, KeyProblem):
        return None
    return str(account_id) if now - datetime.fromisoformat(at) <= TICKET_LASTS else None


async def _failed(session: AsyncSession, account_id: str, now: datetime) -> tuple[Batch, None]:
    batch = Batch()
    account = await session.get_one(Account, account_id)
    failures = account.failures + 1
    batch.change(account, failures=failures, locked_until=now + delay(failures))
    batch.audit(now, account.id, "login_failed", account.id, failures=failures)
    return batch, None


async def _succeeded(
    session: AsyncSession, account_id: str, fresh: str | None, now: datetime, *, whole: bool = False
) -> tuple[Batch, str | Half | None]:
    batch = Batch()
    account = await session.get_one(Account, account_id)
    if account.disabled_at is not None:
        return batch, None
    if not whole and await confirmed(session, account_id) is not None:
        return batch, Half(_ticket(account_id, now))
    values = {"failures": 0, "locked_until": None} | ({"password_hash": fresh} if fresh else {})
    batch.change(account, **values)
    token = secrets.token_urlsafe(32)
    batch.add(
        LoginSession(
            id=new_id(now), token_hash=hashed(token), account_id=account.id, csrf=secrets.token_urlsafe(24),
            created_at=now, seen_at=now, expires_at=now + LASTS,
        )
    )  # fmt: skip
    batch.audit(now, account.id, "login", account.id)
    return batch, token


async def find(
    store: Store, token: str, now: datetime, *, touch: bool = True
) -> tuple[LoginSession, Account, Desk | None] | None:
    """The live session of a token, whose it is and their desk; None when it is over, idle too long, or the person
    disabled. `touch`: it is somebody's doing, so the session is not idle."""
    if not token:
        return None
    async with store.read() as session:
        found = (
            await session.exec(
                select(LoginSession, Account, Desk)
                .join(Account, col(Account.id) == col(LoginSession.account_id))
                .join(Desk, col(Desk.id) == col(Account.desk_id), isouter=True)
                .where(LoginSession.token_hash == hashed(token))
            )
        ).first()
    if found is None:
        return None
    row, account, desk = found
    if account.disabled_at is not None or row.expires_at <= now or row.seen_at + IDLE <= now:
        return None
    if touch and row.seen_at + SEEN_EVERY <= now:
        batch = Batch()
        batch.change_all(LoginSession, {"id": row.id}, seen_at=now)
        await store.write(batch)
    return row, account, desk


async def carry_over(store: Store, before: datetime, now: datetime) -> None:
    """Time that a demonstration pushed was nobody's idleness: who was signed in before stays signed in as long."""
    async with store.read() as session:
        live = (await session.exec(select(LoginSession).where(col(LoginSession.expires_at) > before))).all()
    batch = Batch()
    for row in live:
        if row.seen_at + IDLE > before:
            batch.change_all(
                LoginSession,
                {"id": row.id},
                seen_at=row.seen_at + (now - before),
                expires_at=row.expires_at + (now - before),
            )
    await store.write(batch)


async def sign_out(store: Store, row: LoginSession, now: datetime) -> None:
    batch = Batch()
    batch.remove(LoginSession, id=row.id)
    batch.audit(now, row.account_id, "logout", row.account_id)
    await store.write(batch)


async def change_password(store: Store, person: Account, keep: LoginSession, old: str, new: str, now: datetime) -> bool:
    """A person's own new password; every other session of theirs ends. False when the old one is wrong."""
    if not await asyncio.to_thread(verify_password, old, person.password_hash):
        return False
    made = await asyncio.to_thread(hash_password, new)
    batch = Batch()
    batch.change(person, password_hash=made)
    batch.remove(LoginSession, account_id=person.id)
    batch.add(LoginSession(**keep.model_dump()))
    batch.audit(now, person.id, "password_changed", person.id)
    try:
        await store.write(batch)
    except Lost:
        return False
    return True
