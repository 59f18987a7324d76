"""The protocols in force, as one value: the packs by id, and the calendar that counts working time."""

from collections.abc import Mapping
from dataclasses import dataclass

from escalation.calendar import Calendar
from routing.packs import Pack


@dataclass(frozen=True)
class Protocols:
    packs: Mapping[str, Pack]
    calendar: Calendar
