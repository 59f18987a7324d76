"""Phrases by which a reader could tell who reported: 「我是他班主任」「住他楼下」. Pure.

A desk that helps never gets the reporter's words, only values drafted from them; but a value may carry such a phrase, and so
may a note that a colleague wrote. Whole clauses are marked: too much rather than too little.
"""

import re
from dataclasses import dataclass

GONE = "〔略〕"
COVER = "＊"

_CLAUSE = re.compile(r"[^，。；！？、,;!?\s（）()「」“”\"]+")
_BETRAYS = re.compile(
    r"我|咱|俺|本人|报告人|反映人|来电人|举报"
    r"|本(?:班|校|院|科|店|村|社区|所|单位|园|楼|小区|公司|酒店|宾馆|诊室)"
    r"|(?:作为|身为|是)(?:他|她|它|孩子|该生|患儿|其)们?的?\S{0,4}(?:老师|班主任|医生|大夫|护士|邻居|同学|同桌|同事|亲戚|姑|姨|叔|伯|舅|奶|爷|婆|公)"
    r"|住(?:在)?(?:他|她|孩子|其|那|这)?(?:们|家)?的?(?:楼上|楼下|隔壁|对门|对面|同一|同楼|一个院)"
    r"|(?:楼上|楼下|隔壁|对门)的?(?:邻居|住户)"
    r"|(?:接诊|值班|首诊|主管)(?:的)?(?:医生|医师|大夫|护士)"
)


# At the end of a clause the rest of which says something a helper needs: 教室里和我在一起.
_WITH_ME = re.compile(r"[和跟同与](?:我|咱|俺)们?(?:在一起|一起|在)?$")


@dataclass(frozen=True)
class Trace:
    """`text[start:end]` may tell who reported."""

    start: int
    end: int


def traces(text: str) -> tuple[Trace, ...]:
    """The clauses of `text` that may tell who reported, in order, without overlap."""
    return tuple(
        Trace(clause.start() + _kept(clause.group()), clause.end())
        for clause in _CLAUSE.finditer(text)
        if _BETRAYS.search(clause.group())
    )


def _kept(clause: str) -> int:
    """How much of a betraying clause may stay: what comes before 和我在一起, when that betrays nobody."""
    found = _WITH_ME.search(clause)
    return found.start() if found and not _BETRAYS.search(clause[: found.start()]) else 0


def without_traces(text: str) -> str:
    """`text` with each such clause replaced by 〔略〕."""
    kept, at = [], 0
    for trace in traces(text):
        kept += [text[at : trace.start], GONE]
        at = trace.end
    return "".join([*kept, text[at:]])


def without(text: str, values: tuple[str, ...]) -> str:
    """`text` with the reporter's own name and number (`values`) covered, however the digits are spaced. Its length stays,
    so that places found in the original are still right."""
    for value in values:
        pattern = r"[\s-]*".join(re.escape(character) for character in value if not character.isspace())
        if pattern:
            text = re.sub(pattern, lambda found: COVER * len(found.group()), text)
    return text
