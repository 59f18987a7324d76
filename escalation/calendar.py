"""The official calendar: which days people work, and where a span ends when it is counted on that calendar.

Counting: working hours are 09:00–17:00 Beijing time (configurable). What arrives outside them counts from the next
opening. *n* wd ends at the close of the *n*-th working day after the day it counts from; *n* wh adds working hours;
everything else runs by the wall clock, day and night (P3D is 72 hours).

The holidays and make-up days are the State Council's yearly notices as the package chinesecalendar knows them; a site
adds the next year's in an overrides file (`data/calendar/overrides.toml`), and its own working hours. In a year that neither
knows Monday to Friday are taken as working days, and `note` says so aloud.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from escalation.span import Span, Unit
from words.beijing import BEIJING, local
from words.language import Line, line

_DAY = timedelta(days=1)


class CalendarError(ValueError):
    """The overrides file can't be used; `line` says where and what to write instead."""

    def __init__(self, said: Line) -> None:
        super().__init__(str(said))
        self.line = said


@dataclass(frozen=True)
class Calendar:
    """`holidays` are weekdays and weekends off by notice, `makeup` the weekend days that are worked instead.

    `known` are the years whose notice is in it. `names` tells what a holiday is called, for the derivation.
    """

    holidays: frozenset[date] = frozenset()
    makeup: frozenset[date] = frozenset()
    known: frozenset[int] = frozenset()
    names: dict[date, str] = field(default_factory=dict, hash=False, compare=False)
    opens: time = time(9)
    closes: time = time(17)

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise CalendarError(
                line("上班时间 {opens} 不早于下班时间 {closes}。", opens=self.opens, closes=self.closes)
            )

    def works(self, day: date) -> bool:
        """Whether the day is a working day by the notice, or by the weekday where no notice is known."""
        return day in self.makeup or (day.weekday() < 5 and day not in self.holidays)

    def counts_from(self, moment: datetime) -> datetime:
        """The moment itself within working hours, both ends included; otherwise the next opening."""
        there = local(moment)
        day = there.date()
        if self.works(day):
            if there.time() < self.opens:
                return self._at(day, self.opens)
            if there <= self._at(day, self.closes):
                return moment.astimezone(UTC)
        return self._at(next(self._days_after(day)), self.opens)

    def add(self, start: datetime, span: Span) -> datetime:
        """When the span, counted from `start` (aware), is over. Aware UTC."""
        match span.unit:
            case Unit.WALL:
                return local(start).astimezone(UTC) + span.length
            case Unit.MONTHS:
                return self._months(start, int(span.amount))
            case Unit.HOURS:
                return self._hours(self.counts_from(start), span.amount)
        begin = self.counts_from(start)
        if not span.amount:
            return begin
        days = self._days_after(local(begin).date())
        for _ in range(int(span.amount) - 1):
            next(days)
        return self._at(next(days), self.closes if span.unit is Unit.DAYS else self.opens)

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """The working time between two moments; nothing when the second is the earlier one."""
        day, last, found = local(start).date(), local(end).date(), timedelta()
        while day <= last:
            if self.works(day):
                begins, stops = max(self._at(day, self.opens), start), min(self._at(day, self.closes), end)
                found += max(stops - begins, timedelta())
            day += _DAY
        return found

    def closing(self, moment: datetime) -> bool:
        """Whether the moment is the end of a working day."""
        there = local(moment)
        return self.works(there.date()) and there.time() == self.closes

    def close_of(self, moment: datetime) -> datetime:
        """The end of that day's working hours."""
        return self._at(local(moment).date(), self.closes)

    def eve(self, moment: datetime) -> datetime:
        """The same hour one working day earlier (a yellow card is shown one working day before the due time)."""
        there = local(moment)
        day = there.date() - _DAY
        while not self.works(day):
            day -= _DAY
        return self._at(day, there.time())

    def note(self, start: datetime, end: datetime) -> Line | None:
        """What must be said when a count runs through a year whose notice is not known; None when all is known."""
        unknown = [year for year in range(local(start).year, local(end).year + 1) if year not in self.known]
        if not unknown:
            return None
        return line(
            "{years}年的放假安排尚未录入，按周一至周五上班计算，时限可能不准。请管理员在 calendar/overrides.toml 补录国务院办公厅通知。",
            years="、".join(map(str, unknown)),
        )

    def skipped(self, start: datetime, end: datetime) -> tuple[Line, ...]:
        """The holidays jumped over and the make-up days counted between two moments, in words, in order."""
        day, last = local(start).date(), local(end).date()
        found: list[Line] = []
        while day <= last and len(found) < 60:
            if day in self.makeup:
                found.append(line("{day} 调休上班，计入", day=day.isoformat()))
            elif day in self.holidays:
                found.append(
                    line("{day} 放假（{name}），不计", day=day.isoformat(), name=self.names.get(day, "法定节假日"))
                )
            day += _DAY
        return tuple(found)

    def _days_after(self, day: date) -> Iterator[date]:
        while True:
            day += _DAY
            if self.works(day):
                yield day

    def _hours(self, begin: datetime, hours: float) -> datetime:
        left = timedelta(hours=hours)
        day = local(begin).date()
        while (room := self._at(day, self.closes) - begin) < left:
            left -= room
            day = next(self._days_after(day))
            begin = self._at(day, self.opens)
        return begin + left

    def _months(self, start: datetime, months: int) -> datetime:
        """The same day of a later month in Beijing, or that month's last day."""
        there = local(start)
        years, month = divmod(there.month - 1 + months, 12)
        first = there.replace(year=there.year + years, month=month + 1, day=1)
        after = (first + timedelta(days=32)).replace(day=1)
        last = (after - _DAY).day
        return first.replace(day=min(there.day, last)).astimezone(UTC)

    def _at(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, BEIJING).astimezone(UTC)


def official(overrides: str = "") -> Calendar:
    """The official calendar with a site's overrides (the text of its TOML file) laid over it.

    The file has a table for each year: `[2027]`, `holidays = { "春节" = ["2027-02-05/2027-02-11"] }` and
    `workdays = ["2027-02-14"]`. A year given there replaces the package's wholly. `[hours]` has `opens` and `closes`.
    """
    from chinese_calendar.constants import Holiday, holidays, workdays  # only who counts working days pays for it

    chinese = {holiday.value: holiday.chinese for holiday in Holiday}
    off = {day: chinese.get(name, name) for day, name in holidays.items()}
    makeup = set(workdays)
    known = {day.year for day in off}
    tables = _tables(overrides)
    opens, closes = _hours(tables.pop("hours", {}))
    for year, names, worked in _years(tables):
        off = {day: name for day, name in off.items() if day.year != year} | names
        makeup = {day for day in makeup if day.year != year} | worked
        known.add(year)
    return Calendar(
        holidays=frozenset(off), makeup=frozenset(makeup), known=frozenset(known), names=off, opens=opens, closes=closes
    )


def _tables(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CalendarError(line("calendar/overrides.toml 不是有效的 TOML：{error}", error=str(error))) from error


def _hours(table: Any) -> tuple[time, time]:
    """09:00–17:00 unless the site works other hours."""
    found = []
    for key, usual in (("opens", "09:00"), ("closes", "17:00")):
        try:
            found.append(time.fromisoformat(table.get(key, usual)))
        except (AttributeError, TypeError, ValueError) as error:
            raise CalendarError(
                line("calendar/overrides.toml 的 [hours]：{key} 请写成 {example}。", key=key, example=f'"{usual}"')
            ) from error
    if set(table) - {"opens", "closes"} or any(each.tzinfo for each in found):
        raise CalendarError(line("calendar/overrides.toml 的 [hours]：只写 opens 和 closes，北京时间。"))
    return found[0], found[1]


def _years(tables: Mapping[str, Any]) -> Iterator[tuple[int, dict[date, str], set[date]]]:
    for year, table in tables.items():
        if not year.isdigit() or not isinstance(table, dict) or set(table) - {"holidays", "workdays"}:
            raise CalendarError(
                line("calendar/overrides.toml 的 [{year}]：每年一节，节内只写 holidays 和 workdays。", year=year)
            )
        names = {day: name for name, ranges in table.get("holidays", {}).items() for day in _range(year, ranges)}
        worked = set(_range(year, table.get("workdays", [])))
        if both := worked & set(names):
            raise CalendarError(
                line("calendar/overrides.toml 的 [{year}]：{day} 既放假又上班，请删去一处。", year=year, day=min(both))
            )
        yield int(year), names, worked


def _range(year: str, written: list[str]) -> Iterator[date]:
    """Days and ranges of days, "2027-02-05" or "2027-02-05/2027-02-11", all within the year."""
    for text in written:
        try:
            ends = [date.fromisoformat(part) for part in text.split("/")]
        except (ValueError, AttributeError) as error:
            raise CalendarError(
                line(
                    "calendar/overrides.toml 的 [{year}]：{text} 不是日期，请写成 2027-02-05 或 2027-02-05/2027-02-11。",
                    year=year,
                    text=text,
                )
            ) from error
        if ends[0] > ends[-1] or any(day.year != int(year) for day in ends) or len(ends) > 2:
            raise CalendarError(
                line("calendar/overrides.toml 的 [{year}]：{text} 不在这一年，或先后颠倒。", year=year, text=text)
            )
        day = ends[0]
        while day <= ends[-1]:
            yield day
            day += _DAY
