"""The acts by which something is decided, checked or supervised, as they stand on the case page."""

from collections.abc import Sequence

from records.access import ClockFace
from routing.acts.every_case import CHECK
from routing.outcomes import CUSTODY, DECISIONS, OUTCOMES
from routing.seen import must_be_seen
from web.forms import YES_NO, Field, Offer, View
from words.beijing import local
from words.ids import DEPARTMENTS
from words.language import Line, line

NUMBER = "document_number"


def now_of(view: View) -> str:
    return f"{local(view.now):%Y-%m-%dT%H:%M}"


def at_field(view: View, label: Line, id: str = "at", *, required: bool = True, filled: bool = True) -> Field:
    return Field(id, label, "moment", required=required, start=now_of(view) if filled else "")


def running(view: View, kind: str, *, own: bool = True) -> ClockFace | None:
    """The clock of this kind that runs, at the person's own desk."""
    desk = view.person.desk_id
    return next(
        (
            clock
            for clock in view.sight.clocks
            if clock.kind == kind and clock.status == "running" and (not own or clock.desk_id == desk)
        ),
        None,
    )


def record_decision(view: View) -> Offer | None:
    if view.department != "police" or not view.fits("record_decision"):
        return None
    return Offer(
        "record_decision", line("受案／立案／不予立案／告诫书"), "", line("从决定时起，三日内告知报告人。"),
        [
            Field("kind", line("哪一种"), "select", required=True, choices=[(id, Line(OUTCOMES[id].name)) for id in DECISIONS]),
            Field(NUMBER, line("文号"), required=True),
            at_field(view, line("什么时候决定的")),
            Field("reason", line("理由（不予立案必填）"), "text"),
        ],
    )  # fmt: skip


def call_back(view: View) -> Offer | None:
    if not view.leads or running(view, "call_back") is None:
        return None
    fields: list[Field] = []
    if must_be_seen(view.urgency, view.sight.category):
        fields = [
            Field("seen_who", line("谁当面见到了孩子"), required=True),
            at_field(view, line("什么时候见到的"), "seen_at"),
            Field("seen_where", line("在哪里见到的"), required=True),
            Field("apart", line("是否在被反映的人不在场时和孩子说过话"), "one", choices=YES_NO),
            Field("safe", line("孩子现在是否安全"), "one", required=True, choices=YES_NO),
        ]
    said = (("yes", line("认为已经解决")), ("no", line("认为没有解决")), ("unreached", line("没有联系上")))
    fields += [
        Field("satisfied", line("报告人怎么说"), "one", required=True, choices=said),
        Field("what", line("回访的情况（没有联系上的，写怎样试的、什么时间）"), "text", required=True),
    ]
    return Offer(
        "call_back",
        line("回访"),
        "main",
        line("孩子不安全，或报告人认为没有解决的，会重新打开，各单位重新办理。"),
        fields,
    )


def confer(view: View) -> Offer | None:
    if not (view.coordinates or view.leads) or view.sight.status != "open":
        return None
    if view.leads and not view.fits("confer") and not view.coordinates:
        return None
    here = [part.department for part in view.sight.parts if not part.held]
    choices = [(id, Line(name)) for id, name in DEPARTMENTS.items() if id in {*here, view.department, "civil_affairs"}]
    return Offer(
        "confer", line("个案会商"), "", line("写下谁参加、定了什么、谁来做。参加的单位会收到通知。"),
        [
            at_field(view, line("什么时候")),
            Field("departments", line("参加的单位"), "many", choices=choices),
            Field("people", line("参加的人"), required=True),
            Field("decision", line("会商结果：定了什么、谁来做、什么时候做完"), "text", required=True),
        ],
    )  # fmt: skip


_CUSTODY_NAMES: Sequence[tuple[str, Line]] = tuple(
    (id, Line(outcome.name)) for id, outcome in OUTCOMES.items() if id in CUSTODY
)
_GUARDIANS = ("civil_affairs", "minors_rescue_institution", "child_welfare_institution")


def start_guardianship(view: View) -> Offer | None:
    if not (view.leads or view.department in _GUARDIANS) or not view.fits("start_guardianship"):
        return None
    return Offer(
        "start_guardianship", line("临时监护"), "", line("监护人不能或不宜照看孩子时，写下由谁照看、在哪里。"),
        [
            Field("kind", line("方式"), "select", required=True, choices=_CUSTODY_NAMES),
            Field("carer", line("由谁照看"), required=True),
            Field("place", line("在哪里"), required=True),
            at_field(view, line("从什么时候起"), "since"),
            Field(NUMBER, line("文号（没有可不填）")),
        ],
    )  # fmt: skip


def end_guardianships(view: View) -> Sequence[Offer]:
    own = view.sight.own
    handles = own is not None and own.part != "copy" and (view.leads or view.department in _GUARDIANS)
    if not handles:
        return ()
    return [
        Offer(
            "end_guardianship", line("临时监护结束：{carer}", carer=care.carer), "", None,
            [
                Field("id", line("临时监护"), "hidden", start=care.id),
                at_field(view, line("什么时候结束的")),
                Field("how", line("孩子去了哪里、由谁照看"), "text", required=True),
            ],
        )
        for care in view.sight.proceedings.cares
        if care.ended_at is None and care.carer
    ]  # fmt: skip


def call_for_words(view: View) -> Offer | None:
    if view.department != "procuratorate" or view.sight.level == "story":
        return None
    return Offer(
        "call_for_words", line("调阅全部内容"), "", line("检察监督需要时调阅。会记入审计，其他单位看不到。"),
        [Field("reason", line("理由"), "text", required=True)],
    )  # fmt: skip


def propose(view: View) -> Offer | None:
    if view.department not in ("procuratorate", "court"):
        return None
    label = line("发出检察建议") if view.department == "procuratorate" else line("发出司法建议")
    return Offer(
        "propose", label, "", line("送达后一个月内，对方应书面回复。"),
        [
            Field("department", line("给哪个单位"), "select", required=True, choices=view.offices),
            Field(NUMBER, line("文号"), required=True),
            Field("text", line("建议的内容"), "text", required=True),
        ],
    )  # fmt: skip


def reply_proposals(view: View) -> Sequence[Offer]:
    return [
        Offer(
            "reply_proposal", line("书面回复：{number}", number=each.number), "main", None,
            [
                Field("id", line("建议"), "hidden", start=each.id),
                Field(NUMBER, line("回复的文号"), required=True),
                Field("text", line("回复的内容"), "text", required=True),
            ],
        )
        for each in view.sight.proceedings.proposals
        if each.mine and each.replied_at is None
    ]  # fmt: skip


def check_unit(view: View) -> Offer | None:
    if not _checks(view):
        return None
    kinds = [(id, Line(name)) for id, name in DEPARTMENTS.items() if id != "duty_desk"]
    return Offer(
        "check_unit", line("每案必查：记一个单位"), "main", line("凡是接触过孩子、有报告义务的单位，逐个问：什么时候发现的，什么时候报告的。只记事实，不作评价。"),
        [
            Field("unit", line("单位名称"), required=True),
            Field("department", line("单位的类别"), "select", choices=kinds),
            at_field(view, line("什么时候发现的（不知道情况的不填）"), "found_at", required=False, filled=False),
            at_field(view, line("什么时候报告的（没有报告的不填）"), "reported_at", required=False, filled=False),
            Field("note", line("说明"), "text"),
        ],
    )  # fmt: skip


def finish_check(view: View) -> Offer | None:
    if not _checks(view):
        return None
    if view.sight.proceedings.checks:
        return Offer("finish_check", line("查完了"))
    return Offer(
        "finish_check", line("查完了：没有单位接触过孩子"), "", None, [Field("note", line("为什么没有"), "text", required=True)]
    )  # fmt: skip


def _checks(view: View) -> bool:
    supervises = view.person.role == "supervisor"
    return view.sight.level == "story" and running(view, CHECK, own=not supervises) is not None
