"""Buttons and commands: a whole message that is a label. Pressing one and typing it are the same."""

import re
from dataclasses import replace

from intake.dialogue.acts import AddStatement, Confirm, DutyComplaint, LookUp, NewReport, Submit
from intake.dialogue.after import status_reply
from intake.dialogue.danger import answer_danger
from intake.dialogue.fields import CHOICES, FIELDS, QUESTIONS, next_question
from intake.dialogue.hearing import command, lookup_code, normal
from intake.dialogue.say import (
    ask_dispute,
    ask_edit,
    contact_kept,
    draft_kept,
    duty_again,
    greeting,
    nothing_yet,
    one_by_one,
    small_greeting,
    still_there,
    where_matters,
)
from intake.dialogue.state import Known, State
from intake.dialogue.summary import field_to_edit, summary
from intake.dialogue.tell import look_up
from intake.dialogue.turn import Turn
from intake.dialogue.withdrawing import take_back
from words.ids import HARM

_CHINESE = re.compile("[\u4e00-\u9fff]")
_FIELD_OF_QUESTION = {"role": "suspect_role", "capacity": "capacity", "contact": "contact"}


def pressed(text: str, turn: Turn) -> str | None:
    """The name of what was pressed, or None when the text is free. What a label means depends on what was asked."""
    if not text:
        return None
    state, plain = turn.state, normal(text)
    if _choice(state, plain):
        return "choice"
    if field_to_edit(text) is not None:
        return "edit_field" if state.told or state.unread or state.phase != "draft" else None
    if _is_code(state, plain):
        return "code"
    if plain in ("没有", "无", "没") and state.asking in ("whom", "place", "who", "reach"):
        return "unknown"
    name = command(text)
    if name == "duty" and (told := turn.assess(text)).readable and HARM & set(told.categories):
        return None  # 「校长不让报，班里女生身上有伤」 tells of a child as well
    if name in ("called", "cannot", "present") and not state.danger:
        return None
    if name in ("dispute", "confirm") and not (turn.case and turn.case.tellable):
        return None
    if name == "unknown" and not state.asking and turn.case and turn.case.question:
        return None  # that answers the desk
    return name


def press(turn: Turn, name: str, text: str) -> None:
    """Do what the button says. Every name that `pressed` returns is here."""
    _DO[name](turn, text)


def _is_code(state: State, plain: str) -> bool:
    """A receipt code: after 查一下我的报告 whatever has no Chinese in it, otherwise what looks like one."""
    if state.asking == "code":
        return not _CHINESE.search(plain)
    return lookup_code(plain) is not None


def _choice(state: State, plain: str) -> tuple[str, str] | None:
    """(field, code) when the text is a choice's label: of the asked question, or one that can mean nothing else."""
    editing = state.asking.removeprefix("edit:") if state.asking.startswith("edit:") else None
    asked = editing or _FIELD_OF_QUESTION.get(state.asking)
    for field, choices in CHOICES.items():
        for code, label in choices.items():
            if plain == normal(label) and (field == asked or (field in ("capacity", "contact") and state.told)):
                return field, code
    return None


def _take_choice(turn: Turn, text: str) -> None:
    chosen = _choice(turn.state, normal(text))
    if chosen is None:
        return
    field, code = chosen
    question = next((name for name, of in _FIELD_OF_QUESTION.items() if of == field), "")
    turn.know({field: Known(code, normal(text), fixed=True)})
    if field == "contact" and turn.state.asking not in ("contact", "edit:contact"):
        turn.say(contact_kept(normal(text)))
    if turn.state.asking in (question, f"edit:{field}"):
        turn.settle()
    if question and question not in turn.state.asked:
        turn.update(asked=(*turn.state.asked, question))
    _carry_on(turn)


def _submit(turn: Turn, text: str) -> None:
    state = turn.state
    if not state.told and not state.unread and state.phase == "draft":
        turn.say(nothing_yet())
    elif state.phase == "filed":
        _status(turn)
    else:
        if state.phase == "draft" and state.asking:
            turn.say(summary(state))
        turn.settle()
        turn.update(phase="filed")
        turn.acts.append(Submit(finished=True))


def _skip(turn: Turn, text: str) -> None:
    asking = turn.state.asking
    if asking == "where" and turn.state.again:
        turn.know({"where_now": Known("不知道")})
        turn.settle()
    elif asking == "where":
        turn.update(again=1)
        turn.say(where_matters())
    elif asking.startswith("edit:") or asking in ("code", "dispute"):
        turn.say(draft_kept())
        turn.settle()
    elif not asking and next_question(turn.state) is None:
        turn.say(still_there(turn.state.child, turn.state.phase) if turn.state.told else nothing_yet())
        return
    else:
        turn.settle()
    _carry_on(turn)


def _unknown(turn: Turn, text: str) -> None:
    if turn.state.asking == "where":
        turn.know({"where_now": Known("不知道", text)})
        turn.settle()
        _carry_on(turn)
    elif turn.state.asking.startswith("edit:"):
        name = turn.state.asking.removeprefix("edit:")
        if name in FIELDS:
            turn.know({name: Known("不知道", text, fixed=True)})
        turn.settle()
        _carry_on(turn)
    else:
        _skip(turn, text)


def _cancel(turn: Turn, text: str) -> None:
    if turn.state.asking.startswith("edit:") or turn.state.asking in ("code", "dispute"):
        turn.say(draft_kept())
        turn.settle()
        _carry_on(turn)
    elif turn.state.phase == "draft" and not turn.state.told and not turn.state.unread:
        turn.settle()
        turn.say(nothing_yet())
    else:
        turn.state = replace(turn.state, heard=turn.state.heard[:-1])  # take_back keeps the message itself
        take_back(turn, text, "withdrawal")


def _edit(turn: Turn, text: str) -> None:
    if not turn.state.told and not turn.state.fields:
        turn.say(nothing_yet())
    else:
        turn.put_aside("")
        turn.say(summary(turn.state))


def _edit_field(turn: Turn, text: str) -> None:
    name = field_to_edit(text) or ""
    turn.put_aside(f"edit:{name}")
    turn.say(ask_edit(name, turn.state.child))


def _look_up(turn: Turn, text: str) -> None:
    look_up(turn)


def _code(turn: Turn, text: str) -> None:
    turn.put_aside("")
    unsent = turn.state.phase == "draft" and turn.state.reportable
    turn.acts.append(LookUp(lookup_code(text) or normal(text), bind=not unsent))
    if unsent:
        turn.go_on()


def _new(turn: Turn, text: str) -> None:
    """Something else: a fresh page. What has been told and not handed over goes first, so that none is left behind."""
    state = turn.state
    if state.phase != "filed" and state.reportable:
        turn.settle()
        turn.update(phase="filed")
        turn.acts.append(Submit(finished=False))
        turn.say(one_by_one())
        return
    turn.acts.append(NewReport())
    turn.state = State(
        heard=tuple(replace(said, text="", role="talk") for said in state.heard), unit=state.unit, last_at=turn.now
    )
    turn.say(greeting())


def _report(turn: Turn, text: str) -> None:
    """The command of a chat's menu. In the middle of a report it shows where she is; it leaves none behind."""
    if turn.state.phase == "filed":
        _new(turn, text)
    elif turn.state.told or turn.state.unread:
        _carry_on(turn)
    else:
        turn.say(greeting())


def _add(turn: Turn, text: str) -> None:
    """The command of a chat's menu: what is written next is added anyway."""
    if turn.state.phase == "filed":
        turn.say(still_there(turn.state.child, turn.state.phase))
    else:
        _carry_on(turn)


def _minor(turn: Turn, text: str) -> None:
    turn.update(child=True)
    if turn.state.told:
        _carry_on(turn)
    else:
        turn.say(small_greeting(child=True))


def _duty(turn: Turn, text: str) -> None:
    if not turn.state.duty:
        turn.acts.append(DutyComplaint(text))
        turn.update(duty=True)
    elif turn.state.phase != "draft":
        turn.acts.append(AddStatement(text, "pressure", turn.state.level))
        turn.say(duty_again())
    else:
        turn.say(duty_again())
    _carry_on(turn)


def _called(turn: Turn, text: str) -> None:
    _danger(turn, "called")


def _cannot(turn: Turn, text: str) -> None:
    _danger(turn, "cannot")


def _present(turn: Turn, text: str) -> None:
    _danger(turn, "present")


def _danger(turn: Turn, how: str) -> None:
    if turn.state.danger != how:
        answer_danger(turn, how)
    _carry_on(turn)


def _dispute(turn: Turn, text: str) -> None:
    turn.put_aside("dispute")
    turn.say(ask_dispute())


def _confirm(turn: Turn, text: str) -> None:
    turn.acts.append(Confirm())


def _status(turn: Turn) -> None:
    if turn.case:
        turn.say(status_reply(turn.case, turn.now))
    else:
        turn.say(still_there(turn.state.child, turn.state.phase))


def _carry_on(turn: Turn) -> None:
    """Back to the report: its next question, or how to go on."""
    if turn.state.told or turn.state.unread:
        if turn.state.phase == "filed":
            turn.say(still_there(turn.state.child, turn.state.phase))
        elif turn.state.asking in QUESTIONS or turn.state.reportable:
            turn.go_on()
        else:
            turn.say(still_there(turn.state.child, turn.state.phase))
    elif turn.state.phase == "filed":
        turn.say(still_there(turn.state.child, turn.state.phase))
    else:
        turn.say(nothing_yet())


_DO = {
    "choice": _take_choice,
    "submit": _submit,
    "skip": _skip,
    "unknown": _unknown,
    "cancel": _cancel,
    "edit": _edit,
    "edit_field": _edit_field,
    "lookup": _look_up,
    "code": _code,
    "new": _new,
    "report": _report,
    "add": _add,
    "minor": _minor,
    "duty": _duty,
    "called": _called,
    "cannot": _cannot,
    "present": _present,
    "dispute": _dispute,
    "confirm": _confirm,
}
