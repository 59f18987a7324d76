"""A login's second factor: an authenticator on a telephone, or printed codes where telephones aren't allowed."""

import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.batch import Batch
from records.tables import Account, LoginSession, SecondFactor
from routing.refusal import Refused
from words.language import line

ISSUER = "护童"
STEP = 30  # seconds that one code lasts (RFC 6238)
AROUND = 1  # steps before and after that are taken too: clocks differ
PRINTED = 10
_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that are read as another

WRONG = line("验证码不对，或者已经用过。")


async def confirmed(session: AsyncSession, account_id: str) -> SecondFactor | None:
    """The person's second factor, if they have one that counts."""
    row = await session.get(SecondFactor, account_id)
    return row if row is not None and row.confirmed_at is not None else None


async def begin_factor(session: AsyncSession, person: Account, now: datetime) -> tuple[Batch, str]:
    """A new secret, which counts once a code of it was given. Gives the address for the authenticator (otpauth://)."""
    row, batch = await session.get(SecondFactor, person.id), Batch()
    if row is not None and row.confirmed_at is not None:
        raise Refused(line("已经设置了第二重验证。要换手机，请先由管理员去掉。"))
    secret = pyotp.random_base32()
    if row is None:
        batch.add(SecondFactor(account_id=person.id, secret=secret, made_at=now))
    else:
        batch.change(row, secret=secret, made_at=now)
    return batch, pyotp.TOTP(secret).provisioning_uri(name=person.login, issuer_name=ISSUER)


async def confirm_factor(
    session: AsyncSession, person: Account, code: str, keep: str, now: datetime
) -> tuple[Batch, list[str]]:
    """The first code proves that the authenticator works. Gives the printed codes, shown this once; every session of the person
    but `keep` (its id) ends."""
    row = await session.get(SecondFactor, person.id)
    step = _step_of(row, code, now) if row is not None and row.confirmed_at is None else None
    if row is None or step is None:
        raise Refused(WRONG)
    printed = ["".join(secrets.choice(_SIGNS) for _ in range(10)) for _ in range(PRINTED)]
    batch = Batch()
    batch.change(row, confirmed_at=now, last_step=step, codes=[_hash(person.id, each) for each in printed])
    await _end_others(session, batch, person.id, keep)
    batch.audit(now, person.id, "second_factor_set", person.id)
    return batch, [f"{each[:5]}-{each[5:]}" for each in printed]


async def use_code(session: AsyncSession, row: SecondFactor, code: str, now: datetime) -> tuple[Batch, bool]:
    """Take a code of the authenticator, or one that was printed; either only once."""
    batch, step = Batch(), _step_of(row, code, now)
    if step is not None:
        batch.change(row, last_step=step)
        return batch, True
    given = _hash(row.account_id, "".join(sign for sign in code.upper() if sign.isalnum()))
    if any(hmac.compare_digest(given, each) for each in row.codes):
        left = [each for each in row.codes if each != given]
        batch.change(row, codes=left)
        batch.audit(now, row.account_id, "printed_code_used", row.account_id, left=len(left))
        return batch, True
    return batch, False


async def drop_factor(session: AsyncSession, admin: Account, account: Account, now: datetime) -> Batch:
    """The telephone is lost: the factor goes, and every session of the person with it."""
    batch = Batch()
    batch.remove(SecondFactor, account_id=account.id)
    batch.remove(LoginSession, account_id=account.id)
    batch.audit(now, admin.id, "second_factor_dropped", account.id)
    return batch


async def end_session(
    session: AsyncSession, person: Account, session_id: str, keep: str, now: datetime
) -> tuple[Batch, None]:
    """One of the person's own sessions ends, or all but `keep` when none is named."""
    batch = Batch()
    if session_id:
        batch.remove(LoginSession, id=session_id, account_id=person.id)
    else:
        await _end_others(session, batch, person.id, keep)
    batch.audit(now, person.id, "session_ended", person.id)
    return batch, None


async def _end_others(session: AsyncSession, batch: Batch, account_id: str, keep: str) -> None:
    rows = await session.exec(
        select(LoginSession.id).where(LoginSession.account_id == account_id, col(LoginSession.id) != keep)
    )
    for id in rows.all():
        batch.remove(LoginSession, id=id)


async def must_have(session: AsyncSession, person: Account) -> None:
    """Whoever opens a reporter's number has a second factor. Demonstration people have public passwords, and nothing real to
    open."""
    if not person.demo and await confirmed(session, person.id) is None:
        raise Refused(line("查看报告人的电话，要先在“我的账号”里设置第二重验证。"))


def _step_of(row: SecondFactor, code: str, now: datetime) -> int | None:
    """The time step whose code this is, near now and later than the last one taken."""
    digits, totp, current = code.replace(" ", ""), pyotp.TOTP(row.secret), int(now.timestamp()) // STEP
    for step in range(current - AROUND, current + AROUND + 1):
        if step > row.last_step and hmac.compare_digest(totp.at(step * STEP).encode(), digits.encode()):
            return step
    return None


def _hash(account_id: str, code: str) -> str:
    return hashlib.sha256(f"{account_id}:{code}".encode()).hexdigest()
