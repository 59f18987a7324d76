"""What kind of text is this as a whole: a report, a question about rules, publicity, a drill, a story, a settled matter?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from intake.triage.gate import gated
from intake.triage.scan import Scan, Span, within

DRILL_HEAD = gated(
    r"【[^】]{0,8}(?:演练|测试)[^】]{0,6}】|演练[、，。！]?演练|(?:本次|此次|这是|此为|以下为?|今天是)[^，。]{0,8}(?:演练|测试|推演)|^(?:系统)?测试|^演练|测试(?:单|短信|报文|数据|工单|内容|消息)|[^，。]{0,4}联调|占位(?:文字|内容|符)?[，。]|test-?\d{2,}|桌面推演|压力测试|系统测试|上线联调|演练脚本|演练方案|演练通知|[^，。]{0,4}演练通知|模拟(?:场景|案例|报警|演练)"
)
# Praise is about somebody; a mere 谢谢 at the end of a report is politeness.
PRAISE = gated(
    r"表扬|点赞|点个赞|锦旗|称赞|致谢|暖心|好人好事|(?:特别|衷心|由衷|真心|十分)感谢(?!你|您|平台|值班)|^(?:感谢|谢谢)(?!你|您|平台|值班|大家|领导)[^，。！]{3,}"
)
QUESTION_HEAD = re.compile(r"咨询|请问|想问|问一下|请教(?![育师练务体委导])|想了解|了解一下|问下|求问|想咨询")

TEACHING = ("育", "师", "练", "务", "体", "委", "导")  # what follows 教 in 教育局, 教师, 教练, 教务处, 教体局
# A test of the system, and no drill of a school: nothing in it is about anybody.
TESTING = re.compile(r"测试(?!卷|题|成绩|结果|量表)|联调|占位|test-?\d")


@dataclass(frozen=True)
class Frame:
    """Marks of the whole text; the engine weighs them against what was hit."""

    drill: bool
    publicity: bool
    asking: bool  # a question about rules or procedure
    supposing: bool
    disclaimed: bool  # the writer says there is no such case
    concrete: int  # how many marks of a particular child, time or place
    settled: bool
    still: bool
    retracted: bool
    praise: bool
    proposal: bool
    request: bool
    cleared: bool


def frame(scan: Scan) -> Frame:
    text = scan.text
    real = bool(scan.scope("真事"))
    publicity = scan.scope("宣传")
    concrete = len(scan.scope("特指"))
    proposal = scan.scope("建议")
    return Frame(
        drill=bool(scan.scope("演练")) and not real and bool(DRILL_HEAD.search(text)),
        publicity=len(publicity) >= 1,
        asking=bool(asks(scan)),
        supposing=bool(scan.scope("假设")),
        disclaimed=bool(scan.scope("申明")),
        concrete=concrete,
        settled=bool(scan.scope("已了")),
        still=bool(_outside(scan.scope("仍在"), scan.scope("已了"))),
        retracted=bool(scan.scope("撤回")),
        praise=bool(PRAISE.search(text)),
        proposal=bool(proposal),
        request=bool(scan.scope("诉求")),
        cleared=bool(scan.scope("澄清")),
    )


def _outside(spans: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    return [span for span in spans if not any(other[0] <= span[0] and span[1] <= other[1] for other in others)]


def asks(scan: Scan) -> list[Span]:
    """The words of asking. 请教育局帮忙 asks nothing: 请 stands before 教育局 there."""
    text = scan.text
    return [
        span
        for span in scan.scope("询问")
        if not (text.startswith("请教", span[0]) and text[span[0] + 2 : span[0] + 3] in TEACHING)
    ]


def questions(scan: Scan) -> list[tuple[int, int]]:
    """The sentences that ask: with a question mark or a word of asking."""
    found: list[tuple[int, int]] = []
    asking = asks(scan)
    at = 0
    while at < len(scan.text):
        sentence = scan.sentence(at)
        words = scan.text[sentence[0] : sentence[1]]
        if words.endswith(("？", "?")) or within(asking, sentence):
            found.append(sentence)
        if sentence[1] <= at:
            break
        at = sentence[1]
    return found
