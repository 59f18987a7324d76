"""A clock becomes due earlier: its case is raised, or the child meets that person again before."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from escalation.calendar import Calendar
from escalation.clock import advance, derivation, hasten, quicken, start
from escalation.policy import Terms, policy_of
from tests.unit.escalation.test_clock import NIGHT, climb, of
from words.ids import Urgency

# -- raised -----------------------------------------------------------------------------------------------------------


def test_a_raised_clock_that_would_be_over_sooner_starts_afresh(terms: Terms, calendar: Calendar) -> None:
    urgent = start(of(terms, "accept", Urgency.URGENT), NIGHT, calendar)
    now = NIGHT + timedelta(minutes=10)
    raised = quicken(urgent, of(terms, "accept", Urgency.CRITICAL), now, calendar)
    assert raised == start(of(terms, "accept", Urgency.CRITICAL), now, calendar)


def test_what_has_climbed_to_the_top_speaks_again_by_the_graver_measure(terms: Terms, calendar: Calendar) -> None:
    clock = start(of(terms, "accept", Urgency.URGENT), NIGHT, calendar)
    while clock.due_at <= NIGHT + timedelta(hours=25):
        clock = advance(clock, clock.due_at, calendar).clock
    now = NIGHT + timedelta(hours=25)
    assert clock.due_at - now == timedelta(hours=3)
    raised = quicken(clock, of(terms, "accept", Urgency.CRITICAL), now, calendar)
    assert raised.ends_at == clock.ends_at and raised.due_at == now + timedelta(minutes=30)
    move = advance(raised, raised.due_at, calendar)
    assert (move.fire.to, move.next_due - raised.due_at) == ("L3", timedelta(minutes=30))


def test_an_overdue_clock_climbs_on_from_the_rung_it_has_reached(terms: Terms, calendar: Calendar) -> None:
    clock = start(of(terms, "result", Urgency.URGENT), NIGHT, calendar)
    while clock.due_at <= clock.ends_at:
        clock = advance(clock, clock.due_at, calendar).clock
    assert clock.policy.steps[clock.step].to == "L3"
    now = clock.ends_at + timedelta(hours=3)
    raised = quicken(clock, of(terms, "result", Urgency.CRITICAL), now, calendar)
    told = climb(raised, calendar, 3)
    assert [to for to, _ in told] == ["L3", "L4", "L4"] and raised.due_at == now


@given(
    kind=st.sampled_from(["acknowledge", "accept", "progress", "result"]), urgency=st.sampled_from(Urgency),
    fired=st.integers(0, 9), minutes=st.integers(0, 5000),
)  # fmt: skip
def test_nothing_gets_later_by_a_raise(
    terms: Terms, calendar: Calendar, kind: str, urgency: Urgency, fired: int, minutes: int
) -> None:
    policy, graver = policy_of(terms, kind, urgency), policy_of(terms, kind, urgency.raised())
    if policy is None or graver is None:
        return
    clock = start(policy, NIGHT, calendar)
    for _ in range(fired):
        clock = advance(clock, clock.due_at, calendar).clock
    now = max(NIGHT + timedelta(minutes=minutes), clock.started_at)
    raised = quicken(clock, graver, now, calendar)
    assert raised.ends_at <= clock.ends_at and raised.status == "running"
    assert raised.due_at <= max(clock.due_at, now)
    reached = {step.to for step in raised.policy.steps}
    for _ in range(8):
        move = advance(raised, max(raised.due_at, now), calendar)
        assert move.fire.to in reached
        raised = move.clock


# -- due earlier ------------------------------------------------------------------------------------------------------


def test_a_hastened_clock_reminds_on_the_shorter_way_and_leaves_those_above_as_they_were(
    terms: Terms, calendar: Calendar
) -> None:
    progress = start(of(terms, "progress", Urgency.CRITICAL), NIGHT, calendar)
    sooner = hasten(progress, NIGHT + timedelta(minutes=90), NIGHT, calendar)
    assert climb(sooner, calendar, 5) == [
        ("desk", "16 03:55:00"), ("desk", "16 04:22:00"), ("desk", "16 04:40:00"), ("L4", "16 05:10:00"), ("L4", "16 05:40:00"),
    ]  # fmt: skip
    assert "提前到2026-11-16 04:40:00" in "".join(map(str, derivation(sooner, calendar)))


@given(
    urgency=st.sampled_from(Urgency), fired=st.integers(0, 6), minutes=st.integers(0, 5000), hour=st.integers(0, 200)
)  # fmt: skip
def test_nothing_gets_later_and_nobody_is_passed_over_by_an_earlier_hour(
    terms: Terms, calendar: Calendar, urgency: Urgency, fired: int, minutes: int, hour: int
) -> None:
    policy = policy_of(terms, "progress", urgency)
    if policy is None:
        return
    clock = start(policy, NIGHT, calendar)
    for _ in range(fired):
        clock = advance(clock, clock.due_at, calendar).clock
    now = NIGHT + timedelta(minutes=minutes)
    sooner = hasten(clock, NIGHT + timedelta(hours=hour), now, calendar)
    assert sooner.ends_at <= clock.ends_at and sooner.due_at <= max(clock.due_at, now)
    above = {step.to for step in clock.policy.steps[clock.step :] if step.kind == "climb"}
    assert above <= {step.to for step in sooner.policy.steps[sooner.step :]}
    assert advance(sooner, max(sooner.due_at, now), calendar).clock.status == "running"
