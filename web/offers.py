"""The acts as they stand on the case page: one button each with its fields, offered when it fits.

What may really be done is decided by `routing.acts`, on what is true at that moment; here it is only what stands on the page.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from escalation.policy import Terms
from records.access import Sight
from records.access.standing import UNITS
from records.tables import Account, Desk
from routing.feedback import REPORTER, UNIT, WAYS, kind_of, ways_of
from routing.outcomes import OUTCOMES, POLICE_DECISIONS
from routing.seen import must_be_seen
from web import offers_decided as decided
from web import offers_linked as linked
from web.delay_offers import decide_offer, end_pause_offer, extend_offer, pause_offer
from web.forms import YES_NO, Field, Offer, View
from web.naming import TAKES_BACK
from words.beijing import clock_time, local
from words.ids import DEPARTMENTS, Urgency
from words.language import Line, line


def offered(
    person: Account, desk: Desk | None, sight: Sight, now: datetime, terms: Terms | None = None
) -> Sequence[Offer]:
    """The acts for this person on this case now, what is due first in front. `terms` are those of the case's pack."""
    offices = tuple((id, Line(name)) for id, name in DEPARTMENTS.items() if id not in UNITS and id != "duty_desk")
    view = View(sight, person, desk.department if desk else "", now, offices, terms)
    if sight.level == "notice":
        return list(_made(_OF_A_COPY, view))
    grouped = (replace(offer, group=group) for group, makers in _GROUPS for offer in _made(makers, view))
    return [*_made(_IN_ORDER, view), *grouped]


def _made(makers: Sequence["_Maker"], view: View) -> Iterator[Offer]:
    for make in makers:
        made = make(view)
        yield from [made] if isinstance(made, Offer) else made or ()


def _acknowledge(view: View) -> Offer | None:
    if not view.fits("acknowledge"):
        return None
    return Offer("acknowledge", line("看到了（签收）"), "main", line("只说明有人看到了，不等于受理。"))


def _dispatched(view: View) -> Offer | None:
    if view.department != "police" or not view.fits("police_dispatched") or view.went:
        return None
    return Offer(
        "police_dispatched", line("110已处警"), "main", line("停下签收和催办；见到孩子和办理结果的时限照走。"),
        [Field("number", line("警情编号（可不填）"))],
    )  # fmt: skip


def _accept(view: View) -> Offer | None:
    return Offer("accept", line("我来处理"), "main") if view.fits("accept") else None


def _allow(view: View) -> Offer | None:
    if not (view.leads and any(part.held for part in view.sight.parts) and view.fits("allow_visit")):
        return None
    return Offer(
        "allow_visit", line("可以走访／可以告知"), "", line("暂缓的学校、乡镇、村（居）等席位这时才会知道。请先确认不会打草惊蛇。"),
    )  # fmt: skip


def _progress(view: View) -> Offer | None:
    if not view.fits("progress"):
        return None
    return Offer(
        "progress", line("记一次进展"), "main", line("写事实：谁、什么时候、做了什么。"),
        [
            Field("who", line("谁"), required=True, start=view.person.name),
            Field("at", line("什么时候"), "moment", required=True, start=f"{local(view.now):%Y-%m-%dT%H:%M}"),
            Field("what", line("做了什么"), "text", required=True),
            Field("seen", line("当面见到了孩子"), "check"),
            Field("seen_where", line("见到了：在哪里")),
            Field("apart", line("见到了：是否在被反映的人不在场时和孩子说过话"), "one", choices=YES_NO),
        ],
    )  # fmt: skip


def _result(view: View) -> Offer | None:
    if not view.fits("record_result"):
        return None
    fields = [
        Field("outcomes", line("结果"), "many", choices=[(id, Line(each.name)) for id, each in OUTCOMES.items()]),
        Field("document_number", line("文号（有文书的必填）")),
        Field("inner", line("办理情况（内部，不给报告人看）"), "text", required=True),
    ]
    if view.leads and must_be_seen(view.urgency, view.sight.category):
        fields += [
            Field("seen_who", line("谁当面见到了孩子"), required=True),
            Field("seen_at", line("什么时候见到的"), "moment", required=True),
            Field("seen_where", line("在哪里见到的"), required=True),
            Field("apart", line("是否在被反映的人不在场时和孩子说过话"), "one", required=True, choices=YES_NO),
        ]
    if view.leads and must_be_seen(view.urgency, view.sight.category) and view.urgency is Urgency.CRITICAL:
        fields += [
            Field("safe", line("孩子现在是否安全"), "one", required=True, choices=YES_NO),
            Field("custody", line("孩子现在由谁照看"), required=True),
        ]
        if view.department == "police" and not POLICE_DECISIONS & {
            each.kind for each in view.sight.proceedings.decisions
        }:
            fields.append(Field("decision_by", line("受案、立案还没有决定的：最迟哪天决定"), "moment"))
    fields.append(Field("tellable", line("可告知内容（不写时按结果自动生成；不能有姓名、学校、诊断）"), "text"))
    return Offer("record_result", line("记录办理结果"), "main", fields=fields)


def _interim(view: View) -> Offer | None:
    own = view.sight.own
    if view.results() or own is None or own.accepted_at is None or not (view.leads and view.fits("progress")):
        return None
    return Offer(
        "tell_interim", line("先告知报告人一次"), "", line("结果出来以前先说一句。报告人凭查询码看到的就是这段话。"),
        [Field("text", line("可告知内容"), "text", required=True)],
    )  # fmt: skip


def _tell(view: View) -> Offer | None:
    if not (view.leads and view.results() and view.sight.status == "open"):
        return None
    ready = next((result.tellable for result in reversed(view.sight.results)), "")
    return Offer(
        "tell_reporter", line("反馈报告人"), "main", line("报告人凭查询码看到的就是这段话。"),
        [Field("text", line("可告知内容"), "text", required=True, start=ready)],
    )  # fmt: skip


def _ask(view: View) -> Offer | None:
    if not view.fits("ask_reporter"):
        return None
    return Offer(
        "ask_reporter", line("问报告人一个问题"), "", line("通过系统问，看不到报告人是谁。"),
        [Field("question", line("问题"), "text", required=True)],
    )  # fmt: skip


def _tried(view: View) -> Offer | None:
    waiting = [each for each in view.sight.told if each.kind == "result" and not (each.fetched_at or each.tried_at)]
    by_hand = list(dict.fromkeys(each.recipient for each in waiting if kind_of(each.recipient) in _RECIPIENTS))
    if not (view.leads and by_hand and view.sight.status == "open"):
        return None
    contact = view.sight.reach.contact if view.sight.reach else ""
    ways = {id: WAYS[id] for id in WAYS if by_hand != [REPORTER] or id in ways_of(contact)}
    fields = [
        Field("recipient", line("告知谁"), "one", required=True, choices=[(id, _recipient(id)) for id in by_hand]),
        Field("way", line("用什么方式"), "select", required=True, choices=tuple(ways.items())),
        decided.at_field(view, line("什么时候")),
        Field("how", line("找了谁、结果如何"), "text", required=True),
    ]
    return Offer(
        "record_tried", line("记下怎样设法告知"), "", line("对方还没有看到。写明用什么方式、什么时候、结果如何。"),
        fields if by_hand != [REPORTER] else fields[1:],
    )  # fmt: skip


_RECIPIENTS = {REPORTER: line("报告人"), UNIT: line("报告人所代表的单位")}


def _recipient(id: str) -> Line:
    """Of a report that was put to this case: the other one who reported."""
    return line("另一份报告的{who}", who=_RECIPIENTS[kind_of(id)]) if ":" in id else _RECIPIENTS[id]


def _close(view: View) -> Offer | None:
    here = [each for each in view.sight.told if each.kind == "result" and each.round == view.sight.round]
    told = any(each.fetched_at or each.tried_at for each in here)
    if not (view.leads and view.results() and told and view.sight.status == "open"):
        return None
    return Offer("close", line("办结"), "main")


def _reason() -> Field:
    return Field("reason", line("理由"), "text", required=True)


def _to(view: View, label: Line) -> Field:
    return Field("department", label, "select", required=True, choices=view.offices)


def _hand_over(view: View) -> Offer | None:
    if not view.fits("hand_over"):
        return None
    return Offer(
        "hand_over",
        line("转办"),
        "",
        line("对方接手前仍由本席位负责，时限照走。"),
        [_to(view, line("转给")), _reason()],
    )


def _return(view: View) -> Offer | None:
    if not view.fits("return"):
        return None
    hint = line("写明应属哪个单位：那个单位马上收到，报告人不用再说一遍。第二次退回由协调单位决定。")
    return Offer("return", line("不属本单位，退回"), "", hint, [_to(view, line("应属")), _reason()])


def _call_in(view: View) -> Offer | None:
    if not (view.leads or view.coordinates) or view.sight.status != "open":
        return None
    return Offer(
        "call_in", line("请别的单位协办"), "", None, [_to(view, line("请谁")), Field("reason", line("请对方做什么"), "text", required=True)]
    )  # fmt: skip


def _reassign(view: View) -> Offer | None:
    if not view.coordinates or view.sight.status != "open":
        return None
    return Offer("reassign", line("提级督办：指定由谁办理"), "", None, [_to(view, line("指定")), _reason()])


# How contact is safe, as she chose, said before anybody calls her.
_CONTACT = {
    "code_only": line("注意：报告人选择不联系，只凭查询码来看。"),
    "no_call": line("注意：报告人说家属在场，请勿来电。"),
    "sms": line("报告人说只发短信。"),
    "phone": line("报告人说可以打电话。"),
    "hotline": line("报告人是热线来电人，结果由热线平台转告；能通过平台转告的，先请平台转告。"),
}


def _reveal(view: View) -> Offer | None:
    reach = view.sight.reach
    if reach is None or not (view.leads and reach.left) or reach.shown or reach.asked or view.sight.status != "open":
        return None
    warning = _CONTACT.get(reach.contact, _CONTACT["code_only"])
    if reach.alone:
        hint = line(
            "{warning}打开后会告诉报告人，一个工作日内由另一人复核。能通过系统问的，先用系统问。", warning=warning
        )
        return Offer("reveal_reporter", line("查看报告人的电话"), "", hint, [_reason()])
    hint = line("{warning}要另一人确认后，两人才能看到；会告诉报告人。能通过系统问的，先用系统问。", warning=warning)
    return Offer("reveal_reporter", line("申请查看报告人的电话"), "", hint, [_reason()])


def _confirm_reveal(view: View) -> Offer | None:
    reach = view.sight.reach
    if reach is None or reach.asked is None or reach.asked.mine or view.sight.status != "open":
        return None
    hint = line(
        "{warning}{who}申请查看，理由：{why}。确认后两人都能看到，并会告诉报告人。",
        warning=_CONTACT.get(reach.contact, _CONTACT["code_only"]), who=reach.asked.by, why=reach.asked.why.rstrip("。"),
    )  # fmt: skip
    return Offer("confirm_reveal", line("同意查看报告人的电话"), "", hint)


def _review_reveal(view: View) -> Offer | None:
    reach = view.sight.reach
    owed = [each for each in reach.owed if not each.mine] if reach else []
    if not owed or view.sight.status != "open":
        return None
    hint = line("{who}一人查看了报告人的电话，理由：{why}。", who=owed[0].by, why=owed[0].why.rstrip("。"))
    return Offer(
        "review_reveal", line("复核：查看报告人电话"), "", hint,
        [
            Field("fair", line("这次查看有必要"), "one", required=True, choices=YES_NO),
            Field("remark", line("说明（没有必要的，要写）"), "text"),
        ],
    )  # fmt: skip


def _take_back(view: View) -> Offer | None:
    if view.sight.lately is None:
        return None
    kind, until = view.sight.lately
    hint = line("点错了可以收回，到 {time}；已经有人接着办的，就不能收回了。", time=clock_time(until, view.now))
    return Offer("take_back", line("收回：{what}", what=TAKES_BACK[kind]), "", hint)


_Maker = Callable[[View], Offer | Sequence[Offer] | None]
_OF_A_COPY: Sequence[_Maker] = (decided.reply_proposals, decided.propose, decided.call_for_words, _take_back)
# What is due stands in front; what is needed now and then is found under what it is about.
_IN_ORDER: Sequence[_Maker] = (
    _acknowledge, _dispatched, _accept, decide_offer, linked.split_case, linked.confirm_links, decided.call_back,
    decided.reply_proposals, decided.check_unit, decided.finish_check, _close, _tell, _progress, _result, _allow, _tried, _ask,
    _interim, end_pause_offer, extend_offer, pause_offer, _review_reveal, _confirm_reveal, _reveal, _take_back,
)  # fmt: skip
_GROUPS: Sequence[tuple[Line, Sequence[_Maker]]] = (
    (line("单位之间"), (linked.brief_helpers, _call_in, _hand_over, _return, _reassign)),
    (line("决定和文书"), (
        decided.record_decision, decided.confer, decided.start_guardianship, decided.end_guardianships, decided.propose,
        decided.call_for_words,
    )),
    (line("孩子、级别、关联"), (
        linked.identify_child, linked.raise_level, linked.lower_level, linked.link_case, linked.merge_case,
    )),
)  # fmt: skip
