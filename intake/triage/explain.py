"""The reasons, in Chinese that can be read out to a superior, and the counterfactual."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from intake.triage.assessment import Reason
from intake.triage.match import Hit
from words.ids import CATEGORIES, Urgency

if TYPE_CHECKING:
    from intake.triage.engine import View
    from intake.triage.weights import Judged

MOST = 8
Choose = Callable[[list["Judged"], list[Hit]], tuple[Urgency, str, tuple[str, ...]]]


def words(text: str, hit: Hit) -> str:
    """The words of a hit in the order they stand: 继父…摸."""
    spans = sorted(set(hit.spans))
    return "…".join(text[start:end] for start, end in spans)


def reasons(view: "View", judged: list["Judged"], refused: list[Hit]) -> list[Reason]:
    """Hits first, gravest first, then what was refused and why."""
    found = [_hit(view, one) for one in telling(view.text, judged)]
    for hit in refused:
        if hit.rule.level and hit.rule.level.rank <= 1 and len(found) < 2 * MOST:
            found.append(
                Reason(
                    "refused",
                    f"不算：{hit.refused}（第{hit.rule.line}行）",
                    str(hit.rule.line),
                    *view.plain.span(hit.start, hit.end),
                )
            )
    alarming = view.engine.alarming  # what could have been no alarm by itself is not worth a line
    hidden = [each for each in view.scan.masked if view.text[each[0] : each[1]] in alarming]
    for start, end, low, high in hidden[:4]:
        found.append(
            Reason(
                "refused",
                f"不算：“{view.text[start:end]}”在“{view.text[low:high]}”里面",
                "误词",
                *view.plain.span(start, end),
            )
        )
    return found


def telling(text: str, judged: list["Judged"]) -> list["Judged"]:
    """The hits worth reading out: where several say the same of the same words, the one that takes in most of them."""
    kept: list[Judged] = []
    for one in sorted(judged, key=lambda one: (one.level.rank, one.hit.rule.minor, one.hit.start - one.hit.end)):
        same = (other for other in kept if other.category == one.category and other.level is one.level)
        if any(other.hit.start < one.hit.end and one.hit.start < other.hit.end for other in same):
            continue
        said = (one.hit.rule.line, words(text, one.hit))
        if any(said == (other.hit.rule.line, words(text, other.hit)) for other in kept):
            continue  # a long text says the same again and again
        if len(kept) < MOST and (one.level.rank <= 1 or not kept):
            kept.append(one)
    return kept


def _hit(view: "View", one: "Judged") -> Reason:
    name = CATEGORIES[one.category]
    said = f"“{words(view.text, one.hit)}”：{name}，{one.level.zh}（第{one.hit.rule.line}行）"
    if one.who is not None:
        said += f"；行为人“{view.text[one.who[0] : one.who[1]]}”"
    if one.raised is not None:
        said += f"；有“{words(view.text, one.raised)}”，升为特急（第{one.raised.rule.line}行）"
    return Reason("hit", said, str(one.hit.rule.line), *view.plain.span(one.hit.start, one.hit.end))


def counterfactual(view: "View", judged: list["Judged"], refused: list[Hit], level: Urgency, choose: Choose) -> str:
    """What the level would be without the words that decide it: 去掉“X”：一般. Empty when no word decides."""
    if level.rank > 1:
        return ""
    left = list(judged)
    gone: list[str] = []
    while len(gone) < 4:
        top = [one for one in left if one.level is level]
        if not top:
            break
        first = min(top, key=lambda one: (one.hit.rule.minor, one.hit.start))
        gone.append(words(view.text, first.hit))
        area = (first.hit.start, first.hit.end)
        left = [one for one in left if one.hit.end <= area[0] or one.hit.start >= area[1]]
    if any(one.level is level for one in left) or not gone:
        return ""
    without = choose(left, refused)[0]
    return f"去掉{'、'.join(f'“{one}”' for one in dict.fromkeys(gone))}：{without.zh}"
