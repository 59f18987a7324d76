"""What `hutong route` prints for one case: desks, clauses, deadlines and ladder as JSON values. Pure."""

from collections.abc import Mapping
from typing import Any

from escalation.ladder import who
from escalation.policy import Terms
from routing.packs import Pack
from routing.rules import ANYWHERE, route
from routing.terms import STEPS
from words.ids import Urgency


def route_answer(
    pack: Pack,
    category: str,
    urgency: Urgency,
    facts: Mapping[str, Any],
    *,
    place: str | None = ANYWHERE,
) -> dict[str, Any]:
    """`lead, with, copy, clauses, deadlines, ladder`, and beside them what else the protocol decides.

    A step or rung that the level does not have is left out. `overdue` is the ladder of result, tell and call-back, each
    counted from its due time; `repeat` how often the top speaks again. Raises FactError.
    """
    urgency = Urgency(urgency)
    found = route(pack, category, urgency, facts, place=place)
    return {
        "pack": pack.id,
        "lead": list(found.lead),
        "with": list(found.with_),
        "copy": list(found.copy),
        "clauses": list(found.clauses),
        "deadlines": deadlines(pack.terms, category, urgency),
        "ladder": ladder(pack.terms, found.first, urgency),
        "overdue": overdue(pack.terms, found.first, urgency),
        "repeat": str(pack.terms.repeat[urgency]),
        "held": list(found.held),
        "nine": list(found.nine),
        "priority": found.priority,
        "every_case_check": found.every_case_check,
        "one_up": dict(found.one_up),
        "registered": found.registered,
        "emergency": found.emergency_line,
        "why": {department: list(clauses) for department, clauses in found.why.items()},
        "alarms": [str(alarm) for alarm in found.alarms],
    }


def deadlines(terms: Terms, category: str, urgency: Urgency) -> dict[str, dict[str, str]]:
    """Step → due, basis, clause (where there is one) and what it counts from."""
    answer: dict[str, dict[str, str]] = {}
    for step in STEPS:
        row = terms.deadlines[step]
        if term := row.term(urgency, category):
            answer[step] = {"due": str(term.due), "basis": term.basis.value, "from": row.counts_from}
            if term.clause:
                answer[step]["clause"] = term.clause
    return answer


def ladder(terms: Terms, department: str, urgency: Urgency) -> list[dict[str, Any]]:
    """The rungs in order, counted from the opening at that desk."""
    return [
        {
            "level": rung.level,
            "clock": rung.clock,
            "after": str(rung.after[urgency]),
            "who": _who(terms, rung.level, department),
        }
        for rung in terms.ladder
        if urgency in rung.after
    ]


def overdue(terms: Terms, department: str, urgency: Urgency) -> list[dict[str, Any]]:
    """The rungs of a clock that has run out, counted from its due time."""
    return [
        {"level": rung.level, "after_due": str(rung.after[urgency]), "who": _who(terms, rung.level, department)}
        for rung in terms.overdue["overdue"]
        if urgency in rung.after
    ]


def _who(terms: Terms, level: str, department: str) -> list[str]:
    seats = who(level, department, coordinators=terms.coordinators)
    if level == "L4":
        seats += who(level, department, coordinators=terms.coordinators, night=True)
    return list(map(str, seats))
