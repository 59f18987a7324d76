"""A report becomes a case: who takes it, with which clauses, which clocks, which letters — in one write.

`open_case` and `revise_case` are included by whoever brings reports in (chat, ticket, duty person).
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.policy import case_policies, policy_of
from escalation.timers import start_clock
from records.batch import Batch
from records.columns import bare_code, new_receipt_code, new_reference
from records.secrets import keyring
from records.tables import Case, ClockRow, Mark, Place, Receipt
from records.tasks import put_task
from routing.alarms import ask_for_place
from routing.assigning import Seating, put_on_desk, seat
from routing.decision import decide
from routing.directory import looks_after_several
from routing.likeness import kin_marks
from routing.meeting import hour_known
from routing.packs import Pack, pack_for
from routing.protocols import Protocols
from routing.receipt_view import first_view
from words.beijing import local
from words.ids import HARM, Urgency

_TIMES = ("said_at", "meets_at")


@dataclass(frozen=True)
class Draft:
    """A report as the case needs it: values only, whoever brought it.

    `facts` are fields with the words they came from ({"where_now": {"value": …, "words": …}}); `reporter` is sealed apart
    from them (name, phone, how contact is safe). `routing` has keys of words.ids.ROUTING_FACTS. `explanation` is what the
    console shows of the judgement.
    """

    case_id: str
    source: str
    urgency: Urgency
    category: str
    categories: tuple[str, ...] = ()
    emergency: bool = False
    readable: bool = True
    finished: bool = True
    nine: tuple[int, ...] = ()
    routing: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    reporter: Mapping[str, Any] = field(default_factory=dict)
    explanation: Mapping[str, Any] = field(default_factory=dict)
    marks: tuple[tuple[str, str], ...] = ()  # (kind, value) to be found again by: id_card, phone
    place_code: str | None = None  # None: the words name none; then the place of this site
    elsewhere: str = ""  # the full name of a place that was named and that no desk of this site looks after
    capacity: str = "personal"
    unit_id: str | None = None
    conversation_id: str | None = None
    child: bool = False  # a child wrote for herself
    alarming: bool = False  # the last words alone tell of harm
    named: bool = False  # a rule names the primary category; not the second opinion alone
    said_at: datetime | None = None  # when it was said that far; None: now
    meets_at: datetime | None = None  # when the child meets that person again, as far as the words tell

    def to_payload(self) -> dict[str, Any]:
        """As JSON, for a task row (whose payload is sealed)."""
        times = {name: at.isoformat() if (at := getattr(self, name)) else None for name in _TIMES}
        return {**asdict(self), **times}

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "Draft":
        tuples = {name: tuple(payload[name]) for name in ("categories", "nine")}
        marks = tuple((kind, value) for kind, value in payload["marks"])
        times = {name: datetime.fromisoformat(payload[name]) if payload.get(name) else None for name in _TIMES}
        return cls(**{**payload, **tuples, **times, "marks": marks, "urgency": Urgency(payload["urgency"])})


@dataclass(frozen=True)
class Opened:
    """What the reporter may be told at once. `code` is in no other place than here: its hash alone is stored."""

    case_id: str
    reference: str
    code: str
    lead: str | None
    desk_name: str
    notified_at: datetime
    answer_by: datetime | None
    urgency: Urgency
    receipt_id: str


async def open_case(
    session: AsyncSession, draft: Draft, protocols: Protocols, home: str, now: datetime
) -> tuple[Batch, Opened]:
    """All of a new case: case, desks, clocks, letters (some held), receipt, marks, timeline, audit.

    `home` is the place code of this site, whose pack and desks take a case whose own place nobody knows: as its own where the
    site is one county's; with the coordinator in front, and a person asked to find out, where it looks after several.
    """
    batch = Batch()
    place_code = draft.place_code or home
    unknown = draft.place_code is None and not draft.elsewhere and await looks_after_several(session, home)
    pack = pack_for(place_code, protocols.packs)
    facts = {**draft.routing, "nine": list(draft.nine)}
    # A place that was named and that the site does not look after is for the coordinator too (rule 7).
    nowhere = unknown or (draft.place_code is None and bool(draft.elsewhere))
    decided = decide(pack, draft.category, draft.urgency, facts, None if nowhere else place_code)
    seating = await seat(session, place_code, pack, decided.route, home)
    case = Case(
        id=draft.case_id,
        reference=new_reference(local(now).strftime("%y%m%d")),
        source=draft.source,
        finished=draft.finished,
        urgency=decided.urgency,
        category=draft.category,
        categories=list(draft.categories or (draft.category,)),
        emergency=draft.emergency,
        readable=draft.readable,
        nine=list(decided.route.nine),
        pack=pack.id,
        place_code=place_code,
        capacity=draft.capacity,
        unit_id=draft.unit_id if draft.capacity == "unit" else None,
        facts=dict(draft.facts),
        assessment={
            **draft.explanation,
            "raised": [str(reason) for reason in decided.why],
            "routing": facts,
            "nowhere": nowhere,
            "said_at": (draft.said_at or now).isoformat(),
            "assessed": draft.urgency.value,
            "meets_at": hour_known(draft.meets_at, draft.facts),
        },
        reporter=dict(draft.reporter),
        opened_at=now,
    )
    batch.add(case)
    batch.event(
        case.id, now, "opened", "reporter", urgency=decided.urgency, category=case.category, finished=case.finished
    )
    county = seating.area.name
    clocks: list[ClockRow] = []
    for rank, each in enumerate(seating.seats):
        _, started = put_on_desk(batch, case, each, county, pack, protocols, now, rank=rank)
        clocks += started
    start_case_clocks(batch, case, pack, protocols, now)
    lead = seating.lead
    if lead and any(each.held for each in seating.seats):
        start_visit_clock(batch, case, lead.id, pack, protocols, now)
    _alarms(batch, case, draft, seating, unknown, now)
    if unknown or draft.elsewhere:
        await ask_for_place(session, batch, case, protocols, home, now, named=bool(draft.elsewhere))
    code = new_receipt_code()
    receipt = Receipt(
        id=draft.case_id,
        case_id=case.id,
        reference=case.reference,
        code_hash=keyring().blind("receipt", bare_code(code)),
        conversation_id=draft.conversation_id,
        view={},
        updated_at=now,
    )
    answer_by = min(
        (clock.ends_at for clock in clocks if clock.kind == "acknowledge" and lead and clock.desk_id == lead.id),
        default=None,
    )
    receipt.view = first_view(case, lead.name if lead else "", now, answer_by, draft.child)
    batch.add(receipt)
    marks = kin_marks(draft.facts, draft.reporter, str(draft.explanation.get("text", "")), place_code, now)
    batch.add(*marks_of(case.id, (*draft.marks, *marks)))
    if marks:  # done right after this commit: of two reports at one instant the later one finds the other
        put_task(batch, "find_kin", case.id, now, case_id=case.id)
    batch.audit(now, "reporter", "case.open", case.id, source=draft.source, finished=draft.finished)
    return batch, Opened(
        case_id=case.id,
        reference=case.reference,
        code=code,
        lead=lead.department if lead else None,
        desk_name=lead.name if lead else "",
        notified_at=now,
        answer_by=answer_by,
        urgency=decided.urgency,
        receipt_id=receipt.id,
    )


def start_case_clocks(
    batch: Batch, case: Case, pack: Pack, protocols: Protocols, now: datetime, running: Collection[str] = ()
) -> None:
    """The clocks that belong to the case and to no desk: the interim word to the reporter, and, when it tells of harm, how
    long since somebody saw that the child is safe. `running` are kinds that exist already."""
    for policy in case_policies(pack.terms, Urgency(case.urgency)):
        if policy.kind not in running and (policy.kind != "child" or case.category in HARM):
            start_clock(batch, case.id, "", policy, now, protocols.calendar, case.round)


def start_visit_clock(
    batch: Batch, case: Case, lead_desk_id: str, pack: Pack, protocols: Protocols, now: datetime
) -> None:
    """By when the lead must let those know who were chosen and are held (「可以走访／可以告知」); it climbs like any other."""
    policy = policy_of(pack.terms, "visit_permission", Urgency(case.urgency), category=case.category)
    if policy is not None:
        start_clock(batch, case.id, lead_desk_id, policy, now, protocols.calendar, case.round)


def _alarms(batch: Batch, case: Case, draft: Draft, seating: Seating, unknown: bool, now: datetime) -> None:
    if draft.elsewhere:
        batch.event(case.id, now, "place_elsewhere", "system", place=case.place_code, named=draft.elsewhere)
    elif unknown:
        batch.event(case.id, now, "place_unknown", "system", place=case.place_code)
    elif draft.place_code is None:
        batch.event(case.id, now, "place_assumed", "system", place=case.place_code)
    if seating.gaps:
        batch.event(case.id, now, "desk_missing", "system", departments=list(seating.gaps))
    if seating.above:
        departments, desks = zip(*seating.above, strict=True)
        batch.event(
            case.id, now, "desk_above", "system", departments=list(departments), desks=list(dict.fromkeys(desks))
        )
    if seating.unserved:
        batch.event(case.id, now, "registered_unserved", "system")


def marks_of(case_id: str, marks: tuple[tuple[str, str], ...]) -> list[Mark]:
    """Blind indexes, so that the same number is found again without ever being stored in the clear."""
    hashes = dict.fromkeys((kind, keyring().blind(kind, value)) for kind, value in marks)
    return [Mark(case_id=case_id, kind=kind, hash=digest) for kind, digest in hashes]


async def known_places(session: AsyncSession) -> list[Place]:
    """Every place of the directory."""
    return list((await session.exec(select(Place))).all())
