"""The 110 card: when it comes, and what counts as its answer."""

import re
from datetime import timedelta

from intake.dialogue.acts import CallForReporter
from intake.dialogue.judge import Weighed
from intake.dialogue.say import danger_answered, danger_card
from intake.dialogue.turn import Turn

# A new alarm this long after the card was answered is a new danger: the card comes again.
NEW_DANGER = timedelta(hours=2)
# An answer inside a longer message is read only up to this length; the message is judged as well.
SHORT = 40
ONLY = 10  # up to this length it is nothing else

_ANSWERS = (
    ("present", re.compile(r"(警察|民警|派出所|医生|救护车|120|110)[^，。没不未]{0,6}(到了|来了|在场|赶到|在这)|在(医院)?抢救")),
    ("called", re.compile(r"(打了|打过|拨打了|拨了)(110|120|电话|报警)|报了警|报警了|报过警|已报警")),
    ("cannot", re.compile(r"(不方便|不敢|没法|没办法|不能)(打|报警|出声)|我[^，。]{0,4}不(敢|能|方便)说话|打不了|打不通|没有?电话")),
)  # fmt: skip


def heed_danger(turn: Turn, text: str, weighed: Weighed) -> bool:
    """The 110 card: in this very reply at the first sign, again while unanswered, not after.

    True when the text is nothing but the card's answer.
    """
    state = turn.state
    if state.danger == "shown" and len(text) <= SHORT:
        answered = next((how for how, pattern in _ANSWERS if pattern.search(text)), None)
        if answered:
            answer_danger(turn, answered)
            return len(text) <= ONLY
    long_ago = state.danger_at is not None and turn.now - state.danger_at >= NEW_DANGER
    first = state.danger == "" and weighed.emergency
    if first or (weighed.alone.emergency and (state.danger == "shown" or long_ago)):
        turn.update(danger="shown", danger_at=turn.now)
        turn.say(danger_card(state.child))
    return False


def answer_danger(turn: Turn, how: str) -> None:
    turn.update(danger=how, danger_at=turn.now)
    if how == "cannot":
        turn.acts.append(CallForReporter())
    else:
        turn.say(danger_answered(how))


def adult_only(weighed: Weighed) -> bool:
    """An adult's emergency: the writer is told to call, but it is no case of a child."""
    judged = weighed.alone if weighed.alone.emergency else weighed.whole
    return judged.category == "out_of_scope"
