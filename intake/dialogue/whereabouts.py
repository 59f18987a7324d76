"""Where the child is now, with whom, and when they will meet again: read clause by clause from the reporter's words."""

import re
from datetime import datetime, timedelta

from intake.dialogue.state import Known
from words.beijing import local

_CLAUSES = re.compile(r"[，,。；;、\n!！]+|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_DAY = r"(今天|今晚|今早|今夜|明天|明早|明晚|后天|大后天|周[一二三四五六日天]|星期[一二三四五六日天]|周末|下周[一二三四五六日天]?|这周[一二三四五六日天]?)"
_PART = r"(早上|上午|中午|下午|傍晚|晚上|夜里|半夜|凌晨|放学|晚饭|下班|天黑|晚自习)"
_HOUR = r"([0-9]{1,2}[:：][0-9]{2}|[0-9]{1,2}\s*点(半|[0-9]{1,2}分?)?|[一二两三四五六七八九十]{1,3}点(半|钟|一刻|三刻)?|[0-9]{1,2}\s*小时后|马上|随时|一会儿?|待会儿?)"
TIME = re.compile(f"{_DAY}|{_PART}|{_HOUR}")
_SEES_NOT = re.compile(r"不会再?见|见不到|不再见|不会见")
_PAST = re.compile(r"没|昨|前天|上午已|已经|上周|上星期|上个?月|去年|刚才|刚刚|那天|之前|以前|前几天|前两天")
_STAYS = re.compile(r"不敢|不想|不愿|不肯|害怕|住校|请假|上学")  # 今天放学不敢回家: no meeting is told of
_SEES = re.compile(
    r"见|回家|回来|到家|来接|接走|接她|接他|接孩子|放学|下班|不会见|见不到|找来|(会|要|又|再)[^，。]{0,3}(来|到|回)"
)
_BARE = 20  # characters of a message that tells of an hour and nothing else
_ABOUT = re.compile(r"大概|大约|可能|应该|左右|前后|以后|之后|的?时候|就|要|是|多|吧|[每他她]")
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
# 还在挨打, 在一起: what goes on there, or with whom; a child cannot be looked for at it.
_NO_PLACE = re.compile(
    r"^(挨|被|遭|受|哭|闹|骂|吵|流|等|吃|喊|叫|生气|发[烧抖火呆脾]|打(?!工|印|铁)|抢(?!救)|处理|一起|一块儿?$)|哪里|哪儿|什么地方"
)
_REFUSED = re.compile(r"(不敢|不想|不愿意?|不肯)(回家?|去[^，,]{0,4}|上学|来|见[^，,]{0,3})")  # 不敢回家 is not at home
_DONE_TO = re.compile(r"(?<=..)(被|挨|遭).*$")  # 在学校被同学欺负: only the school is where
# Where a child is can also be told without a place: gone, taken, on the way.
_GONE = re.compile(
    r"跑|失踪|走丢|不见|找不到|接走|带走|抱走|拉走|离开|出走|路上|没来|没回|医|ICU|上课|睡|外面|这|那儿|附近|身边|旁边"
)
_ALONE = re.compile(r"^(?:她|他|孩子|我)?(?P<who>一个人|自己|独自)(一个人)?在(?P<where>.{1,24})$")
LEAD_IN = re.compile(
    r"^(?:(?:她|他|孩子|学生|女儿|儿子|人|我)(?:们)?)?(?:现在|目前|此刻|这会儿|正)?(?:还)?(?:是)?(?:待|呆|躲|住)?(?=在)"
)
# The hour a part of the day stands for when no hour is said: early rather than late, a desk must be there before.
_HOURS = {
    "早上": 7, "上午": 9, "中午": 12, "下午": 14, "傍晚": 17, "晚上": 18, "夜里": 20, "半夜": 23, "凌晨": 1,
    "放学": 16, "晚饭": 18, "下班": 17, "天黑": 18, "晚自习": 20,
}  # fmt: skip
_DAYS = (("大后天", 3), ("后天", 2), ("明", 1), ("今", 0))
_WEEK = "一二三四五六日"
_CLOCK = re.compile(
    r"(?P<h>\d{1,2})[:：](?P<m>\d{2})|(?P<n>\d{1,2}|[一二两三四五六七八九十]{1,3})\s*点(?P<rest>半|一刻|三刻|\d{1,2})?"
)


def first_where(text: str) -> dict[str, Known]:
    """Where the child is now, when a free text says so by itself: 「孩子现在在我办公室」."""
    found = re.search(
        r"(?:孩子|她|他|人|学生|女儿|儿子|我)?(?:现在|目前|此刻|这会儿)(?:还|正|就)?在(?P<where>(?!睡|抢救(?!室))[^，,。；;！!？?\s]{1,16})"
        r"|(?:已经|刚|就)?(?:送|接|转移|安置)(?:到|去|回|在)?(?P<brought>[^，,。；;！!？?\s了]{1,12}?(?:家|院|所|校|站|中心|办公室))",
        text,
    )
    where = (found.group("where") or found.group("brought")) if found else ""
    return {"where_now": Known(where, found.group(0))} if found and a_place(where) else {}


def place_parts(plain: str, anything: bool, longest: int = 60) -> dict[str, Known]:
    """Where, with whom, and when again. `anything`: a clause that only names a place counts as where, up to `longest` characters."""
    found: dict[str, Known] = {}
    for clause in filter(None, (part.strip() for part in _CLAUSES.split(plain))):
        bare = LEAD_IN.sub("", clause)
        if "meets_again" not in found and tells_when(clause):
            found["meets_again"] = Known(clause, clause)
            continue
        hit = (
            None
            if _WITH.match(bare)
            else _ALONE.match(bare) or _WITH_THEN_WHERE.match(bare) or _WHERE_THEN_WITH.match(bare)
        )
        if hit:
            if "with_whom" not in found:
                found["with_whom"] = Known(company(hit.group("who")), clause)
            place = LEAD_IN.sub("", hit.group("where")).removeprefix("在")
            if a_place(place) and "where_now" not in found:
                found["where_now"] = Known(place, clause)
            continue
        hit = _WITH.match(bare)
        if hit or _KIN.match(clause):
            found.setdefault("with_whom", Known(company(hit.group("who") if hit else clause), clause))
            continue
        if (
            anything
            and "where_now" not in found
            and len(clause) <= longest
            and _PLACE_WORD.search(_REFUSED.sub("", bare))
        ):
            place = _DONE_TO.sub("", bare).removeprefix("在")
            if a_place(place):
                found["where_now"] = Known(place, clause)
    return found


def a_place(words: str) -> bool:
    """Not 「挨打」 nor 「一起」, which follow 在 as well."""
    return bool(words) and _NO_PLACE.search(words) is None


def plausible(words: str) -> bool:
    """Could these words say where somebody is?"""
    return _PLACE_WORD.search(_REFUSED.sub("", words)) is not None or _GONE.search(words) is not None


def tells_when(clause: str) -> bool:
    """「四点放学」「晚上他会找来」, or that they will not meet; not what has been (「今天没来上学」)."""
    if _SEES_NOT.search(clause):
        return True
    return (
        TIME.search(clause) is not None
        and not _PAST.search(clause)
        and not _STAYS.search(clause)
        and (_SEES.search(clause) is not None or len(TIME.sub("", _ABOUT.sub("", clause))) <= 2)
    )


def coming(text: str) -> dict[str, Known]:
    """「他四点就来接」: a message that says nothing but when they meet again. Not a question, and not one clause among others."""
    hour = text.strip(" 。！!")
    bare = len(hour) <= _BARE and not re.search(r"[，,；;、。？?吗呢\n]", hour)
    if not bare or not TIME.search(hour) or not _SEES.search(hour) or not tells_when(hour):
        return {}
    return {"meets_again": Known(hour, text, fixed=True)}


def company(words: str) -> str:
    """「和我一起」 is read by a desk: 我 is the reporter there."""
    return "报告人" if words in ("我", "我们") else words


def meets_at(words: str, now: datetime) -> datetime | None:
    """The instant meant by 「下午四点半放学」 or 「明天早上」: the next one from `now`, or None when the words name none.

    A desk plans by it (first progress is due before), so an unclear hour is taken early. `now` and the answer: aware UTC.
    """
    if re.search(r"马上|随时|一会|待会|现在", words):
        return now
    if _SEES_NOT.search(words):
        return None
    if hours := re.search(r"(\d{1,2})\s*小时后", words):
        return now + timedelta(hours=int(hours.group(1)))
    here = local(now)
    part = next((name for name in _HOURS if name in words), "晚上" if "今晚" in words or "明晚" in words else None)
    clock, day = _CLOCK.search(words), _day(words, here)
    if clock is None and part is None and day is None:
        return None
    hour, minute = _hour(clock, part)
    moment = here.replace(hour=hour, minute=minute, second=0, microsecond=0) + timedelta(days=day or 0)
    if day is None and moment < here:
        moment += timedelta(
            hours=12 if clock and hour < 12 and not part and moment + timedelta(hours=12) > here else 24
        )
    return max(moment.astimezone(now.tzinfo), now)


def _day(words: str, here: datetime) -> int | None:
    """Days from today; None when the words name no day."""
    for name, days in _DAYS:
        if name in words:
            return days
    if week := re.search(r"(下?)(?:周|星期)([一二三四五六日天])", words):
        ahead = _WEEK.index(week.group(2).replace("天", "日")) - here.weekday()
        return ahead + 7 if week.group(1) or ahead < 0 else ahead
    return None


def _hour(clock: re.Match[str] | None, part: str | None) -> tuple[int, int]:
    if clock is None:
        return (_HOURS[part], 0) if part else (7, 0)
    digits = clock.group("h") or clock.group("n")
    hour = min(int(digits) if digits.isdigit() else counted(digits), 23)
    if part in ("晚上", "夜里", "半夜") and hour == 12:
        return 23, 59  # midnight
    if part and _HOURS[part] >= 12 and hour < 12 and not (part == "中午" and hour == 11):
        hour += 12
    rest = clock.group("m") or clock.group("rest") or "0"
    minute = {"半": 30, "一刻": 15, "三刻": 45}.get(rest) or (int(rest) if rest.isdigit() else 0)
    return hour, min(minute, 59)


def counted(digits: str) -> int:
    """十一 → 11, 两 → 2."""
    ones = "零一二三四五六七八九"
    if "十" not in digits:
        return 2 if digits == "两" else max(ones.find(digits[0]), 0)
    tens, _, rest = digits.partition("十")
    return (max(ones.find(tens), 0) if tens else 1) * 10 + (max(ones.find(rest), 0) if rest else 0)
