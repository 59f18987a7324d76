"""What `hutong route` prints: every deadline with its basis, every rung of the ladder."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from escalation.calendar import official
from routing.answer import answer_line, read_fact, route_answer
from routing.facts import FactError
from routing.shipped import Shipped
from words.ids import CATEGORIES, Urgency

DATA = Path(__file__).parents[2] / "data"


def numbers(table: str, urgency: Urgency) -> dict[str, str]:
    """Row → cell of one table, as they were read off the documents (tests/data/routing_numbers.tsv)."""
    with (DATA / "routing_numbers.tsv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["table"] == table]
    return {row["row"]: row[urgency] for row in rows if row[urgency] != "-"}


def written(cell: dict[str, Any]) -> str:
    return f"{cell['due']} {cell['basis']}"


@pytest.mark.parametrize("urgency", Urgency)
@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("pack", ["national", "guangxi", "chongqing", "siping_tiedong", "gaotai"])
def test_every_number_of_the_tables(protocols: Shipped, pack: str, category: str, urgency: Urgency) -> None:
    answer = route_answer(protocols.packs[pack], category, urgency, {})
    found = {step: written(cell) for step, cell in answer["deadlines"].items()}
    found |= {
        f"tell.{name}": written(cell) for name, cell in answer["deadlines"]["tell"].items() if isinstance(cell, dict)
    }
    expected = numbers("deadline", urgency)
    bullying = expected.pop("result bullying")
    assert found == expected | ({"result": bullying} if category == "bullying" else {})
    rungs = {f"{rung['level']} {rung['clock']}": rung["after"] for rung in answer["ladder"]}
    assert rungs == numbers("ladder", urgency)
    assert {rung["level"]: rung["after_due"] for rung in answer["overdue"]} == numbers("overdue", urgency)
    assert {"top": answer["repeat"]} == numbers("repeat", urgency)


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
            "L3": ["civil_affairs", office],
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
    assert answer_line({**asked, "place": 620724}, protocols.packs) == answer


@pytest.mark.parametrize("nowhere", [{}, {"place": None}, {"place": ""}, {"place": "  "}])
def test_a_line_without_a_place_goes_to_the_coordinator_with_an_alarm(
    protocols: Shipped, nowhere: dict[str, Any]
) -> None:
    lost = answer_line({"category": "dropout", **nowhere}, protocols.packs)
    assert lost["lead"] == ["working_committee"] and lost["alarms"] and "routing:R7" in lost["clauses"]


def test_a_case_that_would_be_opened_one_level_higher_is_said_so(protocols: Shipped) -> None:
    asked = {"place": "000000", "category": "dropout", "facts": {"child_age": 7, "single_parent": True}}
    answer = answer_line(asked, protocols.packs)
    assert answer["raises"] == {"to": "urgent", "reasons": ["孩子未满8周岁", "单亲家庭"]}
    assert answer["deadlines"]["accept"]["due"] == "1wd"  # the level asked for
    assert answer_line({**asked, "urgency": "critical"}, protocols.packs)["raises"] is None


@pytest.mark.parametrize(
    "asked",
    [
        {}, {"category": "dropout", "urgency": "soon"}, {"category": "theft"},
        {"category": "dropout", "facts": ["pupil"]}, {"category": "dropout", "place": "高台"}, {"category": ["dropout"]},
        {"category": "dropout", "place": "62072"}, {"category": "dropout", "place": True}, {"category": "dropout", "urgency": []},
        {"category": "dropout", "facts": {"weather": "rain"}},
    ],
)  # fmt: skip
def test_a_line_that_can_not_be_answered_says_why(protocols: Shipped, asked: dict[str, Any]) -> None:
    with pytest.raises(FactError):
        answer_line(asked, protocols.packs)


def test_a_key_that_is_not_known_is_said_beside_the_answer(protocols: Shipped) -> None:
    answer = answer_line({"place": "000000", "category": "dropout", "urgancy": "critical"}, protocols.packs)
    assert answer["lead"] == ["education"] and any("urgancy" in alarm for alarm in answer["alarms"])


def test_each_due_time_from_the_opening_shows_how_it_was_counted(protocols: Shipped) -> None:
    asked = {"place": "000000", "category": "dropout", "at": "2026-09-30T18:00:00+08:00"}
    answer = answer_line(asked, protocols.packs, official())
    accept = answer["deadlines"]["accept"]
    assert (
        accept["due_at"] == "2026-10-09T17:00:00+08:00"
    )  # counted from 8 October, the first working day after the holiday
    said = "".join(accept["derivation"])
    assert all(word in said for word in ("1个工作日", "本系统默认值", "2026-10-08 09:00:00上班起计", "2026-10-01 放假"))
    assert answer["deadlines"]["return"]["due_at"] == "2026-10-10T17:00:00+08:00"  # the Saturday worked after it
    assert "due_at" not in answer["deadlines"]["tell"]  # counts from the result
    assert "due_at" not in answer_line({**asked, "at": None}, protocols.packs, official())["deadlines"]["accept"]
    for wrong in ("2026-09-30T18:00:00", "today", 7):
        with pytest.raises(FactError, match="at"):
            answer_line({**asked, "at": wrong}, protocols.packs, official())
