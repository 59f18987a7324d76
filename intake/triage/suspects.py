"""The one complained about, by the relation word as written: whoever most likely has done it.

Everybody named is weighed by signs in the words round the name: a deed behind it, 被 before it, an excuse, a rescue; the
weights were chosen on open texts. Where nobody weighs enough, nobody is named: a word that names no relation (男子, 家长 in
general) or somebody who only tells, brings or is told is no suspect.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from intake.triage.actors import TOLD, people, widest
from intake.triage.scan import Span

if TYPE_CHECKING:
    from intake.triage.engine import View
    from intake.triage.weights import Judged

MOST = 40  # so many are weighed in a long text
LEAST = -0.5  # what the heaviest must weigh to be named

# No relation to the child, or the child's side.
NOBODY = re.compile(
    r"(?:学生|对方|双方|其)?家长们?|家属|家人|医生|大夫|同伴|弟弟|妹妹|小弟弟?|小妹妹?|老大|我弟|我妹|小姑|人|别人|某人|有人"
)
# A grown-up who might be anybody.
VAGUE = re.compile(
    r"大人们?|奶|爷|爹|娘|(?:有个|一个|一名|几个|那个|成年|中年|一名中年|陌生)?(?:男的|男子|男人|男性|男方|女子|女人|女的)|男老师|女老师"
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
NEAR_DEED = re.compile(
    r"^.{0,6}(?:打|骂|摸|掐|踢|踹|抽|烫|锁|关|逼|饿|扔|摔|砸|亲|抱|脱|捆|绑|吊|灌|喂|卖|拍|搂|罚|扇|揪|拧|捂|堵|抢|欺)"
)
PASSIVE = re.compile(r"(?:被|遭|俾|挨|受|受到|遭到)(?:他的?|她的?|我的?|其|孩子的?|自己的?|家里的?|邻居家?的?)?$")
EXCUSE = re.compile(r"(?:自?诉|自述|称|说是?|承认|解释|坚称|坚持说|非说|硬说|推说|借口|声称|表示)")
RESCUE = re.compile(
    r"(?:又|就|赶紧|马上|刚|已经?|想|要|去|来|在)?(?:送|带[他她孩娃].{0,2}[来去]|陪|报警|报案|救|拦|劝|抱[着住]|拉开|听[到见]|看[到见]|发现|知道|担心|求|找到|捞|喊|打1|联系|帮|护|接到|接济|给过|问|转告|告诉|来电|反映|哭|急|不在家|在外地?|在家)"
)
LEFT = re.compile(
    r"(?:们)?(?:都|也|又|就|已经?|早就?|常年|长期|一直|去年|前年|今年|上个?月|[一二三四五六七八九十\d]+[年月天个]+前?){0,3}(?:在外|外出|打工|走了|失联|跑了|不管|没影|不见|离家|出走|改嫁|再婚|躲|去了|没回|不回|联系不上|电话|不知去向|丢下|扔下|坐牢|进去了|判刑|入狱|吸毒|酗酒|喝酒|好赌|赌)"
)
DEAD = re.compile(
    r"(?:们)?(?:都|也|已经?|早就?|去年|前年|上个?月|.{0,4})(?:去世|过世|病故|病逝|没了|死|车祸|矿难|走得早|早逝|牺牲|遇难)"
)
SPEAKS = re.compile(
    r"(?:我是[^，。]{0,6}|作为[^，。]{0,4}|本人[^，。]{0,4}|来电人系[^，。]{0,6}|我这?个?)$"
)  # 我是他班主任
OFFICE = re.compile(r"^(?:家|那|这|们家|班|办|房|科)")  # 奶奶家, 老师办: a place
NOT_OF_BLOOD = re.compile(r"继|后[爸妈爹娘]|养|干|男友|男朋友|姨父|姑父|舅|叔|表")
OWNED = re.compile(r"(?:的|其|他|她|孩子|娃)$")
TOLD_BY_CHILD = re.compile(r"(?:说|讲|告诉我?)[，：:]?$")
LEAVING = frozenset({"abandonment", "guardianship", "dropout", "exploitation"})
KIND_WEIGHT = {"同伴": -0.8, "教职": -0.6, "网人": -0.3, "亲属": -0.1, "外人": 0.3, "福利人员": 0.4, "雇主": 0.0}
GROUP = re.compile(r"(?:他们|她们)")


def suspect(view: "View", judged: list["Judged"], category: str, *, harmed: bool = False) -> Span | None:
    """The place of the word, None when nobody is said to have done it. `harmed`: the text as a whole tells of harm."""
    if not harmed:
        return None
    weighed = _Weighing(view, judged, category)
    weight, place = max(((weighed.of(span), -span[0]) for span in weighed.named), default=(LEAST, 0))
    if weight > LEAST:
        return _phrase(view.text, next(span for span in weighed.named if span[0] == -place))
    if view.reporter == "child" and (group := GROUP.search(view.text)):
        return group.span()
    return None


@dataclass
class _Weighing:
    view: "View"
    judged: list["Judged"]
    category: str

    @cached_property
    def named(self) -> list[Span]:
        """Everybody the groups of people know, in order, the widest name of each."""
        text = self.view.text
        spans = sorted({widest(self.view.scan, span) for _, span in people(self.view.scan)})
        return [span for span in spans if _somebody(text, span)][:MOST]

    @cached_property
    def deeds(self) -> list["Judged"]:
        deeds = [one for one in self.judged if one.level.rank <= 1]
        return sorted(deeds, key=lambda one: (one.level.rank, one.hit.rule.minor, one.hit.start))

    @cached_property
    def kinds(self) -> dict[Span, str]:
        kinds: dict[Span, str] = {}
        for kind, span in people(self.view.scan):
            kinds.setdefault(widest(self.view.scan, span), kind)
        return kinds

    def of(self, span: Span) -> float:
        """How likely this one is the one complained about; 0 is even."""
        text, (start, end) = self.view.text, span
        word, before = text[start:end], text[max(0, start - 10) : start]
        weight = 0.8 * (self.named[0] == span) + 1.1 * min(text.count(word), 3) + min(end - start, 6) * 0.33
        weight += KIND_WEIGHT.get(self.kinds.get(span, ""), 0.0) - 0.8 * (end - start == 1)
        weight += 1.5 * bool(ACTS.match(text, end)) + 0.4 * bool(NEAR_DEED.match(text[end : end + 8]))
        weight += 0.4 * bool(PASSIVE.search(before)) + 0.4 * bool(EXCUSE.match(text, end))
        weight += 0.8 * bool(OWNED.search(before)) + 0.4 * bool(TOLD_BY_CHILD.search(before))
        weight += 1.8 * bool(NOT_OF_BLOOD.search(word)) - 1.4 * bool(VAGUE.fullmatch(word))
        weight -= 1.0 * bool(RESCUE.match(text, end)) + 0.8 * bool(DEAD.match(text, end))
        weight -= 0.4 * bool(TOLD.search(before)) + 1.2 * bool(SPEAKS.search(before))
        weight -= 0.5 * bool(OFFICE.match(text[end : end + 2])) + 0.5 * (self.view.reporter == "doctor")
        if self.category in LEAVING:
            weight += 0.7 * bool(LEFT.match(text, end))
        return weight + self._deed(span) - 3.0

    def _deed(self, span: Span) -> float:
        """Where the name stands to the deed that was found."""
        weight = 0.75 * any(one.who is not None and _meet(one.who, span) for one in self.deeds)
        weight += 0.2 * any(_meet(part, span) for one in self.deeds for part in one.hit.spans)
        if self.deeds:
            first, scan = self.deeds[0].hit, self.view.scan
            gap = min(abs(first.start - span[1]), abs(span[0] - first.end))
            weight += 0.24 * (scan.clause(first.start) == scan.clause(span[0])) + 0.33 * (span[1] <= first.start)
            weight -= 0.36 * min(gap, 60) / 20
        return weight


def _somebody(text: str, span: Span) -> bool:
    word = text[span[0] : span[1]]
    return not NOBODY.fullmatch(word) and not (word.endswith("姑") and GIRL_AFTER.match(text[span[1] : span[1] + 1]))


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _phrase(text: str, span: Span) -> Span:
    """他爸 rather than 爸."""
    start, end = span
    if end - start == 1 and start and text[start - 1] in "我他她其":
        start -= 1
    return start, end
