"""The figures as tables that may leave the house: every number from 1 to 4 is 「<5」, and what it could be reckoned from is not
said either. In Chinese: they are documents of an office. Pure.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from routing.figures.matter import Matter
from routing.figures.measure import (
    COUNT_NAMES,
    RATE_NAMES,
    RATES,
    RUNGS,
    STEP_NAMES,
    STEPS,
    Figures,
    Times,
    figures,
    groups,
)
from routing.figures.small import HIDDEN, LEAST, column, part_of, share, small
from web.naming import CATEGORY, DEPARTMENT, SOURCE, name
from web.naming import RUNGS as RUNG_NAMES
from words.language import Line, line

# What each figure means, for whoever reads the document and was not there. The exact definitions: routing.figures.measure.
MEANING: Sequence[tuple[str, str]] = (
    ("范围", "按报告进来的月份统计，内容是这些事项在导出时的情况。并入别件的事项在并入的那件里统计，不重复计算。"),
    ("按时签收率", "办理席位（牵头和协办）中，在时限内有人签收的。未到时限的不计；退回、被接手等不再欠的不计。"),
    ("按时受理率", "办理席位中，在时限内有人记“我来处理”或“110已处警”的。"),
    ("按时办结率", "办理席位中，在时限内记录了办理结果的；延期、暂停已计入时限。"),
    ("反馈率", "牵头席位已有结果的，报告人已经看到结果或者已由具名人员记录如何尝试告知的，不论是否按时。"),
    ("按时反馈率", "牵头席位已有结果的，在反馈时限内做到的。"),
    ("按时见到孩子率", "特急、紧急的侵害类事项中，在时限内有人当面见到孩子的；打电话不算。"),
    ("每案必查完成率", "办结后要求每案必查的，已经查完的。"),
    ("用时", "按自然时间，从事项到席位算起；中位数和九成以内用最近秩法，只算已经做了的。"),
    ("小数", f"1 到 {LEAST - 1} 的数写作“<{LEAST}”；由它能推算出来的写作“{HIDDEN}”。"),
)


@dataclass(frozen=True)
class Listed:
    """One table. `widths` are shares of the line; `rates`: what its chart shows, in per cent, by the label of the row."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]
    rates: Sequence[tuple[str, float]] = field(default_factory=tuple)


def tables(
    matters: Sequence[Matter],
    now: datetime,
    places: Mapping[str, str],
    department: str | None,
    dimensions: Sequence[str],
) -> Sequence[Listed]:
    """The whole, then by each of the dimensions."""
    whole = figures(matters, now, department)
    found = [_counts(whole), _rates(whole), _times(whole), _climbed(whole), _silent(whole)]
    for dimension in dimensions:
        parts = groups(matters, dimension, now, department)
        if parts:
            found.append(_parts(dimension, parts, _namer(dimension, places)))
    return found


def _namer(dimension: str, places: Mapping[str, str]) -> Callable[[str], str]:
    if dimension == "place":
        return lambda key: places.get(key, key)
    names = {"department": DEPARTMENT, "category": CATEGORY, "source": SOURCE}.get(dimension)
    return lambda key: str(name(names, key)) if names else key


def _counts(whole: Figures) -> Listed:
    opened = whole.counts["opened"]
    said = {id: part_of(opened, n) if id in ("closed", "open") else small(n) for id, n in whole.counts.items()}
    rows = [[str(COUNT_NAMES[id]), said[id]] for id in whole.counts]
    return Listed("总体", ("项目", "件数"), rows, (3, 1))


def _rates(whole: Figures) -> Listed:
    rows, drawn = [], []
    for id in RATES:
        rate = whole.rates[id]
        said = share(rate.good, rate.of, rate.share)
        rows.append([str(RATE_NAMES[id]), said, small(rate.good) if said != HIDDEN else HIDDEN, small(rate.of)])
        if said.endswith("%"):
            drawn.append((str(RATE_NAMES[id]), rate.share or 0.0))
    return Listed("做到了多少", ("比率", "百分比", "做到", "应做"), rows, (3, 2, 1, 1), drawn)


def _times(whole: Figures) -> Listed:
    rows = [[str(STEP_NAMES[id]), *_span(whole.times[id]), small(whole.times[id].count)] for id in STEPS]
    return Listed("用了多久", ("步骤", "中位数", "九成以内", "件次"), rows, (3, 2, 2, 1))


def _span(times: Times) -> tuple[str, str]:
    if 0 < times.count < LEAST:
        return HIDDEN, HIDDEN
    return str(took(times.median)), str(took(times.ninetieth))


def took(length: timedelta | None) -> Line:
    """A length of time in its two largest units."""
    if length is None:
        return Line("—")
    minutes = int(length.total_seconds()) // 60
    days, rest = divmod(minutes, 1440)
    hours, rest = divmod(rest, 60)
    if days:
        return line("{days} 天 {hours} 小时", days=days, hours=hours)
    return line("{hours} 小时 {minutes} 分", hours=hours, minutes=rest) if hours else line("{minutes} 分", minutes=rest)


def _climbed(whole: Figures) -> Listed:
    said = column([whole.climbed[rung] for rung in RUNGS])
    rows = [[str(RUNG_NAMES[rung]), number] for rung, number in zip(RUNGS, said, strict=True)]
    return Listed("升级到哪一级", ("最高找到", "件数"), rows, (3, 1))


def _silent(whole: Figures) -> Listed:
    kinds = sorted(whole.silent)
    said = column([whole.silent[kind] for kind in kinds])
    rows = [[str(name(DEPARTMENT, kind)) if kind else "没有写单位类别", n] for kind, n in zip(kinds, said, strict=True)]
    return Listed("知道情况没有报告的单位", ("单位类别", "次数"), rows or [["没有查出", "0"]], (3, 1))


_BY = {"department": "部门", "category": "类别", "place": "地方", "source": "来源", "month": "月份"}
_SHOWN = ("acknowledge", "accept", "result", "told", "seen")


def _parts(dimension: str, parts: Mapping[str, Figures], namer: Callable[[str], str]) -> Listed:
    columns = [
        column([each.counts[id] for each in parts.values()]) for id in ("opened", "closed", "climbed", "returned")
    ]
    whole = [each.counts["opened"] for each in parts.values()]
    closed = [part_of(total, each.counts["closed"]) for total, each in zip(whole, parts.values(), strict=True)]
    columns[1] = [HIDDEN if HIDDEN in (said, other) else said for said, other in zip(columns[1], closed, strict=True)]
    rates = [[share(r.good, r.of, r.share) for r in (each.rates[id] for each in parts.values())] for id in _SHOWN]
    rows = [
        [namer(key), *(each[at] for each in columns[:2]), *(each[at] for each in rates), *(each[at] for each in columns[2:])]
        for at, key in enumerate(parts)
    ]  # fmt: skip
    head = (_BY[dimension], "收到", "办结", *(str(RATE_NAMES[id]) for id in _SHOWN), "升级", "退回")
    return Listed(f"按{_BY[dimension]}", head, rows, (4, 2, 2, 2, 2, 2, 2, 2, 2, 2))
