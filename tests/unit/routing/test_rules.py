"""The seven rules over the whole table, recusal, held letters and raising."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.facts import RAISING_FACTS, FactError, check_facts, raised, usable_facts
from routing.packs import pack_for
from routing.rules import leads_first, route
from routing.shipped import Shipped
from words.ids import CATEGORIES, DEPARTMENTS, NINE, ROUTING_CHOICES, ROUTING_FLAGS, Urgency

N, U, C = Urgency.NORMAL, Urgency.URGENT, Urgency.CRITICAL


# -- R1, R3 -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("situation", NINE)
@pytest.mark.parametrize("category", ["education_service", "welfare_relief", "water_safety", "mental_health"])
def test_any_of_the_nine_brings_police_and_tells_the_procuratorate(
    protocols: Shipped, category: str, situation: int
) -> None:
    for pack in protocols.packs.values():
        found = route(pack, category, U, {"nine": [situation]})
        assert "police" in (*found.lead, *found.with_) and "procuratorate" in (*found.with_, *found.copy)
        assert "routing:R1" in found.clauses and found.every_case_check and found.nine == (situation,)
        assert "police" in route(pack, category, C, {"nine": [situation]}).lead


@pytest.mark.parametrize("category", CATEGORIES)
def test_critical_goes_to_police_first_whatever_it_is(protocols: Shipped, category: str) -> None:
    for pack in protocols.packs.values():
        found = route(pack, category, C, {})
        assert leads_first(found) == "police" and "routing:R3" in found.clauses and found.emergency_line
        assert not route(pack, category, U, {}).emergency_line


# -- R5 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", DEPARTMENTS)
@pytest.mark.parametrize("category", CATEGORIES)
def test_a_case_never_goes_to_the_unit_complained_about(protocols: Shipped, category: str, unit: str) -> None:
    for pack, urgency in itertools.product(protocols.packs.values(), (N, C)):
        found = route(pack, category, urgency, {"complained_about": unit})
        assert unit not in (*found.lead, *found.with_, *found.copy)
        assert found.lead and found.recused == (unit,) and unit not in found.why and "routing:R5" in found.clauses


def test_it_goes_one_level_up_instead(protocols: Shipped) -> None:
    national = protocols.packs["national"]
    found = route(national, "physical_abuse", C, {"complained_about": "police"})
    assert found.lead == ("government_office",) and found.one_up == {"police": "lead"}
    assert "routing:R5" in found.why["government_office"]
    found = route(national, "guardianship", U, {"complained_about": "village_committee"})
    assert "township" in found.with_ and found.one_up == {"village_committee": "with"}
    found = route(national, "staff_harm", U, {"complained_about": "school", "institution": "school"})
    assert "education" in found.with_ and found.one_up == {}


# -- R6, R7 -----------------------------------------------------------------------------------------------------------


def test_where_the_child_lives_leads_and_where_registered_goes_with_it(protocols: Shipped) -> None:
    siping = protocols.packs["siping_tiedong"]
    found = route(siping, "guardianship", N, {"registered_place": "500112"}, place="220303")
    assert found.registered == "500112" and {"routing:R6", "siping_tiedong:T8"} <= set(found.clauses)
    assert found.lead == ("civil_affairs",)
    online = route(protocols.packs["national"], "online_harm", N, {"registered_place": "620724"}, place="110101")
    assert online.with_ == ("police", "education", "civil_affairs") and "routing:R6" in online.why["civil_affairs"]


@pytest.mark.parametrize(
    ("lives", "registered"),
    [
        ("220303", "220303"), ("220303", "220303002"), ("220303002", "220303000000"), ("450000", "450103"),
        ("450103", "45"), ("220303", "000000"), ("000000", "450103"), (None, "450103"),
    ],
)  # fmt: skip
def test_a_coarser_or_finer_code_is_no_other_place(protocols: Shipped, lives: str | None, registered: str) -> None:
    national = protocols.packs["national"]
    found = route(national, "online_harm", N, {"registered_place": registered}, place=lives)
    assert found.registered is None and "routing:R6" not in found.clauses


@pytest.mark.parametrize(
    ("code", "pack"),
    [
        ("450000", "guangxi"), ("450100", "guangxi"), ("458821", "guangxi"), ("450521100", "guangxi"), ("45", "guangxi"),
        ("500112", "chongqing"), ("220303", "siping_tiedong"), ("220303001002", "siping_tiedong"),
        ("220302", "national"), ("220300", "national"), ("620724", "gaotai"), ("620724101", "gaotai"),
        ("620700", "national"), ("110000", "national"), ("", "national"), (None, "national"), ("nonsense", "national"),
    ],
)  # fmt: skip
def test_the_nearest_ancestors_pack(protocols: Shipped, code: str | None, pack: str) -> None:
    assert pack_for(code, protocols.packs).id == pack


@pytest.mark.parametrize("place", [None, ""])
def test_an_unknown_place_goes_to_the_coordinator_with_an_alarm(protocols: Shipped, place: str | None) -> None:
    national, siping = protocols.packs["national"], protocols.packs["siping_tiedong"]
    found = route(national, "dropout", N, {}, place=place)
    assert leads_first(found) == "working_committee" and found.alarms and "routing:R7" in found.clauses
    assert found.lead == ("working_committee",) and {"education", "police"} <= set(found.with_)
    assert route(siping, "dropout", N, {}, place=place).lead == ("leading_group_office",)
    critical = route(national, "sexual_abuse", C, {}, place=place)
    assert critical.lead == ("police", "working_committee")
    critical = route(national, "bullying", C, {}, place=place)
    assert critical.lead == ("police", "working_committee") and "education" in critical.with_


# -- held -------------------------------------------------------------------------------------------------------------


def test_police_first_visit_after(protocols: Shipped) -> None:
    national = protocols.packs["national"]
    assert set(route(national, "physical_abuse", U, {}).held) == {"township", "village_committee"}
    assert route(national, "sexual_abuse", C, {"pupil": True}).held == ("education",)
    assert route(national, "guardianship", U, {}).held == ()
    near = route(national, "guardianship", U, {}, suspect_near=True)
    assert set(near.held) == {"township", "village_committee"}
    assert "education" not in route(national, "bullying", U, {}, suspect_near=True).held  # the lead is never held


# -- facts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts",
    [
        {"subtype": "robbery"}, {"institution": True}, {"pupil": "yes"}, {"pupil": 1}, {"child_age": "seven"},
        {"child_age": -1}, {"child_age": True}, {"child_age": float("nan")}, {"nine": [10]}, {"nine": 4}, {"nine": [True]},
        {"nine": [[4]]}, {"registered_place": "重庆"}, {"complained_about": "baker"}, {"complained_about": ["police"]},
        {"subtype": ["begging"]}, {"weather": "rain"},
    ],
)  # fmt: skip
def test_a_fact_that_can_not_be_read_is_refused_with_what_is_possible(facts: dict[str, Any]) -> None:
    with pytest.raises(FactError, match=next(iter(facts))):
        check_facts(facts)


def test_a_report_is_filed_with_the_facts_that_can_be_read() -> None:
    usable, refused = usable_facts({"pupil": True, "child_age": "七岁", "orphan": True, "subtype": None})
    assert usable == {"pupil": True} and len(refused) == 2 and "child_age" in str(refused[0])


def test_an_unknown_category_is_refused(protocols: Shipped) -> None:
    with pytest.raises(FactError, match="sexual_abuse"):
        route(protocols.packs["national"], "theft", N, {})


def test_false_and_missing_fire_no_rule(protocols: Shipped) -> None:
    national = protocols.packs["national"]
    silent = dict.fromkeys(ROUTING_FLAGS, False) | {"subtype": None}
    for category in CATEGORIES:
        assert route(national, category, N, silent) == route(national, category, N, {})


stated = st.fixed_dictionaries(
    {},
    optional={
        **{key: st.sampled_from(values) for key, values in ROUTING_CHOICES.items()},
        **dict.fromkeys(ROUTING_FLAGS, st.booleans()),
        "nine": st.lists(st.sampled_from(list(NINE)), unique=True),
        "complained_about": st.sampled_from(list(DEPARTMENTS)),
        "child_age": st.integers(0, 17),
    },
)


@given(category=st.sampled_from(list(CATEGORIES)), urgency=st.sampled_from(Urgency), facts=stated, near=st.booleans())
def test_whatever_is_stated_somebody_leads_and_nobody_is_named_twice(
    protocols: Shipped, category: str, urgency: Urgency, facts: dict[str, Any], near: bool
) -> None:
    for pack in protocols.packs.values():
        found = route(pack, category, urgency, facts, suspect_near=near)
        placed = (*found.lead, *found.with_, *found.copy)
        assert found.lead and len(set(placed)) == len(placed) and set(placed) <= set(DEPARTMENTS)
        assert set(found.held) <= {*found.with_, *found.copy}
        assert set(found.clauses) <= set(protocols.clauses) and not found.alarms
        assert all(found.why.get(department) for department in placed)


# -- raising ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fact", RAISING_FACTS)
def test_each_fact_raises_by_one_level_with_a_reason(fact: str) -> None:
    facts = {fact: 7 if fact == "child_age" else True}
    level, reasons = raised(N, facts)
    assert level is U and len(reasons) == 1 and str(reasons[0])


def test_several_facts_raise_by_one_level_all_the_same() -> None:
    level, reasons = raised(N, {"child_age": 3, "orphan": True, "disabled": True})
    assert level is U and len(reasons) == 3
    assert raised(C, {"child_age": 3})[0] is C


def test_nothing_stated_raises_nothing() -> None:
    assert raised(N, {"child_age": 8, "orphan": False, "pupil": True}) == (N, ())
    assert raised(Urgency.INFO, {"child_age": 3}) == (Urgency.INFO, ())
