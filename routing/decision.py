"""What is decided of a report before any desk is looked up: its level with what raises it, and its route. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from routing.facts import raised, usable_facts
from routing.packs import Pack
from routing.rules import Route, route
from words.ids import Urgency
from words.language import Line


@dataclass(frozen=True)
class Decision:
    """`why`: what raised the level. `refused`: facts that could not be read; the report goes on without them."""

    urgency: Urgency
    why: tuple[Line, ...]
    route: Route
    refused: tuple[Line, ...]


def standing_route(pack: Pack, category: str, level: Urgency, facts: Mapping[str, Any], place: str | None) -> Route:
    """The route of a case that is open at `level`: what raises a level has raised it once, at the opening."""
    usable, _ = usable_facts(facts)
    return route(pack, category, level, usable, place=place, suspect_near=facts.get("suspect_lives_with") is True)


def decide(pack: Pack, category: str, assessed: Urgency, facts: Mapping[str, Any], place: str | None) -> Decision:
    """`facts` are routing facts and those that only raise, as the words state them."""
    urgency, why = raised(assessed, facts)
    _, refused = usable_facts(facts)
    return Decision(urgency, why, standing_route(pack, category, urgency, facts, place), refused)
