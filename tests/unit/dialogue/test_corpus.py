"""The open corpus told in the conversation with the triage that ships: the conversation does what triage says, at once."""

import json
from pathlib import Path

import pytest

from intake.dialogue import OpenCase, State, Submit, render, report, step
from intake.dialogue.fields import MOST
from intake.dialogue.judge import Assess
from intake.said import Said
from tests.unit.dialogue.talk import EVENING
from tests.unit.triage.house import engine
from words.ids import Urgency

HOUSE = Path(__file__).parents[3]
CORPUS = [
    json.loads(line) for line in (HOUSE / "tests/data/corpus.jsonl").read_text(encoding="utf-8").splitlines() if line
]


@pytest.fixture(scope="module")
def assess() -> Assess:
    return engine().assess


def test_every_text_is_answered_and_an_alarm_in_the_very_next_reply(assess: Assess):
    for row in CORPUS:
        moved = step(State(), Said("web", "c", row["text"], "1"), EVENING, assess)
        judged = assess(row["text"])
        assert all(render(reply) for reply in moved.replies) and moved.replies, row["id"]
        assert any(reply.kind == "danger" for reply in moved.replies) == judged.emergency, row["id"]
        opened = OpenCase() in moved.acts
        assert opened or judged.urgency is not Urgency.CRITICAL, row["id"]
        assert row["text"].strip() in moved.state.told, row["id"]
        assert State.from_json(moved.state.to_json()) == moved.state


def test_every_text_can_be_filed_with_few_questions(assess: Assess):
    for row in CORPUS:
        state, asked = step(State(), Said("web", "c", row["text"], "1"), EVENING, assess).state, 0
        level = state.level
        while state.asking:
            asked += 1
            state = step(state, Said("web", "c", "不知道", f"q{asked}"), EVENING, assess).state
        assert asked <= MOST, row["id"]
        filed = step(state, Said("web", "c", "提交", "last"), EVENING, assess)
        assert Submit(finished=True) in filed.acts, row["id"]
        assert report(filed.state, assess).assessment.urgency == level, row["id"]
