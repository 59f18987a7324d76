"""Names that the console shows for the ids of the house. An id without a name is shown as it is: never hidden."""

from collections.abc import Mapping

from intake.tickets.owing import PROGRESS as PROGRESS
from routing.outcomes import OUTCOMES
from words.ids import CATEGORIES
from words.language import Line, line
from words.names import CLOCKS as CLOCKS
from words.names import DEPARTMENT as DEPARTMENT
from words.names import PARTS as PARTS
from words.names import RUNGS as RUNGS
from words.names import STATUS as STATUS
from words.names import URGENCY as URGENCY
from words.names import name as name

ROLES: Mapping[str, Line] = {
    "officer": line("经办人"),
    "supervisor": line("督办员"),
    "admin": line("管理员"),
    "operator": line("话务员"),
}
CATEGORY: Mapping[str, Line] = {id: Line(name) for id, name in CATEGORIES.items()}


# How a case came in: the channel, or who brought it.
SOURCE: Mapping[str, Line] = {
    "web": line("网页"),
    "telegram": line("Telegram"),
    "hotline": line("热线"),
    "check": line("每案必查"),
    "duty": line("值班台"),
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
    "birth_year": line("孩子出生年份"),
    "township": line("乡镇、街道"),
    "guardian_phone": line("监护人电话"),
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
    "check": line("每案必查"),
}

# Facts whose value is a code, as the conversation stores it.
CODES: Mapping[str, Mapping[str, Line]] = {
    "child_sex": {"m": line("男孩"), "f": line("女孩")},
    "suspect_role": {"yes": line("是"), "no": line("不是"), "unknown": line("不清楚")},
}
TOLD: Mapping[str, Line] = {"question": line("提问"), "interim": line("先告知"), "result": line("告知结果")}
COURIERS: Mapping[str, Line] = {"call": line("电话"), "telegram": line("Telegram"), "platform": line("平台回传")}
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
    "check_ticket": line("核对工单"),
    "nobody": line("没有人值班：请找到能负责的人"),
    "gaps": line("今后 14 天有缺口：请告诉督办员"),
}
# Hotline tickets: how one came, what it is for, how its place was found, what its platform was told.
TICKET_SOURCE: Mapping[str, Line] = {
    "api": line("平台对接"),
    "open311": line("平台对接（Open311）"),
    "import": line("批量导入"),
    "forward": line("话务员转来"),
}
TICKET_TYPE: Mapping[str, Line] = {
    "help": line("求助"),
    "report": line("举报"),
    "complaint": line("投诉"),
    "question": line("咨询"),
    "suggestion": line("建议"),
    "praise": line("表扬"),
    "test": line("测试"),
    "other": line("其他"),
}
REGION_BY: Mapping[str, Line] = {
    "code": line("按区划代码"),
    "words": line("按文字"),
    "caller": line("按来电人"),
    "platform": line("按平台"),
    "site": line("按本站"),
}
SENDINGS: Mapping[str, Line] = {
    "emergency": line("紧急：请三方转接"),
    "accepted": line("已受理"),
    "returned": line("退回改派"),
    "extended": line("延期"),
    "interim": line("先告知一次"),
    "result": line("办理结果"),
    "closed": line("办结"),
    "reopened": line("重新办理"),
}
# What may be taken back.
TAKES_BACK: Mapping[str, Line] = {
    "acknowledged": line("看到了（签收）"),
    "accepted": line("我来处理"),
    "returned": line("退回"),
    "handed_over": line("转办"),
}
SATISFACTION: Mapping[str, Line] = {
    "satisfied": line("满意"),
    "neutral": line("基本满意"),
    "unsatisfied": line("不满意"),
}
FETCHING: Mapping[str, Line] = {
    "kept": line("只记地址"),
    "waiting": line("待取"),
    "fetched": line("已取来"),
    "failed": line("没取到"),
}
# Why two cases may be of the same child.
BASIS: Mapping[str, Line] = {
    "id_card": line("身份证号相同"),
    "name_birth_township": line("姓名、出生年份、乡镇相同"),
    "guardian_phone": line("监护人电话相同"),
    "person": line("有人认出是同一个孩子"),
}
# Why somebody higher up was asked at once.
CALLED_UP: Mapping[str, Line] = {
    "two_returns": line("两次退回"),
    "two_refusals": line("两个单位都说不归自己办"),
    "second_unhappy_call_back": line("报告人第二次说没有解决"),
    "unit_hides_case": line("有单位知道情况没有报告"),
}
OUTCOME: Mapping[str, Line] = {id: Line(outcome.name) for id, outcome in OUTCOMES.items()}
IMPORTING: Mapping[str, Line] = {
    "preview": line("还没导入"),
    "running": line("正在导入"),
    "stopped": line("停下了"),
    "done": line("导入完了"),
}
