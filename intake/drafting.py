"""From what a conversation knows to what a case needs. Pure: places are handed in."""

import re
from datetime import datetime
from typing import Any

from intake.dialogue import Known, Report
from intake.dialogue.fields import FIELDS
from intake.dialogue.whereabouts import meets_at
from intake.triage.assessment import Assessment
from intake.whereabouts import REGISTERED, Whereabouts, named_place, names
from routing.divisions import stem
from routing.opening import Draft
from words.ids import Urgency, higher

# Where the person complained about works, by what the reporter called them: that department hears of it one level up.
_OFFICES = (
    (re.compile(r"民警|警察|辅警|派出所|公安"), "police"),
    (re.compile(r"村支书|村主任|村干部|村委|居委"), "village_committee"),
    (re.compile(r"镇长|乡长|镇政府|乡政府|街道办"), "township"),
    (re.compile(r"民政|福利院|救助站"), "civil_affairs"),
    (re.compile(r"教育局|教体局"), "education"),
)


def draft_of(
    report: Report,
    case_id: str,
    *,
    source: str,
    finished: bool,
    where: Whereabouts,
    conversation_id: str | None = None,
    level: Urgency | None = None,
    said_at: datetime | None = None,
    alarming: bool = False,
) -> Draft:
    """`level` is the gravest level of the conversation; what nobody could read is at least urgent. `alarming`: the last
    words alone tell of harm; they were said at `said_at`."""
    assessment = report.assessment
    urgency = higher(assessment.urgency, level) if level else assessment.urgency
    if not assessment.readable:
        urgency = higher(urgency, Urgency.URGENT)
    routing = dict(assessment.routing)
    if complained := complained_about(report):
        routing["complained_about"] = complained
    if isinstance(report.facts.get("child_age"), int):
        routing["child_age"] = report.facts["child_age"]
    if lives_with(report):
        routing["suspect_lives_with"] = True
    place_code, elsewhere = place_of(report, where)
    if registered := registered_of(report, where):
        routing["registered_place"] = registered
    return Draft(
        case_id=case_id,
        source=source,
        urgency=urgency,
        category=assessment.category,
        categories=assessment.categories,
        emergency=assessment.emergency,
        readable=assessment.readable,
        finished=finished,
        nine=assessment.nine,
        routing=routing,
        facts=_fields(report, private=False),
        reporter=_fields(report, private=True),
        explanation={**explained(assessment, report.story), "urgency": urgency.value},
        marks=_marks(report),
        place_code=place_code,
        elsewhere=elsewhere,
        capacity="personal" if report.personal else "unit",
        unit_id=None if report.personal else where.unit_id,
        conversation_id=conversation_id,
        child=report.child,
        alarming=alarming,
        named=report.named,
        said_at=said_at,
        meets_at=_meets_at(report, said_at),
    )


def explained(assessment: Assessment, text: str) -> dict[str, Any]:
    """The judgement as the console shows it; spans of the reasons count in `text`."""
    return {
        "text": text,
        "urgency": assessment.urgency.value,
        "reasons": [
            {"kind": reason.kind, "text": reason.text, "rule": reason.rule, "start": reason.start, "end": reason.end}
            for reason in assessment.reasons
        ],
        "counterfactual": assessment.counterfactual,
    }


def lives_with(report: Report) -> bool:
    """Whether the child is said to be with the very person it is about."""
    suspect, company = str(report.value("suspect") or ""), str(report.value("with_whom") or "")
    return len(suspect) > 1 and suspect in company


def complained_about(report: Report) -> str | None:
    """The department whose people the report is about, as far as the words say so."""
    if report.value("suspect_role") == "no":
        return None
    suspect = report.fields.get("suspect")
    text = f"{suspect.value} {suspect.words}" if suspect else ""
    role = report.fields.get("suspect_role")
    text += role.words if role else ""
    return next((department for pattern, department in _OFFICES if pattern.search(text)), None)


def place_of(report: Report, where: Whereabouts) -> tuple[str | None, str]:
    """The finest place of the directory that the place, the school or the whereabouts name, and, when they name one that
    this site does not look after, its full name. A unit's own people mean the place of their unit. None: nobody knows."""
    texts = [str(report.value(name)) for name in ("place", "where_now", "school") if report.value(name)]
    for text in (*texts, report.story):
        ours, elsewhere = named_place(text, where)
        if ours or elsewhere:
            return ours, elsewhere
    return where.unit, ""


def registered_of(report: Report, where: Whereabouts) -> str | None:
    """The place where the child is registered, when the words say so."""
    for said in REGISTERED.finditer(report.story):
        found = [place.code for place in where.known if names(said["place"], place.name)]
        found.append(where.divisions.find(said["place"], where.home) or "")
        if code := max(found, key=lambda each: len(stem(each))):
            return code
    return None


def _meets_at(report: Report, said_at: datetime | None) -> datetime | None:
    known: Known | None = report.fields.get("meets_again")
    return meets_at(str(known.value), said_at) if known and said_at else None


def _fields(report: Report, *, private: bool) -> dict[str, Any]:
    return {
        name: {"value": known.value, "words": known.words}
        for name, known in _of_others(report).items()
        if FIELDS[name].private is private
    }


def _of_others(report: Report) -> dict[str, Known]:
    """The fields without the reporter's own number among the facts: it is sealed with her name, and no sign that two cases are of
    one child."""
    own = report.value("phone") == report.value("reporter_phone")
    return {name: known for name, known in report.fields.items() if not (own and name == "phone")}


def _marks(report: Report) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for name in ("id_card", "phone"):
        known = _of_others(report).get(name)
        if known:
            found.append((name, re.sub(r"\W", "", str(known.value)).upper()))
    return tuple(found)
