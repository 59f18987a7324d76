"""Asking for more time and deciding it, as they stand on the case page."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from escalation.span import Span, Unit
from records.access import Sight
from records.access.delays import Delay
from web.forms import YES_NO, Field, Offer, View
from words.beijing import clock_time
from words.language import Line, line

WHAT = {"extension": line("延长办理时限"), "pause": line("暂停计时")}
_REASON = line("理由")


def extend_offer(view: View) -> Offer | None:
    rule = view.terms.extensions.get(view.urgency) if view.terms else None
    if rule is None or not view.fits("extend") or _asked(view, "extension") or not _running(view, ("result",)):
        return None
    unit = line("延长几天（最多{most}）", most=rule.at_most.zh)
    hint = line("由单位负责人批准，只能一次。时限照走；到期没有答复，就是不同意。")
    return Offer(
        "ask_extension", line("申请延长办理时限"), "", hint,
        [Field("days", unit, required=True, start=str(int(_days(rule.at_most)))), Field("reason", _REASON, "text", required=True)],
    )  # fmt: skip


def pause_offer(view: View) -> Offer | None:
    if view.terms is None or not view.fits("pause") or _asked(view, "pause"):
        return None
    if not _running(view, tuple(view.terms.pausable)):
        return None
    bodies = tuple(
        (id, line("{name}（最长{span}）", name=Line(body.name), span=body.term.due.zh))
        for id, body in view.terms.pause_bodies.items()
    )
    hint = line("只在等有法定期限的机关时。由单位负责人批准；见到孩子的时限照走。")
    return Offer(
        "ask_pause", line("申请暂停计时"), "", hint,
        [Field("body", line("在等谁"), "select", required=True, choices=bodies), Field("reason", _REASON, "text", required=True)],
    )  # fmt: skip


def decide_offer(view: View) -> Offer | None:
    asks = [ask for ask in view.sight.delays if ask.decides]
    if not asks:
        return None
    rule = view.terms.extensions.get(view.urgency) if view.terms else None
    fields = [
        Field("ask", line("申请"), "select", required=True, choices=[(ask.id, _said(ask, view)) for ask in asks]),
        Field("granted", line("是否同意"), "one", required=True, choices=YES_NO),
        Field("reason", line("批准或不同意的理由"), "text", required=True),
    ]
    if rule is not None and rule.tell_reporter and any(ask.what == "extension" for ask in asks):
        fields.append(Field("told", line("告知报告人的延期理由（同意延长时必填；不能有姓名、学校、诊断）"), "text"))
    return Offer("decide_delay", line("批准或不同意：更多时间"), "main", line("不答复就是不同意。"), fields)


def end_pause_offer(view: View) -> Offer | None:
    own = view.sight.own
    paused = own is not None and any(
        clock.status == "paused" and clock.desk_id == own.desk_id and _waits(clock.policy) != "reporter"
        for clock in view.sight.clocks
    )
    if not paused or view.sight.status != "open":
        return None
    return Offer(
        "end_pause", line("对方已答复，计时继续"), "", None, [Field("what", line("答复的内容"), "text", required=True)]
    )


def _said(ask: Delay, view: View) -> Line:
    return line(
        "{who} 申请{what}{span}：{why}（{until}前不答复即为不同意）",
        who=ask.by, what=WHAT[ask.what], span=Span.parse(ask.span).zh, why=ask.why, until=clock_time(ask.until, view.now),
    )  # fmt: skip


def waiting(sight: Sight, now: datetime) -> Mapping[str, Sequence[Line]]:
    """What has been asked for and nobody has decided, by desk."""
    found: dict[str, list[Line]] = {}
    for ask in sight.delays:
        said = line(
            "已申请{what}{span}，等批准；{until}前不答复即为不同意",
            what=WHAT[ask.what], span=Span.parse(ask.span).zh, until=clock_time(ask.until, now),
        )  # fmt: skip
        found.setdefault(ask.desk_id, []).append(said)
    return found


def _asked(view: View, what: str) -> bool:
    own = view.sight.own
    return own is not None and any(ask.what == what and ask.desk_id == own.desk_id for ask in view.sight.delays)


def _running(view: View, kinds: tuple[str, ...]) -> bool:
    own = view.sight.own
    return own is not None and any(
        clock.kind in kinds and clock.status == "running" and clock.desk_id == own.desk_id
        and clock.round == view.sight.round and clock.ends_at > view.now
        for clock in view.sight.clocks
    )  # fmt: skip


def _waits(policy: object) -> str:
    changes = policy.get("changes", ()) if isinstance(policy, dict) else ()
    return next((change["waits_for"] for change in changes if change["open"]), "")


def _days(most: Span) -> float:
    return most.amount / 86400 if most.unit is Unit.WALL else most.amount
