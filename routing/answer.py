"""What `hutong route` prints for one case: desks, clauses, deadlines and ladder as JSON values. Pure."""

from collections.abc import Mapping
from typing import Any

from escalation.ladder import who
from escalation.policy import Terms
from routing.facts import FactError, check_facts
from routing.packs import Pack, pack_for
from routing.rules import ANYWHERE, route
from routing.terms import STEPS
from words.ids import Urgency
from words.language import line


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


def read_fact(text: str) -> tuple[str, Any]:
    """A fact as it is typed: `pupil=true`, `child_age=7`, `nine=4,9`, `subtype=begging`. Raises FactError."""
    key, equals, written = text.partition("=")
    key, written = key.strip(), written.strip()
    if not equals or not written:
        raise FactError(line("请写成 键=值，如 pupil=true：{text}", text=text))
    value: Any = written
    if key == "nine":
        value = [int(part) if part.strip().isdigit() else part for part in written.split(",")]
    elif key == "child_age":
        value = float(written) if written.replace(".", "", 1).isdigit() else written
    elif written.lower() in ("true", "false"):
        value = written.lower() == "true"
    return key, check_facts({key: value}).get(key)


def answer_line(asked: Mapping[str, Any], packs: Mapping[str, Pack]) -> dict[str, Any]:
    """One line of `hutong route --jsonl`: `place, category, urgency, facts` in, the answer out. Raises FactError.

    A line without `place` asks the national table; an empty or null place is unknown, and the coordinator takes it.
    """
    unknown = sorted(set(asked) - {"id", "place", "category", "urgency", "facts"})
    if unknown or "category" not in asked:
        raise FactError(
            line("一行须有 category，可有 id、place、urgency、facts；不认识：{keys}。", keys="、".join(unknown) or "—")
        )
    urgency, facts = asked.get("urgency") or Urgency.NORMAL, asked.get("facts") or {}
    if urgency not in list(Urgency):
        raise FactError(line("urgency 只能是 {values}。", values="、".join(Urgency)))
    if not isinstance(facts, Mapping):
        raise FactError(line("facts 是键和值，如 {example}。", example='{"pupil": true}'))
    place = asked.get("place", ANYWHERE)
    place = None if place is None else str(place).strip()
    if place and not place.isdigit():
        raise FactError(line("place 是区划代码，如 620724：{place}", place=place))
    found = route_answer(pack_for(place, packs), asked["category"], Urgency(urgency), facts, place=place)
    return {"id": asked["id"], **found} if "id" in asked else found


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
