"""The facts a text states, each with the words it came from. Nothing is guessed."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from intake.triage.ages import Age
from intake.triage.assessment import Fact
from intake.triage.contacts import id_cards, phones
from intake.triage.gate import gated
from intake.triage.people import child_sex, children
from intake.triage.places import places
from intake.triage.scan import Scan
from intake.triage.suspects import suspect

if TYPE_CHECKING:
    from intake.triage.engine import View
    from intake.triage.weights import Judged

SPOT = r"[^，。；！？,!?打骂摸哭说做玩学读拿抱用挨被把]{2,12}(?=[，。；！？,!?]|$|里|中|等)"
WHERE_NOW = gated(
    rf"(?:现在|目前|此刻|眼下|人还|这会儿)(?:孩子|她|他|人|我们?|患儿|女孩|男孩|就|都|还|仍|暂时?){{0,3}}在(?P<a>{SPOT})"
    rf"|我(?:们)?(?:现在)?(?:躲|锁|站|坐|蹲|藏)在(?P<b>{SPOT})|(?:暂住|留观|安置|躲|藏)[在于](?P<c>{SPOT})|在(?P<d>我(?:们)?(?:院|科|急诊|办公室|家|这)[^，。；！？,!?打骂摸]{{0,6}})(?=[，。；！？,!?]|$)"
)
WITH_WHOM = gated(
    r"(?:跟着|和|由|随|跟)(?P<a>[^，。；！？,!?]{1,8}?)(?:在一起|照看|照顾|陪着|生活|过(?:日子)?|住|看护|带|一起住)(?=[，。；！？,!?了的在]|$)"
)
MEETS = gated(
    r"(?P<a>(?:今晚|今天|明天|后天|周[一二三四五六日天末]|放学|晚上|下午|[一二三四五六七八九十\d]+点)[^，。；！？,!?不没怕别未]{0,8}?(?:来接|回家|回来|接走|接亲|见面|返校|到家|下班|来抢人|来接人)[^，。；！？,!?]{0,4})"
)
WHEN = gated(
    r"(?:\d{4}年)?\d{1,2}月\d{1,2}[日号](?:[上下]午|晚上?|凌晨)?|(?:大前天|前天|昨天|昨晚|昨日|今天|今早|今晚|今晨|刚才|刚刚|上周[一二三四五六日天末]?|上个?月|上星期[一二三四五六日天]?|上学期|去年|前年|今年[^，。]{0,3}月|周[一二三四五六日天末](?:中午|晚上|下午|上午|早上)?|前几天|这几天|近一个月|每天|每晚|凌晨)(?:[上下]午|中午|晚上?|早上|凌晨|夜里|半夜)?(?:[一二三四五六七八九十\d]{1,3}[点时](?:半|多|许)?(?:\d{1,2}分)?)?|(?<![\d.:：])\d{1,2}[:：]\d{2}(?!\d)|[一二三四五六七八九十\d]+(?:分钟|个?小时|天|个?月|年)(?:前|以前|之前)"
)
# 「来学校」 goes somewhere, and nobody's school is called 「男生今天来学校」.
SCHOOL = gated(
    r"(?:(?![今昨前]天|男生|女生|学生|孩子|小孩|[来去回上进出]学校)[^，。；：、！？\s在于是到从的了就读]){2,14}?(?:小学|中学|学校|一中|二中|三中|五中|第[一二三四五六七八九十]+中学|幼儿园|职校|技校|中专|教学点|托管中心|九年一贯制学校)"
)
UNIT = gated(
    r"(?:本院|我院|我校|我园|本校|本园|我科|本所|我单位|我店|我们(?:医院|学校|幼儿园|酒店|宾馆))|[^，。；：、！？\s在于是到从的了去送让带给不没把被往]{2,12}?(?:医院|卫生院|诊所|派出所|福利院|救助站|宾馆|酒店)(?:急诊科?|儿科|产科|妇产科)?"
)
INJURY = gated(
    r"[^，。；！？,!?打用被把了着的是有就都示见]{0,6}(?:骨折|流血|出血|淤青|青紫|瘀斑|裂伤|撕裂|烫伤|烧伤|灼伤|血肿|红肿|伤痕|肿了|缝了?[一二三四五六七八九十\d]+针|穿孔|淤紫|伤口)[^，。；！？,!?]{0,6}"
)


@dataclass(frozen=True)
class Stated:
    """Facts by key, and more that the labels do not count."""

    facts: dict[str, Fact] = field(default_factory=dict)
    more: dict[str, Fact] = field(default_factory=dict)


def sex_of(scan: Scan, young: Age | None) -> str | None:
    """For the conditions of the rules, before anybody is known to be complained about."""
    found = child_sex(scan.text, young.start if young else None, [])
    return found[0] if found else None


def facts(view: "View", judged: list["Judged"], category: str, *, harmed: bool = False) -> Stated:
    text, plain = view.text, view.plain
    found: dict[str, Fact] = {}
    more: dict[str, Fact] = {}

    def put(into: dict[str, Fact], key: str, value: object, start: int, end: int) -> None:
        if key not in into and end > start:
            into[key] = Fact(value, *plain.span(start, end))

    numbers = phones(text) if any(map(str.isdigit, text)) or "零" in text else []
    cards = id_cards(text) if len(text) >= 18 else []
    for digits, start, end in cards[:1]:
        put(found, "id_card", digits, start, end)
    for digits, start, end in numbers:
        if not any(low <= start and end <= high for _, low, high in cards):
            put(found, "phone", digits, start, end)
    if not view.about_child:
        return Stated(found, more)
    who = suspect(view, judged, category, harmed=harmed)
    others = [who] if who else []
    if who:
        put(found, "suspect", view.original(*who), *who)
    if view.young is not None:
        put(found, "child_age", view.young.years, view.young.start, view.young.end)
    sex = child_sex(text, view.young.start if view.young else None, others, own=view.reporter == "child")
    if sex:
        put(found, "child_sex", *sex)
    count = children(text, others)
    if count:
        put(found, "children", *count)
    for _, start, end in places(text)[:1]:
        put(found, "place", view.original(start, end), start, end)
    name: str | None
    for key, pattern in (
        ("where_now", WHERE_NOW),
        ("with_whom", WITH_WHOM),
        ("meets_again", MEETS),
        ("when", WHEN),
        ("school", SCHOOL),
        ("unit", UNIT),
        ("injury", INJURY),
    ):
        match = pattern.search(text)
        if match:
            name = match.lastgroup
            start, end = match.span(name) if name else match.span()
            put(more, key, text[start:end], start, end)
    return Stated(found, more)
