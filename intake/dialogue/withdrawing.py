"""It can't be un-sent: what 取消, 撤回, 发错了 and 开玩笑 do."""

from dataclasses import replace

from intake.dialogue.acts import AddStatement, Discard, Submit
from intake.dialogue.say import added, cannot_delete, deleted
from intake.dialogue.state import State
from intake.dialogue.turn import Turn


def take_back(turn: Turn, text: str, kind: str) -> None:
    """取消, 撤回, 发错了, 开玩笑. Deletes only a draft in which nothing is alarming; otherwise it is one more statement."""
    state = turn.state
    if state.asking != "where" or (state.phase == "draft" and not state.alarming):
        turn.settle()  # where the child is still waits for its answer: the case goes on
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
        turn.say(added(kind, state.child, state.duty))
    turn.acts.append(AddStatement(text, kind, state.level))
