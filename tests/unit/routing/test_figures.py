"""What is counted, as values: what a rate leaves out, percentiles, groups, the cases behind a figure, small numbers."""

import math
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.figures.matter import Answer, Matter, Promise
from routing.figures.measure import (
    COUNT_NAMES,
    DIMENSIONS,
    RATE_NAMES,
    RATES,
    STEP_NAMES,
    STEPS,
    Rate,
    figures,
    groups,
    kept,
    percentile,
    which,
)
from routing.figures.reading import Period
from routing.figures.small import FEW, HIDDEN, column, share, small

NOON = datetime(2026, 11, 19, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TIMES = st.one_of(st.none(), st.integers(-50, 50).map(lambda hours: NOON + hours * HOUR))


def promise(**changes: object) -> Promise:
    values = {"step": "acknowledge", "department": "police", "began": NOON - HOUR, "ends_at": NOON, **changes}
    return Promise(**values)  # type: ignore[arg-type]  # a test names its own fields


def matter(**changes: object) -> Matter:
    values = {
        "id": "c", "reference": "HT261119-AAAAA", "place": "458821", "category": "bullying", "source": "web",
        "urgency": "urgent", "status": "open", "round": 1, "opened_at": NOON, "leads": ("police",), **changes,
    }  # fmt: skip
    return Matter(**values)  # type: ignore[arg-type]  # likewise


@pytest.mark.parametrize(
    ("changes", "now", "expected"),
    [
        ({"done_at": NOON}, NOON, True), ({"done_at": NOON + HOUR}, NOON + HOUR, False),
        ({}, NOON - HOUR, None), ({}, NOON, False), ({"waiting": True}, NOON + HOUR, None),
        ({"stopped_at": NOON}, NOON + HOUR, None), ({"stopped_at": NOON + HOUR}, NOON + 2 * HOUR, False),
        ({"done_at": NOON, "stopped_at": NOON + HOUR}, NOON + HOUR, True),
    ],
)  # fmt: skip
def test_a_promise_is_kept_broken_or_not_decided(changes: dict[str, object], now: datetime, expected: bool) -> None:
    assert kept(promise(**changes), now) is expected


@given(st.lists(st.integers(0, 1000), min_size=1), st.sampled_from([0.5, 0.9, 1.0]))
def test_a_percentile_is_the_smallest_that_so_many_do_not_exceed(hours: list[int], part: float) -> None:
    times = sorted(hour * HOUR for hour in hours)
    found = percentile(times, part)
    assert found in times and sum(each <= found for each in times) >= math.ceil(part * len(times))
    assert sum(each < found for each in times) < math.ceil(part * len(times))
    assert percentile([], part) is None


PROMISES = st.builds(
    promise, step=st.sampled_from(["acknowledge", "accept", "result", "tell"]), ends_at=TIMES.map(lambda at: at or NOON),
    department=st.sampled_from(["police", "education"]), done_at=TIMES, stopped_at=TIMES, waiting=st.booleans(),
)  # fmt: skip
MATTERS = st.lists(
    st.builds(
        matter, id=st.uuids().map(str), status=st.sampled_from(["open", "closed", "merged"]), round=st.integers(1, 3),
        leads=st.sampled_from([("police",), ("police", "education"), ()]), promises=st.lists(PROMISES, max_size=4),
        answers=st.lists(st.builds(Answer, round=st.just(1), result_at=st.just(NOON), arrived_at=TIMES), max_size=2),
        category=st.sampled_from(["bullying", "self_harm"]), source=st.sampled_from(["web", "hotline"]),
        opened_at=TIMES.map(lambda at: at or NOON), closed_at=st.just(NOON + 99 * HOUR), seen_by=TIMES, seen_at=TIMES,
        climbs=st.lists(st.tuples(st.sampled_from(["police", ""]), st.sampled_from(["desk", "L0", "L3"])), max_size=3),
        returns=st.lists(st.sampled_from(["police", "education"]), max_size=2), check=st.sampled_from(["", "asked", "done"]),
        silent=st.lists(st.sampled_from(["school", ""]), max_size=2),
    ), max_size=8,
)  # fmt: skip


@given(MATTERS, st.sampled_from([dimension for dimension in DIMENSIONS if dimension != "department"]))
def test_the_groups_add_up_to_the_whole(matters: list[Matter], dimension: str) -> None:
    whole, parts = figures(matters, NOON), groups(matters, dimension, NOON).values()
    for id in COUNT_NAMES:
        assert whole.counts[id] == sum(each.counts[id] for each in parts)
    for id in RATE_NAMES:
        assert whole.rates[id] == Rate(sum(p.rates[id].good for p in parts), sum(p.rates[id].of for p in parts))
    for id in STEP_NAMES:
        assert whole.times[id].count == sum(each.times[id].count for each in parts)
    assert sum(whole.climbed.values()) == whole.counts["climbed"]


@given(MATTERS, st.sampled_from([None, "police"]))
def test_behind_every_figure_are_its_cases_and_none_that_was_put_to_another(
    matters: list[Matter], department: str | None
) -> None:
    found = figures(matters, NOON, department)
    for id, rate in found.rates.items():
        behind = which(matters, id, NOON, department)
        assert bool(behind) == (rate.good < rate.of) and all(each.status != "merged" for each in behind)
    for id in ("opened", "open", "closed", "reopened", "climbed"):
        assert len(which(matters, id, NOON, department)) == found.counts[id]
    for id in ("returned", "silent"):
        assert bool(which(matters, id, NOON, department)) == (found.counts[id] > 0)
    assert 0 <= found.rates["seen"].good <= found.rates["seen"].of <= len(matters)


def test_a_case_that_two_lead_is_one_case_and_stands_in_both_groups() -> None:
    two = matter(leads=("police", "education"), answers=(Answer(1, NOON, NOON),), check="done")
    assert figures([two], NOON).rates["told"] == figures([two], NOON).rates["check"] == Rate(1, 1)
    assert {name: each.counts["opened"] for name, each in groups([two], "department", NOON).items()} == {
        "police": 1, "education": 1
    }  # fmt: skip


def test_what_nobody_defined_is_refused_and_everything_has_a_name() -> None:
    for asked in (lambda: which([], "nonsense", NOON), lambda: groups([], "nonsense", NOON)):
        with pytest.raises(ValueError):
            asked()
    assert set(RATES) == set(RATE_NAMES) and set(STEPS) == set(STEP_NAMES)


def test_a_period_is_of_whole_months_in_beijing() -> None:
    year = Period(date(2026, 1, 1), date(2026, 12, 1))
    assert year.since == datetime(2025, 12, 31, 16, tzinfo=UTC) and year.until == datetime(2026, 12, 31, 16, tzinfo=UTC)
    for wrong in ((date(2026, 2, 1), date(2026, 1, 1)), (date(2020, 1, 1), date(2026, 1, 1))):
        with pytest.raises(ValueError):
            Period(*wrong)


@given(st.lists(st.integers(0, 30), max_size=8))
def test_no_small_number_can_be_reckoned_from_its_column(numbers: list[int]) -> None:
    said = column(numbers)
    hidden = [number for number, text in zip(numbers, said, strict=True) if text in (FEW, HIDDEN)]
    for number, text in zip(numbers, said, strict=True):
        assert text in (str(number), FEW, HIDDEN) and (text != str(number) or number == 0 or number >= 5)
    if any(numbers[place] for place in range(len(numbers)) if said[place] not in (FEW, HIDDEN)):
        assert len(hidden) != 1, "the total less the others would be it"


def test_a_rate_of_few_says_nothing_of_them() -> None:
    assert [small(number) for number in (0, 1, 4, 5)] == ["0", FEW, FEW, "5"]
    assert share(0, 0, None) == "—" and share(10, 10, 100.0) == "100.0%" and share(5, 10, 50.0) == "50.0%"
    assert share(9, 10, 90.0) == share(1, 10, 10.0) == share(2, 2, 100.0) == HIDDEN
