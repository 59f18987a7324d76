"""The protocols in force, as one value: packs by id, the calendar that counts working time, the divisions of the country."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from escalation.calendar import Calendar
from routing.divisions import Divisions
from routing.packs import Pack


@dataclass(frozen=True)
class Protocols:
    packs: Mapping[str, Pack]
    calendar: Calendar
    divisions: Divisions = field(default_factory=Divisions)
