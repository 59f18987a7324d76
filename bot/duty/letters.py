"""What the duty bot writes. Pure: every sentence is made of a fixed template and the values of `HOLES`, and of nothing else, so
that no message can tell who a child is or what happened. The case itself is read behind the console's door.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from records.access.face import Face, Taken
from routing.lifecycle import PART, Facts, may
from words.beijing import clock_time
from words.ids import Urgency
from words.language import Catalogue, Line, line
from words.names import CLOCKS, PARTS, RUNGS, STATUS, URGENCY, name

# Everything that may stand in a message: the public number, how urgent, which county, desk and clock, when, and names of staff.
HOLES = frozenset(
    (
        "reference",
        "level",
        "county",
        "desk",
        "part",
        "clock",
        "rung",
        "at",
        "who",
        "count",
        "status",
        "name",
        "levels",
        "to",
    )
)

# Why it rings, by the kind of the letter. What has no sentence of its own is something new at the desk.
WHY: Mapping[str, Line] = {
    "opened": line("新分来一件，请签收。"),
    "raised": line("升为{level}，请现在办理。"),
    "handed_over": line("转来一件，请接手。"),
    "visit_allowed": line("现在可以走访，请办理。"),
    "reopened": line("重新打开，请办理。"),
    "copied": line("抄送，请知悉。"),
    "decide": line("两次退回，请决定由谁办理。"),
    "delay_asked": line("有人申请更多时间，等您决定。不答复就是不同意。"),
    "pressure": line("报告人可能受到压力，请留意。"),
    "added": line("报告人有补充。"),
    "question_answered": line("报告人回答了提问。"),
    "confirmed": line("报告人说已经解决。"),
    "disputed_again": line("报告人再次说没有解决。"),
    "wrong_number": line("{desk}登记的电话号码是错的，请更正。"),
    "list": line("您从待办里打开的。"),
}
NEW = line("有新情况，请打开工作台。")
REMINDER = line("提醒：“{clock}”还没有完成。")
LATE = line("“{clock}”没有按时完成，现在找到您这一级：{rung}。")

HEAD = line("【{level}】{reference} {county}")
AT_DESK = line("{desk}（{part}）")
DUE = line("“{clock}”最迟 {at}")
OVERDUE = line("“{clock}”已超时，应在 {at} 前")
TAKEN: Mapping[str, Line] = {
    "acknowledged": line("{who} 已于 {at} 看到"),
    "accepted": line("{who} 已于 {at} 接手处理"),
    "dispatched": line("{who} 已于 {at} 记为110已处警"),
}
STANDS = line("现在：{status}")
CLOSED = line("已办结。")
PASSED = line("已不在本席位。")
BELOW = line("下面有新的一条。")
NOT_YOURS = line("这一条已不归您看。")

ACTS: Mapping[str, Line] = {
    "acknowledge": line("看到了"),
    "accept": line("我来处理"),
    "police_dispatched": line("110已处警"),
    "pass": line("不属本单位"),
    "reassign": line("改派"),
}
OPEN_CONSOLE = line("打开工作台")
BACK = line("返回")
REASONS: Mapping[str, Line] = {
    "a": line("不属本单位职责"),
    "b": line("不在本单位辖区"),
    "c": line("已有其他单位先行办理"),
    "d": line("应由上一级办理"),
}
REASSIGN_REASONS: Mapping[str, Line] = {
    "e": line("原单位没有按时回应"),
    "f": line("两个单位都认为不归自己"),
    "g": line("由更合适的单位办理"),
}

DIGEST = line("一分钟内通知太多，合成这一条：又有 {count} 件等您看。")
DIGEST_LEVELS = line("{level} {count} 件")
DIGEST_MORE = line("用 /queue 看全部。")


@dataclass(frozen=True)
class Told:
    """A message as it should stand: its text, and which acts have a button. `over`: nothing will change here any more."""

    text: str
    acts: tuple[str, ...] = ()
    over: bool = False


def told(kind: str, face: Face | None, now: datetime, catalogue: Catalogue) -> Told:
    """The message about a case, for whoever `face` is made for; without a face they may not see it any more."""
    if face is None:
        return Told(NOT_YOURS.render(catalogue), over=True)
    lines = [_head(face), why(kind, face)]
    if face.desk:
        lines.append(Line(AT_DESK.zh, {"desk": face.desk, "part": name(PARTS, face.part)}))
    lines += [_taken(each, now) for each in face.taken]
    if not face.open:
        lines.append(CLOSED)
    elif face.over:
        lines.append(PASSED)
    elif face.clock and face.ends_at:
        values = {"clock": name(CLOCKS, face.clock), "at": clock_time(face.ends_at, now)}
        lines.append(Line((OVERDUE if face.ends_at <= now else DUE).zh, values))
    elif face.status in STATUS and not face.taken:
        lines.append(Line(STANDS.zh, {"status": STATUS[face.status]}))
    over = face.over or not face.open
    return Told("\n".join(each.render(catalogue) for each in lines), () if over else acts(face), over)


def replaced(face: Face | None, catalogue: Catalogue) -> str:
    """What is left of a message when a newer one about the same case stands below it."""
    return "\n".join(each.render(catalogue) for each in ([_head(face)] if face else []) + [BELOW])


def why(kind: str, face: Face) -> Line:
    """Why the letter was sent. `climb:accept:L2`: which clock, and how high it has climbed."""
    parts = kind.split(":")
    values = {"level": name(URGENCY, face.urgency), "desk": face.desk}
    if len(parts) > 2:
        values |= {"clock": name(CLOCKS, parts[1]), "rung": name(RUNGS, parts[-1])}
        return Line((REMINDER if parts[-1] == "desk" else LATE).zh, values)
    return Line(WHY.get(kind, NEW).zh, values)


def acts(face: Face) -> tuple[str, ...]:
    """What the person may do now, what is due first in front."""
    found: list[str] = []
    if face.own and face.part != "copy" and face.status in PART:
        facts = Facts(Urgency(face.urgency), face.department)
        fits = [act for act in ("acknowledge", "accept", "police_dispatched") if may(face.status, act, facts) is None]
        if face.department != "police" or any(each.how == "dispatched" for each in face.taken):
            fits = [act for act in fits if act != "police_dispatched"]
        found += fits
        if face.part == "lead" and passing(face) is not None:
            found.append("pass")
    if face.supervises:
        found.append("reassign")
    return tuple(found)


def passing(face: Face) -> str | None:
    """How a lead desk says that it is not theirs: `return`, or `hand_over` where a case may not be returned (a critical one)."""
    facts = Facts(Urgency(face.urgency), face.department)
    return next((act for act in ("return", "hand_over") if may(face.status, act, facts) is None), None)


def digest(levels: Sequence[str], catalogue: Catalogue) -> str:
    """Several letters as one message: how many of which level."""
    counted = {level: levels.count(level) for level in URGENCY if level in levels}
    lines = [Line(DIGEST.zh, {"count": len(levels)})]
    lines += [
        Line(DIGEST_LEVELS.zh, {"level": name(URGENCY, level), "count": count}) for level, count in counted.items()
    ]
    return "\n".join(each.render(catalogue) for each in [*lines, DIGEST_MORE])


def _head(face: Face) -> Line:
    values = {"level": name(URGENCY, face.urgency), "reference": face.reference, "county": face.county}
    return Line(HEAD.zh, values)


def _taken(each: Taken, now: datetime) -> Line:
    return Line(TAKEN[each.how].zh, {"who": each.who, "at": clock_time(each.at, now)})
