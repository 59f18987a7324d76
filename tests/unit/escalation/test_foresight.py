"""A case nobody touches, told in advance."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from escalation.calendar import Calendar
from escalation.clock import start
from escalation.foresight import foresee
from escalation.policy import Terms, policies_for, policy_of
from words.beijing import BEIJING
from words.ids import Urgency

NIGHT = datetime(2026, 10, 1, 0, 30, tzinfo=BEIJING)  # after midnight on a holiday


def test_an_abandoned_child_after_midnight_on_national_day(terms: Terms, calendar: Calendar) -> None:
    clocks = [start(policy, NIGHT, calendar) for policy in policies_for(terms, Urgency.CRITICAL)]
    told = list(foresee(clocks, NIGHT + timedelta(hours=2), calendar))
    rungs = {found.step.to: found.at - NIGHT for found in reversed(told)}
    assert [str(rungs[level]) for level in ("L0", "L1", "L2", "L3", "L4")] == [
        "0:05:00", "0:10:00", "0:15:00", "0:30:00", "2:00:00",
    ]  # fmt: skip
    assert all(earlier.at <= later.at for earlier, later in pairwise(told))


@pytest.mark.parametrize("urgency", Urgency)
def test_somebody_is_told_every_repeat_for_ever(terms: Terms, calendar: Calendar, urgency: Urgency) -> None:
    clocks = [start(policy, NIGHT, calendar) for policy in policies_for(terms, urgency)]
    told = list(foresee(clocks, NIGHT + timedelta(days=60), calendar))
    late = [found.at for found in told if found.at > NIGHT + timedelta(days=30)]
    widest = max(later - earlier for earlier, later in pairwise(late))
    assert widest <= (timedelta(hours=4) if urgency in (Urgency.CRITICAL, Urgency.URGENT) else timedelta(days=4))


def test_what_is_done_tells_nobody(terms: Terms, calendar: Calendar) -> None:
    quiet = policy_of(terms, "quiet", Urgency.URGENT)
    assert quiet
    told = list(foresee([start(quiet, NIGHT, calendar)], NIGHT + timedelta(days=1), calendar))
    assert [found.step.to for found in told] == ["task"]
