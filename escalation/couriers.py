"""Couriers take letters out of the outbox to people. Sending happens outside any transaction; what became of it is
recorded afterwards. A courier that dies in between is found by its lease, and the letter goes again: two pings beat none.

The courier that always works is a person: a call task on the 24-hour duty screen with name, number and script.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import select

from escalation.calls import carried, face, open_call
from records.batch import Batch, Lost
from records.columns import Row, new_id
from records.outbox import CRITICAL, LAST, due_letters, lease
from records.store import Store
from records.tables import Account, Desk, DutyTask, Letter, Post

log = logging.getLogger("hutong.couriers")

BATCH = 100
BACK_OFF = (timedelta(seconds=10), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))
CALL = "call"


@dataclass(frozen=True)
class Sent:
    """It arrived, as far as the channel can say. `rows` remember how, and are written with it."""

    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Handed:
    """A person is to carry it on: the task they get, or the open one that it joins and `changes`. The letter is `calling`
    until they answer."""

    task: DutyTask
    changes: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Gathered:
    """So many went to this chat just now that it waits for the next digest, which may be there already."""

    digest: Post


@dataclass(frozen=True)
class Later:
    """It did not go, or nobody knows; try again. After the last try a person calls. `after`: how long the channel asks us
    to wait; otherwise longer each time."""

    reason: str  # a short code, never the text of an answer
    after: timedelta | None = None


@dataclass(frozen=True)
class Failed:
    """It will never go this way (blocked, no such chat): a person calls."""

    reason: str


@dataclass(frozen=True)
class Dropped:
    """It will never go this way, and nobody has to carry it: what it tells waits where its reader finds it."""

    reason: str


Delivery = Sent | Handed | Gathered | Later | Failed | Dropped
Courier = Callable[[Letter, datetime], Awaitable[Delivery]]


async def deliver_due(
    store: Store,
    now: datetime,
    couriers: Mapping[str, Courier],
    *,
    elsewhere: Collection[str] = (),
    only: Collection[str] = (),
) -> int:
    """Carry every due letter, critical ones before all others; answers how many were taken in hand.

    `couriers` must have `call`, which also takes the letters of couriers that this site does not have. `elsewhere` are
    carried by another process, and left alone; `only` leaves all others alone.
    """
    taken = 0
    for most in (CRITICAL, LAST):
        while carried := await _some(store, now, couriers, most, elsewhere, only):
            taken += carried
    return taken


async def _some(
    store: Store,
    now: datetime,
    couriers: Mapping[str, Courier],
    most: int,
    elsewhere: Collection[str],
    only: Collection[str],
) -> int:
    async with store.read() as session:
        letters = await due_letters(session, now, BATCH, most=most, without=elsewhere, only=only)
    by_case: dict[str, list[Letter]] = {}
    for letter in letters:
        by_case.setdefault(letter.case_id, []).append(letter)
    return sum(await asyncio.gather(*(_carry_in_order(store, mine, now, couriers) for mine in by_case.values())))


async def _carry_in_order(
    store: Store, letters: Sequence[Letter], now: datetime, couriers: Mapping[str, Courier]
) -> int:
    """The letters of one case, one after the other; cases go side by side. Whoever did not get one letter gets none of the
    following before it."""
    taken, stuck = 0, set[str]()
    for letter in letters:
        if letter.recipient in stuck:
            continue
        version = letter.version
        if letter.courier != CALL and letter.courier in couriers:
            try:
                await store.write(lease(letter, now))
            except Lost:
                stuck.add(letter.recipient)
                continue
            version += 1
        # Where a person carries it nothing leaves the house: letter and task change in one write, and no lease is needed.
        delivery = await _send(letter, now, couriers)
        if isinstance(delivery, Later):
            stuck.add(letter.recipient)
        taken += await _written(store, letter, _record(letter, version, delivery, now))
    return taken


async def _send(letter: Letter, now: datetime, couriers: Mapping[str, Courier]) -> Delivery:
    """By its courier; when that is the last of its tries, by a person."""
    courier = couriers.get(letter.courier, couriers[CALL])
    try:
        delivery = await courier(letter, now)
    except Exception as problem:  # a courier's fault must not stop the others' letters
        log.exception("letter %s could not be carried by %s", letter.id, letter.courier)
        delivery = Later(type(problem).__name__)
    given_up = isinstance(delivery, Failed) or (isinstance(delivery, Later) and letter.attempts >= len(BACK_OFF))
    if given_up and letter.courier != CALL:
        return Dropped(delivery.reason) if to_reporter(letter) else await couriers[CALL](letter, now)
    return delivery


def to_reporter(letter: Letter) -> bool:
    """Nobody telephones a reporter because a message did not arrive: what it tells waits behind the receipt code."""
    return letter.recipient.startswith("conversation:")


async def _written(store: Store, letter: Letter, batch: Batch) -> bool:
    try:
        await store.write(batch)
        return True
    except Lost:
        log.warning("letter %s changed while it was carried", letter.id)
        return False


def _record(letter: Letter, version: int, delivery: Delivery, now: datetime) -> Batch:
    """What became of a letter that is at `version` now."""
    batch, tried = Batch(), {"leased_until": None, "attempts": letter.attempts + 1}
    match delivery:
        case Sent(rows):
            batch.change(letter, at_version=version, status="sent", sent_at=now, **tried)
            batch.add(*rows)
        case Handed(task, changes):
            batch.change(letter, at_version=version, status="calling", call_id=task.id, **tried)
            if changes is not None:
                batch.change(task, **changes)
            else:
                batch.add(task)
        case Gathered(digest):
            batch.change(letter, at_version=version, status="gathered", call_id=digest.id, **tried)
            batch.add_if_new(digest)
        case Dropped(reason):
            batch.change(letter, at_version=version, status="void", **tried)
            batch.event(letter.case_id, now, "not_notified", "system", reason=reason)
        case Later(_, after) if letter.attempts < len(BACK_OFF):
            due_at = now + (after or BACK_OFF[letter.attempts])
            batch.change(letter, at_version=version, status="waiting", due_at=due_at, **tried)
        case Later(reason) | Failed(reason):
            batch.change(letter, at_version=version, status="failed", **tried)
            batch.event(letter.case_id, now, "letter_failed", "system", desk_id=letter.desk_id, reason=reason)
    return batch


def telephone(store: Store) -> Courier:
    """The courier that is a person: a call task for the duty screen of the letter's place. While one to the same office
    about the same case is open, a further letter joins it: one call carries all of them."""

    async def call(letter: Letter, now: datetime) -> Delivery:
        if to_reporter(letter):
            return Dropped("no_messenger")
        kind, _, key = letter.recipient.partition(":")
        async with store.read() as session:
            person = await session.get(Account, key) if kind == "account" else None
            joined = await open_call(session, letter, person)
            if joined:
                shows = await face(session, [*await carried(session, joined), letter])
                if shows["recipient"] != joined.recipient:  # somebody higher: not tried yet, so due at once
                    shows["due_at"] = now
                return Handed(joined, shows)
            shows = await face(session, [letter])
            desk = (await session.exec(select(Desk).where(Desk.id == letter.desk_id))).one()
        task = DutyTask(
            id=new_id(now), kind="call", key=letter.id, case_id=letter.case_id, place_code=desk.place_code, due_at=now,
            created_at=now, **shows,
        )  # fmt: skip
        return Handed(task)

    return call
