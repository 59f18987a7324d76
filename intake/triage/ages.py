"""Ages in every form people write them. Completed years; under one year is 0. Nothing is guessed from a vague age."""

import re
from dataclasses import dataclass

from intake.triage.gate import gated

DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "俩": 2,
    "三": 3,
    "仨": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
N = r"(?:\d{1,2}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])"
RANGE_BEFORE = re.compile(r"(?:\d|[一二三四五六七八九十])[、~—–至到-]$|[\d.]$")
# 十五六岁, 七八岁: two numbers side by side say no age.
VAGUE = re.compile(
    r"(?:十[一二三四五六七八九]{2}|[一二三四五六七八九]{2}|\d{1,2}[、~～—–至到\-/]\d{1,2}|几|十几|十来|\d0多|[二三四五六七八九]十(?:多|来|几))(?:周)?岁"
)
YEARS = gated(rf"(?P<n>{N})(?:周?岁|sui)(?P<half>半)?(?P<after>以下|以上|以内|之前|前|之后|后|起|时|那年|的时候)?")
CUT_OFF = re.compile(r"(?:未满|不满|不足|年满|已满|满)$")
MONTHS_OLD = gated(
    rf"(?P<n>{N})个?(?:半|多)?月(?:零\w{{1,3}}天)?(?:大的?|龄|的?(?=男婴|女婴|婴|宝|幼|小?奶娃|男童|女童|男孩|女孩|小?娃|的?孩子|儿子|女儿))"
)
BABY_MONTHS = gated(
    rf"(?:宝宝|婴儿|男宝|女宝|男婴|女婴|奶娃|奶娃娃|毛毛|孩子|娃娃?|儿子|女儿|弟弟|妹妹|孙子|孙女|外孙女?)[，,（(]?(?:才|刚|刚满|今年|还不到|不到|不足|大概|约)?"
    rf"(?P<n>{N})个(?:多|半)?月(?=[，,。！？）)、的]|多?大|$)"
)
DAYS_OLD = gated(
    rf"(?:(?:出生|生后|日龄)(?:仅|才|刚|不到|第|也就|约|大约|大概)?(?P<a>{N})(?:多|来)?[天日]|(?:男婴|女婴|婴儿|新生儿|宝宝)[，,（(]?(?:约)?(?P<w>{N})周(?!岁)(?:龄|大)?|(?P<b>{N})(?:多)?天(?:大)?的?(?:男婴|女婴|新生儿|婴儿|宝宝|奶娃)|(?:出生|生下来?)(?:才|不到|仅)?(?:几天|几个小时|数小时|{N}(?:多)?小时))"
)
NEWBORN = gated(
    r"新生儿|新生婴儿|[刚才]满月|脐带[还未没]|未满月|没满月|不满月|刚出生|刚生下|初生婴|早产儿|脐带还没|还没断奶的?(?:女婴|男婴|婴)|百日婴|刚过百天|不满周岁|未满周岁|不到周岁|未满一岁|不满一岁|不到一岁"
)
ONE = re.compile(r"刚(?:过|满)(?:一)?周岁|一周岁多|岁把")
# 今年17了, 才十四, 我今年十三: a bare number counts only behind such words.
BARE = gated(
    r"(?:(?:今年|现在)(?:才|都|刚|已经|刚满|满|是)?|(?<![\d一-龥])我(?:才|刚|是)?|(?<=我)(?:才|刚|今年)?|[她他娃](?:才|刚)?|才|刚满|刚|儿子|女儿|闺女|孙女|孙子|孩子|大的|老大|小的|老二|老三|最小的|妹妹|弟弟|姐姐|哥哥|女娃|男娃|娃儿|娃|丫头|囡囡|男孩|女孩|外孙|侄女|侄子|男生|女生|学生|看着也就|[（(][男女][，,、]|我是女的，|我是男的，|我是女生，|我是男生，|我是女的|我是男的)"
    r"(?P<n>\d{1,2}|十[一二三四五六七八九]?)(?P<tail>了|(?=[，,。！？、（()）;；]|$|小的|大的|老二|女生|男生|女孩|男孩|女的|男的|还|就|没))"
)
# 。十岁的, ，十四，: a number of years between two stops.
ALONE = gated(r"(?<=[，,。])(?:才|刚|刚满|今年)?(?P<n>十[一二三四五六七]|1[0-7])(?=[，,。])")
SHORT = gated(
    rf"(?P<n>{N})(?:周?岁)?还?(?:差|缺|不到)[^，。]{{1,4}}(?:月|天)|(?:还)?(?:差|缺)[^，。]{{1,4}}(?:个?月|天)(?:就|才)?满(?P<m>{N})(?:周?岁)?"
)
CLINIC = gated(r"(?<![a-z\d])(?P<n>\d{1,2})y(?:\d{1,2}m)?(?![a-z])")
BORN = gated(
    r"(?P<y>20[0-2]\d|(?<!\d)[0-2]\d)年(?:\d{1,2}月)?(?:\d{1,2}[日号])?(?:出)?生(?:的|人|于)?(?![日活产意])|生于(?P<y2>20[0-2]\d)年?|(?P<y3>20[0-2]\d)年?出生"
)
CORRECTED = re.compile(r"更正|纠正|说错|记错|写错|不对|应该是|应为|实际|其实")
GRADES = {"一": 6, "二": 7, "三": 8, "四": 9, "五": 10, "六": 11, "七": 12, "八": 13, "九": 14}
GRADE = gated(
    r"([一二三四五六七八九])年级|小([一二三四五六])(?!时|岁)|初([一二三])|高([一二三])|(小小班|托班|小班|中班|大班|学前班|幼儿园)|(小学生?)|(初中生?|中学生)|(高中生?|职高|中专|技校)"
)


@dataclass(frozen=True)
class Age:
    """One age in a text: completed years and where it stands in the plain form."""

    years: int
    start: int
    end: int


def number(written: str) -> int:
    """十三 → 13, 两 → 2, 27 → 27."""
    if written.isdigit():
        return int(written)
    tens, ten, ones = written.partition("十")
    if not ten:
        return DIGITS[written]
    return (DIGITS[tens] if tens else 1) * 10 + (DIGITS[ones] if ones else 0)


def ages(text: str, year: int | None = None) -> list[Age]:
    """All ages stated, in order of place, adults' included. `year` (now) is needed for 2017年生."""
    if not any(
        sign in text for sign in ("岁", "月", "天", "年", "新生", "出生", "脐带", "才", "今年", "刚", "了", "，")
    ):
        return []
    found: dict[int, Age] = {}
    vague = [match.span() for match in VAGUE.finditer(text)] if "岁" in text else []
    if "岁" in text or "sui" in text:
        for match in YEARS.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in vague):
                continue
            before = text[max(0, match.start() - 3) : match.start()]
            if (
                match["after"] in ("以下", "以上", "以内", "起")
                or CUT_OFF.search(before)
                or RANGE_BEFORE.search(before)
            ) and not (CUT_OFF.search(before) and before.endswith("满") and before[-2:] in ("刚满", "已满", "年满")):
                continue
            found[match.start()] = Age(
                number(match["n"]), match.start(), match.start("after") if match["after"] else match.end()
            )
    for match in SHORT.finditer(text) if "差" in text else ():
        written = match["n"] or match["m"]
        if number(written) <= 18 and (match["m"] or "岁" in match[0]):
            found.pop(match.start(), None)
            found[match.start()] = Age(number(written) - 1, *match.span())
    for match in CLINIC.finditer(text) if "y" in text else ():
        found[match.start()] = Age(number(match["n"]), *match.span())
    for pattern, per in ((MONTHS_OLD, 12), (BABY_MONTHS, 12)):
        for match in pattern.finditer(text) if "月" in text else ():
            if not (match.start("n") and text[match.start("n") - 1] in "零岁"):
                found[match.start("n")] = Age(number(match["n"]) // per, match.start("n"), match.end())
    for pattern, years in ((DAYS_OLD, 0), (NEWBORN, 0), (ONE, 1)):
        for match in pattern.finditer(text):
            found[match.start()] = Age(years, *match.span())
    for match in BARE.finditer(text):
        years = number(match["n"])
        if 5 <= years <= 17 and not any(abs(age.start - match.start("n")) < 3 for age in found.values()):
            found[match.start("n")] = Age(years, match.start("n"), match.end("n"))
    for match in ALONE.finditer(text) if not found else ():
        found[match.start("n")] = Age(number(match["n"]), match.start("n"), match.end("n"))
    if year is not None and "生" in text:
        for match in BORN.finditer(text):
            born = int(match["y"] or match["y2"] or match["y3"])
            born += 2000 if born < 100 else 0
            if 0 <= year - born < 18:
                found[match.start()] = Age(year - born, *match.span())
    return [found[start] for start in sorted(found)]


def child_age(text: str, stated: list[Age]) -> Age | None:
    """The age of the child told of: the youngest under 18; after a correction the last."""
    young = [age for age in stated if age.years < 18 and not _of_the_past(text, age)]
    if not young:
        return None
    correction = CORRECTED.search(text)
    if correction:
        later = [age for age in young if age.start > correction.start()]
        if later:
            return later[-1] if len(later) == 1 else min(later, key=lambda age: age.years)
    return min(young, key=lambda age: (age.years, age.start))


def _of_the_past(text: str, age: Age) -> bool:
    """七岁那年, 三岁时: an age of long ago, not of now."""
    return text.startswith(("那年", "时", "的时候"), age.end)


def schooling(text: str) -> int | None:
    """Years a grade implies, for the conditions of the rules only; it is never given out as a fact."""
    match = GRADE.search(text)
    if match is None:
        return None
    grade, small, middle, high, nursery, primary, junior, senior = match.groups()
    if grade or small:
        return GRADES[grade or small]
    if middle or high:
        return {"一": 0, "二": 1, "三": 2}[middle or high] + (12 if middle else 15)
    return 4 if nursery else 9 if primary else 13 if junior else 16 if senior else None
