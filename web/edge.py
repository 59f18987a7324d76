"""What the web edge is given by the composition. Everything it can do comes in through here."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from escalation.watch import Check
from intake.said import Reply, Said
from intake.tickets.importing import Seen
from intake.tickets.parts import Arrival
from intake.tickets.previewing import Preview
from intake.tickets.profile import Profile
from intake.triage.assessment import Assessment
from records.store import Store
from records.tables import ImportRow, TicketImport
from routing.clauses import Clause
from routing.papers.forms import Form
from routing.protocols import Protocols
from words.language import CHINESE, Catalogue


def _chinese(language: str) -> Catalogue:
    return CHINESE


async def _no_tickets(arrival: Arrival) -> dict[str, Any]:
    raise RuntimeError("this site takes no tickets")


async def _nothing_forwarded(arrival: Arrival) -> tuple[dict[str, Any], str | None]:
    raise RuntimeError("this site takes no tickets")


async def _nothing_seen(arrival: Arrival) -> Preview:
    raise RuntimeError("this site takes no tickets")


def _no_rows(found: TicketImport, row: ImportRow) -> Seen:
    raise RuntimeError("this site takes no tickets")


def _calm(arrival: Arrival) -> bool:
    return False


async def _nothing_watched() -> Sequence[Check]:
    return ()


@dataclass(frozen=True)
class DemoLogin:
    """A demonstration account as the login page shows it, in demonstration mode only."""

    login: str
    password: str
    what: str  # 公安值班民警, 督办员 …


@dataclass(frozen=True)
class Hook:
    """Something that a messenger calls: the secret that it says with every call, and where its body goes. `take` keeps it
    and answers at once; what it raises could not be kept."""

    secret: str = field(repr=False)
    take: Callable[[bytes], Awaitable[bool]]


@dataclass(frozen=True)
class Edge:
    """`now` gives aware UTC. `hear` carries one message through the conversation and gives the replies to show; `again`
    gives what to show to a conversation that comes back (an empty list: it is new), `news` what a desk asked or told one
    whose page stands open; `greet` the first screen.
    `owns` says whether a receipt code belongs to that conversation's report. `advance` moves the demonstration clock,
    ladder included; None outside demonstration mode.
    """

    store: Store
    now: Callable[[], datetime]
    pause: Callable[[float], Awaitable[None]]  # how an answer is held back (seconds)
    hear: Callable[[Said], Awaitable[list[Reply]]]
    greet: Callable[[str], Reply]
    again: Callable[[str, str], Awaitable[list[Reply]]]  # channel, conversation
    news: Callable[[str, str], Awaitable[list[Reply]]]  # channel, conversation
    owns: Callable[[str, str, str], Awaitable[bool]]  # channel, conversation, code as typed
    file: Callable[[Arrival], Awaitable[dict[str, Any]]] = (
        _no_tickets  # files a ticket, gives what its sender is answered
    )
    forward: Callable[[Arrival], Awaitable[tuple[dict[str, Any], str | None]]] = (
        _nothing_forwarded  # with the receipt code
    )
    preview: Callable[[Arrival], Awaitable[Preview]] = _nothing_seen  # how it would be taken; nothing is written
    seen: Callable[[TicketImport, ImportRow], Seen] = _no_rows  # how a row of a file would be judged
    alarming: Callable[[Arrival], bool] = _calm  # whether a ticket tells of an emergency: it never waits
    profiles: Mapping[str, Profile] = field(default_factory=dict)  # how platforms write their tickets, by name
    demo: bool = False
    advance: Callable[[timedelta], Awaitable[None]] | None = None
    catalogue: Callable[[str], Catalogue] = _chinese
    protocols: Protocols | None = None  # None only where no console is served
    assess: Callable[[str], Assessment] | None = None  # triage in force, for a duty person's gist
    home: str = ""  # place code of this site
    clauses: Mapping[str, Clause] = field(default_factory=dict)  # by id, to be shown beside a desk that was chosen
    forms: Mapping[str, Form] = field(default_factory=dict)  # printable forms by id
    demo_logins: Sequence[DemoLogin] = ()
    duty_bot: bool = False  # whether staff can be reached by the duty bot
    hooks: Mapping[str, Hook] = field(default_factory=dict)  # by the bot
    watch: Callable[[], Awaitable[Sequence[Check]]] = _nothing_watched  # what must be true, and is or is not
    metrics_token: str = ""  # empty: no metrics
    away: str = "https://www.baidu.com/"  # where 「快速离开」 leads
    pulse_seconds: float = 1.0  # how often the change counter is read while somebody watches
