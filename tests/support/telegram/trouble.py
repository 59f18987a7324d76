"""The trouble that a Bot API and the way to it make. Scripted for one call, or as shares drawn from a seeded chance."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
When = Callable[[str, Json], bool]


@dataclass(frozen=True)
class Answer:
    """An answer in the place of the right one. `body` None: something that is no JSON, as a proxy in between says it."""

    status: int
    body: Json | None


@dataclass(frozen=True)
class Drop:
    """The connection ends without an answer. `done`: the call was carried out before, so that nobody can know."""

    done: bool


@dataclass(frozen=True)
class Hold:
    """The call is carried out, and answered only after `seconds`."""

    seconds: float


def refuses(status: int, description: str, **parameters: Any) -> Answer:
    body: Json = {"ok": False, "error_code": status, "description": description}
    return Answer(status, body | ({"parameters": parameters} if parameters else {}))


def flood(seconds: int) -> Answer:
    return refuses(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


BROKEN = Answer(502, None)
DOWN = refuses(500, "Internal Server Error")

Woe = Answer | Drop | Hold


@dataclass
class Trouble:
    """`next_time` scripts one call; `errors` and `drops` are shares of all calls but those of `spared` methods."""

    errors: float = 0.0
    drops: float = 0.0
    seed: int = 7
    spared: frozenset[str] = frozenset()
    made: int = 0  # how often it struck
    _scripted: list[tuple[When, Woe, bool]] = field(default_factory=list)
    _chance: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        self._chance.seed(self.seed)

    def next_time(self, method: str, woe: Woe, chat: int | None = None, *, always: bool = False) -> None:
        """At the next call of the method (of this chat), or at every one until `over`."""

        def fits(name: str, values: Json) -> bool:
            return name == method and (chat is None or str(values.get("chat_id")) == str(chat))

        self._scripted.append((fits, woe, always))

    def over(self) -> None:
        """Nothing is in the way any more."""
        self._scripted.clear()
        self.errors = self.drops = 0.0

    def strikes(self, method: str, values: Json) -> Woe | None:
        for number, (fits, woe, always) in enumerate(self._scripted):
            if fits(method, values):
                if not always:
                    del self._scripted[number]
                self.made += 1
                return woe
        if method in self.spared or not (self.errors or self.drops):
            return None
        drawn = self._chance.random()
        if drawn < self.errors:
            self.made += 1
            return self._chance.choice((flood(1), DOWN, BROKEN))
        if drawn < self.errors + self.drops:
            self.made += 1
            return Drop(done=self._chance.random() < 0.5)
        return None
