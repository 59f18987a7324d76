"""The reporter's words with the places marked that the judgement rests on. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Segment:
    """A stretch of text. `kind` is that of the reason it belongs to (hit, refused, raised …), empty for plain text;
    `why` the reason's own words."""

    text: str
    kind: str = ""
    why: str = ""


def segments(text: str, reasons: Iterable[Mapping[str, Any]]) -> Sequence[Segment]:
    """The text cut at the reasons' spans. Of reasons that overlap the one that begins first is marked; spans that lie
    outside the text, as after something was taken out of it, mark nothing."""
    found: list[Segment] = []
    at = 0
    for reason in sorted(reasons, key=lambda reason: (reason.get("start", 0), -reason.get("end", 0))):
        start, end = reason.get("start", 0), reason.get("end", 0)
        if not at <= start < end <= len(text):
            continue
        if start > at:
            found.append(Segment(text[at:start]))
        found.append(Segment(text[start:end], str(reason.get("kind", "")), str(reason.get("text", ""))))
        at = end
    if at < len(text):
        found.append(Segment(text[at:]))
    return found
