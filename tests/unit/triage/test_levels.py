"""What a careful duty officer decides, one short story a line."""

import pytest

from tests.unit.triage.house import engine

CRITICAL = [
    ("爸爸拿刀追我，我躲在厕所里", "physical_abuse imminent_danger"),
    ("继父昨晚又进她房间摸她下面，孩子八岁", "sexual_abuse"),
    ("女儿把一瓶安眠药都吃了，现在叫不醒", "self_harm"),
    ("孩子在商场走丢了，七岁，穿红色外套", "missing_trafficked"),
]


@pytest.mark.parametrize(("text", "categories"), CRITICAL)
def test_danger_now_is_critical(text: str, categories: str) -> None:
    found = engine().assess(text)
    assert (found.urgency, found.emergency) == ("critical", True)
    assert found.category in categories.split()


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("厂里招了几个看着没满16的", "exploitation"),
        ("超市门口有个小孩要饭", "exploitation"),
        ("学生怀孕了", "sexual_abuse"),
    ],
)
def test_one_short_line_is_enough(text: str, category: str) -> None:
    found = engine().assess(text)
    assert found.urgency in ("urgent", "critical") and found.category == category
