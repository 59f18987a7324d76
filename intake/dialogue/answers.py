"""Reads an answer: which fields a text fills when a certain question was just asked.

Answers are kept in the reporter's own words; only what is chosen or counted becomes a code or a number.
"""

import re
from collections.abc import Mapping

from intake.dialogue.chosen import chosen, kin_in_office, phone_number
from intake.dialogue.fields import CHOICES
from intake.dialogue.hearing import asks, normal
from intake.dialogue.state import Known
from intake.dialogue.whereabouts import LEAD_IN, a_place, counted, place_parts, plausible, tells_when

_NAME = re.compile(
    r"(?:叫|姓名|名字是?|名叫)[：:\s]*(?P<name>[\u4e00-\u9fff]{2,4}?)(?=[，,。；;、\s（(]|[0-9]|今年|男|女|$)"
)
_FIRST_NAME = re.compile(r"^(?P<name>[\u4e00-\u9fff]{2,4})(?=[，,\s（(]|$)")
_NO_NAMES = frozenset(
    {"女孩", "男孩", "女生", "男生", "孩子", "学生", "女儿", "儿子", "不认识", "没有", "三年级", "小学", "中学"}
)
_ADDRESS = re.compile(r"[0-9一二三四五六七八九十]\s*(楼|栋|号|单元|室|组|社)|小区|[县镇乡村]")
_KNOWS_NOT = re.compile(r"^(不知道|不清楚|不晓得|找不到|不确定|不记得|说不清)|^.{0,10}(不知道|不清楚|不晓得)$")
# What names no place: yes and no, a plea, a count, who did it.
_NO_PLACE = re.compile(
    r"^(是|不是|对|不对|有|没有?|好|嗯)([，,。 ]|$)|(打|骂|说|干|做|欺负|弄)的$|(别|不要|不能|不许|不敢|不想|求你)[^，。]{0,3}(告诉|说|让|打|报|找|给|去|回)"
    r"|怕|为什么|因为|^[0-9一二两三四五六七八九十]+(个人|次|天|年|岁|个月|遍)"
)
_PLACE_WORD = re.compile(
    r"[省州市县区乡镇村屯寨街路巷弄庄湾沟桥塘坪栋幢]|小学|中学|学校|高中|初中|学院|幼儿园|托育|医院|卫生|诊所|派出所|单元|广场|公园|车站"
    r"|酒店|宾馆|旅馆|网吧|超市|商场|市场|工地|厂|店|福利|机构|宿舍|门口|[0-9一二三四五六七八九十]\s*(号|楼|组|社|队)|隔壁|附近|河边|老家"
)
_BARE_NAME = re.compile(r"(?!.*[我你他她的了吗呢打骂])[\u4e00-\u9fff]{2,5}")
UNKNOWN = "不知道"


def answer(
    question: str, text: str, read: Mapping[str, Known], harm: bool = False, stands: bool = False
) -> dict[str, Known] | None:
    """The fields that `text` fills as an answer to `question`; None: it is no answer to it.

    `harm`: the text tells of harm by itself, so it answers only what it says outright. `read` are the fields that
    triage understood in this text alone (they are filled anyway). `stands`: the question has been repeated, so the text
    is taken as it stands.
    """
    plain = normal(text)
    if not plain:
        return None
    if question in ("role", "capacity", "contact", "reach"):
        return chosen(question, plain)
    if any(name in read for name in _fills(question)):
        named = _child_name(plain) if question == "who" else {}
        return {**named, **read, **(place_parts(plain, True) if question in ("where", "whom") else {})}
    if kin_in_office(plain):
        return None  # 他爸是警察 says who somebody is, not where anybody is; it is read as that elsewhere
    if question == "where":
        return _whereabouts(plain, read, harm, stands)
    if question == "whom":
        return _company(plain, harm)
    if harm or (read and _covered(plain, read)):
        return None  # it says something else, completely understood: an answer out of order
    if question == "place":
        return {"place": Known(_bare(plain), text)} if _names_place(plain) else None
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


def aside(text: str, known: Mapping[str, Known]) -> dict[str, Known]:
    """What a text tells of other questions when it did not answer the one that was asked: 「放学五点」, 「是，在派出所」."""
    plain = normal(text)
    found = place_parts(plain, False)
    bare = _bare(plain)
    if LEAD_IN.sub("", plain).startswith("在") and a_place(bare) and len(bare) <= 12:
        found.setdefault("where_now", Known(bare, plain))
    if re.match(r"(是|对|有|不是|没有)[，,、 ]", plain) and "suspect_role" not in known:
        found |= chosen("role", plain) or {}
    return {name: value for name, value in found.items() if name not in known}


def _names_place(plain: str) -> bool:
    """A county, a village, a school, a street, or a bare name; not whatever happens to be short."""
    if len(plain) > 40 or _NO_PLACE.search(plain) or tells_when(plain) or asks(plain):
        return False
    return _PLACE_WORD.search(plain) is not None or _BARE_NAME.fullmatch(plain) is not None


def _company(plain: str, harm: bool) -> dict[str, Known] | None:
    """With whom, and when again. 「我在教室」 says where: that is kept, and the question stands."""
    if found := place_parts(plain, False):
        return found
    if LEAD_IN.sub("", plain).startswith("在"):
        place = _bare(plain)
        return {"where_now": Known(place, plain)} if a_place(place) and not harm and len(place) <= 24 else None
    unclear = harm or plain.startswith("现在") or _ADDRESS.search(plain) or _NO_PLACE.search(plain) or asks(plain)
    return None if unclear else {"with_whom": Known(plain, plain)}


def _whereabouts(plain: str, read: Mapping[str, Known], harm: bool, stands: bool) -> dict[str, Known] | None:
    parts = place_parts(plain, True, longest=8 if harm else 60)
    if "where_now" in parts:
        return parts
    if _KNOWS_NOT.search(plain):
        return {**parts, "where_now": Known(UNKNOWN, plain)}
    rest = [
        clause for clause in re.split(r"[，,。；;、\s]+", plain) if all(clause != one.words for one in parts.values())
    ]
    if parts and rest and not harm and _names_place(rest[0]):
        return {**parts, "where_now": Known(rest[0], rest[0])}
    if parts:
        return parts  # with whom or when, but not where: the question comes once more
    if harm or (read and _covered(plain, read)) or len(plain) > 60 or asks(plain) or not a_place(_bare(plain)):
        return None
    if not stands and not plausible(plain) and _NO_PLACE.search(plain):
        return None
    return {"where_now": Known(plain, plain)}


def _bare(plain: str) -> str:
    return LEAD_IN.sub("", plain).removeprefix("在")


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
