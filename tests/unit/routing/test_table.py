"""The table of who takes a case, cell by cell: the packs against an expectation written down from the documents.

`tests/data/routing_table.tsv` was read off the table and the seven rules by hand, not off the packs; where their words can be
read in two ways, docs/adr/0008-reading-the-table.md says which was taken. `other` is urgent, normal and info.
"""

import csv
import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from routing.answer import answer_line, read_fact
from routing.rules import route
from routing.shipped import Shipped
from words.ids import CATEGORIES, Urgency

DATA = Path(__file__).parents[2] / "data"
PLACES = {"N": "national", "X": "guangxi", "C": "chongqing", "S": "siping_tiedong", "G": "gaotai"}
CODES = {
    "national": ("000000", "340102"), "guangxi": ("450000", "450103"), "chongqing": ("500000", "500112"),
    "siping_tiedong": ("220303", "220303001"), "gaotai": ("620724", "620724101"),
}  # fmt: skip
# Who joins by the child's situation (R4), and the categories whose own rows tell that fact apart.
JOINS = {
    "pupil=true": ("education", {"mental_health"}), "institution=school": ("education", {"staff_harm", "campus_safety"}),
    "injured=true": ("health", {"bullying"}), "ill=true": ("health", set[str]()), "pregnant=true": ("health", set[str]()),
    "disabled=true": ("disabled_federation", set[str]()), "institution=religious": ("united_front", set[str]()),
    "subtype=child_labour": ("human_resources", {"exploitation"}),
}  # fmt: skip


def table() -> list[dict[str, str]]:
    with (DATA / "routing_table.tsv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def named(cell: str) -> list[str]:
    return [] if cell == "-" else cell.split()


def stated(cell: str) -> dict[str, Any]:
    return dict(map(read_fact, named(cell)))


def levels(row: Mapping[str, str]) -> list[Urgency]:
    return [Urgency.CRITICAL] if row["level"] == "critical" else [each for each in Urgency if each != Urgency.CRITICAL]


def cell_id(row: Mapping[str, str]) -> str:
    return " ".join((row["jurisdiction"], row["category"], row["facts"], row["level"]))


@pytest.mark.parametrize("row", table(), ids=cell_id)
def test_cell(protocols: Shipped, row: dict[str, str]) -> None:
    for urgency, code in itertools.product(levels(row), CODES[row["jurisdiction"]]):
        asked = {"place": code, "category": row["category"], "urgency": urgency, "facts": stated(row["facts"])}
        found = answer_line(asked, protocols.packs)
        assert found["lead"] == named(row["lead"])
        assert sorted(found["with"]) == named(row["with"])
        assert sorted(found["copy"]) == named(row["copy"])
        assert set(named(row["clauses"])) <= set(found["clauses"])


def test_every_category_and_place_is_in_the_table() -> None:
    assert {(row["category"], row["jurisdiction"]) for row in table()} == set(
        itertools.product(CATEGORIES, PLACES.values())
    )


@pytest.mark.parametrize("fact", JOINS)
def test_who_joins_by_the_childs_situation_joins_every_row(protocols: Shipped, fact: str) -> None:
    joins, apart = JOINS[fact]
    for row in table():
        if row["facts"] != "-" or row["category"] in apart:
            continue
        for urgency in levels(row):
            found = route(protocols.packs[row["jurisdiction"]], row["category"], urgency, stated(fact))
            assert list(found.lead) == named(row["lead"])
            assert set(found.with_) == {*named(row["with"]), joins} - set(found.lead)
            assert "routing:R4" in found.why[joins]


@pytest.mark.parametrize(
    ("place", "category", "facts", "clause"),
    [
        ("N", "sexual_abuse", {}, "national:T6"), ("S", "sexual_abuse", {"online": True}, "siping_tiedong:T15"),
        ("G", "sexual_abuse", {}, "gaotai:GT6"), ("X", "physical_abuse", {}, "guangxi:T6"),
        ("S", "physical_abuse", {}, "siping_tiedong:T4"), ("G", "physical_abuse", {}, "gaotai:GT7"),
        ("N", "bullying", {}, "national:T13"), ("X", "bullying", {}, "guangxi:T13"),
        ("C", "bullying", {}, "chongqing:T13"), ("G", "bullying", {}, "gaotai:GT14"),
        ("S", "bullying", {}, "siping_tiedong:T13"), ("S", "self_harm", {}, "siping_tiedong:T2"),
        ("S", "abandonment", {"subtype": "venue"}, "siping_tiedong:T7"), ("G", "abandonment", {}, "gaotai:GT7"),
        ("X", "imminent_danger", {}, "guangxi:T6"),
        ("C", "guardianship", {"single_parent": True}, "chongqing:T8"), ("G", "guardianship", {}, "gaotai:GT4"),
        ("S", "guardianship", {}, "siping_tiedong:T4"), ("S", "guardianship", {"subtype": "entrusted"}, "siping_tiedong:T5"),
        ("G", "guardianship", {"subtype": "entrusted"}, "gaotai:GT5"), ("S", "mental_health", {}, "siping_tiedong:T2"),
        ("G", "family_education", {}, "gaotai:GT8"), ("X", "dropout", {}, "guangxi:T10"),
        ("S", "water_safety", {}, "siping_tiedong:T14"), ("G", "water_safety", {}, "gaotai:GT15"),
        ("C", "campus_safety", {}, "chongqing:T14"), ("G", "campus_safety", {}, "gaotai:GT15"),
        ("X", "online_harm", {}, "guangxi:T15"), ("C", "welfare_relief", {}, "chongqing:T9"),
        ("G", "disability_health", {}, "gaotai:GT10"), ("X", "legal_aid", {}, "guangxi:T6"),
        ("X", "duty_complaint", {"subtype": "not_reported"}, "guangxi:T6"),
    ],
)  # fmt: skip
def test_the_clause_of_the_place_is_cited(
    protocols: Shipped, place: str, category: str, facts: dict[str, Any], clause: str
) -> None:
    assert clause in route(protocols.packs[PLACES[place]], category, Urgency.NORMAL, facts).clauses


def test_guangxi_puts_two_kinds_first_in_line_and_opens_the_every_case_check(protocols: Shipped) -> None:
    guangxi, national = protocols.packs["guangxi"], protocols.packs["national"]
    for category in CATEGORIES:
        first = route(guangxi, category, Urgency.NORMAL, {}).priority
        assert first is (category in ("online_harm", "legal_aid"))
    complaint = {"subtype": "not_reported"}
    assert route(guangxi, "duty_complaint", Urgency.NORMAL, complaint).every_case_check
    assert not route(national, "duty_complaint", Urgency.NORMAL, complaint).every_case_check
