"""What a result may record, and the sentence about it that may be told to a reporter. Pure.

Source: the outcome kinds of the five documents and 侵害未成年人案件强制报告意见 (2020); the safe sentences are ours. A reporter
is told that something was done and by whom it goes on, never what was found out about a child (未成年人保护法 art. 103).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """`tell` is the safe sentence. `reason`: the inner result must give one; `number`: a document number (文号) is needed."""

    id: str
    name: str
    tell: str
    reason: bool = False
    number: bool = False


_ALL = (
    Outcome("received", "受案", "公安机关已依法受理，正在调查。", number=True),
    Outcome("filed", "立案", "公安机关已依法立案，正在侦查。", number=True),
    Outcome("not_filed", "不予立案", "公安机关已依法审查，没有立案；其他部门继续关心孩子的情况。", reason=True, number=True),
    Outcome("admonished", "训诫", "有关机关已对有关人员作出处理。"),
    Outcome("written_warning", "告诫书", "有关机关已对有关人员作出处理。", number=True),
    Outcome("guidance_order", "责令家庭教育指导", "有关部门已要求家长接受家庭教育指导。", number=True),
    Outcome("custody_relatives", "临时监护：委托亲属", "孩子已得到妥善照顾。"),
    Outcome("custody_foster", "临时监护：家庭寄养", "孩子已得到妥善照顾。"),
    Outcome("custody_rescue", "临时监护：救助保护机构", "孩子已得到妥善照顾。"),
    Outcome("custody_welfare", "临时监护：儿童福利机构", "孩子已得到妥善照顾。"),
    Outcome("protection_order", "人身安全保护令", "法律程序已经启动，孩子受到保护。", number=True),
    Outcome("guardian_removed", "撤销监护人资格", "法律程序已经启动，孩子受到保护。", number=True),
    Outcome("supervision_order", "督促监护令", "有关机关已督促家长履行责任。", number=True),
    Outcome("suit_supported", "支持起诉", "法律程序已经启动，孩子受到保护。"),
    Outcome("public_interest", "公益诉讼", "有关机关已依法介入。"),
    Outcome("proposal", "司法建议／检察建议", "有关机关已提出书面建议，并要求书面回复。", number=True),
    Outcome("legal_aid", "法律援助指派", "已安排法律援助。"),
    Outcome("counselling", "心理干预", "已安排专业人员帮助孩子。"),
    Outcome("medical", "就医", "已安排就医。"),
    Outcome("back_to_school", "劝返复学", "孩子上学的事情已经落实。"),
    Outcome("welfare", "纳入保障", "已按政策给予保障。"),
    Outcome("hazard_removed", "隐患整改", "安全隐患已经整改。"),
    Outcome("conference", "个案会商", "有关部门已一起研究，分工继续办理。"),
    Outcome("answered", "答复", "已就您反映的事项作出答复。"),
    Outcome("not_accepted", "不予受理", "经核实，这件事不由受理部门办理，理由已说明。", reason=True),
)  # fmt: skip

OUTCOMES: dict[str, Outcome] = {outcome.id: outcome for outcome in _ALL}

# Decisions of the police after which the reporter is owed a word within P3D (意见 art. 14).
POLICE_DECISIONS = frozenset(("received", "filed", "not_filed"))
# What the police decide on paper at any time, apart from the result.
DECISIONS = ("received", "filed", "not_filed", "written_warning")
CUSTODY = frozenset(outcome for outcome in OUTCOMES if outcome.startswith("custody_"))


def safe_sentence(outcomes: list[str]) -> str:
    """What may be told of these outcomes, ready to be edited: each sentence once."""
    return "".join(dict.fromkeys(OUTCOMES[outcome].tell for outcome in outcomes if outcome in OUTCOMES))
