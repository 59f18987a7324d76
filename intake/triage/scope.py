"""Does a word count? What a negation covers, and what is only said to ask, to teach, to drill, to tell a story.

Every judgement returns a kind and a sentence in Chinese; two empty strings mean: it counts.
"""

import re

from intake.triage.keywords import Rule
from intake.triage.scan import Scan, Span

COUNTS = ("", "")
# What may stand between a near negation and the word it denies: 没 有再 打, 没有 被人 欺负, 不是 他爸 打的.
LINK = re.compile(
    r"(?:有|疑似|有人|被|人|再|去|想|敢|真|真的|动手|挨|遭|遭受|遭到|受到|受|发生|出现|发现|什么|任何|明显|对|孩子|他|她|我|舍得|要|过|家长|老师|爸爸|妈妈|爸|妈|学生|同学|是|存在|说|说是|说要|说过|见|见到|听到|随便|故意|使劲|其他|有过|大人|谁|打|骂|体罚|流浪|学生|留守)*"
)
# A negation behind another one affirms: 不能说他不打, 没有哪天不打, 难道没打.
DOUBLE = re.compile(
    r"(?:不能说|不敢说|不可能|不是说|没有哪[天次回个]|没有一[天次回]|没哪[天次回]|难道|哪[天次回]|谁说|岂)[他她它我们那个人家]{0,3}$"
)
REAL = re.compile(r"(?:不是|并非|不像|没有|没)[在看演拍写]?$")  # 不是看电影: it is no story
LURE = re.compile(r"(?:给|让|叫|逼|放|拿)[^，。；]{0,10}$")  # 给她看手机里的“动画片”: what somebody shows is no story
LIST = re.compile(r"[、和及或与/]|以及|或者")
# 孩子说是台词，可我找到了遗书: the story ends here.
TURNS = re.compile(
    r"[，,](?:可|但|其实|却|结果|而)|可(?=我|她|他|孩|是|现在)|当真|真的|真把|真拿|真有|竟然|居然|我就去|我要去|我这就"
)
QUOTE_OPEN, QUOTE_CLOSE = '“‘「『"', '”’」』"'


class Scope:
    """Judges spans of one scanned text; asks the scan for a list only when it needs it."""

    def __init__(self, scan: Scan, abstract: frozenset[str], *, drill: bool, publicity: bool) -> None:
        self.scan = scan
        self.abstract = abstract
        self.drill = drill
        self.publicity = publicity
        self._seen: dict[Span, tuple[str, str]] = {}
        pseudo = scan.scope("不算否定")
        self.far = _not_inside(scan.scope("否定整句"), pseudo)
        self.near = _not_inside(scan.scope("否定紧邻"), pseudo)
        self.supposed = scan.scope("假设")
        self.guarded = scan.scope("防范")
        self.told = _not_inside(scan.scope("虚构"), scan.scope("不算虚构"))

    def judge(self, span: Span, rule: Rule) -> tuple[str, str]:
        if span not in self._seen:
            self._seen[span] = self._judge(span)
        return self._seen[span]

    def _judge(self, span: Span) -> tuple[str, str]:
        word = self.scan.text[span[0] : span[1]]
        if self.drill:
            return "drill", f"“{word}”出现在演练或测试里，不是真事"
        if self.far or self.near:
            denied = self._negated(span, word)
            if denied[0]:
                return denied
        name = word in self.abstract
        if name and self.guarded:
            guard = self._guarded(span)
            if guard:
                return "publicity", f"“{guard}{word}”说的是防范，不是发生了这件事"
        if name and self.publicity:
            return "publicity", f"“{word}”出现在宣传、培训或活动通知里"
        return COUNTS

    def _negated(self, span: Span, word: str) -> tuple[str, str]:
        text = self.scan.text
        clause = self.scan.clause(span[0])
        for start, end in self.near:
            if start and DOUBLE.search(text, max(0, start - 7), start):
                continue
            if clause[0] <= start and end <= span[0] and span[0] - end <= 12 and self._links(text[end : span[0]]):
                return "negated", f"“{text[start : span[1]]}”是否定，“{word}”不算"
        for start, end in self.far:
            if end > span[0]:
                break
            between = text[end : span[0]]
            if clause[0] <= start and (len(between) <= 14 or LIST.search(between)):
                return "negated", f"“{text[start:end]}”否定了后面的“{word}”"
            # A list that runs on over commas: 没有发现殴打，辱骂，孤立等现象
            if len(between) <= 24 and self.scan.sentence(span[0])[0] <= start:
                pieces = re.split(r"[，,]", between)
                if (
                    len(pieces) > 1
                    and all(len(piece) <= 5 for piece in pieces[1:])
                    and len(word) >= 2
                    and word in self.abstract
                ):
                    return "negated", f"“{text[start:end]}”否定了后面并列的“{word}”"
        return COUNTS

    def _links(self, between: str) -> bool:
        """Does a negation reach over this? 无 自残、 自杀: names in a list hand it on."""
        if LINK.fullmatch(between):
            return True
        for name in sorted(self.abstract, key=len, reverse=True):
            if name in between:
                between = between.replace(name, "")
        return LINK.fullmatch(LIST.sub("", between)) is not None

    def _guarded(self, span: Span) -> str:
        """防 性侵, 预防 猥亵、性侵, 向 欺凌 说不."""
        text = self.scan.text
        clause = self.scan.clause(span[0])
        for start, end in self.guarded:
            if clause[0] <= start and end <= span[0]:
                between = text[end : span[0]]
                if len(between) <= 6 and (
                    not between
                    or LIST.search(between)
                    or between
                    in (
                        "儿童",
                        "未成年人",
                        "学生",
                        "校园",
                        "“",
                        "遭受",
                        "孩子",
                        "被",
                        "遭",
                        "网络",
                        "青少年",
                        "幼儿",
                        "女童",
                    )
                ):
                    return text[start : span[0]]
        after = text[span[1] : span[1] + 3]
        return "" if not after.startswith(("说不", "”说不", "预防", "防范", "防治", "治理", "防控", "防护")) else "预防"

    def told_of(self, span: Span) -> str:
        sentence = self.scan.sentence(span[0])
        for start, end in self.told:
            if start < sentence[0] or end > span[0]:
                continue
            before = self.scan.text[max(0, start - 12) : start]
            turned = TURNS.search(self.scan.text, end, span[1])
            if not turned and not REAL.search(before) and not LURE.search(before):
                return self.scan.text[start:end]
        return ""

    def hypothetical(self, span: Span) -> bool:
        """Does 如果 or the like stand before this word in its sentence?"""
        sentence = self.scan.sentence(span[0])
        return any(sentence[0] <= start and end <= span[0] for start, end in self.supposed)


def _not_inside(spans: object, others: object) -> list[Span]:
    """The spans that no other one covers: 不是 inside 是不是 is no negation."""
    covers = list(others)  # type: ignore[call-overload]  # both are sequences of spans
    return sorted(
        span
        for span in spans  # type: ignore[attr-defined]  # see above
        if not any(other[0] <= span[0] and span[1] <= other[1] and other != span for other in covers)
    )
