"""What the duty person says on the telephone: three sentences, nothing of the child. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import Any

from web.naming import CLOCKS, RUNGS, URGENCY, name
from words.language import Line, line

# Why somebody is called, by the kind of the letter that is carried by telephone.
_WHY: Mapping[str, Line] = {
    "opened": line("有一件{level}的儿童保护事项分给{desk}，编号 {reference}。"),
    "raised": line("编号 {reference} 的儿童保护事项升为{level}，在{desk}。"),
    "handed_over": line("有一件{level}的儿童保护事项转给{desk}，编号 {reference}。"),
    "visit_allowed": line("编号 {reference} 的儿童保护事项现在可以走访，请{desk}办理。"),
    "reopened": line("编号 {reference} 的儿童保护事项重新打开，仍由{desk}办理。"),
    "decide": line("编号 {reference} 的儿童保护事项被两次退回，请您那里决定由谁办理。"),
    "delay_asked": line("{desk}为编号 {reference} 的儿童保护事项申请更多时间，等您决定。"),
    "wrong_number": line("编号 {reference} 的事项联系不上{desk}：登记的电话号码是错的。"),
    "nobody_on_duty": line("编号 {reference} 的{level}儿童保护事项，{desk}各级都没有人值班，一直到最高一级。"),
    "conference": line("编号 {reference} 的儿童保护事项开过会商，定了{desk}要做的事。"),
    "proposal": line("有一份书面建议送{desk}，编号 {reference}，一个月内要书面回复。"),
    "proposal_reply": line("编号 {reference} 的书面建议有了回复。"),
    "check": line("编号 {reference} 的儿童保护事项已办结，请{desk}做每案必查。"),
    "told": line("{desk}报告的事项 {reference} 有了结果。"),
    "linked": line("编号 {reference} 的儿童保护事项，同一个孩子还有另一份报告。"),
    "kin_proposed": line("编号 {reference} 的儿童保护事项，可能和另一份报告是同一个孩子，请核实。"),
    "lowered": line("编号 {reference} 的儿童保护事项调低了级别，现在是{level}。"),
    "briefed": line("编号 {reference} 的儿童保护事项，牵头单位给{desk}补充了说明。"),
    "merged_in": line("有一件{level}的儿童保护事项请{desk}协办，编号 {reference}。"),
    "two_returns": line("编号 {reference} 的儿童保护事项被两次退回，请您决定由谁办理。"),
    "two_refusals": line("编号 {reference} 的儿童保护事项，两个单位都说不归自己办，请您决定由谁办理。"),
    "second_unhappy_call_back": line("编号 {reference} 的儿童保护事项，报告人第二次说没有解决，请您督办。"),
    "unit_hides_case": line("编号 {reference} 的儿童保护事项，有单位知道情况没有报告，请您督办。"),
}
_LATE = line("编号 {reference} 的{level}儿童保护事项，{owed}还没有完成，现在找到{rung}。")
_OTHER = line("编号 {reference} 的儿童保护事项有新情况，在{desk}。")
_ASK: Mapping[str, Line] = {
    "wrong_number": line("请更正号码，并告诉我现在该打给谁。"),
    "nobody_on_duty": line("请告诉我现在谁能负责，并请补上值班表。"),
    "decide": line("请现在打开工作台，写明由谁办理。"),
    "delay_asked": line("请打开工作台，同意或不同意，并写理由。不答复就是不同意。"),
    "two_returns": line("请现在打开工作台，写明由谁办理。"),
    "two_refusals": line("请现在打开工作台，写明由谁办理。"),
}


def script(params: Mapping[str, Any]) -> tuple[Line, Line, Line]:
    """Who calls; what for; what is asked of them now. `params` are those of the call task."""
    kind = str(params.get("letter", ""))
    parts = kind.split(":")  # climb:accept:L2, or with the id of what the clock is about: climb:gist:01a2…:L2
    values = {
        "reference": params.get("reference", "—"),
        "desk": params.get("desk", "—"),
        "level": name(URGENCY, params.get("urgency")),
        "owed": _owed(params.get("owed") or [[parts[1], params.get("desk", "—")]] if len(parts) > 2 else ()),
        "rung": name(RUNGS, parts[-1] if len(parts) > 2 else ""),
    }
    if parts[0] == "called_up" and len(parts) > 1:  # sent to a rung at once, whatever its clocks say
        kind, parts = parts[1], []
    why = _LATE if len(parts) > 2 else _WHY.get(kind, _OTHER)
    ask = _ASK.get(kind, line("请现在打开工作台办理；打不开就直接告诉我，我代您签收。请问您的姓名和警号（工号）？"))
    return line("您好，这里是{county}24小时值班台。", county=params.get("county", "")), Line(why.zh, values), ask


def _owed(late: Iterable[Sequence[str]]) -> Line:
    """公安局的“看到了（签收）”、“我来处理”；妇联的“看到了（签收）”."""
    by_desk: dict[str, list[Line]] = {}
    for clock, desk in late:
        by_desk.setdefault(desk, []).append(line("“{clock}”", clock=name(CLOCKS, clock)))
    said = [line("{desk}的{clocks}", desk=desk, clocks=reduce(_and, clocks)) for desk, clocks in by_desk.items()]
    return reduce(_and_then, said) if said else Line("")


def _and(first: Line, then: Line) -> Line:
    return line("{first}、{then}", first=first, then=then)


def _and_then(first: Line, then: Line) -> Line:
    return line("{first}；{then}", first=first, then=then)
