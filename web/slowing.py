"""Limits that slow down and never drop.

What a reporter says is heard and acted on first; only the answer to somebody who sends very much, or who guesses at codes, is held
back for a while. A right code is answered at once, whoever else is guessing. Nothing is refused, so nobody's flood can keep a
report out. Addresses are remembered as keyed hashes, in this process and for a minute only.
"""

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

from fastapi import Request

from web.edge import Edge

WINDOW = 60.0  # seconds that an event counts
MOST_KEPT = 10_000  # senders remembered at a time


class Counter:
    """How often each did something in the last minute, about: what is older fades away evenly."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, float]] = OrderedDict()  # who → count, and when that was so

    def add(self, who: str) -> float:
        """The count of this sender with this event."""
        now = self._clock()
        count, then = self._known.pop(who, (0.0, now))
        count = count * max(0.0, 1 - (now - then) / WINDOW) + 1
        self._known[who] = (count, now)
        while len(self._known) > MOST_KEPT:
            self._known.popitem(last=False)
        return count


def wait(count: float, free: int, step: float, most: float) -> float:
    """Seconds: none for the first `free` a minute, then a `step` more for each, up to `most`."""
    return min(most, max(0.0, count - free) * step)


class Slowing:
    """One process's counters. `salt` makes the hashes worthless to anybody else."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._salt = secrets.token_bytes(16)
        self.spoken, self.wrong = Counter(clock), Counter(clock)

    def sender(self, request: Request) -> str:
        address = request.client.host if request.client else ""
        return hashlib.blake2b(address.encode(), key=self._salt, digest_size=12).hexdigest()

    async def after_speaking(self, request: Request, edge: Edge) -> None:
        """A person writes a few messages a minute; sixty go unslowed, behind one address a whole hospital may write."""
        await edge.pause(wait(self.spoken.add(self.sender(request)), 60, 0.05, 3.0))

    async def after_a_wrong_code(self, request: Request, edge: Edge) -> None:
        """Who guesses waits; and when many guess from many places, every wrong answer waits."""
        own = wait(self.wrong.add(self.sender(request)), 5, 0.5, 10.0)
        all_of_them = wait(self.wrong.add("everybody"), 60, 0.05, 10.0)
        await edge.pause(max(own, all_of_them))


def slowing_of(request: Request) -> Slowing:
    slowing: Slowing = request.app.state.slowing
    return slowing
