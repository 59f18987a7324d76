"""One message at a time: `step`. And the quiet time running out: `silence`. Pure; the caller executes the acts."""

from dataclasses import replace
from datetime import datetime

from intake.dialogue.acts import CaseView, Step, Submit, Unreadable
from intake.dialogue.after import status_reply
from intake.dialogue.edited import earlier, edited
from intake.dialogue.hearing import greeting_only, thanks_only
from intake.dialogue.judge import Assess
from intake.dialogue.legible import legible
from intake.dialogue.presses import press, pressed
from intake.dialogue.say import danger_card, greeting, handed_over, not_understood, to_child
from intake.dialogue.state import State
from intake.dialogue.tell import answer_privately, small_talk, tell
from intake.dialogue.turn import QUIET_GRAVE, Turn, quiet_at, waiting
from intake.said import Reply, Said
from words.ids import Urgency, higher


def step(state: State, said: Said, now: datetime, assess: Assess, case: CaseView | None = None) -> Step:
    """What one message makes of the conversation.

    `case` is the conversation's case as the reporter may see it, if it has one. Never raises for any text. The same
    `update_id` again changes nothing and shows the current question again.
    """
    if state.has_heard(said.update_id):
        return Step(state, again(state), (), quiet_at(state))
    if case is not None and state.phase == "draft" and not state.told:
        state = attached(state)
    turn = Turn(replace(state, last_at=now, unit=said.unit or state.unit), said, now, legible(assess), case)
    text = said.text.strip()
    if case and state.quiet and state.last_at and now - state.last_at >= QUIET_GRAVE:
        turn.say(handed_over(case.reference))
    first = earlier(turn) if said.corrects and text else None
    if first and text == state.edits.get(first.update, first.text):
        return Step(state, (), (), quiet_at(state))
    name = None if first else pressed(text, turn)
    if said.attachments:
        _not_understood(turn)
    if first:
        edited(turn, text, first)
    elif name:
        turn.remember(text, "press")
        press(turn, name, text)
    elif text and not answer_privately(turn, text):
        if greeting_only(text) or (thanks_only(text) and (state.told or state.phase != "draft")):
            turn.remember(text, "talk")
            small_talk(turn)
        else:
            tell(turn, text)
    elif said.attachments:
        turn.remember("", "talk")
        turn.go_on()
    elif not text:
        return Step(state, again(state), (), quiet_at(state))
    if said.attachments:
        turn.open_case()
        turn.acts.extend(Unreadable("", index) for index in range(len(said.attachments)))
    return turn.step(state)


def silence(state: State, now: datetime) -> Step:
    """The quiet time may be over: a report is submitted by itself, unfinished. Called late or twice, it does no harm."""
    due = quiet_at(state)
    if due is None or now < due:
        return Step(state, quiet_at=due)
    return Step(replace(state, phase="open", quiet=True), acts=(Submit(finished=False),))


def again(state: State, case: CaseView | None = None, now: datetime | None = None) -> tuple[Reply, ...]:
    """What to show to someone who comes back, reloads the page, or whose message arrived twice.

    With the conversation's `case` and `now`, how it stands comes first.
    """
    if not state.heard and state.phase == "draft":
        return (greeting(),)
    card = (danger_card(state.child),) if state.danger == "shown" else ()
    prompt = waiting(state)
    status = (status_reply(case, now),) if case and now and state.phase != "draft" else ()
    replies = (*card, *status, prompt) if prompt else (*card, *status) or (greeting(),)
    return tuple(map(to_child, replies)) if state.child else replies


def attached(state: State) -> State:
    """The state of a conversation that has just been bound to a case by its receipt code."""
    return replace(state, phase="filed", asking="", again=0)


def _not_understood(turn: Turn) -> None:
    """Voice, picture, scan: nobody here can read it, so a person must; until then it is at least urgent."""
    state = turn.state
    turn.update(
        unread=state.unread + len(turn.said.attachments),
        level=higher(state.level, Urgency.URGENT) if state.level else Urgency.URGENT,
        category=state.category if state.alarming else "imminent_danger",
        harm=True,
    )
    turn.say(not_understood(state.child))
