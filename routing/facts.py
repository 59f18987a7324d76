"""What is known of a case when it is routed: which facts there are, which can be read, and which raise it by a level. Pure."""

from collections.abc import Mapping
from typing import Any

from words.ids import DEPARTMENTS, NINE, ROUTING_CHOICES, ROUTING_FACTS, ROUTING_FLAGS, Urgency
from words.language import Line, line


class FactError(ValueError):
    """A fact that routing can't read; `line` says which and what is possible."""

    def __init__(self, said: Line) -> None:
        super().__init__(str(said))
        self.line = said


def check_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The stated facts, checked. None and False are the same as not stated, but for `child_safe`. Raises FactError."""
    for key, value in facts.items():
        if key not in ROUTING_FACTS:
            raise FactError(line("不认识的事实 {key}，可用：{keys}。", key=key, keys="、".join(ROUTING_FACTS)))
        if value is None:
            continue
        if key in ROUTING_CHOICES and not (isinstance(value, str) and value in ROUTING_CHOICES[key]):
            raise FactError(line("{key} 只能是 {values}。", key=key, values="、".join(ROUTING_CHOICES[key])))
        if key in ROUTING_FLAGS and not isinstance(value, bool):
            raise FactError(line("{key} 只能是 true 或 false。", key=key))
        if key == "child_age" and (
            isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 150
        ):
            raise FactError(line("child_age 是周岁数，如 7。"))
        if key == "nine" and not (isinstance(value, list | tuple) and all(map(_is_situation, value))):
            raise FactError(line("nine 是 1 至 9 的列表，如 [4, 9]。"))
        if key == "registered_place" and not (isinstance(value, str) and value.isascii() and value.isdecimal()):
            raise FactError(line("registered_place 是区划代码，如 500000。"))
        if key == "complained_about" and not (isinstance(value, str) and value in DEPARTMENTS):
            raise FactError(line("complained_about 只能是 {values}。", values="、".join(DEPARTMENTS)))
    return {key: value for key, value in facts.items() if value is not None}


def _is_situation(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in NINE


def usable_facts(facts: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Line, ...]]:
    """The facts that routing can read, and a sentence for each that it can't.

    For a report being filed: it must reach a desk whatever is wrong with one of its facts.
    """
    usable: dict[str, Any] = {}
    refused: list[Line] = []
    for key, value in facts.items():
        try:
            usable |= check_facts({key: value})
        except FactError as error:
            refused.append(error.line)
    return usable, tuple(refused)


# What raises a case by one level, beside an age under eight: fact → what is said of it. The first few are routing facts;
# the others come from the directory of cases or a person.
_RAISING: Mapping[str, Line] = {
    "disabled": line("孩子或家长有残疾"),
    "single_parent": line("单亲家庭"),
    "orphan": line("孤儿"),
    "parents_absent": line("父母服刑或戒毒"),
    "unregistered": line("无户籍"),
    "out_of_school": line("失学辍学"),
    "reported_before": line("90天内同一个孩子再次被报告"),
    "known_otherwise": line("综合已知情况上调一级"),  # the same, where the other report is nobody's business here
    "suspect_lives_with": line("被反映的人和孩子同住"),
}
RAISING_FACTS = ("child_age", *_RAISING)


def raised(urgency: Urgency, facts: Mapping[str, Any]) -> tuple[Urgency, tuple[Line, ...]]:
    """One level higher when anything that raises is stated, however much of it; with the reasons.

    Reads only `RAISING_FACTS` of `facts`. A question (`info`) asks for no help and is not raised.
    """
    age = facts.get("child_age")
    young = isinstance(age, int | float) and not isinstance(age, bool) and age < 8
    reasons = [line("孩子未满8周岁")] if young else []
    reasons += [said for key, said in _RAISING.items() if facts.get(key) is True]
    if not reasons or urgency is Urgency.INFO:
        return urgency, ()
    return urgency.raised(), tuple(reasons)
