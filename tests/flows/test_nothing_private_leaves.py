"""What a reporter tells stays behind the console's door: no log line and no letter carries it."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

import pytest

from app.logs import Discreet
from routing import acts
from tests.flows.town import Town

PRIVATE = ["王小虎", "13812345678", "520102201501011237", "和平里", "502室", "李敏", "满身是伤"]
REPORT = (
    "我是实验小学的李敏老师，电话13812345678。我班王小虎（身份证520102201501011237）被他爸打得满身是伤，"
    "不敢回家，家住罗岭县和平里3栋502室"
)


async def test_neither_log_nor_letter_knows_the_child(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)  # as `hutong serve` logs
    await town.says(REPORT)
    await town.says("提交")
    case = await town.case()
    await town.later(minutes=40)  # reminders, rungs and call tasks on the way
    await town.act(acts.acknowledge, await town.person("police"), case.reference)
    await town.later(minutes=40)
    letters = await town.letters(case)
    assert letters, "the story must send something"
    for letter in letters:
        told = json.dumps([letter.params, letter.recipient, letter.kind], ensure_ascii=False, default=str)
        assert not [word for word in PRIVATE if word in told], f"a letter tells: {told}"
    assert not [word for word in PRIVATE if word in caplog.text]


def test_a_fault_is_logged_without_its_message() -> None:
    try:
        raise ValueError(REPORT)
    except ValueError:
        record = logging.LogRecord("hutong", logging.ERROR, __file__, 1, "not heard", None, sys.exc_info())
    line = Discreet("%(levelname)s %(name)s %(message)s").format(record)
    assert "ValueError" in line and Path(__file__).name in line
    assert not [word for word in PRIVATE if word in line]
