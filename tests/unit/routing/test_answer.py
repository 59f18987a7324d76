"""What `hutong route` prints: every deadline with its basis, every rung of the ladder."""

import json
from typing import Any

import pytest

from routing.answer import answer_line, read_fact, route_answer
from routing.facts import FactError
from routing.shipped import Shipped
from words.ids import CATEGORIES, Urgency

STEPS = ("acknowledge", "accept", "return", "progress", "result", "tell", "call_back")
DEADLINES = {
    "critical": ["PT5M O", "PT15M O", None, "PT2H O", "PT24H O", "P1D O", "P7D O"],
    "urgent": ["PT30M O", "PT2H O", "PT4H O", "PT24H O", "P3D O", "P1D O", "P7D O"],
    "normal": ["4wh O", "1wd O", "2wd L", "3wd O", "5wd L", "5wd L", "1wd L"],
    "info": ["PT0S L", "1wd O", "1wd O", None, "2wd L", "2wd L", None],
}
LADDER = {
    "critical": ["L0 acknowledge PT5M", "L1 accept PT10M", "L2 accept PT15M", "L3 accept PT30M", "L4 progress PT2H"],
    "urgent": ["L0 acknowledge PT30M", "L1 accept PT1H", "L2 accept PT2H", "L3 accept PT24H", "L4 progress P3D"],
    "normal": ["L0 acknowledge 4wh", "L1 accept 1wd", "L2 accept 2wd", "L3 accept 3wd", "L4 progress 6wd"],
    "info": ["L1 accept 1wd", "L2 accept 2wd"],
}
OVERDUE = {
    "critical": ["L2 PT0S", "L3 PT1H", "L4 PT2H"],
    "urgent": ["L2 PT0S", "L3 PT24H", "L4 P2D"],
    "normal": ["L2 PT0S", "L3 2wd", "L4 5wd"],
    "info": ["L2 PT0S", "L3 2wd"],
}
REPEAT = {"critical": "PT30M", "urgent": "PT4H", "normal": "1wd", "info": "1wd"}


@pytest.mark.parametrize("urgency", Urgency)
@pytest.mark.parametrize("pack", ["national", "guangxi", "chongqing", "siping_tiedong", "gaotai"])
def test_every_number_of_the_tables(protocols: Shipped, pack: str, urgency: Urgency) -> None:
    answer = route_answer(protocols.packs[pack], "dropout", urgency, {})
    found = {step: f"{cell['due']} {cell['basis']}" for step, cell in answer["deadlines"].items()}
    assert found == {step: cell for step, cell in zip(STEPS, DEADLINES[urgency], strict=True) if cell}
    assert [f"{rung['level']} {rung['clock']} {rung['after']}" for rung in answer["ladder"]] == LADDER[urgency]
    assert [f"{rung['level']} {rung['after_due']}" for rung in answer["overdue"]] == OVERDUE[urgency]
    assert answer["repeat"] == REPEAT[urgency]


def test_a_bullying_inquiry_has_ten_days_by_the_national_plan(protocols: Shipped) -> None:
    result = route_answer(protocols.packs["national"], "bullying", Urgency.URGENT, {})["deadlines"]["result"]
    assert (result["due"], result["basis"], result["clause"]) == ("P10D", "N", "statute:E1")
    critical = route_answer(protocols.packs["national"], "bullying", Urgency.CRITICAL, {})["deadlines"]["result"]
    assert critical["due"] == "PT24H"


def test_who_stands_on_the_rungs(protocols: Shipped) -> None:
    for pack, office in (("national", "working_committee"), ("siping_tiedong", "leading_group_office")):
        answer = route_answer(protocols.packs[pack], "sexual_abuse", Urgency.CRITICAL, {})
        who = {rung["level"]: rung["who"] for rung in answer["ladder"]}
        assert who == {
            "L0": ["police:shift_lead"],
            "L1": ["police:contact"],
            "L2": ["police:head"],
            "L3": ["civil_affairs:coordinator", f"{office}:coordinator"],
            "L4": ["government_office:leader", "government_office:night_duty"],
        }


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_answer_is_plain_json_without_overlap(protocols: Shipped, category: str) -> None:
    for pack in protocols.packs.values():
        answer = route_answer(pack, category, Urgency.URGENT, {"pupil": True, "nine": [9]}, place="220303")
        assert json.loads(json.dumps(answer, ensure_ascii=False)) == answer
        everyone = answer["lead"] + answer["with"] + answer["copy"]
        assert len(everyone) == len(set(everyone))


def test_every_number_that_is_not_ours_has_its_clause(protocols: Shipped) -> None:
    for pack in protocols.packs.values():
        for row in pack.terms.deadlines.values():
            for term in row.cells.values():
                assert term.basis == "O" or term.clause in protocols.clauses


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("pupil=true", ("pupil", True)), ("danger = False", ("danger", False)), ("child_age=7", ("child_age", 7.0)),
        ("nine=4,9", ("nine", [4, 9])), ("subtype=begging", ("subtype", "begging")),
        ("registered_place=500000", ("registered_place", "500000")),
    ],
)  # fmt: skip
def test_a_fact_as_it_is_typed(text: str, fact: tuple[str, Any]) -> None:
    assert read_fact(text) == fact


@pytest.mark.parametrize("text", ["pupil", "pupil=", "pupil=perhaps", "weather=rain", "nine=x", "child_age=young"])
def test_a_fact_typed_wrong_is_refused(text: str) -> None:
    with pytest.raises(FactError):
        read_fact(text)


def test_a_line_is_answered_by_the_pack_of_its_place(protocols: Shipped) -> None:
    asked = {"id": "7", "place": "620724", "category": "water_safety", "urgency": "urgent", "facts": {"pupil": True}}
    answer = answer_line(asked, protocols.packs)
    assert answer["id"] == "7" and answer["pack"] == "gaotai" and answer["lead"] == ["education"]
    assert answer_line({"category": "dropout"}, protocols.packs)["pack"] == "national"
    lost = answer_line({"category": "dropout", "place": None}, protocols.packs)
    assert lost["lead"][0] == "working_committee" and lost["alarms"]


@pytest.mark.parametrize(
    "asked",
    [
        {}, {"category": "dropout", "speed": 3}, {"category": "dropout", "urgency": "soon"}, {"category": "theft"},
        {"category": "dropout", "facts": ["pupil"]}, {"category": "dropout", "place": "高台"},
        {"category": "dropout", "facts": {"weather": "rain"}},
    ],
)  # fmt: skip
def test_a_line_that_can_not_be_answered_says_why(protocols: Shipped, asked: dict[str, Any]) -> None:
    with pytest.raises(FactError):
        answer_line(asked, protocols.packs)
