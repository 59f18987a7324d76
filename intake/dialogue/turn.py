"""The workbench of one step: what has been decided so far. Lives for one call of `step` and never leaves it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from intake.dialogue.acts import Act, CaseView, OpenCase, SetFact, Step
from intake.dialogue.fields import QUESTIONS, next_question
from intake.dialogue.judge import Assess
from intake.dialogue.say import ask, ask_code, ask_dispute, ask_edit, still_there
from intake.dialogue.state import Heard, Known, State
from intake.dialogue.summary import summary
from intake.said import Reply, Said
from words.ids import Urgency

# Quiet time after which a report is submitted by itself.
QUIET_GRAVE = timedelta(minutes=10)
QUIET = timedelta(hours=2)


@dataclass
class Turn:
    state: State
    said: Said
    now: datetime
    assess: Assess
    case: CaseView | None
    replies: list[Reply] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)

    def remember(self, text: str, role: str, question: str = "") -> None:
        """Keep the message, what it was for, and the question that it answers."""
        self.state = replace(self.state, heard=(*self.state.heard, Heard(self.said.update_id, text, role)))
        if question:
            self.answers(question)

    def answers(self, question: str) -> None:
        """This message answers the question: edited later, it does so again."""
        self.state = replace(self.state, answered={**self.state.answered, self.said.update_id: question})

    def update(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]  # field names are checked by replace

    def know(self, known: Mapping[str, Known]) -> None:
        self.state = self.state.knowing(known)

    def say(self, reply: Reply) -> None:
        self.replies.append(reply)

    def settle(self) -> None:
        """The waiting question is done with: answered, skipped or left."""
        self.update(asking="", again=0)

    def open_case(self) -> None:
        """A case now, before any question is answered. Its receipt says the four don'ts."""
        if self.state.phase == "draft":
            self.acts.insert(0, OpenCase())
            self.update(phase="open", donts=True)

    def put_aside(self, asking: str) -> None:
        """Something else is asked in between (a code, an edit): the question that waited comes again afterwards."""
        asked = tuple(name for name in self.state.asked if name != self.state.asking)
        self.update(asking=asking, again=0, asked=asked)

    def go_on(self) -> None:
        """Ask the next question, or show the summary once nothing is missing."""
        if self.state.phase == "filed":
            self.settle()
            return
        if self.state.asking in QUESTIONS:
            self.say(ask(QUESTIONS[self.state.asking], self.state))
            return
        question = next_question(self.state)
        if question is None:
            self.settle()
            self.say(summary(self.state))
            return
        self.update(asking=question.name, again=0, asked=(*self.state.asked, question.name))
        self.say(ask(question, self.state))

    def step(self, before: State) -> Step:
        """The finished move. Fields that changed after a case was opened are told to the case."""
        if before.phase != "draft" and self.state.phase != "draft":
            changed = (
                SetFact(name, known.value, known.words)
                for name, known in self.state.fields.items()
                if before.fields.get(name) != known
            )
            self.acts.extend(changed)
        return Step(self.state, tuple(self.replies), tuple(self.acts), quiet_at(self.state))


def quiet_at(state: State) -> datetime | None:
    """When silence is to be looked at: PT10M after the last word when urgent or worse, PT2H otherwise; None: nothing
    would be submitted (a greeting, a question, a report that has been)."""
    if state.phase == "filed" or state.quiet or not state.reportable or state.last_at is None:
        return None
    grave = state.unread > 0 or state.level in (Urgency.CRITICAL, Urgency.URGENT)
    return state.last_at + (QUIET_GRAVE if grave else QUIET)


def waiting(state: State) -> Reply | None:
    """The bubble that waits for an answer."""
    if state.asking in QUESTIONS:
        return ask(QUESTIONS[state.asking], state)
    if state.asking.startswith("edit:"):
        return ask_edit(state.asking.removeprefix("edit:"), state.child)
    if state.asking:
        return ask_dispute() if state.asking == "dispute" else ask_code()
    begun = state.told or state.unread or state.phase != "draft"
    return still_there(state.child, state.phase) if begun else None
