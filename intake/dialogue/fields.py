"""What a report consists of, and what is asked. Two tables and the rule that picks the next question.

A field carries the name of its fact (`words.ids.FACT_KEYS`, or triage's `more`). Private fields are about the reporter:
their answers never become part of the story that a desk reads.
"""

from dataclasses import dataclass

from intake.dialogue.state import State
from words.ids import Urgency


@dataclass(frozen=True)
class Field:
    """`fact` is the key under which triage knows it; None: only asked or read by the conversation itself."""

    name: str
    label: str
    fact: str | None = None
    private: bool = False


FIELDS: dict[str, Field] = {
    each.name: each
    for each in (
        Field("where_now", "孩子现在在哪里", "where_now"),
        Field("with_whom", "和谁在一起", "with_whom"),
        Field("meets_again", "几点会再见到那个人", "meets_again"),
        Field("place", "发生在哪里", "place"),
        Field("when", "什么时候", "time"),
        Field("child_name", "孩子姓名"),
        Field("child_age", "孩子年龄", "child_age"),
        Field("child_sex", "男孩或女孩", "child_sex"),
        Field("children", "几个孩子", "children"),
        Field("school", "学校", "school"),
        Field("id_card", "孩子身份证号", "id_card"),
        Field("suspect", "被反映的人", "suspect"),
        Field("suspect_role", "是否在学校、机关工作"),
        Field("unit", "单位", "unit"),
        Field("phone", "电话", "phone"),
        Field("relation", "您和孩子的关系", private=True),
        Field("capacity", "以谁的名义", private=True),
        Field("contact", "怎样联系", private=True),
        Field("reporter_name", "怎样称呼您", private=True),
        Field("reporter_phone", "您的电话", private=True),
    )
}

# Values of the fields that are chosen, with the label of the button. Codes are stored; labels are shown and typed.
CHOICES: dict[str, dict[str, str]] = {
    "capacity": {"personal": "以我个人名义（不告诉单位）", "unit": "代表单位"},
    "suspect_role": {"yes": "是", "no": "不是", "unknown": "不清楚"},
    "contact": {
        "code_only": "不联系，我凭查询码来看",
        "phone": "可以打电话",
        "sms": "只发短信",
        "no_call": "家属在场，请勿来电",
    },
    "child_sex": {"m": "男孩", "f": "女孩"},
}


@dataclass(frozen=True)
class Question:
    """One short question; it is settled once one of `fills` is known, or it has been asked and answered or skipped.

    `child` is the wording for a child who writes for herself; None: a child is not asked.
    """

    name: str
    fills: tuple[str, ...]
    ask: str
    child: str | None
    skippable: bool = True


QUESTIONS: dict[str, Question] = {
    each.name: each
    for each in (
        Question(
            "where",
            ("where_now",),
            "孩子现在在哪里？和谁在一起？几点会再见到那个人？",
            "你现在在哪里？和谁在一起？几点会再见到那个人？",
            skippable=False,
        ),
        Question(
            "whom",
            ("with_whom", "meets_again"),
            "孩子现在和谁在一起？几点会再见到那个人？",
            "你现在和谁在一起？几点会再见到那个人？",
        ),
        Question("place", ("place", "school"), "这件事发生在哪个县、哪个乡镇或学校？", "你在哪个县、哪个学校？"),
        Question(
            "who",
            ("child_name", "child_age", "child_sex"),
            "孩子叫什么、几岁、男孩还是女孩、在哪个学校？知道多少说多少。",
            None,
        ),
        Question("role", ("suspect_role",), "被反映的人或其亲属是否在学校、派出所、村委、机关工作？", None),
        Question("capacity", ("capacity",), "您以谁的名义报告？", None),
        Question("contact", ("contact",), "怎样联系您才安全？", "怎样联系你才安全？"),
        # Asked only as a follow-up: she allowed calls but gave no number.
        Question("reach", ("reporter_phone",), "请留下电话号码，再写怎样称呼您。", "请留下电话号码。"),
    )
}

# Nobody did it whom the child might meet again: what counts is who is there, or where the child was last seen.
NOBODY_TO_MEET = frozenset({"self_harm", "missing_trafficked", "abandonment"})
ALONE = {  # (question, kind): asked of an adult, of the child herself
    ("where", ""): ("孩子现在在哪里？现在谁陪着？", "你现在在哪里？有人陪着你吗？"),
    ("whom", ""): ("现在谁陪着孩子？", "有人陪着你吗？"),
    ("where", "missing"): ("孩子最后在哪里看到？什么时候？和谁在一起？", "你现在在哪里？旁边有谁？"),
    ("whom", "missing"): ("孩子最后和谁在一起？", "旁边有谁？"),
}

# A reporter answers at most this many questions; those that decide who may know anything are never crowded out.
MOST = 6
ALWAYS_HARM = ("where", "role", "capacity", "contact")
ORDER_HARM = ("where", "whom", "place", "who", "role", "capacity", "contact", "reach")
ORDER_PLAIN = ("place", "contact", "reach")
ALWAYS_CHILD = ("where", "contact")


def next_question(state: State) -> Question | None:
    """The next thing worth asking, or None when the report can be shown for checking. Pure table walk.

    The first question after harm is always where the child is now; whom and when come with it. With an immediate danger
    a desk already has the case, so what protects the child (whom, when) comes before what completes the paper.
    """
    order = ORDER_HARM if state.harm else ORDER_PLAIN
    always = (ALWAYS_CHILD if state.child else ALWAYS_HARM) if state.harm else ("contact",)
    open_always = [name for name in always if _open(state, name)]
    room = MOST - len(state.asked) - len(open_always)
    for name in order:
        if not _open(state, name):
            continue
        if name in always or name == "reach" or (room > 0 and _useful(state, name)):
            return QUESTIONS[name]
    return None


def nobody_to_meet(state: State) -> bool:
    """An attempt on one's own life, being lost or left, and no person complained of: 那个人 would be nobody."""
    return state.category in NOBODY_TO_MEET and "suspect" not in state.fields


def wording(question: Question, state: State) -> str:
    """The question as it is put to this reporter, without the half that is known already."""
    if question.name in ("where", "whom") and nobody_to_meet(state):
        return ALONE[question.name, "missing" if state.category == "missing_trafficked" else ""][state.child]
    if question.name == "whom" and "with_whom" in state.fields:
        return "你几点会再见到那个人？" if state.child else "孩子几点会再见到那个人？"
    if question.name == "whom" and "meets_again" in state.fields:
        return "你现在和谁在一起？" if state.child else "孩子现在和谁在一起？"
    if question.name == "contact" and not state.harm:
        return "怎样联系您？"
    return question.child if state.child and question.child else question.ask


def _open(state: State, name: str) -> bool:
    question = QUESTIONS[name]
    if name in state.asked or (state.child and question.child is None):
        return False
    if name == "reach":
        return state.value("contact") in ("phone", "sms") and not state.value("reporter_phone")
    if name == "whom" and nobody_to_meet(state):
        return "with_whom" not in state.fields
    known = [filled in state.fields for filled in question.fills]
    return not all(known) if name == "whom" else not any(known)


def _useful(state: State, name: str) -> bool:
    """Whom and when are asked apart only where minutes count: otherwise the first question has asked them already."""
    if name == "whom":
        return state.level is Urgency.CRITICAL and state.value("where_now") != "不知道"
    return True
