"""A free text: it is judged, what it states is understood, and what it means for the case is done."""

import re
from dataclasses import replace

from intake.dialogue.acts import AddStatement, Dispute, DutyComplaint, Unreadable
from intake.dialogue.after import status_reply
from intake.dialogue.answers import answer, aside, set_by_hand
from intake.dialogue.chosen import contact_wish, kin_in_office, office_of, volunteered
from intake.dialogue.corrections import correction
from intake.dialogue.danger import adult_only, heed_danger
from intake.dialogue.fields import FIELDS, QUESTIONS, next_question, nobody_to_meet
from intake.dialogue.hearing import asks, asks_after, greeting_only, normal, takes_back, unit_forbids
from intake.dialogue.judge import FRAGMENT, Weighed, last_seen, weigh
from intake.dialogue.legible import foreign
from intake.dialogue.say import (
    about,
    added,
    ask_code,
    contact_kept,
    corrected,
    first_harm,
    got_it,
    kept,
    no_code,
    not_understood,
    noted,
    nothing_yet,
    small_greeting,
    where_matters,
)
from intake.dialogue.state import Known, State
from intake.dialogue.summary import STORY
from intake.dialogue.turn import Turn, waiting
from intake.dialogue.whereabouts import coming, first_where
from intake.dialogue.withdrawing import take_back
from words.ids import Urgency

# How often a question is repeated when what came was no answer to it.
REPEATS = 1
_FORGOT = re.compile(r"不记得|忘|没有?(查询)?码|找不到码|丢了|没带")
REPEATS_WHERE = 3  # the one question that is not given up while more harm is being told


def answer_privately(turn: Turn, text: str) -> bool:
    """An answer about the reporter herself stays out of the story, unless it tells of harm as well."""
    asking = turn.state.asking
    if asking not in ("capacity", "contact", "reach"):
        return _wishes(turn, text)
    alone = turn.assess(text)
    if alone.emergency or (alone.readable and alone.harm):
        return False
    found = answer(asking, text, {})
    if not found:
        return _wishes(turn, text)
    turn.remember(text, "private", asking)
    turn.know({name: replace(known, fixed=True) for name, known in found.items()})
    turn.settle()
    turn.go_on()
    return True


def _wishes(turn: Turn, text: str) -> bool:
    """「家属在场，请勿来电」「微信行吗」 and nothing else: how contact is safe, whatever was asked."""
    found = contact_wish(text)
    if found is None or turn.state.asking.startswith("edit:") or turn.state.asking in ("code", "dispute"):
        return False
    turn.remember(text, "private")
    turn.know({"contact": replace(found, fixed=True)})
    turn.say(contact_kept(normal(text), wechat="微信" in text))
    if turn.state.asking == "contact":
        turn.settle()
    if turn.state.reportable:
        turn.go_on()
    elif not turn.state.told:
        turn.say(nothing_yet())
    return True


def tell(turn: Turn, text: str) -> None:
    """Judge, understand, act, answer. Nothing said is lost: it is in the state, and in an act once a case exists."""
    code_asked = turn.state.asking == "code"
    if code_asked:
        turn.settle()
    before = turn.state
    alone = turn.assess(text)
    light = alone.urgency is Urgency.INFO or not alone.readable
    waits = next_question(before) if code_asked and before.reportable and before.phase != "filed" else None
    if waits and not _FORGOT.search(text):  # no code after all, but the answer to what was asked before
        turn.update(asking=waits.name, asked=(*before.asked, waits.name))
        before, code_asked = turn.state, False
    if code_asked and light and len(text) <= FRAGMENT:
        turn.remember(text, "talk")
        turn.say(no_code())
        if before.reportable:
            turn.go_on()
        return
    empty = not alone.substance and not before.asking
    if not alone.emergency and (empty or (light and asks_after(text))):
        turn.remember(text, "talk")
        small_talk(turn, asks_after=before.phase == "filed" or asks_after(text))
        return
    back = takes_back(text) if before.told or before.unread or before.phase != "draft" else None
    if takes_back(text) and not back and light and len(text) <= FRAGMENT:
        turn.remember(text, "talk")  # nothing has been said that could be taken back
        turn.say(nothing_yet())
        return
    if back and not alone.emergency and not (alone.readable and alone.harm):
        take_back(turn, text, back)
        return
    question_only = alone.readable and alone.urgency is Urgency.INFO and asks(text) and not before.asking
    turn.remember(text, "question" if question_only else "told")
    weighed = weigh(turn.state, text, alone, turn.assess, bool(before.asking))
    turn.state = weighed.state
    answered = heed_danger(turn, text, weighed)
    changes = () if answered else _fill(turn, text, weighed, before)
    turn.know(_more(turn, text))

    kind = back or ("correction" if changes else "added")
    if turn.case and turn.case.question and not turn.case.unread and before.phase != "draft":
        kind = "answer"
    _unreadable(turn, text, weighed, bool(before.asking))
    if before.phase != "draft":
        _to_case(turn, text, kind, weighed)
    elif (
        turn.state.unread or weighed.state.level is Urgency.CRITICAL or (weighed.emergency and not adult_only(weighed))
    ):
        turn.open_case()
    _not_let(turn, text, weighed)
    unanswered = before.asking in QUESTIONS and turn.state.heard[-1].role == "told"
    puzzled = unanswered and not changes and not (weighed.alone.harm and weighed.alone.readable)
    _reply(turn, text, weighed, kind, changes, question_only, puzzled)


def _fill(turn: Turn, text: str, weighed: Weighed, before: State) -> tuple[str, ...]:
    """Corrections, an edit, the answer to the waiting question. Labels of the corrected fields."""
    asking, state = turn.state.asking, turn.state
    if asking.startswith("edit:"):
        name = asking.removeprefix("edit:")
        turn.settle()
        if name == STORY:
            return ("发生了什么",)
        turn.know({name: set_by_hand(name, text, weighed.read)})
        return (FIELDS[name].label,)
    found = correction(text, before.fields, weighed.read, turn.assess) if len(state.told) > 1 else {}
    if found:
        turn.know(found)
        return tuple(FIELDS[name].label for name in found)
    met = {} if nobody_to_meet(state) else coming(text)
    if asking in QUESTIONS:
        harm = weighed.alone.harm and weighed.alone.readable
        filled = answer(asking, text, weighed.read, harm, stands=state.again >= REPEATS)
        if filled and nobody_to_meet(state):
            filled = last_seen(filled)
        if filled is not None and asking in ("where", "whom") and not set(QUESTIONS[asking].fills) & set(filled):
            moved = {name: replace(known, fixed=True) for name, known in filled.items() if name == "where_now"}
            turn.know({**{name: known for name, known in filled.items() if not _fixed(turn, name)}, **moved})
            filled = None
        if filled is not None:
            turn.know({name: _answered(name, known) for name, known in filled.items() if not _fixed(turn, name)})
            turn.settle()
            turn.answers(asking)
            if not harm:
                heard = turn.state.heard
                turn.update(heard=(*heard[:-1], replace(heard[-1], role="answer")))
        else:
            said = {**met, **aside(text, turn.state.fields)}
            turn.know(last_seen(said) if nobody_to_meet(state) else said)
            last = state.again >= (REPEATS_WHERE if harm and not QUESTIONS[asking].skippable else REPEATS)
            turn.update(asking="" if last else asking, again=0 if last else state.again + 1)
    elif met and "meets_again" in before.fields:
        turn.know(met)  # 「他四点就来接」: the last word stands
        return (FIELDS["meets_again"].label,)
    return ()


def _more(turn: Turn, text: str) -> dict[str, Known]:
    """What the text says about where the child is and about the reporter, where nothing is known yet."""
    met = {} if nobody_to_meet(turn.state) else coming(text)
    found = {**first_where(text), **volunteered(text), **met}
    suspect = turn.state.fields.get("suspect")
    if suspect and (office := office_of(str(suspect.value))):
        found["suspect_role"] = office
    found = {name: known for name, known in found.items() if name not in turn.state.fields}
    if turn.state.value("suspect_role") != "yes" and (office := kin_in_office(text)):
        found["suspect_role"] = office
    return found


def _unreadable(turn: Turn, text: str, weighed: Weighed, answering: bool) -> None:
    """A text that cannot be judged (救救他, a foreign language) needs a person; a short answer to a question does not."""
    first = len(turn.state.told) == 1 and not weighed.alone.readable and not answering
    cry = not answering and not weighed.alone.readable and "救" in text
    long = not weighed.alone.readable and foreign(text) and len(text) > FRAGMENT
    if (first or cry or long) and not greeting_only(text):
        turn.acts.append(Unreadable(text))
        turn.update(unread=turn.state.unread + 1, harm=True)
        turn.say(not_understood(turn.state.child))


def _not_let(turn: Turn, text: str, weighed: Weighed) -> None:
    if (
        unit_forbids(text)
        and not turn.state.duty
        and weighed.alone.urgency is not Urgency.INFO
        and "duty_complaint" not in weighed.alone.categories[:1]
    ):
        turn.acts.append(DutyComplaint(text))
        turn.update(duty=True)


def _to_case(turn: Turn, text: str, kind: str, weighed: Weighed) -> None:
    if turn.state.asking == "dispute":
        turn.settle()
        turn.acts.append(Dispute(text))
        if not weighed.alone.harm:
            return  # the dispute carries the words; what tells of new harm is a statement as well
    turn.acts.append(AddStatement(text, kind, turn.state.level))


def _reply(
    turn: Turn, text: str, weighed: Weighed, kind: str, changes: tuple[str, ...], question_only: bool, puzzled: bool
) -> None:
    """What is said to it. `puzzled`: the waiting question was not answered, and nothing else was told either."""
    state = turn.state
    disputed = any(isinstance(act, Dispute) for act in turn.acts)
    if kind in ("withdrawal", "retraction", "pressure"):
        turn.say(kept() if state.phase == "draft" else added(kind, state.child, state.duty))
    elif state.phase == "filed":
        if not disputed:
            turn.say(added(kind, state.child))
    elif changes:
        turn.say(corrected(changes))
    if question_only and not state.reportable:
        turn.say(about(weighed.whole.category, text))
        return
    if state.harm and not state.donts:
        turn.say(first_harm(state.child, nobody_to_meet(state)))
        turn.update(donts=True)
    if question_only:
        turn.say(about(weighed.whole.category, text))
    elif state.level is Urgency.INFO and not state.asking:
        turn.say(noted(state.category, state.story))
        return
    if puzzled:
        turn.say(where_matters() if state.asking == "where" else got_it())
    turn.go_on()


def _answered(name: str, known: Known) -> Known:
    """What only an answer can tell is not guessed over by anything said later."""
    return replace(known, fixed=name in ("where_now", "with_whom", "meets_again", "child_name"))


def _fixed(turn: Turn, name: str) -> bool:
    known = turn.state.fields.get(name)
    return known is not None and known.fixed


def small_talk(turn: Turn, asks_after: bool = False) -> None:
    """你好, 谢谢, 我上次报的怎么样了: answered, and the waiting question stands."""
    prompt = waiting(turn.state)
    if asks_after:
        look_up(turn)
    elif prompt is None:
        turn.say(small_greeting(turn.state.child))
    else:
        turn.say(prompt)


def look_up(turn: Turn) -> None:
    """How it stands: at once when this conversation has a case, otherwise by receipt code."""
    if turn.case:
        turn.say(status_reply(turn.case, turn.now))
        if turn.state.asking in QUESTIONS:
            turn.go_on()
    else:
        turn.put_aside("code")
        turn.say(ask_code())
