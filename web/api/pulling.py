"""For platforms that can't be called: they ask what has changed, page by page, and miss nothing."""

import base64
import binascii
import json
from datetime import datetime, timedelta
from typing import Any

from records.access.tickets import Sent, sent_tickets
from records.tables import ApiKey
from web.api.problems import Problem
from web.edge import Edge
from words.beijing import BEIJING, local
from words.language import line

# A change is decided a moment before it is written. Whoever has read everything begins again this much earlier: what
# arrived late is then read too, and what was read already is the same once more.
OVERLAP = timedelta(minutes=1)


async def page_of(
    edge: Edge, key: ApiKey, updated_since: str | None, cursor: str | None, order_no: str | None, limit: int
) -> dict[str, Any]:
    """`tickets`, and `next`, the cursor to ask with, now if `more`, otherwise at the next time. Raises Problem."""
    since, after = moment(updated_since, "updated_since"), ""
    if cursor is not None:  # it goes on from where the last page ended, whatever else is asked
        since, after = _from_cursor(cursor)
    async with edge.store.read() as session:
        found = await sent_tickets(session, key, since, after, limit + 1, order_no=order_no)
    more, shown = len(found) > limit, found[:limit]
    if more:
        following = cursor_of(shown[-1].updated_at, shown[-1].id)
    else:
        newest = shown[-1].updated_at if shown else since
        following = (
            cursor_of(min(newest or edge.now(), edge.now()) - OVERLAP, "")
            if newest
            else cursor_of(edge.now() - OVERLAP, "")
        )
    return {"tickets": [as_json(each) for each in shown], "more": more, "next": following}


def as_json(sent: Sent) -> dict[str, Any]:
    return {
        "platform": sent.platform, "order_no": sent.order_no, "case": sent.reference, "status": sent.status,
        "level": sent.level, "desk": sent.desk, "text": sent.text, "due": _iso(sent.due),
        "received_at": _iso(sent.received_at), "updated_at": _iso(sent.updated_at), "closed": sent.closed,
        "ask_satisfaction": sent.ask_satisfaction, "may_call_back": sent.may_call_back,
    }  # fmt: skip


def _iso(moment: datetime | None) -> str | None:
    return local(moment).isoformat(timespec="microseconds") if moment else None


def cursor_of(at: datetime, id: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), id]).encode()).decode().rstrip("=")


def _from_cursor(cursor: str) -> tuple[datetime, str]:
    try:
        at, id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or not isinstance(id, str) or len(id) > 40:
            raise ValueError
    except (ValueError, TypeError, binascii.Error, OverflowError):
        raise Problem(
            "parameter", line("cursor 不对。请用上一次回答里的 next，或者改用 updated_since 从头取。")
        ) from None
    return moment, id


def moment(text: str | None, name: str) -> datetime | None:
    """A time in the address; `name` is the parameter's. Raises Problem."""
    if text is None:
        return None
    try:
        # An unescaped plus in an address is read as a blank.
        moment = datetime.fromisoformat(text.strip().replace(" ", "+") if "T" in text else text.strip())
        return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)
    except (ValueError, OverflowError):
        raise Problem("parameter", line("{name} 要写成 2026-11-22T03:10:00+08:00 这样的时间。", name=name)) from None
