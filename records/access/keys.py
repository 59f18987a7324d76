"""Keys of programs that talk to us: made, rotated, found by what they hold. Only a keyed hash of a key is ever stored."""

import base64
import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.batch import Batch
from records.columns import new_id
from records.secrets import keyring
from records.tables import ApiKey

SCOPES = {
    "tickets": "送工单，看自己送来的工单，取结果",
    "read": "只看自己送来的工单，取结果",
}
NAME = re.compile(r"[\w][\w.\-]{0,63}")
OVERLAP = timedelta(days=1)  # how long the old key still works after a rotation (ours)
PER_MINUTE = 3000  # more than any hotline sends; against a program gone wild (ours)
USED_EVERY = timedelta(minutes=5)  # how fine `used_at` is: a read should not cost a write each time
_TOKEN = re.compile(r"htk_[A-Za-z0-9_\-]{20,100}")


@dataclass(frozen=True)
class NewKey:
    """`token` and `secret` are shown once and stored nowhere in the clear."""

    row: ApiKey
    token: str
    secret: str | None


def make_key(
    name: str, scopes: Collection[str], now: datetime, *, platform: str | None = None, per_minute: int = PER_MINUTE,
    signs: bool = False, ends_at: datetime | None = None,
) -> NewKey:  # fmt: skip
    token = "htk_" + secrets.token_urlsafe(32)
    secret = new_secret() if signs else None
    row = ApiKey(
        id=new_id(now), name=name, token_hash=_hash(token), scopes=sorted(scopes), platform=platform, secret=secret,
        per_minute=per_minute, created_at=now, ends_at=ends_at,
    )  # fmt: skip
    return NewKey(row, token, secret)


def new_secret() -> str:
    """A signing secret as Standard Webhooks writes it: 32 random bytes."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


async def key_of(session: AsyncSession, token: str, now: datetime) -> ApiKey | None:
    """The key that is held; None when there is none such, or it is over."""
    if not _TOKEN.fullmatch(token):
        return None
    row = (await session.exec(select(ApiKey).where(ApiKey.token_hash == _hash(token)))).one_or_none()
    return row if row is not None and alive(row, now) else None


async def signing_keys(session: AsyncSession, now: datetime) -> Sequence[ApiKey]:
    """The keys whose programs sign what they send."""
    rows = await session.exec(select(ApiKey).where(or_(col(ApiKey.ends_at).is_(None), col(ApiKey.ends_at) > now)))
    return [row for row in rows.all() if row.secret]


async def keys_named(session: AsyncSession, name: str) -> Sequence[ApiKey]:
    found = await session.exec(select(ApiKey).where(ApiKey.name == name).order_by(col(ApiKey.created_at)))
    return found.all()


def alive(row: ApiKey, now: datetime) -> bool:
    return row.ends_at is None or row.ends_at > now


def rotated(old: Sequence[ApiKey], now: datetime, overlap: timedelta) -> tuple[Batch, NewKey]:
    """A new key of the same name and rights; those before it work until the overlap is over."""
    batch, last = Batch(), old[-1]
    new = make_key(
        last.name, last.scopes, now, platform=last.platform, per_minute=last.per_minute, signs=bool(last.secret)
    )
    batch.add(new.row)
    for row in old:
        if row.ends_at is None or row.ends_at > now + overlap:
            batch.change(row, ends_at=now + overlap)
    return batch, new


def revoked(rows: Sequence[ApiKey], now: datetime) -> Batch:
    """At once."""
    batch = Batch()
    for row in rows:
        if alive(row, now):
            batch.change(row, ends_at=now)
    return batch


def noticed(row: ApiKey, now: datetime) -> Batch | None:
    """That the key was used, written down now and then."""
    if row.used_at is not None and timedelta() <= now - row.used_at < USED_EVERY:
        return None
    batch = Batch()
    batch.change_all(ApiKey, {"id": row.id}, used_at=now)
    return batch


def _hash(token: str) -> str:
    return keyring().blind("api key", token)
