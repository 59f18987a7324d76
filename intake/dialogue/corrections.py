"""「不是昨天是前天」「更正：孩子十岁」: a later message that sets an earlier field right."""

import re
from collections.abc import Callable, Mapping

from intake.dialogue.fields import FIELDS
from intake.dialogue.judge import understood
from intake.dialogue.state import Known
from intake.dialogue.whereabouts import TIME, a_place, tells_when
from intake.triage.assessment import Assessment

_NOT_BUT = re.compile(
    r"不是\s*(?P<old>[^，,。；;、\s]{1,16}?)[，,、；;\s]*(?:而是|应该是|应是|是)\s*(?P<new>[^，,。；;！!\s]{1,24})"
)
_CUE = re.compile(r"更正|改成|改为|说错|写错|打错|记错|搞错|弄错|应该是|应为|纠正|不对[，,]")
_AGE = re.compile(r"(\d{1,2})\s*(?:周岁|岁)")
_TIME = re.compile(r"昨|今|前天|明|周|星期|上午|下午|晚|早|点|月|日|号|去年|年")


def correction(
    text: str, fields: Mapping[str, Known], read: Mapping[str, Known], assess: Callable[[str], Assessment]
) -> dict[str, Known]:
    """Fields that `text` sets right, set so that no later guess overrides them; empty when it corrects nothing known.

    `read` is what triage understood in the text (it may have read the old value: only the part after 是 counts then).
    """
    found = _NOT_BUT.search(text)
    if found:
        old, new = found.group("old"), found.group("new")
        fresh = understood(assess(new), new)
        named = {name: known for name, known in fresh.items() if name in fields and known.value != fields[name].value}
        if named:
            return {name: Known(known.value, text, fixed=True) for name, known in named.items()}
        for name, known in fields.items():
            if name == "where_now" and not a_place(new.removeprefix("在")):
                continue
            if name in FIELDS and _stands_in(old, known):
                return {name: Known(_like(known, old, new), text, fixed=True)}
        if "when" not in fields and _TIME.search(old) and _TIME.search(new):
            return {"when": Known(fresh["when"].value if "when" in fresh else new, text, fixed=True)}
        return {}
    if _CUE.search(text):
        changed = {
            name: known for name, known in read.items() if name not in fields or fields[name].value != known.value
        }
        named = {name: Known(known.value, text, fixed=True) for name, known in changed.items() if name in FIELDS}
        return named or _other_time(text, fields)
    return {}


def _other_time(text: str, fields: Mapping[str, Known]) -> dict[str, Known]:
    """「不对，是上周五」: when it happened; 「不对，是今晚」: when they meet again, had that been told."""
    time = _CUE.sub("", text).strip(" ，,。！!是：:的")
    if len(time) > 12 or not _TIME.search(time):
        return {}
    if tells_when(time):
        return {"meets_again": Known(time, text, fixed=True)} if "meets_again" in fields else {}
    return {"when": Known(time, text, fixed=True)} if TIME.search(time) else {}


def _stands_in(old: str, known: Known) -> bool:
    """Is it this field's value that the reporter takes back?"""
    if isinstance(known.value, bool):
        return False
    if isinstance(known.value, int):
        age = _AGE.search(old)
        return bool(age) and int(age.group(1)) == known.value if age else old == str(known.value)
    return old in str(known.value) or (bool(known.words) and old in known.words and not known.fixed)


def _like(known: Known, old: str, new: str) -> str | int:
    if isinstance(known.value, int):
        digits = re.search(r"\d{1,2}", new)
        return int(digits.group(0)) if digits else new
    value = str(known.value)
    return value.replace(old, new) if old in value else new
