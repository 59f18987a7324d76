"""Who takes a case: the pack's lines read against the facts, and the rules that no line can say.

Pure. A fact nobody stated holds no condition; an unknown fact key is an error that lists the keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from routing.divisions import stem
from routing.facts import FactError, check_facts, raised
from routing.lines import COORDINATOR, SUPERIOR, PackLine
from routing.packs import Pack
from words.ids import CATEGORIES, Urgency
from words.language import Line, line

__all__ = ["ANYWHERE", "Route", "leads_first", "raised", "route"]

# The place of a routing that asks for the pack's table only, as triage does: known, and no other place beside it.
ANYWHERE = "000000"


@dataclass(frozen=True)
class Route:
    """Department ids without overlap: lead beats with, with beats copy. Leads in the order of who acts first.

    `why` gives for each department the clauses that put it there. `held`: chosen, but unseen by them until the lead
    allows. `one_up`: departments whose desk in the place above is asked, with the part it takes, because the one here is
    complained about; `recused` never sees the case. `registered`: code of the place of registration that goes with this one.
    """

    lead: tuple[str, ...]
    with_: tuple[str, ...]
    copy: tuple[str, ...]
    clauses: tuple[str, ...]
    held: tuple[str, ...] = ()
    why: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    nine: tuple[int, ...] = ()
    priority: bool = False
    every_case_check: bool = False
    one_up: Mapping[str, str] = field(default_factory=dict)
    recused: tuple[str, ...] = ()
    registered: str | None = None
    alarms: tuple[Line, ...] = ()
    emergency_line: bool = False  # the reporter is told to call 110 or 120

    @property
    def first(self) -> str:
        """The one department that takes it first."""
        return self.lead[0]


def leads_first(route: Route) -> str:
    """The one department that takes it first."""
    return route.first


def route(
    pack: Pack,
    category: str,
    urgency: Urgency,
    facts: Mapping[str, Any],
    *,
    place: str | None = ANYWHERE,
    suspect_near: bool = False,
) -> Route:
    """Lead, co-handling and copied desks of one case, with the clauses that say so. There is always a lead.

    `place` is the division code of where the child lives; None or "" is unknown (the coordinator then leads, police before
    it when critical, the others help, and an alarm says so). `suspect_near`: the suspect lives with the child or works in a unit that would be told. Raises FactError.
    """
    if category not in CATEGORIES:
        raise FactError(line("不认识的类别 {category}，可用：{keys}。", category=category, keys="、".join(CATEGORIES)))
    urgency, facts = Urgency(urgency), check_facts(facts)
    desk = _Table(pack, facts)
    own = [row for row in pack.lines if row.category == category]
    rules = [row for row in pack.lines if row.category == "*"]
    known: dict[str, Any] = {**facts, "urgency": urgency.value}
    known["nine"] = bool(facts.get("nine"))
    for row in own:
        if holds(row, known):
            desk.place(row)
            known["nine"] = known["nine"] or bool(desk.nine)
    for row in rules:
        if holds(row, known):
            desk.place(row)
    alarms: list[Line] = []
    if not place:
        desk.hand_to(pack.coordinator, ("routing:R7",), but_for=("police",) if urgency is Urgency.CRITICAL else ())
        alarms.append(line("地点不明，已交协调单位处理，请尽快核实地点。"))
    elsewhere = registered_elsewhere(place, facts.get("registered_place")) if category != "out_of_scope" else None
    if elsewhere:
        for department in pack.registered_with:
            desk.put("with", department, pack.registered_clauses)
    one_up = desk.recuse(facts.get("complained_about"))
    lead, with_, copy = desk.parts()
    if not lead:  # no pack may come to this; a case without a desk is the one thing that must not happen
        lead = (pack.coordinator,)
        alarms.append(line("方案没有为这类事项指定牵头单位，已交协调单位。"))
    held = category in pack.held_categories or suspect_near
    return Route(
        lead=lead,
        with_=tuple(department for department in with_ if department not in lead),
        copy=copy,
        clauses=tuple(dict.fromkeys(clause for found in desk.why.values() for clause in found)),
        held=tuple(department for department in (*with_, *copy) if held and department in pack.held_departments),
        why={department: tuple(dict.fromkeys(found)) for department, found in desk.why.items() if department},
        nine=tuple(sorted({*desk.nine, *facts.get("nine", ())})),
        priority=desk.priority,
        every_case_check=desk.every_case_check or bool(desk.nine or facts.get("nine")),
        one_up=one_up,
        recused=(facts["complained_about"],) if "complained_about" in facts else (),
        registered=elsewhere,
        alarms=tuple(alarms),
        emergency_line=urgency is Urgency.CRITICAL,
    )


def registered_elsewhere(place: str | None, registered: str | None) -> str | None:
    """The place of registration when it is another one than where the child lives. A coarser or finer code of the same
    place (city and county, county and township) is the same; nowhere and everywhere are no other place."""
    here, there = stem(place or ""), stem(registered or "")
    if not here or not there or here.startswith(there) or there.startswith(here):
        return None
    return registered


def holds(row: PackLine, known: Mapping[str, Any]) -> bool:
    """Whether a line counts: all of `when`, at least one of `any` (if it has one), none of `unless`."""
    held = {
        part: [known.get(key) in values for key, values in getattr(row, part).items()]
        for part in ("when", "any", "unless")
    }
    return all(held["when"]) and (not held["any"] or any(held["any"])) and not any(held["unless"])


class _Table:
    """The desks of one case while the lines are being read."""

    def __init__(self, pack: Pack, facts: Mapping[str, Any]) -> None:
        self.pack, self.facts = pack, facts
        self.part: dict[str, list[str]] = {"lead": [], "with": [], "copy": []}
        self.why: dict[str, list[str]] = {}
        self.nine: set[int] = set()
        self.priority = self.every_case_check = False

    def place(self, row: PackLine) -> None:
        for department in self._named(row.without):
            for desks in self.part.values():
                if department in desks:
                    desks.remove(department)
            self.why.setdefault("", []).extend(row.clauses)
            self.why.pop(department, None)
        if row.instead:
            self.part["with"] += [lead for lead in self.part["lead"] if lead not in self.part["with"]]
            self.part["lead"] = []
        for department in (*self._named(row.instead), *self._named(row.lead)):
            self.put("lead", department, row.clauses)
        for department in reversed(self._named(row.first)):
            self.put("lead", department, row.clauses, first=True)
        for department in self._named(row.with_):
            self.put("with", department, row.clauses)
        for department in self._named(row.copy):
            self.put("copy", department, row.clauses)
        if row.nine or row.opens or row.priority:
            self.why.setdefault("", []).extend(row.clauses)
        self.nine |= set(row.nine)
        self.priority |= row.priority
        self.every_case_check |= row.opens == "every_case_check"

    def put(self, part: str, department: str, clauses: tuple[str, ...], *, first: bool = False) -> None:
        desks = self.part[part]
        if first and department in desks:
            desks.remove(department)
        if department not in desks:
            desks.insert(0 if first else len(desks), department)
        self.why.setdefault(department, []).extend(clauses)

    def hand_to(self, department: str, clauses: tuple[str, ...], *, but_for: tuple[str, ...]) -> None:
        """The department leads in place of the others, who help; those of `but_for` that lead stay before it."""
        stays = [lead for lead in self.part["lead"] if lead in but_for]
        self.part["with"] += [lead for lead in self.part["lead"] if lead not in stays]
        self.part["lead"] = stays
        self.put("lead", department, clauses)

    def recuse(self, unit: str | None) -> dict[str, str]:
        """Put who stands above in the unit's stead (R5). Returns who is asked one level up, and in which part."""
        if unit is None:
            return {}
        self.why.setdefault("", []).append("routing:R5")
        answered = [part for part in ("lead", "with") if unit in self.part[part]]
        above = self.pack.superior(unit)
        for part, desks in self.part.items():
            if unit in desks:
                desks[desks.index(unit)] = above
                self.part[part] = list(dict.fromkeys(desks))
                self.why.setdefault(above, []).append("routing:R5")
        self.why.pop(unit, None)
        return {unit: answered[0]} if answered else {}

    def parts(self) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        lead = tuple(self.part["lead"])
        with_ = tuple(one for one in self.part["with"] if one not in lead)
        return lead, with_, tuple(one for one in self.part["copy"] if one not in lead and one not in with_)

    def _named(self, departments: tuple[str, ...]) -> list[str]:
        """With the stand-ins filled in; `superior` is nobody while the unit complained about is unknown."""
        unit = self.facts.get("complained_about")
        filled = {COORDINATOR: self.pack.coordinator, SUPERIOR: self.pack.superior(unit) if unit else None}
        return [name for one in departments if (name := filled.get(one, one))]
