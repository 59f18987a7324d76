"""The courier of platforms: reads what may be told, writes it in the platform's shape, signs it, and posts it."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
from standardwebhooks.webhooks import Webhook

from escalation.callbacks import Delivery
from intake.tickets.callback import body_of, taken
from intake.tickets.profile import OURS, Callback, Profile
from records.access.callbacks import outgoing
from records.store import Store
from records.tables import Letter

SECONDS = 15.0  # a platform that has not answered by then is tried again
MOST_ANSWER = 64 * 1024
LONGEST_WAIT = timedelta(hours=6)  # whatever a platform asks for


def new_client(seconds: float = SECONDS) -> httpx.AsyncClient:
    """Follows no redirect and heeds no proxy of the environment: it goes where the administrator said, or nowhere."""
    return httpx.AsyncClient(
        timeout=httpx.Timeout(seconds, connect=min(seconds, 5.0)), follow_redirects=False, trust_env=False
    )


class PlatformCourier:
    """Carries one letter. `client` gives the HTTP client to use."""

    def __init__(self, store: Store, profiles: Mapping[str, Profile], client: Callable[[], httpx.AsyncClient]) -> None:
        self._store, self._profiles, self._client = store, profiles, client

    async def __call__(self, letter: Letter, now: datetime) -> Delivery:
        async with self._store.read() as session:
            out = await outgoing(session, letter)
        if out is None:
            return Delivery(False, "not_connected")
        shape = self._shape(out.platform)
        body = json.dumps(body_of(shape, out.told), ensure_ascii=False)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "webhook-id": letter.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(out.secret).sign(letter.id, now.replace(microsecond=0), body),
        } | ({"Authorization": f"Bearer {out.bearer}"} if out.bearer else {})
        try:
            status, wait, answer = await _post(self._client(), out.address, body.encode(), headers)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as fault:
            return Delivery(False, type(fault).__name__)
        if not 200 <= status < 300:
            return Delivery(False, f"status_{status}", wait=wait)
        if not taken(shape, answer):
            return Delivery(False, "refused")
        return Delivery(True, told=None if out.told.caller_is_subject else out.told.telling)

    def _shape(self, platform: str) -> Callback:
        profile = self._profiles.get(platform)
        shape = (profile.callback if profile else None) or self._profiles[OURS].callback
        assert shape is not None  # ours has one: a test holds it
        return shape


async def _post(
    client: httpx.AsyncClient, address: str, body: bytes, headers: Mapping[str, str]
) -> tuple[int, timedelta, Any]:
    """Status, what the platform asks to wait, and its answer as JSON (None when it is none). An answer that breaks off is a
    fault: whether it was taken is unknown, and it goes again."""
    async with client.stream("POST", address, content=body, headers=dict(headers)) as response:
        taken_in = bytearray()
        async for chunk in response.aiter_bytes():
            taken_in += chunk[: MOST_ANSWER - len(taken_in)]
            if len(taken_in) >= MOST_ANSWER:
                break
    asked = response.headers.get("retry-after", "")
    wait = min(timedelta(seconds=int(asked)), LONGEST_WAIT) if asked.isdigit() and len(asked) < 9 else timedelta()
    try:
        return response.status_code, wait, json.loads(taken_in)
    except (ValueError, RecursionError):
        return response.status_code, wait, None
