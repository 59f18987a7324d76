"""What the duty bot says that is about no case: its menu, binding, lists. Pure; made of the same few values as its letters."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from records.access.queue import QueueLine
from words.beijing import clock_time
from words.language import Catalogue, Line, line
from words.names import CLOCKS, RUNGS, STATUS, URGENCY, name

MENU: Mapping[str, Line] = {
    "queue": line("待办"),
    "late": line("已超时"),
    "onduty": line("现在谁值班"),
    "handover": line("交班"),
    "help": line("怎么用"),
}

UNBOUND = line("这个对话还没有绑定。请登录工作台，点右上角自己的名字，生成绑定码，再发到这里。")
BOUND = line("已绑定：{who}，{desk}。新的事项会在这里响；按钮就能签收、接手。")
WRONG_CODE = line("绑定码不对，或已过期。请在工作台重新生成。")
LOCKED = line("错的次数太多，请十分钟后再试。")
HELP = line("/queue 待办　/late 已超时　/onduty 现在谁值班　/handover 交班。孩子的事不在这里写，请到工作台看。")
NO_STORY = line("请不要在这里写孩子的事。要办理，请用按钮，或打开工作台。")
IN_A_GROUP = line("值班通知只发给本人，不进群。")

NOTHING_OPEN = line("没有待办。")
NOTHING_LATE = line("没有超时的。")
LIST_HEAD: Mapping[str, Line] = {"open": line("待办，先到期的在前："), "late": line("已超时，最早的在前：")}
LIST_LINE = line("{count}. 【{level}】{reference} {county} {status}")
LIST_DUE = line("　“{clock}”最迟 {at}")
LIST_LATE = line("　“{clock}”应在 {at} 前")
MORE = line("还有更多，请到工作台看。")

ON_DUTY_HEAD = line("{desk}，现在值班：")
ON_DUTY_LINE = line("{rung}：{who}")
NOBODY = line("没有人")

NOT_ON_DUTY = line("您现在不在班，没有班可以交。")
NO_COLLEAGUE = line("同席位没有别人绑定这个机器人，请到工作台或打电话交班。")
HAND_OVER = line("交班：未办结 {count} 件。请选接班的人；对方确认前仍由您负责。")
ASKED = line("已请 {who} 接班，等对方确认。确认前仍由您负责。")
TAKE_OVER = line("{who} 请您接班：{desk}，未办结 {count} 件。")
TAKE = line("我来接班")
TAKEN_OVER = line("{who} 已于 {at} 接班。")

BUTTON_DEAD = line("这个按钮不是给您的，或已失效。")
BUTTON_OLD = line("按钮已过期，已换新的，请再按一次。")
BUTTON_DONE = line("已经办过了。")
NOT_YOU = line("您的账号已停用，或这个对话已不再绑定。")
CHOOSE_DEPARTMENT = line("请选应当办理的单位。")
CHOOSE_REASON = line("请选理由。")


def work(lines: Sequence[QueueLine], show: str, now: datetime, more: bool) -> list[Line]:
    """The queue as a message: one line and its clock for each case."""
    if not lines:
        return [NOTHING_LATE if show == "late" else NOTHING_OPEN]
    found = [LIST_HEAD[show]]
    for count, each in enumerate(lines, 1):
        values = {
            "count": count, "level": name(URGENCY, each.urgency), "reference": each.reference, "county": each.county,
            "status": name(STATUS, each.status),
        }  # fmt: skip
        found.append(Line(LIST_LINE.zh, values))
        if each.clock and each.ends_at:
            due = {"clock": name(CLOCKS, each.clock), "at": clock_time(each.ends_at, now)}
            found.append(Line((LIST_LATE if each.late else LIST_DUE).zh, due))
    return [*found, MORE] if more else found


def on_duty(desk: str, rungs: Mapping[str, str]) -> list[Line]:
    """Who answers at each rung of a desk; an empty name is nobody."""
    lines = [Line(ON_DUTY_LINE.zh, {"rung": name(RUNGS, rung), "who": who or NOBODY}) for rung, who in rungs.items()]
    return [Line(ON_DUTY_HEAD.zh, {"desk": desk}), *lines]


def text(lines: Sequence[Line], catalogue: Catalogue) -> str:
    return "\n".join(each.render(catalogue) for each in lines)
