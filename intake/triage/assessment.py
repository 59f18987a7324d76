"""What triage answers. Values only; every part can be shown, stored as JSON and read aloud."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from words.ids import Urgency


@dataclass(frozen=True)
class Fact:
    """Something the text states, with the words it came from.

    `value` is a number, a string or a bool; `start`/`end` are character offsets into the text as it was written
    (end exclusive), so that `text[start:end]` are the reporter's own words.
    """

    value: Any
    start: int
    end: int


@dataclass(frozen=True)
class Reason:
    """One step of the judgement, in Chinese that can be read out to a superior.

    `kind` is `hit` (a rule fired), `refused` (a word was there but does not count, and why), `raised`, `lowered`,
    `unreadable` or `note`. `start`/`end` mark the words in the original text (both 0 when it has no place there).
    """

    kind: str
    text: str
    rule: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Assessment:
    """The judgement on one text."""

    urgency: Urgency
    category: str
    categories: tuple[str, ...]  # primary first
    emergency: bool  # the writer must be told at once to call 110 or 120
    readable: bool  # False: nobody can judge this from the text; a person must look (then at least urgent)
    facts: Mapping[str, Fact] = field(default_factory=dict)  # keys of words.ids.FACT_KEYS
    more: Mapping[str, Fact] = field(default_factory=dict)  # school, time, unit, where_now, with_whom, meets_again …
    routing: Mapping[str, Any] = field(default_factory=dict)  # keys of words.ids.ROUTING_FACTS, for routing.rules
    nine: tuple[int, ...] = ()
    reasons: tuple[Reason, ...] = ()
    counterfactual: str = ""  # 去掉“X”：一般
    substance: bool = True  # False: a mere greeting, or asking after an earlier report; there is nothing to file

    @property
    def harm(self) -> bool:
        """Critical or urgent: the duty to report covers it."""
        return self.urgency in (Urgency.CRITICAL, Urgency.URGENT)
