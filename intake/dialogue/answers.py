"""Reads an answer: which fields a text fills when a certain question was just asked.

Answers are kept in the reporter's own words; only what is chosen or counted becomes a code or a number.
"""

import re
from collections.abc import Mapping

from intake.dialogue.chosen import chosen, phone_number
from intake.dialogue.fields import CHOICES
from intake.dialogue.hearing import normal
from intake.dialogue.state import Known
from intake.dialogue.whereabouts import LEAD_IN, counted, place_parts, plausible

_NAME = re.compile(
    r"(?:叫|姓名|名字是?|名叫)[：:\s]*(?P<name>[\u4e00-\u9fff]{2,4}?)(?=[，,。；;、\s（(]|[0-9]|今年|男|女|$)"
)
_FIRST_NAME = re.compile(r"^(?P<name>[\u4e00-\u9fff]{2,4})(?=[，,\s（(]|$)")
_NO_NAMES = frozenset(
    {"女孩", "男孩", "女生", "男生", "孩子", "学生", "女儿", "儿子", "不认识", "没有", "三年级", "小学", "中学"}
)
_ADDRESS = re.compile(r"[0-9一二三四五六七八九十]\s*(楼|栋|号|单元|室|组|社)|小区|[县镇乡村]")
UNKNOWN = "不知道"


def answer(question: str, text: str, read: Mapping[str, Known], harm: bool = False) -> dict[str, Known] | None:
    """The fields that `text` fills as an answer to `question`; None: it is no answer to it.

    `harm`: the text tells of harm by itself, so it answers only what it says outright. `read` are the fields that triage understood in this text alone (they are filled anyway).
    """
    plain = normal(text)
    if not plain:
        return None
    if question in ("role", "capacity", "contact", "reach"):
        return chosen(question, plain)
    if any(name in read for name in _fills(question)):
        named = _child_name(plain) if question == "who" else {}
        return {**named, **(place_parts(plain, True) if question in ("where", "whom") else {}), **read}
    if question == "where":
        return _whereabouts(plain, read, harm)
    if question == "whom":
        unclear = harm or plain.startswith(("在", "现在")) or _ADDRESS.search(plain) is not None
        return place_parts(plain, False) or (None if unclear else {"with_whom": Known(plain, text)})
    if harm or (read and _covered(plain, read)):
        return None  # it says something else, completely understood: an answer out of order
    if question == "place":
        return {"place": Known(LEAD_IN.sub("", plain).removeprefix("在"), text)} if len(plain) <= 40 else None
    if question == "who":
        return _child_name(plain)
    return None


def set_by_hand(field: str, text: str, read: Mapping[str, Known]) -> Known:
    """The value the reporter gives when she edits one field: the code, the number, or her words."""
    plain = normal(text)
    if field in CHOICES:
        by_label = {label: code for code, label in CHOICES[field].items()}
        question = {"suspect_role": "role"}.get(field, field)
        parts = chosen(question, plain) or {}
        if plain in by_label:
            return Known(by_label[plain], text, fixed=True)
        if field in parts:
            return Known(parts[field].value, text, fixed=True)
    if field in ("child_age", "children"):
        number = read[field].value if field in read else _number(plain)
        return Known(number if number is not None else plain, text, fixed=True)
    if field in read:
        return Known(read[field].value, text, fixed=True)
    if field in ("phone", "reporter_phone"):
        return Known(phone_number(text) or plain, text, fixed=True)
    return Known(plain, text, fixed=True)


def _whereabouts(plain: str, read: Mapping[str, Known], harm: bool) -> dict[str, Known] | None:
    parts = place_parts(plain, True, longest=8 if harm else 60)
    if "where_now" in parts:
        return parts
    if re.match(r"^(不知道|不清楚|不晓得|找不到|不确定)", plain):
        return {**parts, "where_now": Known(UNKNOWN, plain)}
    if parts:
        return parts  # with whom or when, but not where: the question comes once more
    if harm or not plausible(plain) or (read and _covered(plain, read)) or len(plain) > 60:
        return None
    return {"where_now": Known(plain, plain)}


def _child_name(plain: str) -> dict[str, Known]:
    found = _NAME.search(plain) or _FIRST_NAME.match(plain)
    if not found or found.group("name") in _NO_NAMES:
        return {}
    return {"child_name": Known(found.group("name"), found.group(0))}


def _fills(question: str) -> tuple[str, ...]:
    return {
        "where": ("where_now",),
        "whom": ("with_whom", "meets_again"),
        "place": ("place", "school"),
        "who": ("child_name", "child_age", "child_sex", "school"),
    }.get(question, ())


def _covered(plain: str, read: Mapping[str, Known]) -> bool:
    """Do the understood words make up most of the text?"""
    return sum(len(known.words) for known in read.values()) * 2 >= len(plain)


def _number(plain: str) -> int | None:
    if digits := re.search(r"\d{1,2}", plain):
        return int(digits.group(0))
    spoken = re.search(r"[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九两]", plain)
    return counted(spoken.group(0)) if spoken else None
