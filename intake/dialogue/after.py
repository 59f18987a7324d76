"""Replies that need what the acts produced: receipt, status, who calls 110. Pure; `finish` puts them in their place."""

from datetime import datetime

from intake.dialogue.acts import (
    AddStatement,
    CallForReporter,
    CaseView,
    Confirm,
    Dispute,
    DutyComplaint,
    LookUp,
    OpenCase,
    Opened,
    Outcome,
    Receipt,
    Step,
    Submit,
)
from intake.dialogue.fields import nobody_to_meet
from intake.dialogue.say import DONTS, NEW, NOT_LET, disputed, donts_child, duty_noted, thanked, to_child
from intake.dialogue.state import State
from intake.said import Button, Reply
from words.beijing import clock_time
from words.ids import Urgency
from words.language import Line, line

# What a reporter may know of her case's progress; the words of a desk's inner state never reach her.
STATUS: dict[str, Line] = {
    "received": line("已转给{desk}，等待回应"),
    "acknowledged": line("{desk}已看到"),
    "accepted": line("{desk}正在处理"),
    "waiting": line("{desk}在等您的回答"),
    "result": line("{desk}已有办理结果"),
    "told": line("办理结果已告知"),
    "closed": line("已办结"),
}


def finish(step: Step, outcome: Outcome, now: datetime) -> tuple[Reply, ...]:
    """All replies of a step in the order they are read: danger first, then what was done, then what is asked next."""
    done: list[Reply] = []
    for act in step.acts:
        if isinstance(act, CallForReporter):
            done.append(call_lines(outcome.called_by, outcome.police_text, now))
        elif isinstance(act, OpenCase) and outcome.receipt:
            done.append(_receipt(outcome.receipt, now, (), step.state))
        elif isinstance(act, Submit) and outcome.receipt:
            done.append(_receipt(outcome.receipt, now, _buttons(outcome.receipt), step.state))
        elif isinstance(act, DutyComplaint):
            done.append(duty_noted())
        elif isinstance(act, LookUp):
            done.append(status_reply(outcome.looked_up, now) if outcome.looked_up else no_such_code())
        elif isinstance(act, Dispute):
            done.append(disputed())
        elif isinstance(act, Confirm):
            done.append(thanked())
    submitted = any(isinstance(act, Submit) for act in step.acts)
    before = [reply for reply in step.replies if reply.kind == "danger"]
    taken_back = submitted and any(
        isinstance(act, AddStatement) for act in step.acts
    )  # that line answers: it comes first
    before += [reply for reply in step.replies if submitted and (taken_back or reply.kind == "summary")]
    replies = (*before, *done, *(reply for reply in step.replies if reply not in before))
    return tuple(map(to_child, replies)) if step.state.child else replies


def opened_lines(receipt: Receipt, now: datetime) -> Reply:
    """A case was opened at the first sign of danger: the receipt at once, in case nothing more is ever said."""
    return _receipt(receipt, now, ())


def receipt_reply(receipt: Receipt, now: datetime) -> Reply:
    return _receipt(receipt, now, _buttons(receipt))


def _buttons(receipt: Receipt) -> tuple[Button, ...]:
    return (NEW, NOT_LET) if receipt.harm and not receipt.child else (NEW,)


def _receipt(receipt: Receipt, now: datetime, buttons: tuple[Button, ...], state: State | None = None) -> Reply:
    """`state`: the conversation it stands in; a critical case whose 110 card was never shown is told to call (rule R3)."""
    at = clock_time(receipt.notified_at, now)
    by = clock_time(receipt.answer_by, now) if receipt.answer_by else None
    names = {"reference": receipt.reference, "desk": receipt.received_by, "at": at, "by": by}
    if by and receipt.child:
        first = line(
            "已收到，编号 {reference}。{desk}在 {at} 收到了通知，最晚 {by} 会有人管；没人管，系统会自己去找他的上级。",
            **names,
        )
    elif by:
        first = line(
            "已收到，编号 {reference}。{desk}已于 {at} 收到通知，最迟 {by} 应有人回应；没有人回应，系统会自动找他的上级。",
            **names,
        )
    else:
        first = line("已收到，编号 {reference}。{desk}已于 {at} 收到。", **names)
    lines: list[Line] = []
    if state and state.level is Urgency.CRITICAL and not state.danger:
        lines.append(line("情况紧急请直接打110。"))
    if receipt.harm and not receipt.child:
        lines.append(line("疑似就应当报告，您不需要证据。"))
    if receipt.who_sees:
        who = "、".join(receipt.who_sees)
        lines.append(line("能看到您姓名电话的只有：{who}。", who=who))
    if receipt.harm and not receipt.child:
        lines.append(DONTS)
        lines.append(line("情况变化请直接打110，再来补一句。"))
    if receipt.child:
        lines.append(donts_child(state is not None and nobody_to_meet(state)))
        lines.append(line("这不是你的错。事情有变化，直接打110，再来说一句。"))
        lines.append(line("想找人说话：12355（青少年服务台）、12356（心理援助热线）。"))
    if receipt.code:
        lines.append(
            line("查询码：{code}。只显示这一次，请记在别人看不到的地方；凭它随时来看进展。", code=receipt.code)
        )
    if not receipt.finished:
        lines.append(line("内容还没填完也已转出；想到什么，接着写就可以。"))
    return Reply(first, buttons, "receipt", tuple(lines))


def status_reply(view: CaseView, now: datetime) -> Reply:
    """How the case stands, in words that may be told."""
    status = STATUS.get(view.status, STATUS["received"])
    lines = [Line(status.zh, {"desk": view.desk})]
    if view.answer_by and view.answer_by <= now:
        lines.append(
            line(
                "{by} 前没有人回应，系统已经找了他的上级，并会一直往上找，直到有人回应。",
                by=clock_time(view.answer_by, now),
            )
        )
    elif view.answer_by:
        lines.append(line("最迟 {by} 应有回应；没有人回应，系统会自动找他的上级。", by=clock_time(view.answer_by, now)))
    lines += [_opened(each, now) for each in view.opened]
    if view.question:
        lines.append(
            line("值班人员想问：{question}。直接写下来就可以，他看不到您是谁。", question=view.question.rstrip("。？?"))
        )
    buttons: tuple[Button, ...] = (NEW,)
    if view.tellable:
        lines.append(line("办理结果：{result}", result=view.tellable))
        buttons = (Button(line("已经解决")), Button(line("还没有解决")), NEW)
    reply = Reply(line("编号 {reference}", reference=view.reference), buttons, "status", tuple(lines))
    return to_child(reply) if view.child else reply


def _opened(opened: Opened, now: datetime) -> Line:
    at = clock_time(opened.at, now)
    if opened.why:
        return line("{who}于 {at} 因“{why}”查看了您的电话。", who=opened.who, at=at, why=opened.why.rstrip("。"))
    return line("{who}于 {at} 因办理需要查看了您的电话。", who=opened.who, at=at)


def no_such_code() -> Reply:
    return Reply(line("没有找到。请核对查询码，再输入一次。"), kind="ask")


def call_lines(called_by: datetime | None, police_text: str | None, now: datetime) -> Reply:
    """「现在不方便打」: somebody else calls, and where the police take text messages, how."""
    if called_by:
        text = line("好。值班人员最迟 {by} 替您打 110。", by=clock_time(called_by, now))
    else:
        text = line("好。值班人员替您打 110。")
    lines = (line("这里可以发短信报警：{number}，写清在哪里、发生了什么。", number=police_text),) if police_text else ()
    return Reply(text, lines=lines)
