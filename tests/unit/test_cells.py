"""Nothing that is written as a table carries anything out when it is opened."""

import re

import pytest

from tests.support.tools import CHECKOUT
from words.cells import cell

ROOMS = ("app", "bot", "web", "intake", "routing", "escalation", "records", "words")


@pytest.mark.parametrize(
    "told", ['=HYPERLINK("http://x","点")', "+86", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "  =1", "　＝1", "＋1"]
)
def test_what_looks_like_a_formula_stays_text(told: str) -> None:
    assert cell(told) == f"'{told}"


@pytest.mark.parametrize(
    ("value", "written"), [("孩子=8岁", "孩子=8岁"), (-3, "-3"), (2.5, "2.5"), ("", ""), ("-", "-"), (None, "None")]
)
def test_what_does_not_is_left_alone(value: object, written: str) -> None:
    assert cell(value) == written


def test_whoever_writes_a_table_writes_such_cells() -> None:
    writes = re.compile(r"csv\.(?:writer|DictWriter)\(|openpyxl|xlsxwriter")
    files = [path for room in ROOMS for path in (CHECKOUT / room).rglob("*.py")]
    found = [path for path in files if writes.search(path.read_text(encoding="utf-8"))]
    assert len(files) > 200
    assert [path.name for path in found if "words.cells" not in path.read_text(encoding="utf-8")] == []
