"""The routing table, transcribed cell by cell: 28 rows with their conditions, five places, four levels."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from routing.rules import route
from routing.shipped import Shipped
from words.ids import CATEGORIES, Urgency

PLACES = {"N": "national", "X": "guangxi", "C": "chongqing", "S": "siping_tiedong", "G": "gaotai"}


@dataclass(frozen=True)
class Row:
    """`nine`: a situation of the nine applies. `critical`: leads when critical; otherwise police before the leads.

    `changes` are as the table prints them: "+court -youth_league lead=education,womens_federation".
    """

    category: str
    facts: Mapping[str, Any]
    lead: str
    with_: str = ""
    copy: str = ""
    nine: bool = False
    changes: Mapping[str, str] = field(default_factory=dict)
    critical: str = ""

    def __str__(self) -> str:
        return "-".join([self.category, *(f"{key}={value}" for key, value in self.facts.items())])


HARMED = "civil_affairs womens_federation court health township village_committee"
CARED = "police justice womens_federation township village_committee"
MIND = {"X": "+womens_federation", "G": "+womens_federation", "C": "+womens_federation +disabled_federation",
        "S": "-youth_league +womens_federation"}  # fmt: skip
LEFT = "civil_affairs police township village_committee health womens_federation"
BULLIED = "police civil_affairs youth_league womens_federation"
BULLYING = dict.fromkeys("NXCG", "+working_committee")

TABLE = [
    Row("sexual_abuse", {}, "police", "civil_affairs health education womens_federation justice", "procuratorate", True,
        {"G": "+court +procuratorate"}),
    Row("sexual_abuse", {"online": True}, "police", "civil_affairs health education womens_federation justice", "procuratorate",
        True, {"S": "+cyberspace", "G": "+court +procuratorate"}),
    Row("physical_abuse", {}, "police", HARMED, "procuratorate", True,
        {"X": "+justice", "S": "+procuratorate +education", "G": "+justice"}),
    Row("staff_harm", {}, "police", "education", "procuratorate", True, {"G": "+court +procuratorate"}),
    Row("staff_harm", {"institution": "school"}, "police", "education", "procuratorate", True, {"G": "+court +procuratorate"}),
    Row("staff_harm", {"institution": "welfare"}, "police", "civil_affairs", "procuratorate", True,
        {"G": "+court +procuratorate"}),
    Row("staff_harm", {"institution": "nursery"}, "police", "health", "procuratorate", True, {"G": "+court +procuratorate"}),
    Row("staff_harm", {"institution": "clinic"}, "police", "health", "procuratorate", True, {"G": "+court +procuratorate"}),
    Row("bullying", {}, "education", BULLIED, changes=BULLYING),
    Row("bullying", {"injured": True}, "education police", BULLIED + " health", "", True, BULLYING),
    Row("bullying", {"armed": True}, "education police", BULLIED, changes=BULLYING),
    Row("bullying", {"filmed": True}, "education police", BULLIED, changes=BULLYING),
    Row("bullying", {"repeated": True}, "education police", BULLIED, changes=BULLYING),
    Row("abnormal_injury", {}, "police", "health civil_affairs education", "procuratorate", True),
    Row("abnormal_injury", {"hazard": "fire"}, "police", "health civil_affairs education", "procuratorate", True,
        {"X": "+fire_rescue", "G": "+fire_rescue"}),
    Row("self_harm", {}, "police", "health education civil_affairs youth_league", "", True, MIND),
    Row("abandonment", {}, "civil_affairs", LEFT, "", True, {"G": "+justice"}, critical="police"),
    Row("abandonment", {"subtype": "venue"}, "civil_affairs", LEFT, "", True, {"S": "+united_front", "G": "+justice"},
        critical="police"),
    Row("missing_trafficked", {}, "police", "civil_affairs health", "procuratorate", True),
    Row("missing_trafficked", {"subtype": "venue"}, "police", "civil_affairs health", "procuratorate", True,
        {"S": "+united_front"}),
    Row("exploitation", {}, "police", "civil_affairs health", "", True),
    Row("exploitation", {"subtype": "begging"}, "police", "civil_affairs health", "", True),
    Row("exploitation", {"subtype": "child_labour"}, "human_resources", "police education civil_affairs", "", True),
    Row("exploitation", {"subtype": "child_labour", "forced": True}, "police", "education civil_affairs human_resources", "",
        True),
    Row("exploitation", {"subtype": "child_labour", "confined": True}, "police", "education civil_affairs human_resources", "",
        True),
    Row("exploitation", {"subtype": "child_labour", "injured": True}, "police",
        "education civil_affairs human_resources health", "", True),
    Row("imminent_danger", {}, "police", "civil_affairs education womens_federation", "procuratorate", True,
        {"X": "+justice"}),
    Row("guardianship", {"subtype": "neglect"}, "civil_affairs", CARED, changes={
        "S": "+court +procuratorate +education", "G": "lead=womens_federation +civil_affairs"}),
    Row("guardianship", {"subtype": "neglect", "single_parent": True}, "civil_affairs", CARED, changes={
        "C": "+education", "S": "+court +procuratorate +education", "G": "lead=womens_federation +civil_affairs"}),
    Row("guardianship", {"subtype": "neglect", "danger": True}, "civil_affairs", CARED, "", True, {
        "S": "+court +procuratorate +education", "G": "lead=womens_federation +civil_affairs"}),
    Row("guardianship", {"subtype": "entrusted"}, "civil_affairs", "township village_committee",
        changes={"S": "+police", "G": "+womens_federation"}),
    Row("mental_health", {"pupil": True}, "education", "health civil_affairs youth_league", changes=MIND),
    Row("mental_health", {}, "health", "civil_affairs youth_league", changes=MIND),
    Row("family_education", {}, "womens_federation", "education police justice", changes={
        "G": "lead=education,womens_federation +court +procuratorate +civil_affairs"}),
    Row("dropout", {}, "education", "police civil_affairs township", changes={"X": "+youth_league"}),
    Row("education_service", {}, "education"),
    Row("water_safety", {}, "emergency", "education civil_affairs police township", changes={
        "X": "+fire_rescue", "S": "lead=emergency", "G": "lead=education +emergency +water +fire_rescue"}),
    Row("campus_safety", {}, "education", "police emergency",
        changes={"X": "+fire_rescue", "C": "+procuratorate", "G": "+water +fire_rescue"}),
    Row("campus_safety", {"institution": "welfare"}, "civil_affairs", "police emergency",
        changes={"X": "+fire_rescue", "C": "+procuratorate", "G": "+water +fire_rescue"}),
    Row("campus_safety", {"hazard": "food"}, "education", "police emergency health",
        changes={"X": "+fire_rescue", "C": "+procuratorate", "G": "+water +fire_rescue"}),
    Row("campus_safety", {"hazard": "disease"}, "education", "police emergency health",
        changes={"X": "+fire_rescue", "C": "+procuratorate", "G": "+water +fire_rescue"}),
    Row("online_harm", {}, "cyberspace", "police education"),
    Row("online_harm", {"grave": True}, "cyberspace", "police education", "", True),
    Row("online_harm", {"crime": True}, "police", "cyberspace education"),
    Row("welfare_relief", {}, "civil_affairs", "township health youth_league disabled_federation",
        changes={"C": "+education"}),
    Row("disability_health", {"disability_or_illness": "disability"}, "disabled_federation", "health civil_affairs education",
        changes={"G": "lead=civil_affairs +disabled_federation"}),
    Row("disability_health", {"disability_or_illness": "illness"}, "health", "civil_affairs education",
        changes={"G": "lead=civil_affairs +disabled_federation +health"}),
    Row("legal_aid", {}, "justice", "court procuratorate womens_federation civil_affairs"),
    Row("care_service", {}, "civil_affairs", "township village_committee youth_league womens_federation"),
    Row("parent_employment", {}, "human_resources", "civil_affairs womens_federation"),
    Row("duty_complaint", {"subtype": "not_reported"}, "procuratorate", "civil_affairs working_committee",
        changes={"S": "-working_committee +leading_group_office"}),
    Row("duty_complaint", {"subtype": "not_reported", "complained_about": "school"}, "procuratorate",
        "education civil_affairs working_committee", changes={"S": "-working_committee +leading_group_office"}),
    *(Row("duty_complaint", {"subtype": subtype}, "civil_affairs", "working_committee", "procuratorate",
          changes={"S": "-working_committee +leading_group_office"}) for subtype in ("director", "inaction", "leak")),
    Row("out_of_scope", {}, "gov_service"),
]  # fmt: skip


def expected(row: Row, place: str, urgency: Urgency) -> tuple[list[str], set[str], set[str]]:
    """Lead in order, with, copy, by the words of the table and rules 1 and 3."""
    lead, with_, copy = row.lead.split(), set(row.with_.split()), set(row.copy.split())
    if row.nine:
        with_.add("police")
        copy.add("procuratorate")
    if urgency is Urgency.CRITICAL and row.critical:
        lead = row.critical.split()
    for change in row.changes.get(place, "").split():
        if change.startswith("+"):
            with_.add(change[1:])
        elif change.startswith("-"):
            with_.remove(change[1:])
        else:
            lead = change.removeprefix("lead=").split(",")
    if urgency is Urgency.CRITICAL:
        lead = ["police", *(one for one in lead if one != "police")]
    with_ -= set(lead)
    return lead, with_, copy - with_ - set(lead)


@pytest.mark.parametrize("urgency", Urgency)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("row", TABLE, ids=str)
def test_cell(protocols: Shipped, row: Row, place: str, urgency: Urgency) -> None:
    found = route(protocols.packs[PLACES[place]], row.category, urgency, row.facts)
    lead, with_, copy = expected(row, place, urgency)
    assert list(found.lead) == lead
    assert set(found.with_) == with_
    assert set(found.copy) == copy


def test_every_category_is_in_the_table() -> None:
    assert {row.category for row in TABLE} == set(CATEGORIES)


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
