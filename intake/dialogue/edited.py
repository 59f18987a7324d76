"""A message that was edited after it was sent: it corrects what the first one said, and never un-says it.

The first words stay in the report beside the new ones; a level never falls; only the fields that she answered, or that
read otherwise now, are set right.
"""

from collections.abc import Mapping
from dataclasses import replace

from intake.dialogue.acts import AddStatement
from intake.dialogue.answers import answer
from intake.dialogue.danger import adult_only, heed_danger
from intake.dialogue.fields import FIELDS, QUESTIONS
from intake.dialogue.judge import Weighed, weigh
from intake.dialogue.say import added, corrected, got_it
from intake.dialogue.state import STORY_ROLES, Heard, Known
from intake.dialogue.turn import Turn, waiting
from words.ids import Urgency


def earlier(turn: Turn) -> Heard | None:
    """The message that this one corrects, if it was something told or answered here."""
    found = next((said for said in turn.state.heard if said.update == turn.said.corrects), None)
    return found if found and found.role in (*STORY_ROLES, "private") else None


def edited(turn: Turn, text: str, before: Heard) -> None:
    """Understand it in the place of the first one; whatever waits for an answer goes on waiting."""
    question, phase, known = turn.state.answered.get(before.update, ""), turn.state.phase, turn.state.fields
    turn.update(edits={**turn.state.edits, before.update: text})
    if before.role == "private" and (fields := _answered_privately(turn, question, text)):
        turn.remember(text, "private", question)
    else:
        turn.remember(text, "told" if before.role == "private" else before.role, question)
        alone = turn.assess(text)
        weighed = weigh(turn.state, text, alone, turn.assess, bool(question))
        turn.state = weighed.state
        heed_danger(turn, text, weighed)
        fields = _set_right(known, question, text, weighed)
        if phase != "draft":
            turn.acts.append(AddStatement(text, "correction", turn.state.level))
        elif turn.state.level is Urgency.CRITICAL or (weighed.emergency and not adult_only(weighed)):
            turn.open_case()
    turn.know({name: replace(known, fixed=True) for name, known in fields.items()})
    if phase == "filed":
        turn.say(added("correction", turn.state.child))
        return
    turn.say(corrected(tuple(FIELDS[name].label for name in fields)) if fields else got_it())
    if turn.state.asking and turn.state.asking not in QUESTIONS and (prompt := waiting(turn.state)):
        turn.say(prompt)
    else:
        turn.go_on()


def _answered_privately(turn: Turn, question: str, text: str) -> dict[str, Known]:
    alone = turn.assess(text)
    if alone.emergency or (alone.readable and alone.harm):
        return {}
    return answer(question, text, {}) or {}


def _set_right(known: Mapping[str, Known], question: str, text: str, weighed: Weighed) -> dict[str, Known]:
    """What she answers to the question now, and whatever else the text states differently. `known` is what was known before."""
    harm = weighed.alone.harm and weighed.alone.readable
    found = {**weighed.read, **((answer(question, text, weighed.read, harm, stands=True) if question else None) or {})}
    return {
        name: field
        for name, field in found.items()
        if name in FIELDS and (name not in known or known[name].value != field.value)
    }
