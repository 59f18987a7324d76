"""The one complained about, by the relation word as written: whoever is said to have done the gravest deed.

A word that names no relation (男子, 家长 in general) is no suspect, nor is whoever only tells, brings or is told.
"""

import re
from typing import TYPE_CHECKING

from intake.triage.actors import TELLS, TOLD, people, widest
from intake.triage.scan import Span

if TYPE_CHECKING:
    from intake.triage.engine import View
    from intake.triage.weights import Judged

# No relation to the child, or the child's side.
NOBODY = re.compile(
    r"(?:学生|对方|双方|其)?家长们?|家属|家人|大人们?|医生|大夫|同伴|弟弟|妹妹|小弟弟?|小妹妹?|老大|我弟|我妹|奶|爷|爹|娘|小姑|人|别人|某人|有人"
    r"|(?:有个|一个|一名|几个|那个|成年|中年|一名中年|陌生)?(?:男的|男子|男人|男性|男方|女子|女人|女的)|男老师|女老师"
)
GIRL_AFTER = re.compile(r"^[娘伙]")  # 小姑 in 小姑娘
FILLING = (
    r"(?:又|总是?|老是?|经常|天天|每天|每晚|一直|还|就|硬|硬要|强行|偷偷|多次|反复|长期|半夜|夜里|晚上|昨晚|昨天|今天|刚才?|故意|当众|直接|竟然?|也|都|会|常常?|喝了酒|喝醉酒?|酒后|发火|生气"
    r"|趁[^，。；,]{1,8}|以[^，。；,]{1,12}|为[^，。；,]{1,6}|在[^，。；,]{1,8}|因[^，。；,]{1,8}|嫌[^，。；,]{1,8}|跟[^，。；,]{1,4}|对[^，。；,]{1,6}){0,3}"
)
ACTS = re.compile(
    FILLING
    + r"(?:把|将|让|叫(?!来|了)|逼|强迫|强制|用(?!人)|拿|要求|罚|扔|丢下|撇下|不要|骗|锁|关(?!心|注|机)|绑|拖|拽|打(?!电话|工|零工|不通|算|听|扫)|殴|骂|踢|踹|扇|掐|揪|抽|抢|虐|不让|不准|不许|不给|不管|领|伸|摸|猥亵|强奸|性侵|侵害|侵犯|亲(?!戚|人)|搂|抱(?=[我她他]|着[我她他]|住)|脱|扒|喂|灌|承认|威胁|恐吓|辱骂|体罚|介绍|酗酒|赌博|吸毒|欺负|孤立|掌掴|咬|烫|砸|踩|推|捂|卖|收养|收留|领回|领养|抱回|买来|买了|娶|带走|接走|抱走|带[^，。]{0,6}去|管[^，。]{0,4}要钱)"
)
PASSIVE = re.compile(r"(?:被|遭|俾|挨|受|受到|遭到)(?:他的?|她的?|我的?|其|孩子的?|自己的?|家里的?|邻居家?的?)?$")
RELATES = frozenset({"doctor"})  # their notes name whoever brings the child; only who acts is complained of
GROUP = re.compile(r"(?:他们|她们)")


def suspect(view: "View", judged: list["Judged"], *, harmed: bool = False) -> Span | None:
    """The place of the word, None when nobody is said to have done it. `harmed`: the text as a whole tells of harm."""
    deeds = sorted(
        (one for one in judged if one.level.rank <= 1),
        key=lambda one: (one.level.rank, one.hit.rule.minor, one.hit.start),
    )
    acting = [span for span in _named(view) if _acts(view, span)]
    if not deeds:  # the second opinion raised it: only who plainly acts
        return _phrase(view.text, acting[0]) if harmed and acting else None
    first = deeds[0].hit
    for one in deeds:
        if one.who is not None:
            who = widest(view.scan, one.who)
            if not _somebody(view, who) or (who not in acting and (acting or view.reporter in RELATES)):
                continue
            return _phrase(view.text, who)
    if acting:
        return _phrase(view.text, min(acting, key=lambda span: _far(span, first.start, first.end)))
    named = {span for _, span in people(view.scan)}
    for one in deeds if view.reporter not in RELATES else ():
        for span in sorted(one.hit.spans):
            wide = widest(view.scan, span)
            if span in named and _somebody(view, wide):
                return _phrase(view.text, wide)
    if view.reporter == "child" and (group := GROUP.search(view.text)):
        return group.span()
    return None


def _named(view: "View") -> list[Span]:
    """Everybody the groups of people know, in order, the widest name of each."""
    spans = {widest(view.scan, span) for _, span in people(view.scan)}
    return sorted(span for span in spans if _somebody(view, span))


def _somebody(view: "View", span: Span) -> bool:
    word = view.text[span[0] : span[1]]
    if NOBODY.fullmatch(word) or (word.endswith("姑") and GIRL_AFTER.match(view.text[span[1] : span[1] + 1])):
        return False
    if _passive(view, span):
        return True
    return not TOLD.search(view.text[max(0, span[0] - 6) : span[0]]) and not TELLS.match(view.text, span[1])


def _acts(view: "View", span: Span) -> bool:
    return bool(ACTS.match(view.text, span[1])) or _passive(view, span)


def _passive(view: "View", span: Span) -> bool:
    return bool(PASSIVE.search(view.text[max(0, span[0] - 7) : span[0]]))


def _far(span: Span, start: int, end: int) -> int:
    return start - span[1] if span[1] <= start else 6 + max(0, span[0] - end)


def _phrase(text: str, span: Span) -> Span:
    """他爸 rather than 爸."""
    start, end = span
    if end - start == 1 and start and text[start - 1] in "我他她其":
        start -= 1
    return start, end
