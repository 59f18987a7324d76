"""还要问的三句: what an operator asks while the caller holds, by what the matter is. Never what is known already. Pure."""

from collections.abc import Mapping

from intake.triage.assessment import Assessment
from words.ids import HARM
from words.language import Line, line

THREE = 3

# A question and the facts that answer it; one without facts is asked until three others come first.
_QUESTIONS: Mapping[str, tuple[Line, tuple[str, ...]]] = {
    "where_now": (line("孩子现在在哪里？旁边有谁？"), ("where_now",)),
    "hurt": (line("现在有没有流血、昏迷、吃药或者被关着？"), ()),
    "meets": (line("孩子几点会再见到那个人？"), ("meets_again",)),
    "who": (line("孩子几岁，男孩女孩，在哪个学校？"), ("child_age", "school")),
    "place": (line("是哪个县、哪个镇、哪个村或小区？"), ("place",)),
    "suspect": (line("是谁做的，和孩子什么关系？"), ("suspect",)),
    "when": (line("最近一次是什么时候？有过几次？"), ("time",)),
    "seen": (line("您是亲眼看到的、孩子说的，还是听别人说的？"), ()),
    "last_seen": (line("最后一次看到孩子是几点、在哪里、穿什么？"), ("time",)),
    "with": (line("最后和谁在一起？带没带手机？"), ("with_whom",)),
    "said": (line("孩子说过怎么做、什么时候做吗？手边有没有药、刀、绳子？"), ()),
    "others": (line("还有没有别的孩子也这样？"), ("children",)),
    "keep": (line("衣物、伤处照片、聊天记录先原样留着，不追问孩子，行吗？"), ()),
    "told": (line("学校或单位知道了吗？哪位老师或负责人？"), ("unit",)),
    "account": (line("对方的账号、群名、平台还记得吗？记录别删。"), ()),
    "lives": (line("孩子平时跟谁住？父母在哪里？"), ("with_whom",)),
    "since": (line("从什么时候开始的？现在是谁在管？"), ("time",)),
    "step": (line("找过哪个部门，办到哪一步了？"), ()),
    "need": (line("现在最要紧的是什么？"), ()),
    "contact": (line("怎样联系您才方便、才安全？"), ("phone",)),
}

_HARMED = ("where_now", "hurt", "meets", "who", "suspect", "when", "seen")
_SERVICE = ("who", "step", "place", "need", "contact")
_BY_CATEGORY: Mapping[str, tuple[str, ...]] = {
    "sexual_abuse": ("where_now", "meets", "keep", "who", "suspect", "when"),
    "physical_abuse": _HARMED,
    "staff_harm": ("where_now", "meets", "others", "who", "told", "when"),
    "bullying": ("where_now", "hurt", "told", "others", "who", "when"),
    "self_harm": ("where_now", "said", "hurt", "who", "contact"),
    "abnormal_injury": ("where_now", "hurt", "who", "suspect", "when"),
    "abandonment": ("where_now", "lives", "who", "since", "place"),
    "missing_trafficked": ("last_seen", "with", "who", "place", "contact"),
    "exploitation": ("where_now", "suspect", "others", "who", "since"),
    "imminent_danger": _HARMED,
    "guardianship": ("where_now", "lives", "since", "who", "place"),
    "mental_health": ("where_now", "said", "who", "told", "contact"),
    "dropout": ("who", "lives", "since", "told", "place"),
    "water_safety": ("place", "others", "told", "when", "contact"),
    "campus_safety": ("place", "others", "told", "when", "contact"),
    "online_harm": ("account", "who", "keep", "when", "contact"),
    "duty_complaint": ("told", "where_now", "when", "step", "contact"),
}


def still_to_ask(found: Assessment) -> tuple[Line, ...]:
    """At most three, the most important first."""
    order = _BY_CATEGORY.get(found.category, _HARMED if found.category in HARM else _SERVICE)
    known = {*found.facts, *found.more}
    return tuple(
        question
        for question, answered in map(_QUESTIONS.__getitem__, order)
        if not answered or not known.issuperset(answered)
    )[:THREE]
