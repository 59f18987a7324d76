"""Letters to platforms: carried in order for each ticket, tried again for days, and never in the way of anything else.

A platform that is slow or down holds up its own tickets only. What did not go is tried again with longer and longer pauses;
what follows it for the same ticket waits behind it. After the last try the letter is dead: it is on the board, with a button.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from records.batch import Batch, Lost
from records.callbacks import KIND, Turn, turns
from records.outbox import lease
from records.store import Store
from records.tables import Letter
from records.tasks import put_task

log = logging.getLogger("hutong.callbacks")

# Pauses between tries: four and a half days in all, so that a platform may be down over a long week-end.
BACK_OFF = tuple(
    timedelta(seconds=seconds)
    for seconds in (10, 30, 120, 600, 1800, 3600, 7200, 14400, 28800, 43200, 86400, 86400, 86400)
)
TICKETS = 200  # looked at together
AT_ONCE = 8  # carried side by side


@dataclass(frozen=True)
class Delivery:
    """What became of one try. `told`: the reporter's platform has what may be told, so the telling has arrived. `reason` is
    a short code, never the text of an answer; `wait` what the platform asked for, at least."""

    sent: bool
    reason: str = ""
    told: str | None = None
    wait: timedelta = timedelta()


Carry = Callable[[Letter, datetime], Awaitable[Delivery]]


async def deliver_callbacks(store: Store, now: datetime, carry: Carry) -> int:
    """Carry every letter whose turn it is; answers how many went out. Ends when nothing more can go now."""
    sent, room = 0, asyncio.Semaphore(AT_ONCE)

    async def one(turn: Turn) -> bool:
        async with room:
            return await _carry(store, turn.first, now, carry)

    while True:
        async with store.read() as session:
            found = await turns(session, now, TICKETS)
        if not found:
            return sent
        for turn in found:
            if not turn.ready:
                await _wait_behind(store, turn, now)
        went = await asyncio.gather(*(one(turn) for turn in found if turn.ready))
        sent += sum(went)


async def _wait_behind(store: Store, turn: Turn, now: datetime) -> None:
    """Those that are due and not first are due when the first is: they must not be asked again and again meanwhile."""
    batch = Batch()
    for letter in turn.behind:
        batch.change(letter, due_at=max(turn.until, now + BACK_OFF[0]))
    await _written(store, batch)


async def _carry(store: Store, letter: Letter, now: datetime, carry: Carry) -> bool:
    if not await _written(store, lease(letter, now)):
        return False
    try:
        delivery = await carry(letter, now)
    except Exception as problem:  # one platform's fault must not stop the others' letters
        log.exception("letter %s could not be carried", letter.id)
        delivery = Delivery(False, type(problem).__name__)
    await _written(store, _record(letter, delivery, now))
    return delivery.sent


def _record(letter: Letter, delivery: Delivery, now: datetime) -> Batch:
    batch, version, tries = Batch(), letter.version + 1, letter.attempts + 1
    tried = {"leased_until": None, "attempts": tries}
    what = letter.kind.removeprefix(KIND)
    if delivery.sent:
        batch.change(letter, at_version=version, status="sent", sent_at=now, **tried)
        batch.event(letter.case_id, now, "platform_told", "system", what=what)
        if delivery.told:
            put_task(
                batch,
                "reporter_fetched",
                delivery.told,
                now,
                case_id=letter.case_id,
                payload={"telling": delivery.told},
            )
    elif letter.attempts < len(BACK_OFF):
        due_at = now + max(BACK_OFF[letter.attempts], delivery.wait)
        batch.change(letter, at_version=version, status="waiting", due_at=due_at, **tried)
    else:
        batch.change(letter, at_version=version, status="failed", **tried)
        batch.event(letter.case_id, now, "letter_failed", "system", reason=delivery.reason)
    return batch


async def _written(store: Store, batch: Batch) -> bool:
    if not batch.changes:
        return True
    try:
        await store.write(batch)
        return True
    except Lost:
        return False
