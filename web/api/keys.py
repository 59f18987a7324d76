"""Who is calling: a key in `Authorization: Bearer`, or a Standard Webhooks signature over the body."""

import hmac
import math
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from fastapi import Request
from standardwebhooks.webhooks import Webhook
from starlette.datastructures import Headers

from records.access.keys import key_of, noticed, signing_keys
from records.tables import ApiKey
from web.api.bodies import body_of
from web.api.problems import Problem
from web.pages import edge_of
from words.language import line

WINDOW = timedelta(minutes=5)  # Standard Webhooks: how far a message's time may be from ours
ASK = line("请带上密钥：Authorization: Bearer htk_…。密钥由管理员用 hutong apikey new 发给。")
BEARER = {"WWW-Authenticate": "Bearer"}
WRITE, READ = ("tickets",), ("tickets", "read")  # scopes, of which a key has one
_SIGNED = ("webhook-id", "webhook-timestamp", "webhook-signature")


async def caller(request: Request, scopes: Sequence[str]) -> ApiKey:
    """The key in the header, which has one of `scopes`. Raises Problem."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Problem("unauthenticated", ASK, BEARER)
    return await key_holding(request, token.strip(), scopes)


async def key_holding(request: Request, token: str, scopes: Sequence[str]) -> ApiKey:
    """The key that a token is. Raises Problem."""
    edge = edge_of(request)
    async with edge.store.read() as session:
        key = await key_of(session, token, edge.now())
    if key is None:
        raise Problem("unauthenticated", line("这把密钥不对，或者已经停用。请向管理员要新的。"), BEARER)
    return await _permitted(request, key, scopes)


async def sender(request: Request, scopes: Sequence[str]) -> tuple[ApiKey, bytes]:
    """Who sends, and the body: a key in the header, or a signature over the body. Raises Problem."""
    if "authorization" in request.headers or not all(name in request.headers for name in _SIGNED):
        return await caller(request, scopes), await body_of(request)
    body, edge = await body_of(request), edge_of(request)
    async with edge.store.read() as session:
        keys = await signing_keys(session, edge.now())
    return await _permitted(request, _signed_by(keys, request.headers, body, edge.now()), scopes), body


async def _permitted(request: Request, key: ApiKey, scopes: Sequence[str]) -> ApiKey:
    if not set(scopes) & set(key.scopes):
        raise Problem("forbidden", line("这把密钥没有“{scope}”的权限。请向管理员要一把有权限的。", scope=scopes[0]))
    if batch := noticed(key, edge_of(request).now()):
        await edge_of(request).store.write(batch)
    return key


def _signed_by(keys: Sequence[ApiKey], headers: Headers, body: bytes, now: datetime) -> ApiKey:
    """The key whose secret made one of the signatures. The message must be of our present: an old one is a replay."""
    try:
        at = datetime.fromtimestamp(float(headers["webhook-timestamp"]), UTC)
        text = body.decode("utf-8")
    except (ValueError, OverflowError, OSError):
        raise Problem("signature", line("webhook-timestamp 要是秒数，内容要是 UTF-8。"), BEARER) from None
    if abs(now - at) > WINDOW:
        raise Problem("signature", line("消息的时间和本机差了五分钟以上。请校准时钟，重新签名后再送。"), BEARER)
    at = at.replace(microsecond=0)
    given = headers["webhook-signature"].split(" ")
    for key in keys:
        if key.secret and _holds(Webhook(key.secret), headers["webhook-id"], at, text, given):
            return key
    raise Problem("signature", line("没有一把密钥签得出这个签名。请核对签名用的密钥（whsec_…）和原文。"), BEARER)


def _holds(webhook: Webhook, message: str, at: datetime, text: str, given: Sequence[str]) -> bool:
    """The library's own check reads the machine's clock; its signature does not."""
    expected = webhook.sign(message, at, text).encode()
    return any(hmac.compare_digest(expected, each.encode("utf-8", "replace")) for each in given)


class Pace:
    """How fast each key may send, in this process: a bucket that fills as time goes by."""

    def __init__(self) -> None:
        self._left: dict[str, tuple[float, float]] = {}  # key id → tickets left, and when that was so

    def wait(self, key: ApiKey) -> int:
        """Seconds to wait before the next one; 0: it may come, and is counted."""
        if key.per_minute <= 0:
            return 0
        now = time.monotonic()
        left, then = self._left.get(key.id, (float(key.per_minute), now))
        left = min(float(key.per_minute), left + (now - then) * key.per_minute / 60)
        if left < 1:
            self._left[key.id] = (left, now)
            return max(1, math.ceil((1 - left) * 60 / key.per_minute))
        self._left[key.id] = (left - 1, now)
        return 0
