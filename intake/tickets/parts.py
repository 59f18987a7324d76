"""What a ticket's filing and updating have in common: who sends, what is asked of a person, what is kept as it came."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.tickets.drafting import flaw_codes
from intake.tickets.flaws import Flaw, for_person
from intake.tickets.profile import Profile
from intake.tickets.reading import Slip, Transfer
from intake.tickets.region import Region, area_place, region_of
from intake.triage.assessment import Assessment
from intake.whereabouts import Whereabouts
from records.batch import Batch
from records.columns import new_id
from records.secrets import keyring
from records.tables import Case, DutyTask, Mark, Place, PlatformLink, TicketBody, TicketFile
from routing.alarms import NO_PLACE
from routing.asking import ask_duty
from routing.callbacks import Linked, tell_platforms
from routing.protocols import Protocols
from words.ids import Urgency
from words.language import Line

TAKE_110 = timedelta(minutes=3)
READ_NOW = timedelta(minutes=10)  # users.md: what nobody can read is looked at within PT10M
_PLACE = frozenset(("region_missing", "region_elsewhere"))
_UNREAD = frozenset(("content_missing", "content_cut"))


@dataclass(frozen=True)
class Hotline:
    """What filing needs beside the database: triage as for a hotline's words, the protocols, the place of this site, and
    which platforms can be called."""

    assess: Callable[[str], Assessment]
    protocols: Protocols
    home: str


@dataclass(frozen=True)
class Arrival:
    """A ticket as it arrived. `platform` is whose order it is, `profile` how it is written. `sender` is `key:NAME`,
    `account:ID` or `command:NAME`; `source` is api, open311, import or forward."""

    platform: str
    profile: Profile
    data: Mapping[str, Any]
    body: bytes
    media_type: str
    sender: str
    source: str
    flaws: tuple[Flaw, ...] = ()  # what is odd about how it came, beside its fields


@dataclass(frozen=True)
class Filed:
    """`outcome` is new, same or updated. `code` is the receipt code of a new case, known nowhere else. `asked`: task rows
    wait to be done at once."""

    outcome: str
    ticket_id: str
    case_id: str
    flaws: tuple[Flaw, ...]
    code: str | None = None
    asked: bool = False
    foreign: bool = False  # an order that somebody else sent first
    card: tuple[tuple[Line, str], ...] = ()  # of an emergency: what to say to 110 or 120


@dataclass(frozen=True)
class About:
    """The case a ticket became, as asking a person about it needs it."""

    ticket_id: str
    case_id: str
    reference: str
    place: str
    level: Urgency


class Parts:
    """One ticket under way: what was understood of it, and the batch it fills."""

    def __init__(self, session: AsyncSession, arrival: Arrival, slip: Slip, now: datetime, hotline: Hotline) -> None:
        self.session, self.arrival, self.slip, self.now, self.hotline = session, arrival, slip, now, hotline
        self.batch = Batch()

    def meaning(self) -> str:
        return keyring().blind("meaning", self.slip.meaning)

    async def region(self) -> Region:
        known = (await self.session.exec(select(Place))).all()
        where = Whereabouts(known, self.hotline.protocols.divisions, self.hotline.home)
        caller = None
        if not self.slip.region_code and self.slip.caller_phone:
            caller = await self._callers_place() or area_place(self.slip.caller_phone, self.arrival.profile.area_codes)
        return region_of(self.slip, where, caller, self.arrival.profile.place)

    async def _callers_place(self) -> str | None:
        """Where the last matter was that this caller told of."""
        wanted = keyring().blind("caller", str(self.slip.caller_phone))
        found = await self.session.exec(
            select(Case.place_code)
            .join(Mark, col(Mark.case_id) == col(Case.id))
            .where(Mark.kind == "caller", Mark.hash == wanted)
            .order_by(col(Case.opened_at).desc())
            .limit(1)
        )
        return found.first()

    def keep_body(self, ticket_id: str, kind: str) -> None:
        """The bytes as they came. The same bytes for the same ticket are there already."""
        self.batch.add_if_new(
            TicketBody(
                id=new_id(self.now), ticket_id=ticket_id, kind=kind, media_type=self.arrival.media_type,
                digest=keyring().blind("ticket body", hashlib.sha256(self.arrival.body).hexdigest()), content=self.arrival.body,
                sender=self.arrival.sender, at=self.now,
            )
        )  # fmt: skip

    def keep_files(self, ticket_id: str) -> tuple[Flaw, ...]:
        """Addresses as text. Only those of listed hosts are ever fetched."""
        kept = False
        for address in self.slip.attachments:
            try:
                host = urlsplit(address).netloc.rpartition("@")[2].lower()
            except ValueError:
                host = ""
            listed = host in self.arrival.profile.hosts
            kept = kept or not listed
            self.batch.add_if_new(
                TicketFile(
                    id=new_id(self.now), ticket_id=ticket_id, digest=keyring().blind("address", address),
                    address=address, status="waiting" if listed else "kept", due_at=self.now, at=self.now,
                )
            )  # fmt: skip
        return (Flaw("attachments", "attachment_not_fetched"),) if kept else ()

    async def ask_to_check(self, about: About, flaws: tuple[Flaw, ...]) -> None:
        """What is odd goes before a person of the 24-hour desk; what nobody could read, within ten minutes."""
        odd = for_person(flaws)
        if any(isinstance(row, DutyTask) and row.kind == NO_PLACE for row in self.batch.rows_if_new):
            odd = tuple(flaw for flaw in odd if flaw.code not in _PLACE)  # the same person is asked that already
        if not odd:
            return
        unread = any(flaw.code in _UNREAD for flaw in odd)
        await self._ask(
            about, "check_ticket", new_id(self.now), Urgency.URGENT if unread else Urgency.NORMAL,
            READ_NOW if unread else None, flaws=flaw_codes(odd),
        )  # fmt: skip

    async def hand_to_110(self, about: About, emergency: bool) -> None:
        """A critical ticket sends the transfer card at once. A three-way call that was made is written down; otherwise the
        24-hour desk makes the call and writes down who took it."""
        if self.slip.transfer is not None:
            self.write_down(about, self.slip.transfer)
        elif emergency and about.level is Urgency.CRITICAL:
            await self._ask(about, "call_110", f"ticket:{about.ticket_id}", Urgency.CRITICAL, TAKE_110)
            case = next((row for row in self.batch.rows if isinstance(row, Case) and row.id == about.case_id), None)
            case = case or await self.session.get_one(Case, about.case_id)
            ticket = Linked(about.ticket_id, self.arrival.platform, await self._can_be_called())
            tell_platforms(self.batch, case, (ticket,), "emergency", self.now)

    def write_down(self, about: About, transfer: Transfer) -> None:
        """Who called 110 or 120, when, and who took the call."""
        who = "，".join(part for part in (transfer.by, transfer.took, transfer.number) if part)
        at = (transfer.at or self.now).isoformat()
        self.batch.event(
            about.case_id, self.now, "transferred", self.arrival.sender, note=who or None, called=transfer.called, at=at
        )

    async def _ask(
        self, about: About, kind: str, key: str, clock: Urgency, within: timedelta | None, **params: object
    ) -> None:
        await ask_duty(
            self.session, self.batch, kind, key, case_id=about.case_id, reference=about.reference,
            place_code=about.place, level=about.level, clock=clock, within=within, protocols=self.hotline.protocols,
            home=self.hotline.home, now=self.now, ticket=about.ticket_id, **params,
        )  # fmt: skip

    async def _can_be_called(self) -> bool:
        link = await self.session.get(PlatformLink, self.arrival.platform)
        return link is not None and link.active
