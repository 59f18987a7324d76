"""Which clocks a level has, and what they carry."""

import json

import pytest

from escalation.ladder import LEVELS, SENT_TO, Seat, above, living, who
from escalation.policy import Policy, Terms, case_policies, policies_for, policy_of
from words.ids import Urgency

KINDS = {
    Urgency.CRITICAL: ["acknowledge", "accept", "progress", "result"],
    Urgency.URGENT: ["acknowledge", "accept", "progress", "result"],
    Urgency.NORMAL: ["acknowledge", "accept", "progress", "result"],
    Urgency.INFO: ["accept", "result"],  # a question acknowledges by itself
}
RUNGS = {
    "acknowledge": ["L0"], "accept": ["L1", "L2", "L3"], "progress": ["L4"], "result": ["L2", "L3", "L4"],
}  # fmt: skip


@pytest.mark.parametrize("urgency", Urgency)
def test_what_starts_at_a_desk(terms: Terms, urgency: Urgency) -> None:
    policies = policies_for(terms, urgency)
    assert [policy.kind for policy in policies] == KINDS[urgency]
    for policy in policies:
        climbs = sorted(step.to for step in policy.steps if step.kind == "climb")
        wanted = [level for level in RUNGS[policy.kind] if not (urgency is Urgency.INFO and level in ("L3", "L4"))]
        assert climbs == wanted + (["L3"] if urgency is Urgency.INFO and policy.kind == "result" else [])
        assert policy.repeat == terms.repeat[urgency]


@pytest.mark.parametrize("urgency", Urgency)
def test_only_patience_slides(terms: Terms, urgency: Urgency) -> None:
    slides = {kind for kind in terms.deadlines if (policy := policy_of(terms, kind, urgency)) and policy.slides}
    assert slides <= {"acknowledge", "accept", "decide", "progress", "call_task", "visit_permission"}
    for kind in ("result", "tell", "three_day", "child", "call_back", "interim", "written_reply"):
        policy = policy_of(terms, kind, urgency)
        assert policy is None or not policy.slides


def test_the_case_has_clocks_of_its_own(terms: Terms) -> None:
    assert [policy.kind for policy in case_policies(terms, Urgency.CRITICAL)] == ["interim", "child"]
    assert [policy.kind for policy in case_policies(terms, Urgency.URGENT)] == ["child"]
    assert case_policies(terms, Urgency.NORMAL) == []


def test_reminders_to_the_desk_at_half_and_at_four_fifths(terms: Terms) -> None:
    for urgency in (Urgency.CRITICAL, Urgency.URGENT):
        for policy in policies_for(terms, urgency):
            assert [step.share for step in policy.steps if step.of == "part"] == [0.5, 0.8]
    for policy in policies_for(terms, Urgency.NORMAL):
        assert [step.card for step in policy.steps if step.card] == ["yellow", "red"]


def test_a_desk_nobody_sits_at_acknowledges_by_phone_in_twenty_minutes(terms: Terms) -> None:
    acknowledge = policies_for(terms, Urgency.CRITICAL, "day")[0]
    assert str(acknowledge.due) == "PT20M"
    assert [str(step.after) for step in acknowledge.steps if step.to == "L0"] == ["PT20M"]
    assert str(policies_for(terms, Urgency.URGENT, "day")[0].due) == "PT30M"
    assert str(policies_for(terms, Urgency.NORMAL, "day")[0].due) == "4wh"


def test_no_rung_rings_before_a_desk_that_is_rung_up_is_due_to_answer(terms: Terms) -> None:
    policies = {policy.kind: policy for policy in policies_for(terms, Urgency.CRITICAL, "day")}
    climbs = {step.to: str(step.after) for step in policies["accept"].steps if step.kind == "climb"}
    assert climbs == {"L1": "PT25M", "L2": "PT30M", "L3": "PT30M"} and str(policies["accept"].due) == "PT30M"
    assert [str(step.after) for step in policies["progress"].steps if step.to == "L4"] == ["PT2H"]
    by_day = policies_for(terms, Urgency.CRITICAL)[1]
    assert [str(step.after) for step in by_day.steps if step.kind == "climb"] == ["PT10M", "PT15M", "PT30M"]
    for urgency in (Urgency.URGENT, Urgency.NORMAL, Urgency.INFO):
        assert policies_for(terms, urgency, "day") == policies_for(terms, urgency)


def test_a_bullying_inquiry_has_ten_days(terms: Terms) -> None:
    due = {policy.kind: str(policy.due) for policy in policies_for(terms, Urgency.URGENT, category="bullying")}
    assert due["result"] == "P10D" and due["progress"] == "PT24H"


def test_what_is_a_limit_is_no_clock(terms: Terms) -> None:
    assert policy_of(terms, "return", Urgency.NORMAL) is None
    assert policy_of(terms, "three_day", Urgency.NORMAL) is None
    with pytest.raises(KeyError):
        policy_of(terms, "lunch", Urgency.NORMAL)


def test_a_snapshot_is_read_back_as_it_was(terms: Terms) -> None:
    for kind in terms.deadlines:
        for urgency in Urgency:
            policy = policy_of(terms, kind, urgency, category="bullying")
            if policy:
                assert Policy.from_json(json.loads(json.dumps(policy.to_json()))) == policy


# -- ladder -----------------------------------------------------------------------------------------------------------


def test_at_night_the_top_is_the_governments_duty_room() -> None:
    assert who("L4", "police") == [Seat("government_office", "leader")]
    assert who("L4", "police", night=True) == [Seat("government_office", "night_duty")]
    assert (
        who("L3", "police", coordinators=("civil_affairs", "leading_group_office"))[1].department
        == "leading_group_office"
    )
    assert who("P", "police") == [Seat("procuratorate", "prosecutor")]
    with pytest.raises(ValueError, match="no such rung"):
        who("L9", "police")


@pytest.mark.parametrize("department", ["police", "civil_affairs", "government_office"])
def test_no_seat_is_on_two_rungs_of_one_ladder(department: str) -> None:
    seats = [seat for level in ("desk", *LEVELS) for seat in who(level, department)]
    assert len(set(seats)) == len(seats)


def test_the_next_rung_up() -> None:
    assert [above(level) for level in ("desk", *LEVELS)] == [*LEVELS, None]
    assert set(SENT_TO.values()) <= set(LEVELS)


def test_a_person_on_two_rungs_is_asked_once_and_the_gap_shows() -> None:
    people = {"L2": ["wang"], "L0": ["li", "li"], "L1": ["li"], "L3": ["zhao", "wang"]}
    assert living(people) == {"L0": ("li",), "L1": (), "L2": ("wang",), "L3": ("zhao",)}
