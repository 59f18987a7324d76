"""The transfer card of an emergency: what to say to 110 or 120, and in which order. Pure."""

from collections.abc import Iterator, Mapping

from intake.dialogue.judge import understood
from intake.tickets.reading import Slip
from intake.triage.assessment import Assessment
from words.language import Line, line

CALL = line("请现在三方转接 110；有人受伤、生病或吃了药，同时转 120。别先挂断来电人。")
MOST = 120  # characters of the caller's own words

_ROWS: tuple[tuple[Line, tuple[str, ...]], ...] = (
    (line("孩子在哪里"), ("where_now", "place", "school")),
    (line("哪个孩子"), ("child_name", "child_sex", "child_age", "children")),
    (line("和谁在一起"), ("with_whom", "suspect")),
)
_SEX: Mapping[str, str] = {"m": "男孩", "f": "女孩"}
_COUNTED: Mapping[str, str] = {"child_age": "{}岁", "children": "{}个孩子"}


def card(slip: Slip, found: Assessment, text: str) -> tuple[tuple[Line, str], ...]:
    """Label and what is to be said aloud, as the ticket alone has it; what is not known is not on it. Empty when the ticket
    tells of no emergency."""
    return tuple(_rows(slip, found, text)) if found.emergency else ()


def _rows(slip: Slip, found: Assessment, text: str) -> Iterator[tuple[Line, str]]:
    if slip.region:
        yield line("工单上的区域"), slip.region
    known = understood(found, text)
    for label, names in _ROWS:
        said = [_said(name, known[name].value) for name in names if name in known]
        if said:
            yield label, "，".join(dict.fromkeys(said))
    if words := slip.content or slip.title:
        yield line("来电人的原话"), words[:MOST] + ("…" if len(words) > MOST else "")
    if slip.caller_phone:
        yield line("来电号码"), slip.caller_phone


def _said(name: str, value: object) -> str:
    if name == "child_sex":
        return _SEX.get(str(value), str(value))
    return _COUNTED.get(name, "{}").format(value)
