"""From a ticket and its judgement to what a case needs; and what an update adds to what was known. Pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from intake.dialogue.judge import Report, names, understood
from intake.dialogue.legible import legible, unheard
from intake.drafting import draft_of
from intake.tickets.flaws import Flaw
from intake.tickets.reading import MOST_JUDGED, Slip
from intake.tickets.region import Region
from intake.triage.assessment import Assessment
from intake.whereabouts import Whereabouts
from routing.opening import Draft
from words.ids import Urgency, higher

SOURCE = "hotline"
NOBODY = frozenset(("匿名", "无", "未知", "不详", "不愿透露", "保密"))
_SENTENCE = re.compile(r"[。！？；\n]")
LITTLE = 0.25  # share of a text's sign pairs that another must have for both to tell of one matter

Assess = Callable[[str], Assessment]


def judged(slip: Slip, assess: Assess) -> tuple[Assessment, str]:
    """The judgement on the whole ticket and the text it rests on. A calm title must not calm down what the content says, so
    a calm whole is looked at once more without it. Nobody can judge what has no content: that is never calm."""
    assess = legible(assess)
    text = slip.text[:MOST_JUDGED]
    if not text:
        return unheard(assess("")), ""
    found = assess(text)
    if found.urgency.rank > 1 and slip.title and slip.content:
        alone = assess(slip.content[:MOST_JUDGED])
        if alone.urgency.rank < found.urgency.rank:
            found, text = alone, slip.content[:MOST_JUDGED]
    return unjudgeable(found) if _unread(slip) else found, text


def unjudgeable(found: Assessment) -> Assessment:
    """Of the same kind, but nobody has read all of it yet: at least urgent."""
    return replace(found, urgency=higher(found.urgency, Urgency.URGENT), readable=False)


def _unread(slip: Slip) -> bool:
    return any(flaw.field == "content" and flaw.code in ("content_missing", "content_cut") for flaw in slip.flaws)


def draft_of_slip(
    slip: Slip,
    found: Assessment,
    text: str,
    case_id: str,
    where: Region | None,
    now: datetime,
    *,
    alarming: bool = False,
) -> Draft:
    """The case that a ticket makes, or what an update brings. The caller is the reporter, sealed apart from the facts.
    `alarming`: what is new in it tells of harm by itself."""
    named = names(found, found.category)
    report = Report((text,), found, understood(found, text), child=False, unread=0, unit=None, named=named)
    draft = draft_of(
        report, case_id, source=SOURCE, finished=True, where=Whereabouts(()), said_at=now, alarming=alarming
    )
    reporter = {"contact": {"value": "no_call" if slip.caller_is_subject else "hotline", "words": ""}}
    if slip.caller_name and slip.caller_name not in NOBODY:
        reporter["reporter_name"] = {"value": slip.caller_name, "words": slip.caller_name}
    marks = draft.marks
    if slip.caller_phone:
        reporter["reporter_phone"] = {"value": slip.caller_phone, "words": slip.caller_phone}
        marks = (*marks, ("caller", slip.caller_phone))
    known = where is not None and where.by != "site" and not where.elsewhere
    return replace(
        draft,
        place_code=where.place if where and known else None,
        elsewhere=where.elsewhere if where else "",
        reporter=reporter,
        marks=marks,
        readable=found.readable,
    )


def gravest(candidates: Sequence[tuple[Assessment, str]]) -> tuple[Assessment, str]:
    """The most urgent of several judgements; of equals the first."""
    return min(candidates, key=lambda each: each[0].urgency.rank)


def added(before: str, after: str) -> str:
    """What an update says that was not said before: from the sentence on in which the two part."""
    if after.startswith(before):
        return after[len(before) :].strip()
    same = next((place for place, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), min(len(before), len(after)))  # fmt: skip
    begins = max((found.end() for found in _SENTENCE.finditer(after[:same])), default=0)
    rest = after[begins:].strip()
    return "" if rest and rest in before else rest


def other_matter(before: str, after: str) -> bool:
    """Whether two texts under one order number seem to tell of two things."""
    one, other = _pairs(before), _pairs(after)
    if min(len(one), len(other)) < 8:
        return False
    return len(one & other) < LITTLE * min(len(one), len(other))


def _pairs(text: str) -> set[str]:
    bare = re.sub(r"\W+", "", text)
    return {bare[place : place + 2] for place in range(len(bare) - 1)}


def fields_of(slip: Slip, flaws: Sequence[Flaw], level: Urgency, place: str) -> dict[str, object]:
    """As the ticket's row keeps it: how it was understood, and every field as it came. `level` is that of the words,
    `place` where the platform says that it is."""
    return {
        "text": slip.text, "title": slip.title, "content": slip.content, "type": slip.type, "channel": slip.channel,
        "caller_name": slip.caller_name, "caller_phone": slip.caller_phone, "region": slip.region,
        "region_code": slip.region_code, "place": place, "received_at": slip.received_at.isoformat() if slip.received_at else None,
        "event": slip.event, "attachments": list(slip.attachments), "call_back": slip.call_back,
        "transfer": slip.transfer.to_json() if slip.transfer else None,
        "raw": dict(slip.raw), "judged": level.value, "flaws": [flaw.to_json() for flaw in flaws],
    }  # fmt: skip


def flaw_codes(flaws: Sequence[Flaw]) -> list[list[str]]:
    """For the clear column: which field, what is odd; never how it was read."""
    return [[flaw.field, flaw.code] for flaw in flaws]
