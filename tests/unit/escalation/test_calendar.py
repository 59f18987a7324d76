"""Working days by the official notices, and the rules of counting."""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.calendar import Calendar, CalendarError, official
from escalation.span import Span, Unit
from words.beijing import BEIJING, local

CALENDAR = official()


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def ends(start: str, span: str, calendar: Calendar = CALENDAR) -> str:
    return local(calendar.add(beijing(start), Span.parse(span))).strftime("%Y-%m-%d %H:%M")


# -- the notices ------------------------------------------------------------------------------------------------------

SPRING_2026 = [(f"2026-02-{day}", day in (14, 28)) for day in (14, *range(15, 24), 28)]


@pytest.mark.parametrize(("day", "works"), SPRING_2026)
def test_spring_festival_2026_is_off_from_15_to_23_february_with_two_saturdays_worked(day: str, works: bool) -> None:
    assert CALENDAR.works(date.fromisoformat(day)) is works


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2020-01-31", False), ("2020-02-01", False), ("2020-06-28", True),  # the lengthened Spring Festival of 2020
        ("2023-10-07", True), ("2023-10-08", True), ("2024-02-04", True), ("2024-02-18", True), ("2024-10-12", True),
        ("2025-01-26", True), ("2025-01-28", False), ("2025-10-08", False), ("2025-10-11", True),
        ("2026-01-01", False), ("2026-01-02", False), ("2026-01-04", True), ("2026-09-20", True), ("2026-09-25", False),
        ("2026-10-07", False), ("2026-10-08", True), ("2026-10-10", True), ("2026-10-11", False),
    ],
)  # fmt: skip
def test_days_of_the_notices(day: str, works: bool) -> None:
    assert CALENDAR.works(date.fromisoformat(day)) is works


def notices() -> list[dict[str, str]]:
    """The State Council's yearly notices as they were read, not as the package has them (tests/data/holidays.tsv)."""
    with (Path(__file__).parents[2] / "data" / "holidays.tsv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def days_of(year: str, cell: str) -> set[date]:
    """`01-01 02-15/02-23` in that year."""
    found: set[date] = set()
    for written in cell.split():
        first, last = (date.fromisoformat(f"{year}-{end}") for end in (written.split("/")[0], written.split("/")[-1]))
        found |= {first + timedelta(days=n) for n in range((last - first).days + 1)}
    return found


@pytest.mark.parametrize("notice", notices(), ids=lambda notice: notice["year"])
def test_every_day_of_the_year_is_as_the_notice_says(notice: dict[str, str]) -> None:
    off, worked = days_of(notice["year"], notice["off"]), days_of(notice["year"], notice["worked"])
    assert not off & worked and all(day.weekday() >= 5 for day in worked)
    day = date(int(notice["year"]), 1, 1)
    while day.year == int(notice["year"]):
        assert CALENDAR.works(day) is (day in worked or (day.weekday() < 5 and day not in off)), day
        assert day.year in CALENDAR.known
        day += timedelta(days=1)


def test_the_last_known_year_and_the_year_after() -> None:
    last = max(CALENDAR.known)
    assert last >= 2026 and last + 1 not in CALENDAR.known
    new_year = date(last + 1, 1, 1)
    for day in (new_year + timedelta(days=n) for n in range(365)):  # no notice: by the weekday alone
        assert CALENDAR.works(day) is (day.weekday() < 5)
    assert "尚未录入" in str(CALENDAR.note(beijing(f"{last}-12-31T16:00"), beijing(f"{last + 1}-01-04T17:00")))


def test_working_time_between_two_moments() -> None:
    def worked(start: str, end: str) -> float:
        return CALENDAR.worked(beijing(start), beijing(end)) / timedelta(hours=1)

    assert worked("2026-11-16T10:00", "2026-11-16T12:30") == 2.5
    assert worked("2026-11-20T16:00", "2026-11-23T10:00") == 2  # a weekend between
    assert worked("2026-09-30T16:00", "2026-10-10T17:00") == 1 + 3 * 8  # National Day, and the Saturday worked after it
    assert worked("2026-11-21T00:00", "2026-11-22T23:59") == worked("2026-11-16T12:00", "2026-11-16T10:00") == 0


def test_a_site_has_its_own_hours() -> None:
    calendar = official('[hours]\nopens = "08:30"\ncloses = "17:30"\n')
    assert ends("2026-11-16T08:29", "1wh", calendar) == "2026-11-16 09:30"
    assert ends("2026-11-16T10:00", "1wd", calendar) == "2026-11-17 17:30"


# -- counting ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2026-11-16T10:00", "1wd", "2026-11-17 17:00"),  # Monday morning: the end of Tuesday
        ("2026-11-16T08:59", "1wd", "2026-11-17 17:00"),  # before opening counts from today's opening
        ("2026-11-16T17:00", "1wd", "2026-11-17 17:00"),  # the last minute of the day is still the day
        ("2026-11-16T17:01", "1wd", "2026-11-18 17:00"),  # after closing counts from tomorrow
        ("2026-11-20T16:00", "4wh", "2026-11-23 12:00"),  # over a weekend
        ("2026-11-21T03:00", "4wh", "2026-11-23 13:00"),  # Saturday night waits for Monday nine o'clock
        ("2026-11-16T13:00", "4wh", "2026-11-16 17:00"),
        ("2026-09-30T16:00", "2wd", "2026-10-09 17:00"),  # National Day: 8, 9 October
        ("2026-10-09T16:00", "1wd", "2026-10-10 17:00"),  # the make-up Saturday
        ("2026-02-13T10:00", "2wd", "2026-02-24 17:00"),  # Saturday 14 worked, then the festival
        ("2025-12-31T16:30", "1wh", "2026-01-04 09:30"),  # year boundary with a make-up Sunday
        ("2026-11-16T10:00", "2wo", "2026-11-18 09:00"),
        ("2026-11-21T03:00", "P3D", "2026-11-24 03:00"),  # 72 hours, whatever days they are
        ("2026-01-31T12:00", "P1M", "2026-02-28 12:00"),
        ("2026-12-15T12:00", "P1M", "2027-01-15 12:00"),
    ],
)
def test_counting(start: str, span: str, end: str) -> None:
    assert ends(start, span) == end


def test_a_year_without_notice_counts_weekdays_and_says_so() -> None:
    assert ends("2027-02-05T10:00", "1wd") == "2027-02-08 17:00"
    assert CALENDAR.note(beijing("2026-11-16T10:00"), beijing("2026-11-20T17:00")) is None
    said = CALENDAR.note(beijing("2026-12-31T10:00"), beijing("2027-01-08T17:00"))
    assert said is not None and "2027年" in str(said)


def test_a_site_adds_next_years_notice() -> None:
    calendar = official('[2027]\nholidays = { "春节" = ["2027-02-05/2027-02-11"] }\nworkdays = ["2027-02-14"]\n')
    assert ends("2027-02-04T10:00", "1wd", calendar) == "2027-02-12 17:00"
    assert ends("2027-02-12T10:00", "1wd", calendar) == "2027-02-14 17:00"
    assert calendar.note(beijing("2027-01-01T10:00"), beijing("2027-02-01T10:00")) is None
    said = calendar.skipped(beijing("2027-02-04T10:00"), beijing("2027-02-14T17:00"))
    assert str(said[0]) == "2027-02-05 放假（春节），不计" and str(said[-1]) == "2027-02-14 调休上班，计入"


@pytest.mark.parametrize(
    "text",
    [
        "[2027", "[next]\n", '[2027]\nfree = ["2027-01-01"]', '[2027]\nworkdays = ["2028-01-01"]',
        '[2027]\nworkdays = ["1 Jan"]', '[2027]\nholidays = { a = ["2027-01-02/2027-01-01"] }',
        '[2027]\nholidays = { a = ["2027-01-02"] }\nworkdays = ["2027-01-02"]', '[hours]\nopens = "nine"',
        '[hours]\nopens = "18:00"', '[hours]\nnoon = "12:00"', "hours = 8",
    ],
)  # fmt: skip
def test_a_wrong_overrides_file_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(CalendarError, match=r"overrides\.toml|上班时间"):
        official(text)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        CALENDAR.add(datetime(2026, 11, 16, 10), Span.parse("1wd"))  # noqa: DTZ001 - that is what is refused


# -- properties -------------------------------------------------------------------------------------------------------

moments = st.datetimes(datetime(2020, 1, 1), datetime(2027, 6, 1)).map(lambda naive: naive.replace(tzinfo=UTC))  # noqa: DTZ001 - the strategy wants naive bounds
wall = st.integers(0, 20 * 86400).map(Span)
hours = st.integers(0, 60).map(lambda n: Span(n, Unit.HOURS))
days = st.integers(0, 15).map(lambda n: Span(n, Unit.DAYS))
spans = st.one_of(wall, hours, days, st.integers(1, 15).map(lambda n: Span(n, Unit.MORNINGS)))


@given(moments, moments, spans)
def test_later_starts_never_end_earlier(one: datetime, other: datetime, span: Span) -> None:
    first, second = sorted((one, other))
    assert CALENDAR.add(first, span) <= CALENDAR.add(second, span)


@given(moments, st.one_of(st.tuples(wall, wall), st.tuples(hours, hours), st.tuples(days, days)))
def test_counting_in_two_goes_is_counting_at_once(start: datetime, parts: tuple[Span, Span]) -> None:
    first, second = parts
    assert CALENDAR.add(CALENDAR.add(start, first), second) == CALENDAR.add(
        start, Span(first.amount + second.amount, first.unit)
    )


@given(moments, wall)
def test_round_the_clock_is_wall_time(start: datetime, span: Span) -> None:
    assert CALENDAR.add(start, span) - start == timedelta(seconds=span.amount)


@given(moments, st.one_of(hours, days))
def test_working_time_ends_in_working_hours_and_not_before_it_began(start: datetime, span: Span) -> None:
    end = CALENDAR.add(start, span)
    assert end >= start and CALENDAR.counts_from(end) == end


@given(st.one_of(wall, hours, days))
def test_a_span_is_read_back_as_it_was_printed(span: Span) -> None:
    assert Span.parse(str(span)) == span


@given(moments, moments, st.one_of(hours, days))
def test_what_is_counted_on_is_worked_in_between(start: datetime, other: datetime, span: Span) -> None:
    counted = CALENDAR.worked(start, CALENDAR.add(start, span)) / timedelta(hours=1)
    least = span.amount if span.unit is Unit.HOURS else span.amount * 8
    assert least - 1e-6 <= counted <= least + (0 if span.unit is Unit.HOURS else 8) + 1e-6
    first, second = sorted((start, other))
    middle = first + (second - first) / 2
    halves = CALENDAR.worked(first, middle) + CALENDAR.worked(middle, second)
    assert halves == CALENDAR.worked(first, second)
