"""What the bots are given by the composition. Everything they can do comes in through here."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.messenger import DUTY, REPORTER, Messenger
from intake.hear import Ears
from records.batch import Batch
from records.store import Store
from routing.protocols import Protocols
from words.language import CHINESE, Catalogue

Answer = TypeVar("Answer")


class Talk(Protocol):
    """One turn of a conversation: read, decide, write, and what it means for an open case done at once."""

    async def __call__(self, decide: Callable[[AsyncSession], Awaitable[tuple[Batch, Answer]]]) -> Answer: ...


def _chinese(language: str) -> Catalogue:
    return CHINESE


@dataclass(frozen=True)
class Edge:
    """`now` gives the house's time, `really` the machine's own (both aware UTC). `ears` are those of the conversation, as they
    are at the moment. `console` is the address at which staff open the workplace; empty: messages have no link."""

    store: Store
    now: Callable[[], datetime]
    really: Callable[[], datetime]
    ears: Callable[[], Ears]
    talk: Talk
    protocols: Protocols
    home: str
    messenger: Messenger
    catalogue: Callable[[str], Catalogue] = _chinese
    console: str = ""
    demo: bool = False


Json = dict[str, Any]
__all__ = ["DUTY", "REPORTER", "Edge", "Json", "Messenger", "Talk"]
