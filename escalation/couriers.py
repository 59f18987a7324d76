"""Couriers take letters out of the outbox to people. Sending happens outside any transaction; what became of it is
recorded afterwards. A courier that dies in between is found by its lease, and the letter goes again: two pings beat none.

The courier that always works is a person: a call task on the 24-hour duty screen with name, number and script.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from escalation.calls import Switchboard
from records.batch import Batch, Lost
from records.outbox import CRITICAL, LAST, due_letters, lease
from records.store import Store
from records.tables import Letter, Post

log = logging.getLogger("hutong.couriers")

BATCH = 100
CALL = "call"  # the courier of letters that a person carries by telephone
BACK_OFF = (timedelta(seconds=10), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))


@dataclass(frozen=True)
class Sent:
    """It arrived, as far as the channel can say. `also` is what the channel wants to remember of it, written with it."""

    also: Batch = field(default_factory=Batch)


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


@dataclass(frozen=True)
class _Calling:
    """A letter at `version` that a person carries by telephone. `instead`: of a messenger that failed, and why."""

    letter: Letter
    version: int
    instead: str = ""


Delivery = Sent | Gathered | Later | Failed | Dropped
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

    What has none of the `couriers`, or is given up by its own, a person carries by telephone. `elsewhere` are carried by
    another process, and left alone; `only` leaves all others alone.
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
    sent = await asyncio.gather(*(_carry_in_order(store, mine, now, couriers) for mine in by_case.values()))
    by_phone = [each for _, left in sent for each in left]
    return sum(done for done, _ in sent) + await _ring(store, by_phone, now)


async def _carry_in_order(
    store: Store, letters: Sequence[Letter], now: datetime, couriers: Mapping[str, Courier]
) -> tuple[int, list[_Calling]]:
    """The letters of one case, one after the other; cases go side by side. Whoever did not get one letter gets none of the
    following before it. Answers how many went, and which are for the telephone, each at the version it has now."""
    taken, stuck, by_phone = 0, set[str](), list[_Calling]()
    for letter in letters:
        if letter.recipient in stuck:
            continue
        version, delivery = letter.version, _without_messenger(letter)
        if letter.courier in couriers:
            try:
                await store.write(lease(letter, now))
            except Lost:
                stuck.add(letter.recipient)
                continue
            version, delivery = version + 1, await _send(letter, now, couriers[letter.courier])
        if delivery is None or isinstance(delivery, Failed):
            # Nothing leaves the house: letter and task change in one write, and no lease was needed.
            by_phone.append(_Calling(letter, version, delivery.reason if delivery else ""))
            continue
        if isinstance(delivery, Later):
            stuck.add(letter.recipient)
        written = await _written(store, letter, _record(letter, version, delivery, now))
        if not written and isinstance(delivery, Sent):  # no longer true, and there all the same
            await store.write(delivery.also)
        taken += written
    return taken, by_phone


def _without_messenger(letter: Letter) -> Delivery | None:
    """None: a person carries it by telephone."""
    return Dropped("no_messenger") if to_reporter(letter) else None


async def _send(letter: Letter, now: datetime, courier: Courier) -> Delivery:
    """By its courier; when that was the last of its tries, it has failed."""
    try:
        delivery = await courier(letter, now)
    except Exception as problem:  # a courier's fault must not stop the others' letters
        log.exception("letter %s could not be carried by %s", letter.id, letter.courier)
        delivery = Later(type(problem).__name__)
    if isinstance(delivery, Failed) or (isinstance(delivery, Later) and letter.attempts >= len(BACK_OFF)):
        return Dropped(delivery.reason) if to_reporter(letter) else Failed(delivery.reason)
    return delivery


async def _ring(store: Store, calling: Sequence[_Calling], now: datetime) -> int:
    """A call task for the duty screen, or a place in one that is open: the letters of a case together, and when something
    was done to one of them meanwhile, each on its own."""
    if not calling:
        return 0
    async with store.read() as session:
        board = await Switchboard.about(session, [each.letter for each in calling])
    by_case: dict[str, list[_Calling]] = {}
    for each in calling:
        letter = each.letter
        if letter.desk_id in board.desks:
            by_case.setdefault(letter.case_id, []).append(each)
        else:  # whom it is for is in no directory: the supervisors' board shows it
            batch = Batch()
            batch.change(letter, at_version=each.version, status="failed")
            batch.event(letter.case_id, now, "letter_failed", "system", desk_id=letter.desk_id, reason="no_desk")
            await _written(store, letter, batch)

    async def about(case: Sequence[_Calling]) -> int:
        batch, case_id = Batch(), case[0].letter.case_id
        try:
            board.hand(batch, [(each.letter, each.version) for each in case], now)
        except Exception:  # one case's fault must not stop the calls about others
            log.exception("letters of case %s could not be handed to the telephone", case_id)
            return 0
        for each in case:
            if each.instead:
                desk_id = each.letter.desk_id
                batch.event(case_id, now, "messenger_failed", "system", desk_id=desk_id, reason=each.instead)
        if await _written(store, case[0].letter, batch):
            return len(case)
        return sum([await _ring(store, [each], now) for each in case]) if len(case) > 1 else 0

    return sum(await asyncio.gather(*map(about, by_case.values())))


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
        case Sent(also):
            batch.change(letter, at_version=version, status="sent", sent_at=now, **tried)
            batch.include(also)
        case Gathered(digest):
            batch.change(letter, at_version=version, status="gathered", call_id=digest.id, **tried)
            batch.add_if_new(digest)
        case Dropped(reason):
            batch.change(letter, at_version=version, status="void", **tried)
            batch.event(letter.case_id, now, "not_notified", "system", reason=reason)
        case Later(_, after):
            due_at = now + (after or BACK_OFF[letter.attempts])
            batch.change(letter, at_version=version, status="waiting", due_at=due_at, **tried)
    return batch
