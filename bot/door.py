"""Where the messenger's updates come in, by webhook or by long polling: each is a row before the messenger hears that we
have it, so that whatever happens afterwards nothing is lost, doubled or out of order.

Knows the shape of an update and no framework. What strangers write in a group never gets past this line.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from bot.edge import Json
from records.batch import Batch
from records.secrets import keyring
from records.store import Store
from records.updates import keep

KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
_OF_A_GROUP = ("chat", "date", "message_id", "new_chat_member")


def secret(bot: str, token: str) -> str:
    """What the messenger must say with every webhook call. A new token makes the old secret worthless."""
    key = keyring().blind("webhook", bot)
    return hmac.new(key.encode(), token.encode(), hashlib.sha256).hexdigest()


async def take(store: Store, bot: str, body: bytes, now: datetime) -> bool:
    """One webhook call. False when it is no update: nobody sends it better a second time. Raises when it could not be kept."""
    try:
        update = json.loads(body)
    except ValueError:
        return False
    return await take_all(store, bot, [update], now) == 1 if isinstance(update, dict) else False


async def take_all(store: Store, bot: str, updates: Iterable[Mapping[str, Any]], now: datetime) -> int:
    """What long polling brought, in one write; how many were updates of a kind that we know."""
    batch, kept = Batch(), 0
    for update in updates:
        if (found := _sorted_out(update)) is not None:
            number, chat, wanted = found
            keep(batch, bot, number, chat, wanted, now)
            kept += 1
    await store.write(batch)
    return kept


def _sorted_out(update: Mapping[str, Any]) -> tuple[int, int, Json] | None:
    """Number, chat, and what is kept of it; None for what no bot deals with."""
    number = update.get("update_id")
    kind = next((kind for kind in KINDS if isinstance(update.get(kind), dict)), None)
    if not isinstance(number, int) or kind is None:
        return None
    body = update[kind]
    chat = (body.get("message") or {}).get("chat") if kind == "callback_query" else body.get("chat")
    chat = chat or body.get("from")  # a press on a message that the messenger no longer has
    if not isinstance(chat, dict) or not isinstance(chat.get("id"), int):
        return None
    private = chat.get("type", "private") == "private"
    wanted = dict(body) if private else _of_a_group(body)
    return number, chat["id"], {"update_id": number, kind: wanted}


def _of_a_group(body: Mapping[str, Any]) -> Json:
    """That something was said there, and whether to us; nothing of what was said, nor by whom."""
    addressed = str(body.get("text", "")).startswith("/") or "reply_to_message" in body
    return {name: body[name] for name in _OF_A_GROUP if name in body} | {"addressed": addressed}
