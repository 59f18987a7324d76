"""Lines of the timeline, outcomes and clauses as a person reads them."""

from collections.abc import Callable, Mapping
from datetime import datetime

from fastapi import Request

from escalation.span import Span
from records.access import Entry
from routing.clauses import Clause
from routing.outcomes import OUTCOMES
from web.delay_offers import WHAT
from web.naming import (
    CALL_ANSWERS,
    CALLED_UP,
    CLOCKS,
    DEPARTMENT,
    FACTS,
    OUTCOME,
    PARTS,
    RUNGS,
    SATISFACTION,
    SENDINGS,
    TAKES_BACK,
    TASKS,
    URGENCY,
    name,
)
from web.pages import edge_of, language_of, translator
from words.beijing import clock_time
from words.language import Catalogue, Line, line

# What happened, by the kind of the event. Holes are filled from its data, ids already by their names.
EVENTS: Mapping[str, Line] = {
    "opened": line("收到报告"),
    "assigned": line("分派：{part}"),
    "assigned_all": line("分派：{desks}"),
    "place_assumed": line("没有写明地方，先按本地办理"),
    "place_elsewhere": line("写的是{named}，不在本站范围：先由本地办理，请尽快告知那里"),
    "place_unknown": line("不知道是哪个县，先由统筹部门接手"),
    "desk_missing": line("当地没有这些席位：{departments}"),
    "desk_above": line("当地没有{departments}的席位，由上级接办：{desks}"),
    "registered_unserved": line("孩子户籍在别处，那里没有席位：请另行告知当地民政"),
    "raised": line("级别从“{before}”升为“{urgency}”"),
    "finished": line("报告人已填完"),
    "revised": line("补充了：{fields}"),
    "rung": line("没有人按时完成“{clock}”，已找{to}"),
    "reminder": line("提醒“{clock}”"),
    "nobody_on_duty": line("{to}没有人值班，找再上一级"),
    "letter_failed": line("通知没有送到"),
    "messenger_failed": line("Telegram 没有送到，改打电话"),
    "not_notified": line("报告人收不到消息，等报告人凭查询码来看"),
    "task_failed": line("系统的一项工作没有完成"),
    "acknowledged": line("看到了（签收）"),
    "accepted": line("我来处理"),
    "taken_back": line("收回：{what}"),
    "dispatched": line("110已处警"),
    "handed_over": line("转办：请{to_name}接手"),
    "returned": line("不属本单位，退回；应属{to_name}"),
    "released": line("已由接手的席位办理"),
    "recused": line("回避：被反映的单位不再办理，也看不到这件事"),
    "progress": line("进展"),
    "asked": line("问报告人"),
    "answered": line("报告人回答"),
    "result": line("办理结果"),
    "told": line("反馈报告人"),
    "fetched": line("报告人已看到"),
    "tried": line("设法告知报告人"),
    "closed": line("办结"),
    "reopened": line("重新打开"),
    "disputed": line("报告人认为没有解决"),
    "confirmed": line("报告人认为已经解决"),
    "visit_allowed": line("可以走访／可以告知"),
    "statement": line("报告人补充或更正"),
    "withdrawal": line("报告人要求撤回：照常办理"),
    "retraction": line("报告人说发错了：照常办理"),
    "pressure": line("有人要报告人撤回"),
    "called": line("电话：{answer}"),
    "called_110": line("已替报告人打 110"),
    "transferred": line("三方转接：已打 {called}"),
    "checked": line("核对了工单"),
    "platform_told": line("平台已收到：{what}"),
    "satisfaction": line("平台回访：{answer}"),
    "file_fetched": line("取来了工单的附件"),
    "somebody_found": line("各级没有人值班，值班台找到了人"),
    "place_found": line("确定了地方：{place}"),
    "child_seen": line("见到了孩子"),
    "reassigned": line("提级督办：改由{to_name}办理"),
    "designated": line("指定办理"),
    "question_answered": line("报告人回答了提问"),
    "confer": line("个案会商：{departments}"),
    "decision": line("{decided}，文号 {number}"),
    "filing_dated": line("受案、立案最迟 {by} 决定"),
    "guardianship": line("开始：{custody}"),
    "guardianship_ended": line("结束：{custody}"),
    "proposal": line("发出书面建议给{to_name}，文号 {number}"),
    "proposal_reply": line("书面回复，文号 {number}"),
    "called_back": line("回访"),
    "unhappy": line("回访：报告人认为没有解决"),
    "called_up": line("{why}，已找{to}"),
    "called_in": line("请{to_name}协办"),
    "lowered": line("级别从“{before}”降为“{urgency}”"),
    "linked": line("同一个孩子还有另一份报告"),
    "merged": line("并入 {into}"),
    "merged_in": line("{report} 并入这里一起办理"),
    "split": line("从并入的事项中分开，单独办理"),
    "split_off": line("{report} 分开，单独办理"),
    "briefed": line("改了给协办单位看的内容"),
    "check_asked": line("开始每案必查"),
    "checked_unit": line("每案必查：记了一个单位"),
    "check_finished": line("每案必查完成"),
    "gist": line("值班员写了概要"),
    "paused": line("同意暂停计时，最长{span}"),
    "extended": line("同意延长{span}，到{until}"),
    "resumed": line("计时继续"),
    "delay_asked": line("申请{what}：{span}"),
    "delay_refused": line("不同意{what}"),
    "delay_lapsed": line("没有人答复，视为不同意{what}"),
    "cleared": line("原话、姓名、号码和文件已依规清除"),
    "printed": line("生成文书：{form}"),
    "scanned": line("附上盖章的扫描件"),
    "reveal_asked": line("申请查看报告人的电话"),
    "revealed": line("查看了报告人的电话"),
    "reveal_reviewed": line("复核：查看报告人的电话"),
}


def teller(request: Request, now: datetime) -> Callable[[Entry], str]:
    """A function that says one line of the timeline in the reader's language."""
    return teller_in(edge_of(request).catalogue(language_of(request)), now)


def teller_in(catalogue: Catalogue, now: datetime) -> Callable[[Entry], str]:
    """The same in a language."""
    _ = translator(catalogue)

    def named(key: str, value: object) -> object:
        if isinstance(value, list):
            return "、".join(str(named(key.removesuffix("s"), each)) for each in value) or "—"
        names = {
            "part": PARTS, "department": DEPARTMENT, "before": URGENCY, "urgency": URGENCY, "clock": CLOCKS,
            "to": RUNGS, "field": FACTS, "answer": {**CALL_ANSWERS, **SATISFACTION}, "task": TASKS,
            "what": {**WHAT, **SENDINGS, **TAKES_BACK}, "decided": OUTCOME, "custody": OUTCOME,
            "why": CALLED_UP,
        }.get(key)  # fmt: skip
        if names is not None and isinstance(value, str):
            return _(name(names, value))
        if key == "span" and isinstance(value, str):
            return _(Span.parse(value).zh)
        if isinstance(value, str) and len(value) > 18 and value[10:11] == "T":
            return clock_time(datetime.fromisoformat(value), now)
        return value

    def told(entry: Entry) -> str:
        kind = "reminder" if entry.kind == "rung" and entry.data.get("to") == "desk" else entry.kind
        said = EVENTS.get(kind, Line(kind))
        values = _Holes({key: named(key, value) for key, value in entry.data.items()})
        if kind == "assigned_all":  # a part that nobody has is not mentioned
            parts = [(_(PARTS[part]), desks) for part, desks in entry.data.items() if desks]
            values["desks"] = "；".join(f"{part} {'、'.join(desks)}" for part, desks in parts)
        return catalogue.get(said.zh, said.zh).format_map(values)

    return told


class _Holes(dict[str, object]):
    """What an older event does not hold is shown as a dash: a page never breaks over a missing value."""

    def __missing__(self, key: str) -> str:
        return "—"


def outcome(id: str) -> str:
    known = OUTCOMES.get(id)
    return known.name if known else id


def clauses(known: Mapping[str, Clause]) -> Callable[[str], str]:
    """A clause by its source and what it says; one that is not known by its id."""

    def clause(id: str) -> str:
        found = known.get(id)
        return f"{found.source} {found.title}" if found else id

    return clause
