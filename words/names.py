"""Names of the house's ids as its people read them, on pages and in messages. An id without a name is shown as it is: never
hidden."""

from collections.abc import Mapping

from words.ids import DEPARTMENTS, Urgency
from words.language import Line, line

URGENCY: Mapping[str, Line] = {level.value: Line(level.zh) for level in Urgency}

DEPARTMENT: Mapping[str, Line] = {id: Line(name) for id, name in DEPARTMENTS.items()}

PARTS: Mapping[str, Line] = {"lead": line("牵头"), "with": line("协办"), "copy": line("知悉")}

CLOCKS: Mapping[str, Line] = {
    "acknowledge": line("看到了（签收）"),
    "accept": line("我来处理"),
    "progress": line("第一次进展"),
    "result": line("办理结果"),
    "interim": line("先告知一次"),
    "tell": line("反馈报告人"),
    "call_back": line("回访"),
    "three_day": line("三日内告知"),
    "child": line("见到孩子"),
    "visit_permission": line("可以走访／可以告知"),
    "call_task": line("打电话"),
    "every_case_check": line("每案必查"),
    "written_reply": line("书面答复"),
    "quiet": line("报告自动提交"),
    "return": line("退回期限"),
    "release": line("对方接手"),
    "gist": line("收听或查看"),
    "call_110": line("替报告人打 110"),
    "no_place": line("请确定是哪个县"),
    "check_ticket": line("核对工单"),
    "reveal_review": line("复核：查看报告人电话"),
    "filing": line("决定受案、立案"),
    "decide": line("决定由谁办理"),
}

RUNGS: Mapping[str, Line] = {
    "desk": line("本席位"),
    "L0": line("值班组长"),
    "L1": line("部门联系人"),
    "L2": line("部门负责人"),
    "L3": line("统筹部门"),
    "L4": line("政府分管领导"),
}

STATUS: Mapping[str, Line] = {
    "held": line("暂缓"),
    "notified": line("等签收"),
    "acknowledged": line("已签收"),
    "accepted": line("办理中"),
    "dispatched": line("110已处警"),
    "done": line("已有结果"),
    "returned": line("已退回"),
    "undecided": line("等统筹部门决定"),
    "handed_over": line("已转办"),
    "moved": line("已由别处接手"),
    "void": line("已作废"),
    "copied": line("知悉"),
}


def name(names: Mapping[str, Line], id: str | None) -> Line:
    """The name of an id, of its kind where it names one thing of a kind (`gist:01a1…`), or the id itself."""
    kind = (id or "").partition(":")[0]
    return names.get(id or "") or names.get(kind) or Line("{id}", {"id": id or "—"})
