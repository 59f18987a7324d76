"""How hits are weighed against each other when one category must be the first."""

from collections.abc import Iterable
from dataclasses import dataclass

from intake.triage.match import Hit
from intake.triage.scan import Span
from words.ids import Urgency

# What decides between categories of the same level: the sum of what was hit, and a start for what outweighs the rest.
PRIOR = {
    "sexual_abuse": 1.5, "self_harm": 1.2, "missing_trafficked": 1.0, "staff_harm": 0.8, "bullying": 0.8, "physical_abuse": 0.6,
    "exploitation": 0.5, "imminent_danger": 0.2, "duty_complaint": 0.1, "online_harm": 0.0, "mental_health": -0.4,
}  # fmt: skip
WEIGHT = {"education_service": 0.8, "out_of_scope": 0.8, "care_service": 0.9}


@dataclass(frozen=True)
class Judged:
    """A hit with its level after raising and its category after asking who did it."""

    hit: Hit
    level: Urgency
    category: str
    who: Span | None = None
    raised: Hit | None = None


def scores_of(judged: Iterable[Judged]) -> dict[str, float]:
    scores: dict[str, float] = {}
    seen: set[tuple[str, Span]] = set()
    plain: set[str] = set()  # categories that more than a 次要 rule speaks for
    for one in judged:
        rule = one.hit.rule
        key = (one.category, (one.hit.start, one.hit.end))
        if key in seen:
            continue
        seen.add(key)
        if not rule.minor:
            plain.add(one.category)
        worth = 0.35 if rule.minor else 3.0 if rule.firm else 1.0
        scores[one.category] = scores.get(one.category, 0.0) + worth
    return {
        category: min(score, 4.0) + (PRIOR.get(category, 0.0) if category in plain else 0.0)
        for category, score in scores.items()
    }


def lengths_of(judged: list[Judged]) -> dict[str, float]:
    """Services: the longer the words and the more of them, the more the text is about it."""
    spans: dict[str, set[Span]] = {}
    minor: dict[str, set[Span]] = {}
    for one in judged:
        (minor if one.hit.rule.minor else spans).setdefault(one.category, set()).update(one.hit.spans)
    scores: dict[str, float] = {}
    for table, worth in ((spans, 1.0), (minor, 0.2)):
        for category, those in table.items():
            outer = [s for s in those if not any(o != s and o[0] <= s[0] and s[1] <= o[1] for o in those)]
            score = sum((e - s) ** 1.3 for s, e in outer) * WEIGHT.get(category, 1.0) * worth
            scores[category] = scores.get(category, 0.0) + score
    return scores
