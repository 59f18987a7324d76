"""What a desk's part in a case and the case itself may be, and what may follow. One table each; pure.

Who may act at all is the access door's question; here it is only whether the act fits the state.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from words.ids import Urgency
from words.language import Line, line


@dataclass(frozen=True)
class State:
    """`means` is one line for people. `acts` maps what may be done to the state after it (the same one: it stays)."""

    means: Line
    acts: Mapping[str, str]


# Acts by which a desk lets go of its part, and those of a desk that handles it.
_LETTING_GO = {"return": "returned", "hand_over": "handed_over", "release": "moved"}
_HANDLING = {"progress", "ask_reporter", "allow_visit", "pause", "extend"}
# What a desk that has taken the case, or still answers for it, may write down at any time: it happened, whatever else is open.
_FACTS = ("confer", "record_decision", "start_guardianship", "end_guardianship")


def _working(here: str, **acts: str) -> dict[str, str]:
    return {**dict.fromkeys((*sorted(_HANDLING), *_FACTS), here), "record_result": "done", **_LETTING_GO, **acts}


PART: Mapping[str, State] = {
    "held": State(line("已选定，等牵头单位允许走访后才通知"), {"let_know": "notified", "withdraw": "void"}),
    "copied": State(line("抄送，只知悉"), {"call_in": "notified"}),
    "notified": State(
        line("已通知，还没有人看到"),
        {"acknowledge": "acknowledged", "accept": "accepted", "police_dispatched": "dispatched", **_LETTING_GO},
    ),
    "acknowledged": State(
        line("已看到，还没有人接手"), {"accept": "accepted", "police_dispatched": "dispatched", **_LETTING_GO}
    ),
    "accepted": State(line("有人在处理"), _working("accepted", police_dispatched="dispatched")),
    "dispatched": State(line("110已处警，在处理"), _working("dispatched")),
    "done": State(
        line("本单位的办理结果已记录"),
        # A result may be there before anybody may visit: those who are held still wait for the word.
        dict.fromkeys(("tell_reporter", "progress", "record_result", "call_back", "allow_visit", *_FACTS), "done"),
    ),
    "returned": State(line("退回：不属本单位"), {"send_back": "notified"}),
    "undecided": State(
        line("第二次退回，等协调单位决定"), {"decide": "notified", "withdraw": "moved", "progress": "undecided"}
    ),
    # Whoever is still responsible may still do, and write down, what can't wait for the other desk.
    "handed_over": State(
        line("已转办，新单位接手前仍由本单位负责"),
        {
            "release": "moved",
            "send_back": "notified",
            "police_dispatched": "handed_over",
            **dict.fromkeys(("progress", "ask_reporter", "allow_visit", *_FACTS), "handed_over"),
        },
    ),
    "moved": State(line("已由别的单位接手"), {}),
    "void": State(line("不再需要"), {}),
}

CASE: Mapping[str, State] = {
    "open": State(line("办理中"), {"close": "closed", "merge": "merged"}),
    "closed": State(line("已办结"), {"reopen": "open"}),  # a new round
    "merged": State(line("已并入另一件"), {"split": "open"}),  # handled there; on its own again, a new round
}

# What each act ends at the desk; an act that is not named ends none. The child clock is in none of them.
STOPS: Mapping[str, tuple[str, ...]] = {
    "acknowledge": ("acknowledge",),
    "accept": ("acknowledge", "accept"),
    "police_dispatched": ("acknowledge", "accept"),
    "progress": ("progress",),
    "allow_visit": ("visit_permission",),
    "record_result": ("progress", "result"),
    "tell_reporter": ("tell",),
    "record_decision": ("filing",),
    "call_back": ("call_back",),
    "return": ("acknowledge", "accept", "progress", "result"),
    "release": ("acknowledge", "accept", "progress", "result"),
}

# What is owed whatever becomes of the case: neither closing nor letting go ends it, only the act itself. Kinds that stand
# alone or before an id (`written_reply:ID`).
OUTLIVES = frozenset(("call_back", "every_case_check", "written_reply", "reveal_review"))

# A co-handling desk in one of these still owes its part: the case stays open.
OWING = frozenset(("notified", "acknowledged", "accepted", "dispatched", "handed_over", "undecided"))


@dataclass(frozen=True)
class Facts:
    """What the rules about acts need to know. `returns`: how often this case has been returned as not ours so far.

    For closing: `results` and `told` count in this round; `owing` are the states of the co-handling parts.
    """

    urgency: Urgency
    department: str = ""
    returns: int = 0
    results: int = 0
    told: bool = False
    owing: tuple[str, ...] = ()
    asks_reporter: bool = False  # a question to the reporter is unanswered
    undecided_filing: bool = False  # police named a day for 受案／立案 and have not decided yet


def after(state: str, act: str) -> str:
    """The state after an act that `may` allowed. A return after a first one waits for the coordinator (`after_return`)."""
    return PART[state].acts[act]


def after_return(returns: int) -> str:
    """The first return asks the desk named in it at once; the second is decided by the coordinator: no ping-pong."""
    return "returned" if returns == 0 else "undecided"


def may(state: str, act: str, facts: Facts) -> Line | None:
    """Why a desk may not do this to its part now; None when it may. An unknown state or act is a KeyError."""
    if act not in _ACTS:
        raise KeyError(act)
    if act not in PART[state].acts:
        return line("现在是“{state}”，不能这样做。请刷新页面看最新情况。", state=PART[state].means)
    if act == "return" and facts.urgency is Urgency.CRITICAL:
        return line("特急不能退回。请转办给应当办理的单位，计时不停，对方接手前仍由本单位负责。")
    if act == "police_dispatched" and facts.department != "police":
        return line("“110已处警”由公安值班台来记。")
    if act == "record_decision" and facts.department != "police":
        return line("受案、立案、不予立案、告诫书由公安来记。")
    if act == "pause" and facts.urgency is Urgency.CRITICAL:
        return line("特急不能暂停计时。")
    if act == "extend" and facts.urgency in (Urgency.CRITICAL, Urgency.INFO):
        return line("{level}事项不能延长时限。", level=line(facts.urgency.zh))
    return None


def may_close(state: str, facts: Facts) -> Line | None:
    """Why the case can't be closed now; None when it can."""
    if "close" not in CASE[state].acts:
        return line("这件事已经办结。")
    if not facts.results:
        return line("还没有办理结果，不能办结。请先记录结果。")
    if not facts.told:
        return line("还没有反馈报告人，不能办结。请先反馈；联系不上的，记录试过什么方式、什么时间。")
    if any(part in OWING for part in facts.owing):
        return line("还有协同单位没有办完，不能办结。")
    if facts.asks_reporter:
        return line("报告人还没有回答提问，请先处理。")
    if facts.undecided_filing:
        return line("公安还没有记下受案、立案的决定，不能办结。")
    return None


def outlives(kind: str) -> bool:
    """Whether a clock of this kind runs on when the case is closed or the desk lets go."""
    return kind.partition(":")[0] in OUTLIVES


def outlives_round(kind: str) -> bool:
    """Whether it runs on into a new round. What looks back at a result does not: there will be another one."""
    return outlives(kind) and kind not in ("call_back", "every_case_check")


_ACTS = frozenset(act for state in PART.values() for act in state.acts)
