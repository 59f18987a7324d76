"""What an update adds, and when one order number seems to stand for two matters."""

import json
from pathlib import Path

import pytest

from intake.tickets.drafting import added, other_matter

TICKETS = json.loads((Path(__file__).parents[2] / "data" / "tickets_12345.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("before", "after", "more"),
    [
        ("有人打孩子。", "有人打孩子。孩子哭了。", "孩子哭了。"), ("有人打孩子。诉求：查。", "有人打孩子。孩子哭了。", "孩子哭了。"),
        ("有人打孩子。", "有人打孩子。", ""), ("有人打孩子。孩子哭了。", "有人打孩子。", ""), ("", "有人打孩子", "有人打孩子"),
        ("有人打孩子", "孩子没有饭吃", "孩子没有饭吃"),
    ],
)  # fmt: skip
def test_only_what_is_new_is_added(before: str, after: str, more: str) -> None:
    assert added(before, after) == more


def test_the_two_planted_updates_add_their_last_words() -> None:
    one = added(TICKETS[1]["payload"]["content"], TICKETS[8]["payload"]["content"])
    assert one.startswith("【补充】来电人今日再次来电")
    two = added(TICKETS[23]["payload"]["内容"], TICKETS[24]["payload"]["内容"])
    assert two.startswith("来电人补充：残联电话回复")


def test_another_matter_under_the_same_number_is_noticed() -> None:
    assert other_matter(
        "来电人举报：白塬县某小学数学老师用木棍打学生屁股。",
        "来电人举报：祁塬市某砖厂雇三名十四五岁少年搬砖，晚上住窑洞。",
    )
    assert not other_matter(TICKETS[1]["payload"]["content"], TICKETS[8]["payload"]["content"])
    assert not other_matter("孩子", "别的"), "too short to tell"
