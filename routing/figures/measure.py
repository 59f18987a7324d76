"""The figures, each defined here and nowhere else. Pure.

What is true of all of them:

- A figure of a period speaks of the cases that were **opened** in it (Beijing time), as they stand now. So all figures of a
  month are of the same cases, and last month's late results still show in last month.
- A case that was put to another one (merged) is not counted: it is handled, and counted, there.
- A case that was opened again counts once as a case; each of its rounds makes its own promises, and each of these counts.
- A rate leaves out what is not decided yet: a promise that is neither fulfilled nor overdue is in no denominator.
- Only what somebody did counts (an acknowledgement, a result, a child seen): a clock that stopped for another reason
  (returned, taken over, put to another case) is left out, unless it was overdue by then: then it is a promise not kept.
- Times are counted as they pass, nights and holidays too; whether something was in time is judged by the clock of the
  protocol, which counts working time where the protocol does.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from routing.figures.matter import Matter, Promise
from words.beijing import local
from words.language import Line, line

RUNGS = ("L0", "L1", "L2", "L3", "L4")
DIMENSIONS = ("place", "department", "category", "source", "month")


def kept(promise: Promise, now: datetime) -> bool | None:
    """Whether a promise was kept. True: done by its due time. False: done later, or due by now and not done, or already
    overdue when nothing was owed any more. None: not decided (not due yet, or paused), or no longer owed before it was due."""
    if promise.done_at is not None:
        return promise.done_at <= promise.ends_at
    if promise.stopped_at is not None:
        return None if promise.stopped_at <= promise.ends_at else False
    return None if promise.waiting or now < promise.ends_at else False


def _promised(step: str) -> "Judge":
    def judge(matter: Matter, now: datetime) -> Iterator[tuple[str, bool]]:
        for promise in matter.promises:
            if promise.step == step and (good := kept(promise, now)) is not None:
                yield promise.department, good

    return judge


def _told(matter: Matter, now: datetime) -> Iterator[tuple[str, bool]]:
    """反馈率. Of all rounds in which a leading desk recorded its result: those whose reporter has had it (read it, or a named
    person wrote down how it was tried), whether in time or not. A report on a unit's behalf counts when the unit has it too."""
    for answer in matter.answers:
        for department in matter.leads or ("",):
            yield department, answer.arrived_at is not None


def _seen(matter: Matter, now: datetime) -> Iterator[tuple[str, bool]]:
    """按时见到孩子率. Of all critical and urgent cases of harm: those in which somebody saw the child, in person, within the limit
    of the child's clock, counted from the opening or from the last time the case became graver before the child was seen.
    Once a case: later visits do not count. Overdue and not seen is not in time; not due yet is left out."""
    if matter.seen_by is None:
        return
    good = None
    if matter.seen_at is not None:
        good = matter.seen_at <= matter.seen_by
    elif matter.seen_by <= now:
        good = False
    if good is not None:
        for department in matter.leads or ("",):
            yield department, good


def _checked(matter: Matter, now: datetime) -> Iterator[tuple[str, bool]]:
    """每案必查完成率. Of all cases in which the every-case check was asked for: those in which it is finished."""
    if matter.check:
        for department in matter.leads or ("",):
            yield department, matter.check == "done"


Judge = Callable[[Matter, datetime], Iterable[tuple[str, bool]]]

# acknowledge: 按时签收率. Of the desks that handle a case, lead and helping ones: those where a person acknowledged in time.
# accept: 按时受理率. Those where a person said 我来处理 (or 110已处警) in time.
# result: 按时办结率. Those that recorded their result in time. Closing has no limit of its own: it waits for the reporter.
# tell: 按时反馈率. Of the leading desks with a result: those whose reporter had it in time.
RATES: Mapping[str, Judge] = {
    "acknowledge": _promised("acknowledge"),
    "accept": _promised("accept"),
    "result": _promised("result"),
    "told": _told,
    "tell": _promised("tell"),
    "seen": _seen,
    "check": _checked,
}
RATE_NAMES: Mapping[str, Line] = {
    "acknowledge": line("按时签收率"),
    "accept": line("按时受理率"),
    "result": line("按时办结率"),
    "told": line("反馈率"),
    "tell": line("按时反馈率"),
    "seen": line("按时见到孩子率"),
    "check": line("每案必查完成率"),
}


def _took(step: str) -> "Timing":
    def took(matter: Matter) -> Iterator[tuple[str, timedelta]]:
        for promise in matter.promises:
            if promise.step == step and promise.done_at is not None:
                yield promise.department, max(promise.done_at - promise.began, timedelta(0))

    return took


def _until_seen(matter: Matter) -> Iterator[tuple[str, timedelta]]:
    """From the opening to the first time somebody saw the child, where somebody had to."""
    if matter.seen_by is not None and matter.seen_at is not None:
        for department in matter.leads or ("",):
            yield department, max(matter.seen_at - matter.opened_at, timedelta(0))


def _until_closed(matter: Matter) -> Iterator[tuple[str, timedelta]]:
    """From the opening to 办结, of cases that are closed now; all rounds together."""
    if matter.status == "closed" and matter.closed_at is not None:
        for department in matter.leads or ("",):
            yield department, matter.closed_at - matter.opened_at


Timing = Callable[[Matter], Iterable[tuple[str, timedelta]]]

# How long a step took, for steps that were done, in time or not; from the moment the desk had the case (its part was opened),
# for `tell` from the result.
STEPS: Mapping[str, Timing] = {
    "acknowledge": _took("acknowledge"),
    "accept": _took("accept"),
    "progress": _took("progress"),
    "result": _took("result"),
    "tell": _took("tell"),
    "seen": _until_seen,
    "closed": _until_closed,
}
STEP_NAMES: Mapping[str, Line] = {
    "acknowledge": line("到签收"),
    "accept": line("到受理"),
    "progress": line("到第一次进展"),
    "result": line("到办理结果"),
    "tell": line("结果到反馈"),
    "seen": line("到见到孩子"),
    "closed": line("到办结"),
}
COUNT_NAMES: Mapping[str, Line] = {
    "opened": line("收到"),
    "closed": line("已办结"),
    "open": line("在办"),
    "reopened": line("重新打开"),
    "climbed": line("升级过"),
    "returned": line("退回次数"),
    "silent": line("知情未报"),
}


@dataclass(frozen=True)
class Rate:
    """`good` of `of`; `share` in per cent with one decimal, None where nothing is decided."""

    good: int = 0
    of: int = 0

    @property
    def share(self) -> float | None:
        return round(100 * self.good / self.of, 1) if self.of else None


@dataclass(frozen=True)
class Times:
    """How many were done, and how long half of them and nine in ten of them took at most (nearest rank)."""

    count: int = 0
    median: timedelta | None = None
    ninetieth: timedelta | None = None


@dataclass(frozen=True)
class Figures:
    """The figures of one group of cases. `climbed` counts cases by the highest rung that was called."""

    counts: Mapping[str, int] = field(default_factory=dict)
    rates: Mapping[str, Rate] = field(default_factory=dict)
    times: Mapping[str, Times] = field(default_factory=dict)
    climbed: Mapping[str, int] = field(default_factory=dict)
    silent: Mapping[str, int] = field(default_factory=dict)  # kind of unit: how many knew and did not report


def counted(matters: Iterable[Matter]) -> list[Matter]:
    """Those that figures are about."""
    return [matter for matter in matters if matter.status != "merged"]


def percentile(sorted_values: Sequence[timedelta], share: float) -> timedelta | None:
    """The nearest rank: the smallest value that at least `share` of all do not exceed. None of none."""
    if not sorted_values:
        return None
    return sorted_values[max(0, math.ceil(share * len(sorted_values)) - 1)]


def highest(matter: Matter, department: str | None = None) -> str:
    """The highest rung that was called of a case (by that department's clocks); empty when none was."""
    rungs = [to for by, to in matter.climbs if to in RUNGS and (department is None or by == department)]
    return max(rungs, key=RUNGS.index, default="")


def figures(matters: Iterable[Matter], now: datetime, department: str | None = None) -> Figures:
    """All figures of these cases. With a `department`: of its own promises, climbs and returns, and of the cases it leads."""
    all_of_them = counted(matters)
    led = [each for each in all_of_them if department is None or department in each.leads]
    climbed = Counter(rung for each in all_of_them if (rung := highest(each, department)))
    silent = Counter(kind for each in led for kind in each.silent)
    counts = {
        "opened": len(led),
        "closed": sum(each.status == "closed" for each in led),
        "open": sum(each.status == "open" for each in led),
        "reopened": sum(each.round > 1 for each in led),
        "climbed": sum(climbed.values()),
        "returned": sum(department in (None, each) for matter in all_of_them for each in matter.returns),
        "silent": sum(silent.values()),
    }
    return Figures(
        counts=counts,
        rates={id: _rate(judge, all_of_them, now, department) for id, judge in RATES.items()},
        times={id: _times(timing, all_of_them, department) for id, timing in STEPS.items()},
        climbed={rung: climbed.get(rung, 0) for rung in RUNGS},
        silent=dict(silent),
    )


def _rate(judge: Judge, matters: Iterable[Matter], now: datetime, department: str | None) -> Rate:
    judged = list(_judged(judge, matters, now, department))
    return Rate(sum(good for _, good in judged), len(judged))


def _judged(
    judge: Judge, matters: Iterable[Matter], now: datetime, department: str | None
) -> Iterator[tuple[Matter, bool]]:
    """Each thing that is counted. What belongs to a case and not to a desk counts once, however many departments lead it."""
    for matter in matters:
        own = [(by, good) for by, good in judge(matter, now) if department is None or by == department]
        if judge in _OF_THE_CASE and department is None:
            own = own[:: max(1, len(matter.leads))]
        for _, good in own:
            yield matter, good


_OF_THE_CASE = (_told, _seen, _checked)


def _times(timing: Timing, matters: Iterable[Matter], department: str | None) -> Times:
    found: list[timedelta] = []
    for matter in matters:
        own = [took for by, took in timing(matter) if department is None or by == department]
        found += own[:1] if timing in (_until_seen, _until_closed) else own
    found.sort()
    return Times(len(found), percentile(found, 0.5), percentile(found, 0.9))


def groups(
    matters: Iterable[Matter], dimension: str, now: datetime, department: str | None = None
) -> Mapping[str, Figures]:
    """The figures by place, department, category, source or month (`2026-11`), of everybody or of one department. In a group by
    department a case that two departments lead stands in both. Raises ValueError for another dimension."""
    all_of_them = counted(matters)
    if dimension == "department":
        names = {promise.department for each in all_of_them for promise in each.promises}
        names |= {lead for each in all_of_them for lead in each.leads}
        names = {name for name in names if department in (None, name)}
        return {name: figures(all_of_them, now, name) for name in sorted(names)}
    if dimension not in DIMENSIONS:
        raise ValueError(f"figures are not counted by {dimension}")
    found: dict[str, list[Matter]] = {}
    for matter in all_of_them:
        found.setdefault(key_of(matter, dimension), []).append(matter)
    return {key: figures(found[key], now, department) for key in sorted(found)}


def key_of(matter: Matter, dimension: str) -> str:
    return f"{local(matter.opened_at):%Y-%m}" if dimension == "month" else str(getattr(matter, dimension))


def which(matters: Iterable[Matter], figure: str, now: datetime, department: str | None = None) -> list[Matter]:
    """The cases behind a figure: of a rate those where it was not kept; of a count those that are counted. In the order of
    opening. Raises ValueError for an unknown figure."""
    all_of_them = counted(matters)
    if figure in RATES:
        missed = (matter for matter, good in _judged(RATES[figure], all_of_them, now, department) if not good)
        found = {matter.id: matter for matter in missed}
    elif figure in COUNT_NAMES:
        found = {matter.id: matter for matter in all_of_them if _counts(matter, figure, department)}
    else:
        raise ValueError(f"no such figure: {figure}")
    return sorted(found.values(), key=lambda matter: (matter.opened_at, matter.id))


def _counts(matter: Matter, figure: str, department: str | None) -> bool:
    if figure == "climbed":
        return bool(highest(matter, department))
    if figure == "returned":
        return any(department in (None, each) for each in matter.returns)
    led = department is None or department in matter.leads
    return (
        led
        and {
            "opened": True,
            "closed": matter.status == "closed",
            "open": matter.status == "open",
            "reopened": matter.round > 1,
            "silent": bool(matter.silent),
        }[figure]
    )
