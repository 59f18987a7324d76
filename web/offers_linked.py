"""The acts that put cases beside each other, change a level, or decide what helping desks read, as they stand on the page."""

from collections.abc import Callable, Sequence

from records.access.summary import HELPING
from web.forms import Field, Offer, View
from web.naming import BASIS, name
from words.ids import Urgency
from words.language import Line, line

_SAME = (("yes", line("是同一个孩子")), ("no", line("不是同一个孩子")))


def reason(label: Line | None = None) -> Field:
    return Field("reason", label or line("理由"), "text", required=True)


def confirm_links(view: View) -> Sequence[Offer]:
    found = []
    for link in view.sight.kin.links:
        if not link.decides:
            continue
        basis = "、".join(str(name(BASIS, each)) for each in link.basis)
        where = link.reference or str(line("另一个地方"))
        hint = line("{where} 可能是同一个孩子：{basis}。是的话，90天内的第二次报告调高一级。", where=where, basis=basis)
        found.append(
            Offer(
                "confirm_link", line("是不是同一个孩子"), "main", hint,
                [
                    Field("id", line("关联"), "hidden", start=link.id),
                    Field("same", line("请核实后选"), "one", required=True, choices=_SAME),
                    Field("reason", line("说明（不是的，要写）"), "text"),
                ],
            )
        )  # fmt: skip
    return found


def link_case(view: View) -> Offer | None:
    if not (view.coordinates or view.leads) or view.sight.status == "merged":
        return None
    return Offer(
        "link_case", line("记为同一个孩子"), "", line("您知道另一件事项是同一个孩子时用。两件各自办理；90天内的第二次报告调高一级。"),
        [Field("other", line("另一件的编号"), required=True), reason()],
    )  # fmt: skip


def merge_case(view: View) -> Offer | None:
    if not (view.coordinates or view.leads) or view.sight.status != "open" or view.results():
        return None
    return Offer(
        "merge_case", line("并入另一件（同一件事）"), "", line("同一件事有人先报告过时用。这一件的报告人以后从那一件得到反馈。"),
        [Field("into", line("并入哪一件（编号）"), required=True), reason()],
    )  # fmt: skip


def split_case(view: View) -> Offer | None:
    if not view.coordinates or view.sight.status != "merged":
        return None
    return Offer("split_case", line("分开办理"), "main", line("并错了时用。重新分派，开始新的一轮。"), [reason()])


def identify_child(view: View) -> Offer | None:
    if not view.leads or view.sight.status != "open":
        return None
    return Offer(
        "identify_child", line("记下孩子是谁"), "", line("查明后填，知道几项填几项。加密保存；系统用来找同一个孩子的其他报告。"),
        [
            Field("name", line("孩子姓名")),
            Field("number", line("身份证号")),
            Field("born", line("出生年份（四位）")),
            Field("township", line("乡镇、街道")),
            Field("phone", line("监护人电话")),
        ],
    )  # fmt: skip


def raise_level(view: View) -> Offer | None:
    return _level(view, "raise_level", line("调高级别"), None, lambda rank: rank < view.urgency.rank)


def lower_level(view: View) -> Offer | None:
    hint = line("要写明理由，署您的名。孩子多久没有人见到，照样计时。")
    return _level(view, "lower_level", line("调低级别"), hint, lambda rank: rank > view.urgency.rank)


def _level(view: View, act: str, label: Line, hint: Line | None, fits: Callable[[int], bool]) -> Offer | None:
    levels = [(each.value, Line(each.zh)) for each in Urgency if fits(each.rank)]
    if not levels or not (view.coordinates or view.leads) or view.sight.status != "open":
        return None
    return Offer(
        act, label, "", hint, [Field("urgency", line("级别"), "select", required=True, choices=levels), reason()]
    )


def brief_helpers(view: View) -> Offer | None:
    helping = [part for part in view.sight.parts if part.part == "with" and part.round == view.sight.round]
    if not (view.leads and helping) or view.sight.status != "open":
        return None
    known = view.sight.briefing
    tasks = known.get("tasks") or {}
    return Offer(
        "brief_helpers", line("给协办单位看的内容"), "",
        line("协办单位看不到报告人的原话，只看摘要。可能暴露报告人的话已自动去掉；请再看一遍，补充要他们知道、要他们做的。"),
        [
            Field("more", line("要各协办单位知道的"), "text", start=known.get("more", "")),
            *(
                Field(f"task_{part.department}", line("请{desk}做的（不写就按职责）", desk=part.desk), start=tasks.get(part.department, ""))
                for part in helping
            ),
            Field("keep_back", line("不给协办单位看的"), "many", choices=tuple(HELPING.items()), start=",".join(known.get("keep_back", ()))),
        ],
    )  # fmt: skip
