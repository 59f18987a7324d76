"""Who did it: the nearest person before the deed, or the one after 被. It names the suspect and the category of 暴力."""

import re

from intake.triage.scan import Scan, Span

KINDS = ("教职", "福利人员", "同伴", "雇主", "网人", "外人", "亲属")
CARERS = frozenset({"教职", "福利人员"})
CATEGORY = {
    "教职": "staff_harm", "福利人员": "staff_harm", "同伴": "bullying", "雇主": "physical_abuse", "网人": "physical_abuse",
    "外人": "physical_abuse", "亲属": "physical_abuse",
}  # fmt: skip
# 我是三年级班主任, 我是县医院急诊医生: who speaks. The first one named after it, in the same breath and before any deed.
SPEAKING = re.compile(
    r"(?:(?<![一-龥])我们?(?:是|系)|本人(?:是|系)|来电人(?:是|系)|(?<![一-龥])作为)(?P<who>[^，。！？!?；;：:,、\s被让叫怕看听说问想打骂摸掐罚不没在把给]{2,18})"
)
BY = re.compile(r"(?:被|让|叫|遭|遭到|受|受到|由|是|说|怕|恨)$")
# 我是他班主任, 告诉老师, 跟妈妈说: these people are told, or tell; they did nothing.
TOLD = re.compile(
    r"(?:告诉|告知|跟|和|向|对|给|问|找|求|联系|通知|我是|作为|我们|报告|请|陪|帮|替|打电话给|瞒着|叫来|喊来|怕|想|没有|无|身边没|不敢跟|不敢告诉|不敢和|发给|不要告诉|别告诉|不让告诉)(?:他的?|她的?|我的?|孩子的?|孩子|家里的?|班里的?|班级的?|其|了|过)?$"
)
TELLS = re.compile(
    r"^(?:说|问|反映|发现|看到|看见|听到|听见|听说|报告|来电|称|表示|送|带(?:孩子|他|她)(?:来|去)(?:医院|看)|承认没|去讨|带来|陪同|担心|求助|不在家|在外|去世|外出|劝|赶来|报警|制止|拦|叫了120|抱着(?:孩子|他|她)跑|陪着|正在看|已|要求查|要求保密|都没有|没有发现|来接)"
)


def actor(scan: Scan, deed: Span, *, reporter: str = "other") -> tuple[str, Span] | None:
    """Kind and place of the person who did this deed, None when the text does not say."""
    sentence = scan.sentence(deed[0])
    best: tuple[float, str, Span] | None = None
    speaker = speaks(scan)
    for kind, span in people(scan):
        if speaker is not None and kind in CARERS and speaker[0] <= span[0] and span[1] <= speaker[1]:
            continue
        if span[0] >= deed[1] + 14 or span[1] < sentence[0] - 60:
            continue
        if span[0] < deed[1] and span[1] > deed[0] and span != deed and span[1] > deed[1]:
            continue
        cost = _cost(scan, span, deed, sentence)
        if cost is None:
            continue
        cost -= min(span[1] - span[0], 6) * 0.6
        if best is None or cost < best[0]:
            best = (cost, kind, span)
    return None if best is None else (best[1], widest(scan, best[2]))


def _cost(scan: Scan, span: Span, deed: Span, sentence: Span) -> float | None:
    text = scan.text
    before = text[max(0, span[0] - 6) : span[0]]
    if TOLD.search(before):
        return None
    if span[1] <= deed[0]:
        gap = deed[0] - span[1]
        cost: float = gap
        if BY.search(before):
            cost -= 8
        if TELLS.match(text, span[1]):
            cost += 18
        if span[0] < sentence[0]:
            cost += 14
        return cost
    if span[0] >= deed[1]:
        return 24 + span[0] - deed[1] + (0 if span[0] < sentence[1] else 20)
    return 0


def widest(scan: Scan, span: Span) -> Span:
    """The longest name of a person around this one: 体育老师 rather than 老师."""
    for _, other in people(scan):
        if other[0] <= span[0] and span[1] <= other[1] and other[1] - other[0] > span[1] - span[0]:
            span = other
    return span


def people(scan: Scan) -> list[tuple[str, Span]]:
    """Everybody named, with the kind of person, kind by kind; gathered once for a text."""
    if scan.people is None:
        scan.people = [(kind, span) for kind in KINDS for span in scan.group(kind)]
    return scan.people


def speaks(scan: Scan) -> Span | None:
    """The place of the teacher, doctor or carer who introduces herself: she reports the deed, she did not do it."""
    if scan.speaker is None:
        scan.speaker = (0, 0)
        for said in SPEAKING.finditer(scan.text):
            low, high = said.span("who")
            named = [span for _, span in people(scan) if low <= span[0] and span[1] <= high]
            if named:
                first = widest(scan, min(named))
                if any(kind in CARERS and span[0] <= first[0] and first[1] <= span[1] for kind, span in people(scan)):
                    scan.speaker = first
                    break
    return scan.speaker if scan.speaker[1] else None
