"""A free text: it is judged, what it states is understood, and what it means for the case is done."""

import re
from dataclasses import replace
from datetime import timedelta

from intake.dialogue.acts import (
    AddStatement,
    CallForReporter,
    Discard,
    Dispute,
    DutyComplaint,
    Submit,
    Unreadable,
)
from intake.dialogue.answers import answer, set_by_hand
from intake.dialogue.chosen import office_of, volunteered
from intake.dialogue.corrections import correction
from intake.dialogue.fields import FIELDS, QUESTIONS
from intake.dialogue.hearing import asks, greeting_only, not_let, takes_back
from intake.dialogue.judge import Weighed, weigh
from intake.dialogue.say import (
    about,
    added,
    cannot_delete,
    corrected,
    danger_answered,
    danger_card,
    deleted,
    first_harm,
    not_understood,
    noted,
    where_matters,
)
from intake.dialogue.state import Known, State
from intake.dialogue.summary import STORY
from intake.dialogue.turn import Turn
from intake.dialogue.whereabouts import first_where
from intake.triage.assessment import Assessment
from words.ids import Urgency

# A new alarm this long after the card was answered is a new danger: the card comes again.
NEW_DANGER = timedelta(hours=2)
# How often a question is repeated when what came was no answer to it.
REPEATS = 1

_CALLED = re.compile(r"^(我|我们)?(已经?|刚刚?|都)?(打了|打过|拨打了|拨了|报了警|报警了|报过警)(了)?(110|120|电话)?")
_CANNOT = re.compile(r"(不方便|不敢|没法|没办法|不能|打不了|打不通)(打|报警|说话|电话|110)?")
_PRESENT = re.compile(r"(警察|民警|派出所|医生|救护车|120|110)[^，。]{0,6}(到了|来了|在场|赶到|在这)|在(医院)?抢救")


def answer_privately(turn: Turn, text: str) -> bool:
    """An answer about the reporter herself stays out of the story, unless it tells of harm as well."""
    asking = turn.state.asking
    if asking not in ("capacity", "contact", "reach"):
        return False
    alone = turn.assess(text)
    if alone.emergency or (alone.readable and alone.harm):
        return False
    found = answer(asking, text, {})
    if not found:
        return False
    turn.remember(text, "private")
    turn.know({name: replace(known, fixed=True) for name, known in found.items()})
    turn.settle()
    turn.go_on()
    return True


def tell(turn: Turn, text: str) -> None:
    """Judge, understand, act, answer. Nothing said is lost: it is in the state, and in an act once a case exists."""
    if turn.state.asking == "code":
        turn.settle()
    before = turn.state
    alone = turn.assess(text)
    back = takes_back(text) if before.told or before.unread or before.phase != "draft" else None
    if back and not alone.emergency and not (alone.readable and alone.harm):
        take_back(turn, text, back)
        return
    question_only = alone.readable and alone.urgency is Urgency.INFO and asks(text) and not before.asking
    turn.remember(text, "question" if question_only else "told")
    weighed = weigh(turn.state, text, alone, turn.assess, bool(before.asking))
    turn.state = weighed.state
    changes = _fill(turn, text, weighed)
    turn.know(_more(turn, text))

    kind = back or ("correction" if changes else "added")
    if turn.case and turn.case.question and before.phase != "draft":
        kind = "answer"
    _danger(turn, text, weighed)
    _unreadable(turn, text, weighed, bool(before.asking))
    if before.phase != "draft":
        _to_case(turn, text, kind, weighed)
    elif (
        turn.state.unread or weighed.state.level is Urgency.CRITICAL or (weighed.emergency and not _adult_only(weighed))
    ):
        turn.open_case()
    _not_let(turn, text, weighed)
    _reply(turn, text, weighed, kind, changes, question_only)


def take_back(turn: Turn, text: str, kind: str) -> None:
    """取消, 撤回, 发错了, 开玩笑. Deletes only a draft in which nothing is alarming; otherwise it is one more statement."""
    state = turn.state
    turn.settle()
    if state.phase == "draft" and not state.alarming:
        turn.acts.append(Discard())
        turn.state = State(
            heard=tuple(replace(said, text="", role="talk") for said in state.heard), unit=state.unit, last_at=turn.now
        )
        turn.remember("", "talk")
        turn.say(deleted())
        return
    turn.remember(text, "talk")
    if state.phase == "draft":
        turn.acts.append(Submit(finished=False))
        turn.update(phase="open", quiet=True)
        turn.say(cannot_delete())
    else:
        turn.say(added(kind, state.child))
    turn.acts.append(AddStatement(text, kind, state.level))


def _fill(turn: Turn, text: str, weighed: Weighed) -> tuple[str, ...]:
    """Corrections, an edit, the answer to the waiting question. Labels of the corrected fields."""
    asking, state = turn.state.asking, turn.state
    if asking.startswith("edit:"):
        name = asking.removeprefix("edit:")
        turn.settle()
        if name == STORY:
            return ("发生了什么",)
        turn.know({name: set_by_hand(name, text, weighed.read)})
        return (FIELDS[name].label,)
    found = correction(text, state.fields, weighed.read, turn.assess) if len(state.told) > 1 else {}
    if found:
        turn.know(found)
        return tuple(FIELDS[name].label for name in found)
    if asking in QUESTIONS:
        filled = answer(asking, text, weighed.read)
        if asking == "where" and filled is not None and "where_now" not in filled:
            turn.know({name: known for name, known in filled.items() if not _fixed(turn, name)})
            filled = {"where_now": Known(text, text)} if state.again >= REPEATS else None
        if filled is not None:
            turn.know({name: known for name, known in filled.items() if not _fixed(turn, name)})
            turn.settle()
            if not weighed.alone.harm or not weighed.alone.readable:
                heard = turn.state.heard
                turn.update(heard=(*heard[:-1], replace(heard[-1], role="answer")))
        elif state.again >= REPEATS and QUESTIONS[asking].skippable:
            turn.settle()
        else:
            turn.update(again=state.again + 1)
    return ()


def _more(turn: Turn, text: str) -> dict[str, Known]:
    """What the text says about where the child is and about the reporter, where nothing is known yet."""
    found = {**first_where(text), **volunteered(text)}
    suspect = turn.state.fields.get("suspect")
    if suspect and (office := office_of(str(suspect.value))):
        found["suspect_role"] = office
    return {name: known for name, known in found.items() if name not in turn.state.fields}


def _danger(turn: Turn, text: str, weighed: Weighed) -> None:
    """The 110 card: in this very reply at the first sign, again while unanswered, not after."""
    state = turn.state
    if state.danger == "shown" and len(text) <= 40:
        if _PRESENT.search(text):
            answered = "present"
        elif _CALLED.search(text):
            answered = "called"
        elif _CANNOT.search(text):
            answered = "cannot"
        else:
            answered = ""
        if answered:
            answer_danger(turn, answered)
            return
    long_ago = state.danger_at is not None and turn.now - state.danger_at >= NEW_DANGER
    first = state.danger == "" and weighed.emergency
    if first or (weighed.alone.emergency and (state.danger == "shown" or long_ago)):
        turn.update(danger="shown", danger_at=turn.now)
        turn.say(danger_card(state.child))


def answer_danger(turn: Turn, how: str) -> None:
    turn.update(danger=how, danger_at=turn.now)
    if how == "cannot":
        turn.acts.append(CallForReporter())
    else:
        turn.say(danger_answered(how))


def _unreadable(turn: Turn, text: str, weighed: Weighed, answering: bool) -> None:
    """A text too short to judge (救救他) needs a person once; a short answer to a question does not."""
    first = len(turn.state.told) == 1 and not weighed.alone.readable and not answering
    cry = not answering and not weighed.alone.readable and "救" in text
    if (first or cry) and not greeting_only(text):
        turn.acts.append(Unreadable(text))
        turn.update(unread=turn.state.unread + 1, harm=True)
        turn.say(not_understood(turn.state.child))


def _not_let(turn: Turn, text: str, weighed: Weighed) -> None:
    if not_let(text) and not turn.state.duty and "duty_complaint" not in weighed.alone.categories[:1]:
        turn.acts.append(DutyComplaint(text))
        turn.update(duty=True)


def _to_case(turn: Turn, text: str, kind: str, weighed: Weighed) -> None:
    if turn.state.asking == "dispute":
        turn.settle()
        turn.acts.append(Dispute(text))
        if not weighed.alone.harm:
            return  # the dispute carries the words; what tells of new harm is a statement as well
    turn.acts.append(AddStatement(text, kind, turn.state.level))


def _adult_only(weighed: Weighed) -> bool:
    """An adult's emergency: the writer is told to call, but it is no case of a child."""
    judged: Assessment = weighed.alone if weighed.alone.emergency else weighed.whole
    return judged.category == "out_of_scope"


def _reply(turn: Turn, text: str, weighed: Weighed, kind: str, changes: tuple[str, ...], question_only: bool) -> None:
    state = turn.state
    disputed = any(isinstance(act, Dispute) for act in turn.acts)
    if kind in ("withdrawal", "retraction", "pressure"):
        turn.say(added(kind, state.child))
    elif state.phase == "filed":
        if not disputed:
            turn.say(added(kind, state.child))
    elif changes:
        turn.say(corrected(changes))
    if question_only and not state.reportable:
        turn.say(about(weighed.whole.category, text))
        return
    if state.harm and not state.donts:
        turn.say(first_harm(state.child))
        turn.update(donts=True)
    if question_only:
        turn.say(about(weighed.whole.category, text))
    elif state.level is Urgency.INFO and not state.asking:
        turn.say(noted(state.category))
        return
    if state.asking == "where" and state.again:
        turn.say(where_matters())
    turn.go_on()


def _fixed(turn: Turn, name: str) -> bool:
    known = turn.state.fields.get(name)
    return known is not None and known.fixed
