"""What nobody here can judge: a voice, a picture, a foreign language, letters struck at random. It means a person."""

from collections.abc import Callable
from dataclasses import replace

from intake.triage.assessment import Assessment, Reason
from words.ids import Urgency, higher

# A text with fewer Chinese characters among its letters than this was not written for a Chinese triage.
HAN_SHARE = 0.3
_WHY = Reason("unreadable", "语音、图片或系统看不懂的文字，没法判断，交给值班人员看；先按紧急处理")


def foreign(text: str) -> bool:
    """Letters, but almost no Chinese: 「The girl next door…」, `asdfghjkl`, 「ta 被 da 了 hen can」."""
    letters = [letter for letter in text if letter.isalpha()]
    return bool(letters) and sum("\u4e00" <= letter <= "\u9fff" for letter in letters) < HAN_SHARE * len(letters)


def legible(assess: Callable[[str], Assessment]) -> Callable[[str], Assessment]:
    """`assess`, except that a foreign text in which it found nothing is not judged harmless but not understood."""

    def judged(text: str) -> Assessment:
        found = assess(text)
        nothing = found.substance and not found.harm and not found.emergency
        return unheard(found) if nothing and foreign(text) else found

    return judged


def unheard(assessment: Assessment) -> Assessment:
    """The same, as a danger nobody has looked at yet: at least urgent, whatever triage makes of too few words."""
    return replace(
        assessment,
        urgency=higher(assessment.urgency, Urgency.URGENT),
        category="imminent_danger",
        categories=("imminent_danger",),
        readable=False,
        substance=True,
        reasons=(*assessment.reasons, _WHY),
    )
