"""What a helping desk is told in sentences: what was reported, in neutral words, and what is asked of it. Pure.

From the category and the facts alone; of the reporter's own words nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from records.access.summary import Item
from words.ids import CATEGORIES
from words.language import Line, line

# What a department is asked to do when it helps in a case (民发〔2023〕62号, tasks by department; statutes A10–A22).
_DO: Mapping[str, Line] = {
    "police": line("核实情况，保护孩子，依法处置。"),
    "civil_affairs": line("走访评估；没有人能照料时安排临时监护，符合条件的办理救助保障。"),
    "education": line("联系学校了解情况，保证孩子在校安全；失学的劝返、安排就学，需要的做心理辅导。"),
    "health": line("安排就诊和救治，保存诊疗记录，需要的做心理评估。"),
    "justice": line("安排法律援助和人民调解。"),
    "court": line("依申请办理人身安全保护令、撤销监护人资格等。"),
    "procuratorate": line("依法监督，支持起诉，开展司法救助。"),
    "cyberspace": line("处置涉及孩子的网上信息，防止扩散。"),
    "human_resources": line("帮助家长就业；查处使用童工。"),
    "finance": line("保障办理所需的经费。"),
    "emergency": line("排查安全隐患，组织应急救助。"),
    "fire_rescue": line("组织救援，排查消防隐患。"),
    "water": line("排查水域隐患，设置警示和防护。"),
    "working_committee": line("协调各单位，组织会商。"),
    "leading_group_office": line("协调各单位，组织会商。"),
    "youth_league": line("安排社工和志愿者陪伴、心理支持。"),
    "womens_federation": line("走访家庭，指导家庭教育，陪伴和心理支持。"),
    "disabled_federation": line("安排康复、辅具和残疾人保障。"),
    "township": line("走访家庭，落实照料的人，记录孩子近况。"),
    "village_committee": line("走访家庭，留意孩子每天的情况，有变化马上报告。"),
    "minors_rescue_institution": line("接收并临时照料孩子，做需求评估。"),
    "child_welfare_institution": line("接收并照料孩子。"),
    "school": line("保证孩子在校安全，指定专人关心，不在班上谈论。"),
    "medical_institution": line("救治孩子，保存诊疗记录和检材，不让被反映的人单独陪同。"),
    "market_regulation": line("检查有关经营场所。"),
    "transport": line("协查客运线索，检查有关车辆和场站。"),
}
_OTHERWISE = line("按下面的依据办理本单位的部分，并记一次进展。")
_NOT_YET = line("牵头单位允许走访以前，不走访，不联系家长或其他监护人。")
_CHILD: Sequence[tuple[str, Line]] = (
    ("child_age", line("孩子 {value} 岁。")),
    ("child_sex", line("是{value}。")),
    ("where_now", line("现在在{value}。")),
    ("with_whom", line("和{value}在一起。")),
    ("suspect", line("被反映的人是{value}。")),
)


def situation(
    category: str,
    department: str | None,
    items: Sequence[Item],
    briefing: Mapping[str, Any] | None = None,
    *,
    waits: bool = False,
) -> tuple[Item, ...]:
    """What happened, and what is asked of a helping desk of this department (None: nothing is). `items` are the drafted
    values; one from which a phrase was taken out is not put into a sentence. `briefing` may say another task. `waits`: police
    first, no guardian is contacted before the lead allows it."""
    known = {item.name: item.value for item in items if not item.marked}
    sentences = [line("有人报告：孩子可能遇到“{what}”。", what=line(CATEGORIES.get(category, category)))]
    sentences += [Line(said.zh, {"value": known[name]}) for name, said in _CHILD if name in known]
    found = [Item("situation", line("情况"), _joined(sentences))]
    if department is not None:
        told = ((briefing or {}).get("tasks") or {}).get(department)
        found.append(Item("task", line("请您单位做的"), told or _DO.get(department, _OTHERWISE)))
        if waits:
            found.append(Item("waits", line("先不要做的"), _NOT_YET))
    return tuple(found)


def _joined(sentences: Sequence[Line]) -> Line:
    return Line(
        "".join(f"{{s{number}}}" for number, _ in enumerate(sentences)),
        {f"s{number}": sentence for number, sentence in enumerate(sentences)},
    )
