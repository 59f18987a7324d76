"""Who stands at each rung, as seats: a department and a role. People are put into seats by the directory.

Rungs of one ladder must be different living people: `living` takes care of that once the seats have names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LEVELS = ("L0", "L1", "L2", "L3", "L4")

# What sends a case to a rung at once, whatever its clocks say (two departments refuse, a unit hides a case …).
SENT_TO: Mapping[str, str] = {
    "two_refusals": "L3",
    "two_returns": "L3",
    "second_unhappy_call_back": "L3",
    "unit_hides_case": "L4",
}


@dataclass(frozen=True)
class Seat:
    """`role` is desk (who sits there now), shift_lead, contact, head, coordinator, leader, night_duty or prosecutor."""

    department: str
    role: str

    def __str__(self) -> str:
        """`police:head`; an office that coordinates is named alone: all of it is asked."""
        return self.department if self.role == "coordinator" else f"{self.department}:{self.role}"


def who(
    level: str,
    department: str,
    *,
    coordinators: Sequence[str] = ("civil_affairs", "working_committee"),
    night: bool = False,
) -> list[Seat]:
    """The seats of a rung for a case at the department's desk.

    L3 is civil affairs as coordinator with the pack's coordinating office (`Terms.coordinators`); L4 the government
    leader in charge, at night 政府总值班室; P the procuratorate, only by a person's decision. Unknown levels: ValueError.
    """
    match level:
        case "desk" | "task":
            return [Seat(department, "desk")]
        case "L0":
            return [Seat(department, "shift_lead")]
        case "L1":
            return [Seat(department, "contact")]
        case "L2":
            return [Seat(department, "head")]
        case "L3":
            return [Seat(office, "coordinator") for office in coordinators]
        case "L4":
            return [Seat("government_office", "night_duty" if night else "leader")]
        case "P":
            return [Seat("procuratorate", "prosecutor")]
    raise ValueError(f"no such rung: {level}")


def above(level: str) -> str | None:
    """The next rung up; None above the top. Where nobody stands at a rung, the next one is asked at once."""
    rungs = ("desk", *LEVELS)
    place = rungs.index(level) + 1
    return rungs[place] if place < len(rungs) else None


def living(people: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """For each rung the people (ids) who stand on no lower one. An empty rung is a gap: recorded, and climbed past."""
    met: set[str] = set()
    found: dict[str, tuple[str, ...]] = {}
    for level in sorted(people, key=lambda name: ("desk", *LEVELS).index(name)):
        found[level] = tuple(dict.fromkeys(person for person in people[level] if person not in met))
        met |= set(found[level])
    return found
