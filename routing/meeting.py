"""The hour at which the child meets that person again: the first progress of the desk that leads is due before it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from escalation.calendar import Calendar
from escalation.clock import Clock, hasten
from escalation.policy import Terms
from records.tables import Case
from words.ids import HARM, Urgency


def hour_known(meets_at: datetime | None, facts: Mapping[str, Any], case: Case | None = None) -> str | None:
    """The hour as a case's assessment keeps it, ISO 8601: that of the new words, or the one known when they say nothing new
    (「放学」 said on Monday is Monday's)."""
    known: str | None = case.assessment.get("meets_at") if case is not None else None
    said = facts.get("meets_again")
    if case is not None and (said is None or said == case.facts.get("meets_again")):
        return known
    return meets_at.isoformat() if meets_at else None


def before_meeting(clock: Clock, case: Case, terms: Terms, calendar: Calendar, now: datetime) -> Clock:
    """The lead's progress clock, due before the hour; not sooner than a desk must have answered at all. An hour that is over
    changes nothing, nor does any for a case without harm."""
    hour = case.assessment.get("meets_at")
    answer = terms.deadlines["acknowledge"].term(Urgency(case.urgency))
    if clock.policy.kind != "progress" or hour is None or answer is None or case.category not in HARM:
        return clock
    moment = datetime.fromisoformat(hour)
    if calendar.add(moment, answer.due) <= now:
        return clock
    return hasten(clock, max(moment, calendar.add(now, answer.due)), now, calendar)
