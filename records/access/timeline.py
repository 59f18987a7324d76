"""The timeline of a case as one person may read it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from records.access.standing import CALLED_FOR
from records.access.traces import without, without_traces
from records.tables import Event


@dataclass(frozen=True)
class Entry:
    """Who did what, when. `actor` is a name; empty for the house itself. `reporter`: it was the reporter."""

    at: datetime
    kind: str
    actor: str
    desk: str
    data: Mapping[str, Any]
    note: str | None
    reporter: bool = False


# Kinds whose note holds the reporter's own words, whoever wrote the line.
_HER_WORDS = frozenset(("answered", "statement", "disputed", "gist"))
# And kinds whose note says with whom the child is, or how somebody was reached.
_INNER = _HER_WORDS | {"guardianship", "guardianship_ended", "called_back", "tried"}
# Who opened her number is no helping desk's concern; nor, while it is asked, which unit knew.
_ABOUT_HER = frozenset(("reveal_asked", "revealed", "reveal_reviewed"))
_NOT_FOR_HELPERS = _ABOUT_HER | {
    "check_asked", "checked_unit", "check_finished", "called_up", "linked", "merged_in", "split_off",
}  # fmt: skip
# That a procurator looked is nobody's concern.
UNSEEN = frozenset((CALLED_FOR,))


def entries(
    events: Iterable[Event], people: Mapping[str, str], desks: Mapping[str, str], hidden: tuple[str, ...], level: str
) -> tuple[Entry, ...]:
    """The lines in order. A helping desk reads neither the reporter's words nor what may tell who she is."""
    if level == "notice":
        return ()
    return tuple(
        Entry(
            at=event.at,
            kind=event.kind,
            actor=people.get(event.actor, ""),
            desk=desks.get(event.desk_id or "", ""),
            data=event.data,
            note=_note(event, hidden, level),
            reporter=event.actor == "reporter",
        )
        for event in events
        if event.kind not in UNSEEN and (level == "story" or event.kind not in _NOT_FOR_HELPERS)
    )


def _note(event: Event, hidden: tuple[str, ...], level: str) -> str | None:
    if event.note is None:
        return None
    note = without(event.note, hidden)
    if level == "story":
        return note
    return None if event.actor == "reporter" or event.kind in _INNER else without_traces(note)
