"""An order that is known comes again: the same once more, or more of it. Nothing it brings lowers a case or takes a desk away."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select

from intake.dialogue.legible import legible
from intake.tickets.card import card
from intake.tickets.drafting import added, draft_of_slip, fields_of, flaw_codes, gravest, judged, other_matter
from intake.tickets.flaws import Flaw, from_json, once
from intake.tickets.parts import About, Filed, Parts
from intake.tickets.reading import MOST_JUDGED
from intake.tickets.region import Region
from intake.triage.assessment import Assessment
from records.batch import Batch
from records.columns import new_id
from records.tables import Case, Statement, Ticket
from records.tasks import put_task
from routing.revising import Revised, revise_case
from words.ids import HARM, Urgency, higher

KNOWING = frozenset(("code", "words"))  # ways of finding a place that say more than a guess
URGED = "（平台催办）"
UNHAPPY = "回访：不满意。"


async def again(parts: Parts, ticket: Ticket) -> tuple[Batch, Filed]:
    """A resend answers the same case and changes nothing of it; an update adds to it and is judged again."""
    foreign = ticket.sender != parts.arrival.sender and parts.arrival.source in ("api", "open311")
    if ticket.meaning == parts.meaning():
        parts.keep_body(ticket.id, "resend")
        parts.batch.change(ticket, resent=ticket.resent + 1)
        flaws = once((*parts.slip.flaws, *from_json(ticket.fields.get("flaws", ()))))
        told = card(parts.slip, *judged(parts.slip, parts.hotline.assess))
        return parts.batch, Filed("same", ticket.id, ticket.case_id, flaws, foreign=foreign, card=told)
    return await _Update(parts, ticket, foreign).carried_out()


class _Update:
    """More of an order. Its words join what was said before and are judged alone, with all of it, and as the platform now
    writes the whole; the gravest counts."""

    def __init__(self, parts: Parts, ticket: Ticket, foreign: bool) -> None:
        self.parts, self.ticket, self.foreign = parts, ticket, foreign
        self.before = str(ticket.fields.get("text", ""))
        self.words = added(self.before, parts.slip.text)
        self.flaws: list[Flaw] = []
        self._asked = 0

    async def carried_out(self) -> tuple[Batch, Filed]:
        parts, ticket, slip, now = self.parts, self.ticket, self.parts.slip, self.parts.now
        case = await parts.session.get_one(Case, ticket.case_id)
        region = await parts.region()
        self.flaws = [*slip.flaws, *(region.flaws if region.by in KNOWING else ()), *parts.keep_files(ticket.id)]
        if other_matter(self.before, slip.text):
            self.flaws.append(Flaw("order_no", "same_number_other_matter"))
        if self.foreign:
            self.flaws.append(Flaw("", "other_sender"))
        flaws = once(self.flaws)
        said = await self._said_before()
        found, text = self._judged(said)
        finer = self._finer(region, case)
        draft = draft_of_slip(slip, found, text, case.id, finer, now, alarming=self._alarming())
        batch, revised = await revise_case(parts.session, draft, parts.hotline.protocols, parts.hotline.home, now)
        parts.batch.include(batch)
        self._keep_words(case, found)
        self._events(case)
        parts.keep_body(ticket.id, "update")
        old = from_json(ticket.fields.get("flaws", ()))
        level = higher(found.urgency, Urgency(ticket.fields.get("judged", "info")))
        place = region.place if region.by in KNOWING else str(ticket.fields.get("place", case.place_code))
        parts.batch.change(
            ticket, meaning=parts.meaning(), fields=fields_of(slip, flaws, level, place), updates=ticket.updates + 1,
            flaws=[list(pair) for pair in dict.fromkeys((each[0], each[1]) for each in [*ticket.flaws, *flaw_codes(flaws)])],
            caller_is_subject=ticket.caller_is_subject or slip.caller_is_subject, updated_at=now,
            satisfaction=slip.satisfaction or ticket.satisfaction, region_by=region.by if finer else ticket.region_by,
        )  # fmt: skip
        await self._ask(case, revised, found, tuple(flaw for flaw in flaws if flaw not in old))
        parts.batch.audit(
            now, parts.arrival.sender, "ticket.updated", case.id, platform=parts.arrival.platform,
            source=parts.arrival.source, flaws=[flaw.code for flaw in flaws], urgency=revised.urgency.value,
        )  # fmt: skip
        return parts.batch, Filed(
            "updated",
            ticket.id,
            case.id,
            flaws,
            asked=self._asked > 0,
            foreign=self.foreign,
            card=card(slip, found, text),
        )

    async def _said_before(self) -> Sequence[str]:
        told = await self.parts.session.exec(
            select(Statement.text)
            .where(Statement.case_id == self.ticket.case_id)
            .order_by(col(Statement.at), col(Statement.id))
        )
        return told.all()

    def _judged(self, said: Sequence[str]) -> tuple[Assessment, str]:
        assess = legible(self.parts.hotline.assess)
        everything = "\n".join([*said, *([self.words] if self.words else [])])[-MOST_JUDGED:]
        candidates = [(assess(everything), everything), judged(self.parts.slip, self.parts.hotline.assess)]
        if self.words and self.words != self.parts.slip.text:
            alone = assess(self.words[:MOST_JUDGED])
            # A piece too short to be judged by itself says nothing by being so.
            candidates += [(alone, self.words[:MOST_JUDGED])] if alone.readable or alone.emergency else []
        return gravest(candidates)

    def _finer(self, region: Region, case: Case) -> Region | None:
        """The place, where the platform now names another than it did before. What a person set right stays right."""
        known = region.by in KNOWING and not region.elsewhere
        news = region.place not in (case.place_code, self.ticket.fields.get("place"))
        return region if known and news else None

    def _alarming(self) -> bool:
        """Whether what is new in it tells of harm by itself. To take something back is none, whatever words it is done in."""
        if not self.words or self.parts.slip.event == "withdraw":
            return False
        alone = legible(self.parts.hotline.assess)(self.words[:MOST_JUDGED])
        return alone.readable and alone.harm

    def _keep_words(self, case: Case, found: Assessment) -> None:
        """What is new in it is shown to the desks as more of what was said; the whole lies with the raw body."""
        slip = self.parts.slip
        if slip.event == "withdraw":
            self._say(case, self.words or "（平台来了撤单）", "withdrawal", found)
        elif self.words:
            self._say(case, self.words, "added", found)
        elif slip.event == "urge":
            self._say(case, URGED, "added", None)
        if slip.call_back and slip.satisfaction != "unsatisfied":
            self._say(case, f"回访：{slip.call_back}", "added", None)

    def _say(self, case: Case, text: str, kind: str, found: Assessment | None) -> None:
        now = self.parts.now
        statement = Statement(
            id=new_id(now),
            case_id=case.id,
            kind=kind,
            text=text,
            urgency=found.urgency.value if found else None,
            at=now,
        )
        self.parts.batch.add(statement)
        self._task(case, "reporter_added", text, said_as=kind, statement=statement.id)

    def _events(self, case: Case) -> None:
        """Satisfaction after the call-back. Not solved is not solved: a new round. Nobody is asked after harm to a child, but
        an answer that came all the same is heard."""
        slip = self.parts.slip
        if not slip.satisfaction or slip.satisfaction == self.ticket.satisfaction:
            return
        self.parts.batch.event(
            case.id, self.parts.now, "satisfaction", self.parts.arrival.sender, answer=slip.satisfaction,
            asked_for=case.category not in HARM,
        )  # fmt: skip
        if slip.satisfaction == "unsatisfied":
            self._task(case, "reporter_dispute", slip.call_back or UNHAPPY)
        elif slip.satisfaction == "satisfied":
            self._task(case, "reporter_confirm", "")

    def _task(self, case: Case, kind: str, text: str, **payload: str) -> None:
        self._asked += 1
        payload = {"text": text, **payload}
        put_task(self.parts.batch, kind, new_id(self.parts.now), self.parts.now, case_id=case.id, payload=payload)

    async def _ask(self, case: Case, revised: Revised, found: Assessment, flaws: tuple[Flaw, ...]) -> None:
        about = About(self.ticket.id, case.id, case.reference, case.place_code, revised.urgency)
        await self.parts.ask_to_check(about, flaws)
        before: dict[str, Any] = self.ticket.fields
        if self.parts.slip.transfer is not None and before.get("transfer") == self.parts.slip.transfer.to_json():
            return
        rose = revised.raised_from is not None and revised.urgency is Urgency.CRITICAL
        if self.parts.slip.transfer is not None or rose:
            await self.parts.hand_to_110(about, found.emergency)
