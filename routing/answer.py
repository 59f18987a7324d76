"""What `hutong route` prints for one case: desks, clauses, deadlines and ladder as JSON values. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from escalation.calendar import Calendar
from escalation.clock import Clock, derivation
from escalation.ladder import who
from escalation.policy import Policy, Terms
from routing.divisions import Divisions
from routing.facts import FactError, check_facts, raised
from routing.packs import Pack, pack_for
from routing.rules import ANYWHERE, route
from routing.terms import STEPS
from words.beijing import local
from words.ids import Urgency
from words.language import line


@dataclass(frozen=True)
class Counted:
    """A case opened at `at` (aware), with the calendar that counts its working time."""

    at: datetime
    calendar: Calendar


# Beside its category, what a line of `hutong route --jsonl` may say.
_LINE_KEYS = ("id", "place", "urgency", "facts", "at")


def route_answer(
    pack: Pack,
    category: str,
    urgency: Urgency,
    facts: Mapping[str, Any],
    *,
    place: str | None = ANYWHERE,
    counted: "Counted | None" = None,
) -> dict[str, Any]:
    """`lead, with, copy, clauses, deadlines, ladder`, and beside them what else the protocol decides.

    A step or rung that the level does not have is left out. `overdue` is the ladder of result, tell and call-back, each
    counted from its due time; `repeat` how often the top speaks again. The level is taken as it is asked for; `raises`
    says when a report with these facts would be opened one level higher. `counted`: also when each step is due that counts
    from the opening, and how that was counted. Raises FactError.
    """
    urgency = Urgency(urgency)
    found = route(pack, category, urgency, facts, place=place)
    level, reasons = raised(urgency, facts)
    return {
        "pack": pack.id,
        "lead": list(found.lead),
        "with": list(found.with_),
        "copy": list(found.copy),
        "clauses": list(found.clauses),
        "deadlines": deadlines(pack.terms, category, urgency, counted),
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
        "raises": {"to": level.value, "reasons": [str(reason) for reason in reasons]} if level is not urgency else None,
    }


def read_fact(text: str) -> tuple[str, Any]:
    """A fact as it is typed: `pupil=true`, `child_age=7`, `nine=4,9`, `subtype=begging`. Raises FactError."""
    key, equals, written = text.partition("=")
    key, written = key.strip(), written.strip()
    if not equals or not written:
        raise FactError(line("请写成 键=值，如 pupil=true：{text}", text=text))
    value: Any = written
    if key == "nine":
        value = [int(part) if part.strip().isdecimal() else part for part in written.strip("[]").split(",")]
    elif key == "child_age":
        value = float(written) if written.replace(".", "", 1).isdigit() else written
    elif written.lower() in ("true", "false"):
        value = written.lower() == "true"
    return key, check_facts({key: value}).get(key)


def answer_line(
    asked: Mapping[str, Any],
    packs: Mapping[str, Pack],
    calendar: Calendar | None = None,
    divisions: Divisions | None = None,
) -> dict[str, Any]:
    """One line of `hutong route --jsonl`: `place, category, urgency, facts` in, the answer out. Raises FactError.

    `at`, when the case is opened (ISO 8601 with its zone), asks for due times too; it needs the calendar.

    A line without `place`, or with an empty or null one, is a case whose place nobody knows: the coordinator takes it. The
    national table is that of `000000`.
    """
    if not isinstance(asked.get("category"), str):
        raise FactError(line("一行须有 category，可有 {keys}。", keys="、".join(_LINE_KEYS)))
    urgency, facts = asked.get("urgency"), asked.get("facts")
    urgency, facts = Urgency.NORMAL if urgency in (None, "") else urgency, {} if facts is None else facts
    if urgency not in list(Urgency):
        raise FactError(line("urgency 只能是 {values}。", values="、".join(Urgency)))
    if not isinstance(facts, Mapping):
        raise FactError(line("facts 是键和值，如 {example}。", example='{"pupil": true}'))
    place = read_place(asked.get("place"), divisions)
    counted = Counted(read_at(asked["at"]), calendar) if calendar and asked.get("at") is not None else None
    found = route_answer(
        pack_for(place, packs), asked["category"], Urgency(urgency), facts, place=place, counted=counted
    )
    if unknown := sorted(set(asked) - {"category", *_LINE_KEYS}):  # a misspelt key must not pass for nothing stated
        said = line("不认识的项 {keys}，未采用。", keys="、".join(unknown))
        found["alarms"].append(str(said))
    return {"id": asked["id"], **found} if "id" in asked else found


def read_place(written: Any, divisions: Divisions | None = None) -> str | None:
    """A division code as it was written, as text or as a number, or a name that means one place (高台县); None when there is
    none. Raises FactError."""
    if isinstance(written, bool) or not isinstance(written, str | int | None):
        raise FactError(line("place 是区划代码，如 620724：{place}", place=str(written)))
    code = "" if written is None else str(written).strip()
    if code and not code.isdecimal() and divisions and (found := divisions.find(code)):
        return found
    if code and not (code.isascii() and code.isdecimal() and len(code) in (2, 4, 6, 9, 12)):
        raise FactError(line("place 是区划代码，如 620724：{place}", place=code))
    return code or None


def read_at(written: Any) -> datetime:
    """A time with its zone, as ISO 8601. Raises FactError."""
    try:
        at = datetime.fromisoformat(written)
        if at.tzinfo is None:
            raise ValueError
    except (TypeError, ValueError):
        said = line("at 是带时区的时间，如 2026-11-22T03:10:00+08:00：{at}", at=str(written))
        raise FactError(said) from None
    return at


def deadlines(
    terms: Terms, category: str, urgency: Urgency, counted: Counted | None = None
) -> dict[str, dict[str, Any]]:
    """Step → due, basis, clause (where there is one) and what it counts from; `due_at` and `derivation` when counted.

    `tell` is the final word to the reporter; beside it stand what must be said before: an interim word (critical), and
    three days after 受案/立案.
    """
    answer = {step: cell for step in STEPS if (cell := _cell(terms, step, category, urgency))}
    for name, kind in (("interim", "interim"), ("after_filing", "three_day")):
        if "tell" in answer and (cell := _cell(terms, kind, category, urgency)):
            answer["tell"][name] = cell
    for kind in answer if counted else ():
        row = terms.deadlines[kind]
        term = row.term(urgency, category)
        if counted and term and row.counts_from == "open":
            ends_at = counted.calendar.add(counted.at, term.due)
            policy = Policy(kind, urgency, term.due, term.basis, (), term.clause)
            clock = Clock(policy, counted.at, ends_at, 0, ends_at)
            answer[kind]["due_at"] = local(ends_at).isoformat()
            answer[kind]["derivation"] = [str(said) for said in derivation(clock, counted.calendar)]
    return answer


def _cell(terms: Terms, kind: str, category: str, urgency: Urgency) -> dict[str, Any]:
    row = terms.deadlines[kind]
    term = row.term(urgency, category)
    if term is None:
        return {}
    cell: dict[str, Any] = {"due": str(term.due), "basis": term.basis.value, "from": row.counts_from}
    return cell | ({"clause": term.clause} if term.clause else {})


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
