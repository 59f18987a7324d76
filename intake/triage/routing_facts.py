"""What the text states that changes who takes the case, and which of the nine situations it tells of."""

from typing import TYPE_CHECKING, Any

from intake.triage.keywords import FLAGS
from words.ids import HARM, Urgency

if TYPE_CHECKING:
    from intake.triage.engine import View
    from intake.triage.weights import Judged

# Which subtypes a category can have; the first that the text states is taken.
SUBTYPES = {
    "exploitation": ("begging", "child_labour", "venue"),
    "guardianship": ("neglect", "entrusted"),
    "duty_complaint": ("director", "leak", "not_reported", "inaction"),
    "abandonment": ("neglect",),
}
NINE = {
    "sexual_abuse": 2, "physical_abuse": 4, "staff_harm": 4, "self_harm": 5, "abnormal_injury": 5, "abandonment": 6,
    "missing_trafficked": 7, "imminent_danger": 9,
}  # fmt: skip


def routing(view: "View", judged: list["Judged"], category: str, level: Urgency) -> dict[str, Any]:
    """Only what is stated; a key that is missing is unknown."""
    found: dict[str, Any] = {}
    choices: dict[str, list[str]] = {}
    flagged = view.scan.flags()
    for name, (key, value) in FLAGS.items() if flagged else ():
        if name not in flagged:
            continue
        if isinstance(value, bool):
            found[key] = value
        else:
            choices.setdefault(key, []).append(value)
    for key, values in choices.items():
        if key == "subtype":
            stated = [kind for kind in SUBTYPES.get(category, ()) if kind in values]
            if stated:
                found[key] = stated[0]
        else:
            found[key] = values[0]
    if view.young is not None:
        found["child_age"] = view.young.years
    numbers = nine(view, judged, category, level)
    if numbers:
        found["nine"] = list(numbers)
    return found


def nine(view: "View", judged: list["Judged"], category: str, level: Urgency) -> tuple[int, ...]:
    """The situations of 侵害未成年人案件强制报告意见 (2020) art. 4 that what was hit falls under."""
    if level.rank > 1:
        return ()
    found: set[int] = set()
    years, sex = view.child
    for one in judged:
        if one.level.rank > 1 or one.category not in HARM:
            continue
        if one.category == "sexual_abuse":
            pregnant = bool(view.scan.flag("怀孕"))
            if pregnant and years is not None and years >= 14:
                found.add(3)
            else:
                found.add(2 if sex != "m" else 9)
            if view.scan.group("伤") and view.scan.group("私处明"):
                found.add(1)
        elif one.category == "bullying":
            if view.scan.flag("受伤"):
                found.add(4)
        elif one.category == "exploitation":
            found.add(8 if view.scan.flag("乞讨") and not view.scan.flag("童工") else 9)
        elif one.category in NINE:
            found.add(NINE[one.category])
    return tuple(sorted(found))
