"""Seen means seen: who saw the child, when, where, and whether the child was spoken to away from the suspected person. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from words.beijing import local
from words.ids import HARM, Urgency
from words.language import Line, line


@dataclass(frozen=True)
class Seen:
    """`at` is aware UTC. `apart`: the child was spoken to away from the suspected person; None when that is not said.

    `by_phone`: nobody went; it was a call. `safe` and `custody` (with whom the child is now) are asked of critical cases.
    """

    who: str = ""
    at: datetime | None = None
    where: str = ""
    apart: bool | None = None
    by_phone: bool = False
    safe: bool | None = None
    custody: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "who": self.who, "at": self.at.isoformat() if self.at else None, "where": self.where, "apart": self.apart,
            "by_phone": self.by_phone, "safe": self.safe, "custody": self.custody,
        }  # fmt: skip

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "Seen":
        at = data.get("at")
        return Seen(**{**data, "at": datetime.fromisoformat(at) if at else None})

    def __bool__(self) -> bool:
        """Whether it says that somebody saw the child with their own eyes."""
        return bool(self.who.strip() and self.at and self.where.strip() and not self.by_phone)


def must_be_seen(urgency: Urgency, category: str) -> bool:
    """Every critical or urgent result about harm says who saw the child."""
    return urgency in (Urgency.CRITICAL, Urgency.URGENT) and category in HARM


def lacking(seen: Seen, urgency: Urgency, category: str, opened_at: datetime, now: datetime) -> Line | None:
    """The sentence that asks for what is missing; None when it is all there, or need not be."""
    if seen.at and seen.at > now:
        return line("见到孩子的时间还没有到，请核对。")
    if not must_be_seen(urgency, category):
        return None
    if seen.by_phone:
        return line("打电话不算见到。请写明谁当面见到了孩子、什么时候、在哪里。")
    if not seen:
        return line("请写明谁当面见到了孩子、什么时候、在哪里。")
    if seen.at and local(seen.at).date() < local(opened_at).date():
        return line("见到孩子的时间早于报告时间，请写报告以后见到的情况。")
    if seen.apart is None:
        return line("请写明是否在被反映的人不在场时和孩子说过话。")
    if urgency is Urgency.CRITICAL and seen.safe is None:
        return line("请写明孩子现在是否安全。")
    if urgency is Urgency.CRITICAL and not seen.custody.strip():
        return line("请写明孩子现在由谁照看。")
    return None
