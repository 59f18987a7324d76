"""What a platform hears of its ticket, in its own shape: only what may be told, and nothing at all of a child. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from intake.tickets.profile import Callback
from records.access.callbacks import Told
from words.beijing import local, stamp

# Sentences for a hotline's operator. What a desk wrote for the reporter stands in their place where there is such a text.
_SAID: Mapping[str, str] = {
    "emergency": "特急：请立即三方转接110（有人受伤、生病时同时转120），并记下几点、谁打的、谁接的，作为补充回传。",
    "accepted": "已由{desk}受理，正在办理。",
    "returned": "已转由{desk}办理。",
    "extended": "办理时限延长到{due}。",
    "interim": "正在办理。",
    "result": "已办理，结果由承办单位另行告知。",
    "closed": "已办结。",
    "reopened": "来电人认为没有解决，已重新办理。",
}
_NOT_TO_CALLER = "此件不向来电人反馈，也不回访。"


def body_of(callback: Callback, told: Told) -> Any:
    """The platform's JSON with its holes filled. A text that is one hole and nothing else takes its value as it is."""
    return _filled(callback.body, _values(callback, told))


def _values(callback: Callback, told: Told) -> dict[str, Any]:
    return {
        "id": told.id,
        "order_no": told.order_no,
        "case": told.case,
        "status": callback.status.get(told.what, told.what),
        "text": sentence(told),
        "time": _time(callback, told.at),
        "due": _time(callback, told.due),
        "sequence": told.sequence,
        "desk": told.desk,
        "ask_satisfaction": told.ask_satisfaction and not told.caller_is_subject,
        "may_call_back": not told.caller_is_subject,
    }


def sentence(told: Told) -> str:
    """What may be told. Where the caller is the person complained about, nothing is but that nobody tells her anything."""
    if told.caller_is_subject and told.what != "emergency":
        return _NOT_TO_CALLER
    if told.text and told.what in ("interim", "result", "extended"):
        return told.text
    due = stamp(told.due)[:16] if told.due else "——"
    return _SAID[told.what].format(desk=told.desk or "承办单位", due=due)


def _time(callback: Callback, moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return local(moment).strftime(callback.time) if callback.time else local(moment).isoformat(timespec="seconds")


def _filled(shape: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(shape, Mapping):
        return {key: _filled(each, values) for key, each in shape.items()}
    if isinstance(shape, list):
        return [_filled(each, values) for each in shape]
    if not isinstance(shape, str):
        return shape
    whole = shape[1:-1] if shape.startswith("{") and shape.endswith("}") else ""
    if whole in values:
        return values[whole]
    for name, value in values.items():
        shape = shape.replace(f"{{{name}}}", "" if value is None else str(value))
    return shape


def taken(callback: Callback, answer: Any) -> bool:
    """Whether the platform says, in its own words, that it took the callback. Without such words its HTTP status says all."""
    if not callback.answer_path or not callback.answer_good:
        return True
    for step in callback.answer_path:
        answer = answer.get(step) if isinstance(answer, Mapping) else None
    return any(answer == good and type(answer) is type(good) for good in callback.answer_good)
