"""What a helping desk reads instead of the reporter's words: values drafted from the facts. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from records.access.traces import traces, without, without_traces
from words.language import Line, line

# Facts about the reporter: in no sight at all. Asking goes through the case.
ABOUT_REPORTER = frozenset(
    ("reporter_name", "reporter_phone", "relation", "capacity", "contact", "reporter", "unit", "channel")
)
# Facts that a helping desk needs for its own part, in the order in which it needs them. Numbers stay with the lead.
HELPING: dict[str, Line] = {
    "where_now": line("孩子现在在哪里"),
    "with_whom": line("和谁在一起"),
    "meets_again": line("几点会再见到那个人"),
    "child_name": line("孩子姓名"),
    "child_age": line("孩子年龄"),
    "child_sex": line("男孩或女孩"),
    "children": line("几个孩子"),
    "school": line("学校"),
    "place": line("发生在哪里"),
    "when": line("什么时候"),
    "suspect": line("被反映的人"),
}
_SEX = {"m": line("男孩"), "f": line("女孩")}


@dataclass(frozen=True)
class Item:
    """One value of the summary. `marked`: a phrase that may tell who reported was found, and taken out."""

    name: str
    label: Line
    value: Any
    marked: bool = False


def draft(
    facts: Mapping[str, Any], hidden: tuple[str, ...], briefing: Mapping[str, Any] | None = None
) -> tuple[Item, ...]:
    """The summary of a case's facts (`{name: {"value": …, "words": …}}`); `hidden` are the reporter's name and number.
    `briefing` is what the lead added and keeps back."""
    briefing = briefing or {}
    items = []
    for name, label in HELPING.items():
        value = plain(facts.get(name))
        if value in (None, "") or name in briefing.get("keep_back", ()):
            continue
        if name == "child_sex":
            value = _SEX.get(value, value)
        marked = isinstance(value, str) and bool(traces(value))
        if isinstance(value, str):
            value = without_traces(without(value, hidden))
        items.append(Item(name, label, value, marked))
    if more := briefing.get("more"):
        items.append(Item("more", line("牵头单位的说明"), more))
    return tuple(items)


def plain(fact: Any) -> Any:
    """The value of a fact, whether it stands with its words or alone."""
    return fact.get("value") if isinstance(fact, Mapping) else fact


def facts_for_lead(facts: Mapping[str, Any], hidden: tuple[str, ...]) -> dict[str, Any]:
    """All facts with their words, but nothing of the reporter."""
    return {
        name: cleared(fact, hidden)
        for name, fact in facts.items()
        if name not in ABOUT_REPORTER and plain(fact) not in (None, "") and str(plain(fact)) not in hidden
    }


def cleared(value: Any, hidden: tuple[str, ...]) -> Any:
    """Any JSON value with the reporter's name and number covered."""
    if isinstance(value, str):
        return without(value, hidden)
    if isinstance(value, Mapping):
        return {key: cleared(each, hidden) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [cleared(each, hidden) for each in value]
    return value
