"""What the conversation makes of triage: every message alone and with all before it, the higher wins and never falls."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from intake.dialogue.fields import FIELDS, nobody_to_meet
from intake.dialogue.hearing import child_voice
from intake.dialogue.legible import foreign, legible, unheard
from intake.dialogue.state import Known, State, joined
from intake.dialogue.whereabouts import a_place, company, tells_when
from intake.triage.assessment import Assessment
from words.ids import CATEGORIES, FACT_KEYS, HARM, Urgency

Assess = Callable[[str], Assessment]

_FIELD_OF_FACT = {field.fact: field.name for field in FIELDS.values() if field.fact}
# Dangers of a place, not of a certain child: nobody is asked where "the child" is.
_NO_ONE_CHILD = frozenset({"water_safety", "campus_safety", "out_of_scope"})
# The same deed has another name by who did it.
BY_WHOM = frozenset({"physical_abuse", "staff_harm", "bullying"})
# A cry counts even as a fragment inside a conversation; other fragments are answers.
_OUR = re.compile(r"^(我们|咱们|俺们|我|咱|俺)(?=.{2})")
_CRIES = ("救", "快来", "help", "怕")
# Up to this length a text that cannot be read is a fragment: 「ok」 or a name beside other answers.
FRAGMENT = 15


@dataclass(frozen=True)
class Weighed:
    """One message judged: the state with level and facts brought up, and what triage said of it."""

    state: State
    alone: Assessment
    whole: Assessment
    read: Mapping[str, Known]  # fields understood in this message alone

    @property
    def emergency(self) -> bool:
        return self.alone.emergency or self.whole.emergency


@dataclass(frozen=True)
class Report:
    """What the conversation hands on: the reporter's words, the judgement, the fields."""

    told: tuple[str, ...]
    assessment: Assessment
    fields: Mapping[str, Known]
    child: bool
    unread: int
    unit: str | None  # the unit whose poster link was used; to be forgotten when `capacity` is personal
    named: bool = True  # a rule names the primary category; not the second opinion alone

    @property
    def story(self) -> str:
        """All that was told, in order, one message a line. Private answers (name, number) are not in it."""
        return joined(self.told)

    @property
    def facts(self) -> dict[str, Any]:
        """Only the keys of `words.ids.FACT_KEYS`, corrected by the reporter where she did."""
        return {key: self.fields[key].value for key in FACT_KEYS if key in self.fields}

    def value(self, name: str) -> Any:
        return self.fields[name].value if name in self.fields else None

    @property
    def contact(self) -> str:
        """How contact is safe: a code of `fields.CHOICES`. By default none: she comes with her receipt code."""
        return str(self.value("contact") or "code_only")

    @property
    def personal(self) -> bool:
        """In her own name: no unit is told. The default wherever she did not say otherwise."""
        return bool(self.value("capacity") != "unit")


def understood(assessment: Assessment, text: str) -> dict[str, Known]:
    """Fields from an assessment's facts, each with the words it came from."""
    found = {}
    for key, fact in (*assessment.more.items(), *assessment.facts.items()):
        name = _FIELD_OF_FACT.get(key)
        words = text[fact.start : fact.end]
        if name and fact.value not in (None, "") and "\n" not in words:  # nothing read across two messages
            found[name] = Known(_as_read(name, fact.value), words)
    if "where_now" in found and not a_place(str(found["where_now"].value)):
        del found["where_now"]
    if "meets_again" in found and not tells_when(str(found["meets_again"].value)):
        del found["meets_again"]
    return found


def _as_read(name: str, value: Any) -> Any:
    """Without the reporter's own 我: a desk reads 「我们中心小学」 and 「和我」 with other eyes."""
    if name == "with_whom":
        return company(str(value))
    return _OUR.sub("", value) if name in ("school", "unit") and isinstance(value, str) else value


def weigh(state: State, text: str, alone: Assessment, assess: Assess, answering: bool) -> Weighed:
    """`state.told` already ends with `text`. `answering`: it answers a question, so being short means nothing."""
    count = len(state.told)
    whole = alone if count == 1 else assess(state.story)
    candidates = [(whole, (0, count))]
    cries = not answering and any(cry in text.lower() for cry in _CRIES)
    fragment = not alone.readable and count > 1 and not cries and not (foreign(text) and len(text) > FRAGMENT)
    if alone.emergency or not fragment:
        candidates.append((alone, (count - 1, count)))
    best, where = min(candidates, key=lambda candidate: candidate[0].urgency.rank)
    if state.level is None or best.urgency.rank <= state.level.rank:
        category = _primary(state, best, alone, assess)
        state = replace(state, level=best.urgency, category=category, gravest=where)
    elif _blames(state.category, alone):
        state = replace(state, category=alone.category)
    state = replace(
        state,
        harm=state.harm or _harms(best),
        child=state.child or (count <= 3 and child_voice(state.story)),
    )
    read, stated = understood(alone, text), understood(whole, state.story)
    if nobody_to_meet(state):
        read, stated = last_seen(read), last_seen(stated)
    return Weighed(_filled(state, stated, read), alone, whole, read)


def names(assessment: Assessment, category: str) -> bool:
    """Whether a rule that fired names the category; the second opinion counts words and names none."""
    return any(reason.kind == "hit" and CATEGORIES[category] in reason.text for reason in assessment.reasons)


def _primary(state: State, best: Assessment, alone: Assessment, assess: Assess) -> str:
    """The primary category after a message whose gravest judgement is `best`, no less grave than the one before.

    A harm stays what it was called first until the rules name another: graver, or at the same level in the new words
    alone, or where the first was the second opinion's guess.
    """
    old, level = state.category, state.level
    if level is None or old not in HARM:
        return best.category
    grave = alone.category in HARM and alone.urgency.rank <= level.rank and names(alone, alone.category)
    if grave or _blames(old, alone):
        return alone.category
    if old == best.category:
        return old
    if best.urgency.rank < level.rank and names(best, best.category) and best.category in HARM:
        return best.category
    before = assess(_grave_words(state))
    guessed = not before.readable or state.gravest[1] == 0  # a cry, a voice: what it is about was nobody's judgement
    if best.category in HARM and best.readable and (guessed or (names(best, best.category) and not names(before, old))):
        return best.category
    return old


def _blames(old: str | None, alone: Assessment) -> bool:
    """Who did it may be told, or put right, one sentence later."""
    return old in BY_WHOM and alone.category in BY_WHOM and alone.harm and names(alone, alone.category)


def _grave_words(state: State) -> str:
    return joined(state.told[state.gravest[0] : state.gravest[1]])


def last_seen(read: Mapping[str, Known]) -> dict[str, Known]:
    """Where nobody is met again, an hour named is when it happened, or when the child was seen."""
    when = {"when": read["meets_again"]} if "meets_again" in read else {}
    return {**when, **{name: known for name, known in read.items() if name != "meets_again"}}


def report(state: State, assess: Assess) -> Report:
    """The report as it stands, with the gravest judgement ever made and the facts of everything said."""
    assess = legible(assess)
    whole = assess(state.story)
    best = whole
    if state.level is not None and whole.urgency.rank > state.level.rank:
        grave = assess(_grave_words(state)) if state.told else whole
        best = replace(grave, facts={**grave.facts, **whole.facts}, more={**grave.more, **whole.more})
    if state.category and state.category != best.category:
        others = [other for other in best.categories if other != state.category]
        best = replace(best, category=state.category, categories=(state.category, *others))
    if state.unread:
        told = any(said.role == "told" for said in state.heard)
        unknown = not best.harm and (best.category == "out_of_scope" or not told)
        best = unheard(best) if unknown else replace(best, readable=False)
    if state.level is not None and best.urgency.rank > state.level.rank:
        best = replace(best, urgency=state.level)
    named = names(whole, best.category) or names(assess(_grave_words(state)), best.category)
    return Report(state.told, best, dict(state.fields), state.child, state.unread, state.unit, named)


def _harms(assessment: Assessment) -> bool:
    """Is there a child to be asked about? Critical and urgent, but for dangers of a place."""
    if assessment.category in _NO_ONE_CHILD and assessment.readable:
        return assessment.urgency is Urgency.CRITICAL
    return assessment.urgency in (Urgency.CRITICAL, Urgency.URGENT)


def _filled(state: State, whole: Mapping[str, Known], alone: Mapping[str, Known]) -> State:
    """Fields from the whole text win over those of one message; what the reporter set herself wins over both."""
    fields = dict(state.fields)
    for name, known in whole.items():
        if name not in fields or not (fields[name].fixed or fields[name].value == known.value):
            fields[name] = known
    for name, known in alone.items():
        fields.setdefault(name, known)
    return replace(state, fields=fields)
