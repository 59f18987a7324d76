"""A length of time as the protocols write it: "PT5M", "P3D", "P1M" by the wall clock, "4wh" and "5wd" by the official one."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import reduce, total_ordering

from words.language import Line, line


class Unit(StrEnum):
    """What is being counted."""

    WALL = "wall"  # seconds, day and night
    MONTHS = "months"  # calendar months in Beijing
    HOURS = "wh"  # working hours
    DAYS = "wd"  # working days: to the end of the n-th working day
    MORNINGS = "wo"  # working days: to the opening of the n-th working day (a red card is shown in the morning)


_WORKING = re.compile(r"(\d+(?:\.\d+)?)(wh|wd|wo)")
_ISO = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)
# Only to put steps of one clock in order: a working day is eight working hours, a month thirty days.
_NOMINAL = {Unit.WALL: 1.0, Unit.MONTHS: 30 * 86400.0, Unit.HOURS: 10800.0, Unit.DAYS: 86400.0, Unit.MORNINGS: 86400.0}


@total_ordering
@dataclass(frozen=True)
class Span:
    """`amount` seconds for WALL, otherwise a number of `unit`s. Never negative. Ordered by what is usual, not exactly.

    `text` keeps the writing of the protocol (PT24H and P1D are the same length), and is no part of its value.
    """

    amount: float
    unit: Unit = Unit.WALL
    text: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.amount < 0 or (self.unit not in (Unit.WALL, Unit.HOURS) and self.amount != int(self.amount)):
            raise ValueError(f"not a length of time: {self.amount} {self.unit}")

    @classmethod
    def parse(cls, text: str) -> "Span":
        """From "PT5M", "P3D", "P1W", "P1M", "P1Y", "4wh", "5wd", "2wo". Anything else is a ValueError that says so."""
        if found := _WORKING.fullmatch(text):
            return cls(float(found[1]), Unit(found[2]), text)
        found = _ISO.fullmatch(text)
        parts = {name: int(value) for name, value in found.groupdict().items() if value} if found else {}
        if not parts:
            raise ValueError(f"不是时限：{text!r}。请写成 PT5M、P3D、P1M、4wh（工作小时）或 5wd（工作日）。")
        months = parts.pop("years", 0) * 12 + parts.pop("months", 0)
        if months and parts:
            raise ValueError(f"时限 {text!r} 把月和日时混在一起；请只用其中一种。")
        if months:
            return cls(months, Unit.MONTHS, text)
        return cls(timedelta(**parts).total_seconds(), Unit.WALL, text)

    @classmethod
    def wall(cls, length: timedelta) -> "Span":
        return cls(length.total_seconds())

    @property
    def working(self) -> bool:
        """Whether the official calendar decides how long it is."""
        return self.unit in (Unit.HOURS, Unit.DAYS, Unit.MORNINGS)

    @property
    def length(self) -> timedelta:
        """The length of a wall span; the others have none without a calendar."""
        if self.unit is not Unit.WALL:
            raise ValueError(f"{self} has no length without a calendar")
        return timedelta(seconds=self.amount)

    def __add__(self, other: "Span") -> "Span":
        if not other.amount:
            return self
        if not self.amount:
            return other
        if self.unit is not other.unit:
            raise ValueError(f"{self} and {other} can't be added: they count different things")
        return Span(self.amount + other.amount, self.unit)

    def part(self, share: float) -> "Span":
        """The given share of a wall span or of working hours, to the second."""
        if self.unit not in (Unit.WALL, Unit.HOURS):
            raise ValueError(f"{self} can't be divided")
        return Span(round(self.amount * share, 6), self.unit)

    def __lt__(self, other: "Span") -> bool:
        return self._nominal() < other._nominal()

    def _nominal(self) -> float:
        # a morning of day n comes before the end of day n
        return self.amount * _NOMINAL[self.unit] - (28800 if self.unit is Unit.MORNINGS else 0)

    def __str__(self) -> str:
        """As it is written in a protocol pack; `parse` reads it back."""
        if self.text:
            return self.text
        number = int(self.amount) if self.amount == int(self.amount) else self.amount
        if self.working:
            return f"{number}{self.unit.value}"
        if self.unit is Unit.MONTHS:
            return f"P{number}M"
        seconds = int(self.amount)
        if seconds and seconds % 86400 == 0:
            return f"P{seconds // 86400}D"
        hours, rest = divmod(seconds, 3600)
        minutes, rest = divmod(rest, 60)
        parts = [f"{value}{letter}" for value, letter in ((hours, "H"), (minutes, "M"), (rest, "S")) if value]
        return "PT" + ("".join(parts) or "0S")

    @property
    def zh(self) -> Line:
        """As a person says it: 5分钟, 3天, 4个工作小时, 5个工作日."""
        number = int(self.amount) if self.amount == int(self.amount) else self.amount
        match self.unit:
            case Unit.HOURS:
                return line("{n}个工作小时", n=number)
            case Unit.DAYS:
                return line("{n}个工作日", n=number)
            case Unit.MORNINGS:
                return line("第{n}个工作日上班时", n=number)
            case Unit.MONTHS:
                return line("{n}个月", n=number)
        days, rest = divmod(int(self.amount), 86400)
        hours, rest = divmod(rest, 3600)
        minutes, seconds = divmod(rest, 60)
        if not int(self.amount):
            return line("即时")
        if days == 1 and not rest and not hours:
            return line("24小时")
        parts = (
            (days, "{n}天"), (hours, "{n}小时"), (minutes, "{n}分钟"), (seconds, "{n}秒"),
        )  # fmt: skip
        *most, last = [line(text, n=value) for value, text in parts if value]
        return reduce(lambda rest, first: line("{first}{rest}", first=first, rest=rest), reversed(most), last)
