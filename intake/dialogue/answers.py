"""Reads an answer: which fields a text fills when a certain question was just asked.

Answers are kept in the reporter's own words; only what is chosen or counted becomes a code or a number.
"""

import re
from collections.abc import Mapping

from intake.dialogue.fields import CHOICES
from intake.dialogue.hearing import normal
from intake.dialogue.state import Known
from intake.triage.assessment import Assessment

_CLAUSES = re.compile(r"[，,。；;、\n!！]+|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_DAY = r"(今天|今晚|今早|今夜|明天|明早|明晚|后天|大后天|周[一二三四五六日天]|星期[一二三四五六日天]|周末|下周[一二三四五六日天]?|这周[一二三四五六日天]?)"
_PART = r"(早上|上午|中午|下午|傍晚|晚上|夜里|半夜|凌晨|放学|晚饭|下班|天黑|晚自习)"
_HOUR = r"([0-9]{1,2}[:：][0-9]{2}|[0-9]{1,2}\s*点(半|[0-9]{1,2}分?)?|[一二两三四五六七八九十]{1,3}点(半|钟|一刻|三刻)?|[0-9]{1,2}\s*小时后|马上|随时|一会儿?|待会儿?)"
_TIME = re.compile(f"{_DAY}|{_PART}|{_HOUR}")
_SEES = re.compile(r"见|回家|回来|到家|来接|接走|接她|接他|接孩子|放学|下班|不会见|见不到")
_WITH_THEN_WHERE = re.compile(
    r"^(?P<before>.*?)(?:和|跟|与|由)(?P<who>[^在，,和跟]{1,12}?)(?:一起|一块)?(?:住|待|呆)?在(?P<where>[^，,。]{1,24})$"
)
_WHERE_THEN_WITH = re.compile(
    r"(?P<where>[^，,。]*?)(?:，|,)?(?:还是|现在)?(?:和|跟|与|由)(?P<who>[^在，,和跟一]{1,12}?|[^在，,和跟]{1,12}?)(?:在一起|一起|一块|陪着?|看着|照看|带着)[^，,]{0,4}$"
)
_WITH = re.compile(r"^(?:她|他|孩子)?(?:现在)?(?:和|跟|与)(?P<who>[^在，,]{1,14}?)(?:在一起|一起|在一块儿?|在)?$")
_KIN = re.compile(
    r"^(?:只有|就)?(?:她|他|我|孩子)?(?:的)?(妈妈?|母亲|爸爸?|父亲|爷爷|奶奶|外公|外婆|姥姥|姥爷|继父|继母|后妈|后爸|老师|班主任|姑姑|叔叔|舅舅|姨妈?|哥哥|姐姐|弟弟|妹妹|一个人|自己|同学|护士|医生|警察|我)(在|陪着?|看着|和.{1,8})?$"
)
_PLACE_WORD = re.compile(r"在|家|院|校|室|班|所|宿舍|路|村|镇|街|店|站|楼|里|办公|急诊|医务|派出|车上|我这")
_ALONE = re.compile(r"^(?P<who>一个人|自己|独自)(一个人)?在(?P<where>.{1,24})$")
_LEAD_IN = re.compile(
    r"^(?:(?:她|他|孩子|学生|女儿|儿子|人|我)(?:们)?)?(?:现在|目前|此刻|这会儿|正)?(?:还)?(?:是)?(?:待|呆|躲|住)?(?=在)"
)
_NAME = re.compile(
    r"(?:叫|姓名|名字是?|名叫)[：:\s]*(?P<name>[\u4e00-\u9fff]{2,4}?)(?=[，,。；;、\s（(]|[0-9]|今年|男|女|$)"
)
_BARE_NAME = re.compile(r"^[\u4e00-\u9fff]{2,4}$")
_PHONE = re.compile(r"(?<!\d)(1\d{2}[-\s]?\d{4}[-\s]?\d{4}|0\d{2,3}[-\s]?\d{7,8})(?!\d)")
_CALL_ME = re.compile(
    r"(?:我姓|我叫|免贵姓|本人|称呼|叫我|姓)[：:\s]*(?P<name>[\u4e00-\u9fff]{1,4}?(?:老师|医生|护士|主任)?)(?=[，,。；;\s]|电话|手机|$|\d)"
)
_OWN_PHONE = re.compile(
    r"(我|本人|联系|值班|回)(的|手机|电话|方式|我|号码|个人|联系)*[^，,。]{0,6}?(1\d{2}[-\s]?\d{4}[-\s]?\d{4}|0\d{2,3}[-\s]?\d{7,8})"
)
UNKNOWN = "不知道"

_CONTACT = (
    (
        "no_call",
        re.compile(r"家属在场|请勿来电|别来电|不要来电|不方便接电话|现在别打|先别打|不要打电话|别打电话|勿来电"),
    ),
    ("sms", re.compile(r"短信|发信息")),
    ("code_only", re.compile(r"不联系|不用联系|不要联系|别联系|不留电话|不想留|查询码|匿名|不留")),
    ("phone", re.compile(r"电话|来电|打给我|手机|联系我|可以打|随时打")),
)
_CAPACITY = (
    (
        "personal",
        re.compile(
            r"个人名义|我个人|以个人|不告诉(单位|学校)|(不要|别|不能)(让|告诉)(单位|学校|医院|领导|校长)(知道)?|^(个人|我自己)$"
        ),
    ),
    (
        "unit",
        re.compile(
            r"代表(我们|我)?(单位|学校|医院|幼儿园|村|社区|机构|酒店|宾馆|科室)|(单位|学校|医院)(名义|正式)?(强制)?报告(?!过)|^(单位|学校|医院)$"
        ),
    ),
)
_ROLE = (
    ("unknown", re.compile(r"^(不清楚|不知道|不确定|说不准|不好说)")),
    ("no", re.compile(r"^(不是|没有|都不是|否|不在|无|没)")),
    ("yes", re.compile(r"^(是|对|有|在)|学校(的|工作|老师)|派出所|村委|村干部|机关|警察|民警|干部|教师|老师|校长|主任|支书|书记|局长")),
)  # fmt: skip
_OFFICE = re.compile(
    r"老师|教师|校长|班主任|教练员|民警|警察|辅警|支书|村主任|村长|村干部|干部|公务员|所长|园长|书记|局长|生活老师|宿管"
)


def phone_number(text: str) -> str | None:
    found = _PHONE.search(text)
    return re.sub(r"[-\s]", "", found.group(1)) if found else None


def volunteered(text: str) -> dict[str, Known]:
    """What a free text says about the reporter's wishes without being asked: name, number, safe contact, capacity."""
    found: dict[str, Known] = {}
    own = _OWN_PHONE.search(text)
    if own:
        found["reporter_phone"] = Known(re.sub(r"[-\s]", "", own.group(3)), own.group(0))
    for code, pattern in _CAPACITY:
        if hit := pattern.search(text):
            found["capacity"] = Known(code, hit.group(0))
            break
    if hit := _CONTACT[0][1].search(text):
        found["contact"] = Known("no_call", hit.group(0))
    return found


def office_of(suspect: str) -> Known | None:
    """A suspect who *is* a teacher, an officer, a village cadre answers the question about offices by herself."""
    hit = _OFFICE.search(suspect)
    return Known("yes", suspect) if hit else None


def answer(question: str, text: str, alone: Assessment, read: Mapping[str, Known]) -> dict[str, Known] | None:
    """The fields that `text` fills as an answer to `question`; None: it is no answer to it.

    `read` are the fields that triage understood in this text alone (they are filled anyway).
    """
    plain = normal(text)
    if not plain:
        return None
    if question in ("role", "capacity", "contact", "reach"):
        return _chosen(question, plain)
    if any(name in read for name in _fills(question)):
        return {**_place_parts(plain, question), **read}
    if question == "where":
        return _whereabouts(plain, read)
    if question == "whom":
        return _place_parts(plain, question) or {"with_whom": Known(plain, text)}
    if read and _covered(plain, read):
        return None  # it says something else, completely understood: an answer out of order
    if question == "place":
        return {"place": Known(_LEAD_IN.sub("", plain).removeprefix("在"), text)} if len(plain) <= 40 else None
    if question == "who":
        found = _NAME.search(plain)
        if found:
            return {"child_name": Known(found.group("name"), found.group(0))}
        return {"child_name": Known(plain, text)} if _BARE_NAME.match(plain) and not _TIME.search(plain) else {}
    return None


def set_by_hand(field: str, text: str, alone: Assessment, read: Mapping[str, Known]) -> Known:
    """The value the reporter gives when she edits one field: the code, the number, or her words."""
    plain = normal(text)
    if field in CHOICES:
        by_label = {label: code for code, label in CHOICES[field].items()}
        question = {"suspect_role": "role"}.get(field, field)
        parts = _chosen(question, plain) or {}
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


def first_where(text: str) -> dict[str, Known]:
    """Where the child is now, when a free text says so by itself: 「孩子现在在我办公室」."""
    found = re.search(
        r"(?:孩子|她|他|人|学生|女儿|儿子|我)?(?:现在|目前|此刻|这会儿)(?:还|正|就)?在(?P<where>(?!哭|闹|打|被|抢|流|发|等|吃|睡|喊|叫|处理|抢救)[^，,。；;！!？?\s]{1,16})",
        text,
    )
    return {"where_now": Known(found.group("where"), found.group(0))} if found else {}


def _whereabouts(plain: str, read: Mapping[str, Known]) -> dict[str, Known] | None:
    parts = _place_parts(plain, "where")
    if "where_now" in parts:
        return parts
    if re.match(r"^(不知道|不清楚|不晓得|找不到|不确定)", plain):
        return {**parts, "where_now": Known(UNKNOWN, plain)}
    if parts:
        return parts if len(plain) > 30 else {**parts, "where_now": Known(plain, plain)}
    if (read and _covered(plain, read)) or len(plain) > 60:
        return None
    return {"where_now": Known(plain, plain)}


def _place_parts(plain: str, question: str) -> dict[str, Known]:
    """Where, with whom, and when again, read clause by clause."""
    found: dict[str, Known] = {}
    if question not in ("where", "whom"):
        return found
    for clause in filter(None, (part.strip() for part in _CLAUSES.split(plain))):
        bare = _LEAD_IN.sub("", clause)
        if "meets_again" not in found and _TIME.search(clause) and (_SEES.search(clause) or len(clause) <= 8):
            found["meets_again"] = Known(clause, clause)
            continue
        hit = _ALONE.match(bare) or _WITH_THEN_WHERE.match(bare) or _WHERE_THEN_WITH.match(bare)
        if hit:
            if "with_whom" not in found:
                found["with_whom"] = Known(_who(hit.group("who")), clause)
            place = _LEAD_IN.sub("", hit.group("where")).removeprefix("在")
            if place and "where_now" not in found:
                found["where_now"] = Known(place, clause)
            continue
        hit = _WITH.match(bare)
        if hit or _KIN.match(clause):
            found.setdefault("with_whom", Known(_who(hit.group("who") if hit else clause), clause))
            continue
        if question == "where" and "where_now" not in found and _PLACE_WORD.search(bare):
            found["where_now"] = Known(bare.removeprefix("在") or clause, clause)
    return found


def _who(words: str) -> str:
    """「和我一起」 is read by a desk: 我 is the reporter there."""
    return "报告人" if words in ("我", "我们") else words


def _chosen(question: str, plain: str) -> dict[str, Known] | None:
    if question == "reach":
        number, name = phone_number(plain), _CALL_ME.search(plain)
        filled = {"reporter_phone": Known(number, plain)} if number else {}
        if name:
            filled["reporter_name"] = Known(name.group("name"), plain)
        return filled or None
    field = "suspect_role" if question == "role" else question
    for code, label in CHOICES[field].items():
        if plain == label:
            return {field: Known(code, plain)}
    patterns = {"role": _ROLE, "capacity": _CAPACITY, "contact": _CONTACT}.get(question, ())
    filled = {}
    for code, pattern in patterns:
        if pattern.search(plain):
            filled[field] = Known(code, plain)
            break
    if question == "contact":
        number, name = phone_number(plain), _CALL_ME.search(plain)
        if number:
            filled["reporter_phone"] = Known(number, plain)
            filled.setdefault("contact", Known("phone", plain))
        if name and (number or filled):
            filled["reporter_name"] = Known(name.group("name"), plain)
    return filled or None


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
    found = re.search(r"\d{1,2}", plain)
    if found:
        return int(found.group(0))
    digits = "零一二三四五六七八九"
    found = re.search(r"([一二三四五六七八九])?十([一二三四五六七八九])?|[一二三四五六七八九两]", plain)
    if not found:
        return None
    if "十" not in found.group(0):
        return 2 if found.group(0) == "两" else digits.index(found.group(0))
    return (digits.index(found.group(1)) if found.group(1) else 1) * 10 + (
        digits.index(found.group(2)) if found.group(2) else 0
    )
