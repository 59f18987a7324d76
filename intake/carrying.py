"""Carries out what a step of the conversation asks for. Everything lands in one batch, written or lost together."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.dialogue import (
    AddStatement,
    CallForReporter,
    Confirm,
    Discard,
    Dispute,
    DutyComplaint,
    LookUp,
    NewReport,
    OpenCase,
    Outcome,
    SetFact,
    State,
    Step,
    Submit,
    Unreadable,
    attached,
    report,
)
from intake.dialogue.acts import Receipt as Shown
from intake.dialogue.judge import Assess
from intake.dialogue.legible import legible
from intake.dialogue.state import STORY_ROLES
from intake.drafting import draft_of, explained
from intake.keeping import keep_file
from intake.said import Said
from intake.views import case_view, offices, receipt_again
from intake.whereabouts import Whereabouts
from records.batch import Batch
from records.columns import bare_code, new_id
from records.secrets import keyring
from records.tables import Attachment, Conversation, Piece, Place, Receipt, Statement
from records.tasks import put_task
from routing.asking import ask_duty
from routing.directory import area
from routing.opening import Draft, Opened, open_case
from routing.posters import desk_of_poster
from routing.protocols import Protocols
from routing.reporter import TAKING_BACK
from words.ids import Urgency

TAKE_110 = timedelta(minutes=3)  # users.md: a PT3M task to call 110 for the reporter
READ_GIST = timedelta(minutes=10)  # users.md: a PT10M task to listen or look and write one sentence

# Statements that say something to an open case, beyond being kept: each is a task of the case side.
_TO_CASE = {"dispute": "reporter_dispute", "confirm": "reporter_confirm", "answer": "reporter_answer"}


class Carrying:
    """Lives for one message. `state` and `case_id` are what the conversation becomes."""

    def __init__(
        self,
        session: AsyncSession,
        batch: Batch,
        conversation: Conversation,
        receipt: Receipt | None,
        said: Said,
        now: datetime,
        assess: Assess,
        protocols: Protocols,
        home: str,
    ) -> None:
        self.session, self.batch, self.conversation, self.receipt = session, batch, conversation, receipt
        self.said, self.now, self.assess, self.protocols, self.home = said, now, assess, protocols, home
        self.case_id = conversation.case_id or new_id(now)
        self.state = State()
        self._opened: Opened | None = None
        self._revise = False
        self._asked = 0
        self._taken_back = False

    @property
    def code(self) -> str | None:
        """The receipt code of a case that this message opened."""
        return self._opened.code if self._opened else None

    async def out(self, moved: Step) -> Outcome:
        """Do every act, in the order given; answers what the replies need to know."""
        self.state = moved.state
        outcome = Outcome()
        statement = self._keep_words(moved)
        self._taken_back = any(isinstance(act, AddStatement) and act.kind in TAKING_BACK for act in moved.acts)
        for act in moved.acts:
            match act:
                case OpenCase():
                    outcome = replace(outcome, receipt=await self._open(finished=False))
                case Submit():
                    outcome = replace(outcome, receipt=await self._submit(act.finished))
                case AddStatement():
                    await self._add(act, statement)
                case SetFact():
                    self._revise = True
                case Unreadable():
                    await self._unreadable(act, statement)
                case CallForReporter():
                    outcome = await self._call_for_reporter(outcome)
                case DutyComplaint():
                    await self._duty_complaint(act)
                case LookUp():
                    outcome = await self._look_up(act, outcome)
                case Dispute():
                    self._task("reporter_dispute", act.text)
                case Confirm():
                    self._task("reporter_confirm", "")
                case Discard():
                    await self._discard()
                case NewReport():
                    self.case_id = new_id(self.now)
        if self._revise and (self.receipt or self._opened):
            await self._revise_case(finished=False)
        return outcome

    # what was said

    def _keep_words(self, moved: Step) -> Statement | None:
        """The words as they were written, and the files. What is about the reporter herself stays out of the story."""
        added = next((act for act in moved.acts if isinstance(act, AddStatement)), None)
        role = moved.state.heard[-1].role if moved.state.heard else "talk"
        corrects = bool(self.said.corrects) and self.said.corrects in moved.state.edits
        if not self.said.update_id or (role not in STORY_ROLES and not added and not self.said.attachments):
            return None
        statement = Statement(
            id=new_id(self.now),
            conversation_id=self.conversation.id,
            case_id=self.case_id,
            kind=added.kind if added else "correction" if corrects else "said",
            text=self.said.text,
            urgency=legible(self.assess)(self.said.text).urgency if self.said.text.strip() else None,
            at=self.now,
        )
        self.batch.add(statement)
        for file in self.said.attachments:
            keep_file(self.batch, file, statement.id, self.case_id, self.now)
        return statement

    # the case

    async def _draft(self, finished: bool) -> Draft:
        known = (await self.session.exec(select(Place))).all()
        unit = await desk_of_poster(self.session, self.state.unit)
        where = Whereabouts(
            known, self.protocols.divisions, self.home, unit.place_code if unit else None, unit.id if unit else None
        )
        return draft_of(
            report(self.state, self.assess),
            self.case_id,
            source=self.said.channel,
            finished=finished,
            where=where,
            conversation_id=self.conversation.id,
            level=self.state.level,
            said_at=self.now,
            alarming=self._alarming(),
        )

    def _alarming(self) -> bool:
        """Whether this message alone tells of harm. To take something back is none, whatever words it is done in."""
        if not self.said.text.strip() or self._taken_back:
            return False
        alone = legible(self.assess)(self.said.text)
        return alone.readable and alone.harm

    async def _open(self, finished: bool) -> Shown:
        """Open the case, or, when it is open already, show its receipt again."""
        if self.receipt:
            return self._shown_again(finished)
        draft = await self._draft(finished)
        if self._opened is None:
            batch, self._opened = await open_case(self.session, draft, self.protocols, self.home, self.now)
            self.batch.include(batch)
        opened = self._opened
        return Shown(
            reference=opened.reference,
            code=opened.code,
            received_by=opened.desk_name,
            notified_at=opened.notified_at,
            answer_by=opened.answer_by,
            who_sees=self._who_sees(),
            harm=self.state.harm,
            child=self.state.child,
            finished=finished,
        )

    async def _submit(self, finished: bool) -> Shown:
        if self.receipt:
            await self._revise_case(finished)
            self._revise = False
            return self._shown_again(finished)
        return await self._open(finished)

    def _shown_again(self, finished: bool) -> Shown:
        assert self.receipt is not None
        return receipt_again(self.receipt, finished, self._who_sees())

    def _who_sees(self) -> tuple[str, ...]:
        named = any(self.state.value(name) for name in ("reporter_name", "reporter_phone"))
        return offices(self.state.level, named)

    async def _revise_case(self, finished: bool) -> None:
        """Bring the case up to what is known now: a task of the case side, done right after this commit."""
        draft = await self._draft(finished)
        put_task(
            self.batch, "revise_case", new_id(self.now), self._turn(), case_id=self.case_id, payload=draft.to_payload()
        )

    async def _add(self, act: AddStatement, statement: Statement | None) -> None:
        """Words to an open case: judged with all before them, and shown to the desks."""
        if self.receipt is None and self._opened is None:
            return
        self._revise = self._opened is None  # a case opened by this very message knows everything already
        kind = _TO_CASE.get(act.kind, "reporter_added")
        self._task(kind, act.text, said_as=act.kind, statement=statement.id if statement else "")

    def _task(self, kind: str, text: str, **payload: str) -> None:
        put_task(
            self.batch, kind, new_id(self.now), self._turn(), case_id=self.case_id, payload={"text": text, **payload}
        )

    def _turn(self) -> datetime:
        """When a task is due: now, but the tasks of one message are done in the order in which it asked for them."""
        self._asked += 1
        return self.now - timedelta(microseconds=100 - self._asked)

    # people of the 24-hour desk

    async def _unreadable(self, act: Unreadable, statement: Statement | None) -> None:
        """Not understood means a person: a case at once, and somebody to listen or look."""
        if statement is None:
            return
        index = "" if act.attachment is None else str(act.attachment)
        await self._ask_duty("gist", f"{statement.id}:{index}", READ_GIST, statement=statement.id)

    async def _call_for_reporter(self, outcome: Outcome) -> Outcome:
        await self._ask_duty("call_110", f"{self.case_id}:{self.said.update_id}", TAKE_110)
        where = await area(self.session, await self._place())
        number = next((place.text_police for place in where.places if place.text_police), None)
        return replace(outcome, called_by=self.now + TAKE_110, police_text=number)

    async def _ask_duty(self, kind: str, key: str, within: timedelta, **params: str) -> None:
        await ask_duty(
            self.session, self.batch, kind, key,
            case_id=self.case_id, reference=self._reference(), place_code=await self._place(),
            level=self.state.level or Urgency.URGENT,
            # Three minutes to call 110 for somebody, ten to listen or look.
            clock=Urgency.CRITICAL if kind == "call_110" else Urgency.URGENT,
            protocols=self.protocols, home=self.home, now=self.now, within=within, **params,
        )  # fmt: skip

    def _reference(self) -> str:
        return self._opened.reference if self._opened else self.receipt.reference if self.receipt else ""

    async def _place(self) -> str:
        return (await self._draft(finished=False)).place_code or self.home

    async def _duty_complaint(self, act: DutyComplaint) -> None:
        """「有人不让我报」: a case of its own, one level above the unit and invisible to it."""
        case_id = new_id(self.now)
        base = await self._draft(finished=True)
        judged = self.assess(act.text)
        draft = replace(
            base,
            case_id=case_id,
            urgency=Urgency.URGENT,
            category="duty_complaint",
            categories=("duty_complaint",),
            emergency=False,
            nine=(),
            routing={"subtype": "not_reported"},
            facts={name: known for name, known in base.facts.items() if name in ("unit", "school", "place")},
            explanation=explained(judged, act.text),
            marks=(),
            capacity="personal",
            unit_id=None,
            conversation_id=None,
        )
        batch, _ = await open_case(self.session, draft, self.protocols, self.home, self.now)
        batch.add(
            Statement(
                id=new_id(self.now),
                conversation_id=self.conversation.id,
                case_id=case_id,
                kind="pressure",
                text=act.text,
                at=self.now,
            )
        )
        self.batch.include(batch)

    # the reporter's own view

    async def _look_up(self, act: LookUp, outcome: Outcome) -> Outcome:
        digits = bare_code(act.code)
        wanted = keyring().blind("receipt", digits) if len(digits) == 16 else ""
        found = (await self.session.exec(select(Receipt).where(Receipt.code_hash == wanted))).one_or_none()
        self.batch.audit(self.now, "reporter", "receipt.look_up", found.case_id if found else "", found=bool(found))
        if found is None:
            return outcome
        if act.bind and (self.receipt is None or self.receipt.case_id != found.case_id):
            self.state, self.case_id = attached(self.state), found.case_id
        if telling := found.view.get("telling"):  # what waited to be told is shown now: the desk may know
            payload = {"telling": telling}
            put_task(self.batch, "reporter_fetched", telling, self.now, case_id=found.case_id, payload=payload)
        return replace(outcome, looked_up=case_view(found))

    async def _discard(self) -> None:
        """A draft in which nothing was alarming is forgotten, its files too."""
        mine = (
            await self.session.exec(
                select(Statement.id).where(
                    Statement.conversation_id == self.conversation.id, Statement.case_id == self.conversation.case_id
                )
            )
        ).all()
        files = (await self.session.exec(select(Attachment.id).where(col(Attachment.statement_id).in_(mine)))).all()
        for file in files:
            self.batch.remove(Piece, attachment_id=file)
            self.batch.remove(Attachment, id=file)
        for statement in mine:
            self.batch.remove(Statement, id=statement)
        self.case_id = new_id(self.now)
