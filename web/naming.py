"""Names that the console shows for the ids of the house. An id without a name is shown as it is: never hidden."""

from collections.abc import Mapping

from words.ids import CATEGORIES, DEPARTMENTS, Urgency
from words.language import Line, line

ROLES: Mapping[str, Line] = {
    "officer": line("经办人"),
    "supervisor": line("督办员"),
    "admin": line("管理员"),
}
URGENCY: Mapping[str, Line] = {level.value: Line(level.zh) for level in Urgency}
CATEGORY: Mapping[str, Line] = {id: Line(name) for id, name in CATEGORIES.items()}
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
    "reveal_review": line("复核：查看报告人电话"),
}

FILTERS: Mapping[str, Line] = {
    "open": line("办理中"),
    "mine": line("我的"),
    "late": line("已超时"),
    "unacknowledged": line("还没签收"),
    "returned": line("被退回"),
    "unfinished": line("没填完"),
    "feedback": line("待反馈"),
    "held": line("等走访许可"),
    "copied": line("知悉"),
    "nine": line("九种情形"),
    "closed": line("已办结"),
}

FACTS: Mapping[str, Line] = {
    "where_now": line("孩子现在在哪里"),
    "with_whom": line("和谁在一起"),
    "meets_again": line("几点会再见到那个人"),
    "place": line("发生在哪里"),
    "when": line("什么时候"),
    "time": line("什么时候"),
    "child_name": line("孩子姓名"),
    "child_age": line("孩子年龄"),
    "child_sex": line("男孩或女孩"),
    "children": line("几个孩子"),
    "school": line("学校"),
    "id_card": line("孩子身份证号"),
    "suspect": line("被反映的人"),
    "suspect_role": line("那个人或其亲属在学校、派出所、村委、机关工作"),
    "phone": line("电话"),
    "unit": line("单位"),
}

WORDS: Mapping[str, Line] = {
    "said": line("报告"),
    "added": line("补充"),
    "correction": line("更正"),
    "withdrawal": line("要求撤回"),
    "retraction": line("说发错了"),
    "pressure": line("有人要他撤回"),
    "dispute": line("认为没有解决"),
    "confirm": line("认为已经解决"),
    "answer": line("回答"),
    "gist": line("值班员概要"),
}

# Facts whose value is a code, as the conversation stores it.
CODES: Mapping[str, Mapping[str, Line]] = {
    "child_sex": {"m": line("男孩"), "f": line("女孩")},
    "suspect_role": {"yes": line("是"), "no": line("不是"), "unknown": line("不清楚")},
}
TOLD: Mapping[str, Line] = {"question": line("提问"), "interim": line("先告知"), "result": line("告知结果")}
COURIERS: Mapping[str, Line] = {"call": line("电话"), "telegram": line("Telegram")}
MAIL_STATUS: Mapping[str, Line] = {
    "held": line("暂缓"),
    "waiting": line("待送"),
    "sending": line("正在送"),
    "calling": line("正在打电话"),
    "gathered": line("等着合并送出"),
    "sent": line("已送达"),
    "failed": line("没有送到"),
    "void": line("已作废"),
}
CALL_ANSWERS: Mapping[str, Line] = {
    "connected": line("接通"),
    "no_answer": line("未接"),
    "wrong_number": line("号码错"),
    "done": line("已完成"),
}
TASKS: Mapping[str, Line] = {
    "call": line("打电话"),
    "call_110": line("替报告人打 110"),
    "gist": line("请收听／查看并写一句概要"),
    "no_place": line("请确定是哪个县"),
}
RUNGS: Mapping[str, Line] = {
    "desk": line("本席位"),
    "L0": line("值班组长"),
    "L1": line("部门联系人"),
    "L2": line("部门负责人"),
    "L3": line("统筹部门"),
    "L4": line("政府分管领导"),
}


def name(names: Mapping[str, Line], id: str | None) -> Line:
    """The name of an id, of its kind where it names one thing of a kind (`gist:01a1…`), or the id itself."""
    kind = (id or "").partition(":")[0]
    return names.get(id or "") or names.get(kind) or Line("{id}", {"id": id or "—"})


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
