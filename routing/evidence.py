"""Everything that the house knows of one case, for who asks afterwards who knew what and when: the procurator, a court, an auditor.

The reporter is sealed: her name and number are covered wherever they stand, and what was covered lies in an envelope that only
the site's own keys open. No desk can see that somebody looked: it is a line of the audit trail and no event of the case.
"""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.access import standing
from records.access.door import hidden_of, said_in
from records.access.files import refused_look
from records.access.merged import put_to
from records.access.standing import chain
from records.access.summary import cleared, facts_for_lead, plain
from records.batch import Batch
from records.secrets import Keyring, keyring
from records.tables import (
    Account,
    Assignment,
    AuditLine,
    Case,
    ClockRow,
    Conference,
    Decision,
    Desk,
    DutyTask,
    Event,
    Guardianship,
    Letter,
    Place,
    Proposal,
    Receipt,
    Result,
    Scan,
    Statement,
    Telling,
    UnitCheck,
)
from routing.papers.proof import salt_of
from routing.refusal import Refused
from words.language import line

FORMAT = 1
ENVELOPE = "evidence.reporter"  # what the sealed envelope is bound to
MOST_REASON = 80
_NAMING = ("child_name", "school", "suspect_name", "id_card", "phone", "unit")
_NUMBER = re.compile(r"\d{7,}")
_LOOKS = ("look", "print", "evidence", "receipt.proof")

Record = dict[str, Any]


@dataclass(frozen=True)
class Evidence:
    """`known` is everything as JSON, `sealed` the envelope with the reporter in it."""

    reference: str
    known: Record
    sealed: bytes = field(repr=False)


async def evidence_of(
    session: AsyncSession, person: Account, reference: str, reason: str, now: datetime
) -> tuple[Batch, Evidence | None]:
    """The evidence of a case for a supervisor of its place or the procuratorate of it; None, and a line in the trail, for anybody
    else. `reason` is the document number of the request, or a few words."""
    case = await _theirs(session, person, reference)
    if case is None:
        return refused_look(person, reference, "evidence", now), None
    batch = Batch()
    batch.audit(now, person.id, "case.evidence", case.id, fit_reason(reason, case, await hidden_of(session, case)))
    return batch, await gather(session, case, person.name, reason.strip(), now)


async def evidence_by_order(
    session: AsyncSession, reference: str, reason: str, now: datetime
) -> tuple[Batch, Evidence | None]:
    """The same for whoever sits at the machine itself; None when there is no such case."""
    wanted = select(Case).where(Case.reference == reference.strip().upper())
    case = (await session.exec(wanted)).one_or_none()
    if case is None:
        return Batch(), None
    batch = Batch()
    batch.audit(
        now, "command:evidence", "case.evidence", case.id, fit_reason(reason, case, await hidden_of(session, case))
    )
    return batch, await gather(session, case, "command:evidence", reason.strip(), now)


def fit_reason(reason: str, case: Case, hidden: Sequence[str]) -> str:
    """It stands in the audit trail, in the clear. Raises Refused when it is missing or tells who somebody of the case is."""
    reason = reason.strip()
    if not reason or len(reason) > MOST_REASON:
        raise Refused(line("请写调取的文号或事由（{most} 字以内）。", most=MOST_REASON))
    named = [*hidden, *(str(plain(case.facts.get(name)) or "") for name in _NAMING)]
    if _NUMBER.search(reason) or any(len(value) > 1 and value in reason for value in named):
        raise Refused(line("事由要记进审计：不要写姓名、学校、号码，写文号就可以。"))
    return reason


async def _theirs(session: AsyncSession, person: Account, reference: str) -> Case | None:
    stands = await standing(session, person, reference)
    if stands is not None and stands.level == "story" and person.role == "supervisor":
        return stands.case
    desk = await session.get(Desk, person.desk_id) if person.desk_id else None
    if desk is None or desk.department != "procuratorate" or not desk.active or person.disabled_at is not None:
        return None
    wanted = select(Case).where(Case.reference == reference.strip().upper())
    case = (await session.exec(wanted)).one_or_none()
    if case is None or case.unit_id == desk.id or desk.place_code not in await chain(session, case.place_code):
        return None
    complained = plain(case.assessment.get("routing", {}).get("complained_about"))
    return None if complained == "procuratorate" else case


def unsealed(ring: Keyring, sealed: bytes) -> Record:
    """What lies in an envelope of this site: the reporter, her words as she wrote them, and the salt of her receipt's sum."""
    found: Record = json.loads(ring.open(sealed, ENVELOPE))
    return found


async def gather(session: AsyncSession, case: Case, by: str, reason: str, now: datetime) -> Evidence:
    """All of it, in one view of the database."""

    async def rows(model: Any, order: Any, **where: Any) -> Sequence[Any]:
        query = select(model).where(model.case_id == case.id).order_by(order)
        return (await session.exec(query)).all()

    hidden = await hidden_of(session, case)
    statements, files = await said_in(session, case)
    reports = await put_to(session, case.id)
    events, letters = await rows(Event, Event.at), await rows(Letter, Letter.created_at)
    calls, parts = await rows(DutyTask, DutyTask.created_at), await rows(Assignment, Assignment.opened_at)
    trail = await _trail(session, case)
    people = await _people(session)
    desks = dict((await session.exec(select(Desk.id, Desk.name))).all())
    place = await session.get(Place, case.place_code)
    known: Record = {
        "format": FORMAT, "made_at": now, "made_by": by, "reason": reason,
        "case": {
            **_picked(case, "reference urgency category categories emergency readable nine pack place_code source status round"
                            " finished capacity pressure opened_at closed_at"),
            "place": place.name if place else "",
        },
        "reports": [_picked(each, "reference source opened_at") for each in reports],
        "facts": facts_for_lead(case.facts, hidden),
        "words": [
            {
                **_picked(each, "id at kind urgency"), "text": each.text,
                "files": [_picked(file, "id kind media_type size sha256") for file in files if file.statement_id == each.id],
            }
            for each in statements
        ],
        "desks": [
            {
                "desk": desks.get(part.desk_id, part.desk_id), "handler": _who(people, part.handler),
                **_picked(part, "department part status held round clauses opened_at acknowledged_at accepted_at"),
            }
            for part in parts
        ],
        "knew": await _knew(session, case, parts, letters, calls, trail, people, desks),
        "letters": [
            {
                "to": _recipient(letter, people, desks), "desk": desks.get(letter.desk_id, letter.desk_id),
                **_picked(letter, "kind round courier status created_at due_at sent_at attempts"),
            }
            for letter in letters
        ],
        "calls": [
            {
                "by": _who(people, call.answered_by), "desk": desks.get(call.desk_id or "", ""),
                **_picked(call, "kind person status answer answered_at note tries created_at due_at"),
            }
            for call in calls
        ],
        "told_reporter": [
            {"by": _who(people, each.by), **_picked(each, "kind round text at fetched_at answered_at tried tried_at")}
            for each in await rows(Telling, Telling.at)
        ],
        "timeline": [
            {"actor": _who(people, each.actor), "desk": desks.get(each.desk_id or "", ""), **_picked(each, "at kind data note")}
            for each in events
        ],
        "clocks": [
            {
                "desk": desks.get(each.desk_id, ""), "basis": each.policy.get("basis"), "clause": each.policy.get("clause"),
                **_picked(each, "kind round status started_at ends_at stopped_at"),
            }
            for each in await rows(ClockRow, ClockRow.started_at)
        ],
        "results": [
            {"by": _who(people, each.by), **_picked(each, "round at outcomes document_number inner tellable seen")}
            for each in await rows(Result, Result.at)
        ],
        "decisions": [
            {"by": _who(people, each.by), "desk": desks.get(each.desk_id, ""),
             **_picked(each, "round kind document_number decided_at reason at")}
            for each in await rows(Decision, Decision.at)
        ],
        "conferences": [
            {"by": _who(people, each.by), **_picked(each, "round held_at departments people decision at")}
            for each in await rows(Conference, Conference.at)
        ],
        "guardianships": [
            {"by": _who(people, each.by),
             **_picked(each, "kind carer place since document_number at ended_at ended_how")}
            for each in await rows(Guardianship, Guardianship.at)
        ],
        "proposals": [
            {"by": _who(people, each.by), "from": desks.get(each.from_desk_id, ""), "to": desks.get(each.to_desk_id, ""),
             **_picked(each, "document_number text at reply reply_number replied_at")}
            for each in await rows(Proposal, Proposal.at)
        ],
        "scans": [
            {"by": _who(people, each.by), "desk": desks.get(each.desk_id, ""),
             **_picked(each, "id form number media_type size sha256 at")}
            for each in await rows(Scan, Scan.at)
        ],
        "looked": [
            {"who": _who(people, each.actor), "desk": people.get(each.actor, ("", "", ""))[2],
             **_picked(each, "at action purpose detail")}
            for each in trail
            if any(word in each.action for word in _LOOKS)
        ],
        "audit": [_picked(each, "writer number at actor action subject purpose detail") for each in trail],
    }  # fmt: skip
    # Whatever somebody wrote may hold her name; who looked and who was told are names of the house.
    for part in ("words", "calls", "told_reporter", "timeline", "results", "decisions", "conferences", "proposals"):
        known[part] = cleared(_plain(known[part]), hidden)
    known["knew"] = cleared(_plain(known["knew"]), hidden)
    return Evidence(case.reference, _plain(known), _envelope(case, reports, statements, hidden))


def _envelope(case: Case, reports: Sequence[Case], statements: Sequence[Statement], hidden: Sequence[str]) -> bytes:
    ring = keyring()
    inside = {
        "reference": case.reference, "reporter": case.reporter,
        "reporters": {each.reference: each.reporter for each in reports}, "covered": list(hidden),
        "words": [{"id": each.id, "at": each.at.isoformat(), "text": each.text} for each in statements],
        "salt": salt_of(ring, case.id),
    }  # fmt: skip
    return ring.seal(json.dumps(inside, ensure_ascii=False).encode("utf-8", "surrogatepass"), ENVELOPE)


async def _trail(session: AsyncSession, case: Case) -> Sequence[AuditLine]:
    """Every line about this case, those who asked for it in vain among them."""
    query = select(AuditLine).where(col(AuditLine.subject).in_((case.id, case.reference)))
    return (await session.exec(query.order_by(col(AuditLine.at), col(AuditLine.writer), col(AuditLine.number)))).all()


async def _knew(
    session: AsyncSession, case: Case, parts: Sequence[Assignment], letters: Sequence[Letter], calls: Sequence[DutyTask],
    trail: Sequence[AuditLine], people: Mapping[str, tuple[str, str, str]], desks: Mapping[str, str],
) -> Record:  # fmt: skip
    """When each desk first knew: the first notice that arrived, the first look, the acknowledgement, whichever was first. And what
    units answered in the every-case check: when they found out, when they reported."""
    home = dict((await session.exec(select(Account.id, Account.desk_id))).all())
    found = []
    for desk_id in dict.fromkeys(part.desk_id for part in parts):
        ids = {letter.call_id for letter in letters if letter.desk_id == desk_id and letter.call_id}
        told = [letter.sent_at for letter in letters if letter.desk_id == desk_id and letter.sent_at]
        rung = [
            call.answered_at for call in calls if call.id in ids and call.answer == "connected" and call.answered_at
        ]
        looked = [each.at for each in trail if each.action == "case.look" and home.get(each.actor) == desk_id]
        seen = [part.acknowledged_at for part in parts if part.desk_id == desk_id and part.acknowledged_at]
        first = min([*told, *rung, *looked, *seen], default=None)
        found.append(
            {
                "desk": desks.get(desk_id, desk_id), "told_at": min([*told, *rung], default=None),
                "looked_at": min(looked, default=None), "acknowledged_at": min(seen, default=None), "first_at": first,
                "unit": desk_id == case.unit_id,
            }
        )  # fmt: skip
    checks = (
        await session.exec(select(UnitCheck).where(UnitCheck.case_id == case.id).order_by(col(UnitCheck.at)))
    ).all()
    when = case.facts.get("when") or case.facts.get("time")
    receipt = (await session.exec(select(Receipt).where(Receipt.case_id == case.id))).one_or_none()
    return {
        "said": plain(when), "arrived_at": case.opened_at,
        "receipt_at": receipt.view.get("notified_at") if receipt is not None else None,
        "desks": sorted(found, key=lambda each: (each["first_at"] is None, each["first_at"] or case.opened_at)),
        "units": [
            {"by": _who(people, each.by), **_picked(each, "unit department found_at reported_at note at")}
            for each in checks
        ],
    }  # fmt: skip


async def _people(session: AsyncSession) -> Mapping[str, tuple[str, str, str]]:
    """Name, login and desk of everybody of the house, by id."""
    rows = await session.exec(
        select(Account.id, Account.name, Account.login, Desk.name).join(
            Desk, col(Desk.id) == col(Account.desk_id), isouter=True
        )
    )
    return {id: (name, login, desk or "") for id, name, login, desk in rows.all()}


def _who(people: Mapping[str, tuple[str, str, str]], id: str | None) -> str:
    """Somebody of the house by name; `reporter`, `system` and commands as they are."""
    return people[id][0] if id in people else id or ""


def _recipient(letter: Letter, people: Mapping[str, tuple[str, str, str]], desks: Mapping[str, str]) -> str:
    kind, _, id = letter.recipient.partition(":")
    return _who(people, id) if kind == "account" else desks.get(id, id)


def _picked(row: Any, names: str) -> Record:
    return {name: getattr(row, name) for name in names.split()}


def _plain(value: Any) -> Any:
    """As JSON holds it: times in ISO 8601, UTC."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, (list, tuple)) else value


def to_envelope(sealed: bytes) -> str:
    """The envelope as a text file."""
    return base64.encodebytes(sealed).decode("ascii")


def from_envelope(text: str) -> bytes:
    return base64.b64decode("".join(text.split()))
