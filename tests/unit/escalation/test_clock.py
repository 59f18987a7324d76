"""A clock goes up one rung at a time, never falls silent, and gives people their minutes."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.calendar import Calendar
from escalation.clock import Clock, Move, NotAllowed, advance, derivation, extend, pause, resume, start
from escalation.policy import Policy, Terms, policies_for, policy_of
from escalation.span import Span
from words.beijing import BEIJING, local
from words.ids import Urgency

NIGHT = datetime(2026, 11, 16, 3, 10, tzinfo=BEIJING)  # a Monday
MORNING = datetime(2026, 11, 16, 10, 0, tzinfo=BEIJING)


def of(terms: Terms, kind: str, urgency: Urgency, **more: str) -> Policy:
    policy = policy_of(terms, kind, urgency, **more)
    assert policy
    return policy


def climb(clock: Clock, calendar: Calendar, fires: int) -> list[tuple[str, str]]:
    """Who is told when if the sweep is always on time: (rung, Beijing time)."""
    told = []
    for _ in range(fires):
        move = advance(clock, clock.due_at, calendar)
        told.append((move.fire.card or move.fire.to, local(clock.due_at).strftime("%d %H:%M:%S")))
        clock = move.clock
    return told


# -- on time ----------------------------------------------------------------------------------------------------------


def test_a_critical_case_nobody_sees_at_ten_past_three(terms: Terms, calendar: Calendar) -> None:
    acknowledge, accept, progress, _ = (
        start(policy, NIGHT, calendar) for policy in policies_for(terms, Urgency.CRITICAL)
    )
    assert climb(acknowledge, calendar, 5) == [
        ("desk", "16 03:12:30"), ("desk", "16 03:14:00"), ("L0", "16 03:15:00"), ("L0", "16 03:45:00"), ("L0", "16 04:15:00"),
    ]  # fmt: skip
    assert climb(accept, calendar, 6) == [
        ("desk", "16 03:17:30"), ("L1", "16 03:20:00"), ("desk", "16 03:22:00"), ("L2", "16 03:25:00"),
        ("L3", "16 03:40:00"), ("L3", "16 04:10:00"),
    ]  # fmt: skip
    assert climb(progress, calendar, 4) == [
        ("desk", "16 04:10:00"), ("desk", "16 04:46:00"), ("L4", "16 05:10:00"), ("L4", "16 05:40:00"),
    ]  # fmt: skip


def test_a_normal_case_by_the_working_calendar(terms: Terms, calendar: Calendar) -> None:
    acknowledge, accept, progress, result = (
        start(policy, MORNING, calendar) for policy in policies_for(terms, Urgency.NORMAL)
    )
    assert climb(acknowledge, calendar, 3) == [("L0", "16 14:00:00"), ("red", "17 09:00:00"), ("L0", "18 17:00:00")]
    assert climb(accept, calendar, 5) == [
        ("yellow", "16 17:00:00"), ("L1", "17 17:00:00"), ("red", "18 09:00:00"), ("L2", "18 17:00:00"), ("L3", "19 17:00:00"),
    ]  # fmt: skip
    assert climb(progress, calendar, 4) == [
        ("yellow", "18 17:00:00"), ("red", "20 09:00:00"), ("L4", "24 17:00:00"), ("L4", "25 17:00:00"),
    ]  # fmt: skip
    assert climb(result, calendar, 6) == [
        ("yellow", "20 17:00:00"), ("L2", "23 17:00:00"), ("red", "24 09:00:00"), ("L3", "25 17:00:00"),
        ("L4", "30 17:00:00"), ("L4", "01 17:00:00"),
    ]  # fmt: skip


def test_a_working_clock_waits_for_the_end_of_spring_festival(terms: Terms, calendar: Calendar) -> None:
    eve = datetime(2026, 2, 14, 16, 0, tzinfo=BEIJING)  # the make-up Saturday before the festival
    clock = start(of(terms, "acknowledge", Urgency.NORMAL), eve, calendar)
    assert local(clock.ends_at).strftime("%m-%d %H:%M") == "02-24 12:00"
    urgent = start(of(terms, "acknowledge", Urgency.URGENT), eve, calendar)
    assert urgent.ends_at - eve == timedelta(minutes=30)


def test_an_overdue_result_climbs_to_the_top(terms: Terms, calendar: Calendar) -> None:
    clock = start(of(terms, "tell", Urgency.URGENT), NIGHT, calendar)
    assert [rung for rung, _ in climb(clock, calendar, 6)] == ["desk", "desk", "L2", "L3", "L4", "L4"]


def test_what_the_system_does_itself_fires_once(terms: Terms, calendar: Calendar) -> None:
    clock = start(of(terms, "quiet", Urgency.URGENT), NIGHT, calendar)
    move = advance(clock, clock.due_at, calendar)
    assert (move.fire.to, move.clock.status, move.repeats) == ("task", "done", False)
    with pytest.raises(ValueError, match="done"):
        advance(move.clock, clock.due_at, calendar)


def test_a_clock_that_is_not_due_does_not_move(terms: Terms, calendar: Calendar) -> None:
    clock = start(of(terms, "accept", Urgency.URGENT), NIGHT, calendar)
    with pytest.raises(ValueError, match="not due"):
        advance(clock, NIGHT, calendar)


def test_a_result_told_late_has_no_stale_reminders(terms: Terms, calendar: Calendar) -> None:
    later = MORNING + timedelta(days=14)
    clock = start(of(terms, "tell", Urgency.NORMAL), MORNING, calendar, now=later)
    assert clock.due_at < later and clock.policy.steps[0].to == "L2"


def test_the_row_can_hold_the_clock(terms: Terms, calendar: Calendar) -> None:
    clock = start(of(terms, "accept", Urgency.NORMAL), MORNING, calendar)
    again = replace(clock, policy=Policy.from_json(json.loads(json.dumps(clock.policy.to_json()))))
    assert again == clock and advance(again, clock.due_at, calendar) == advance(clock, clock.due_at, calendar)


# -- outages ----------------------------------------------------------------------------------------------------------


def test_after_an_outage_people_get_their_minutes(terms: Terms, calendar: Calendar) -> None:
    clock = start(of(terms, "accept", Urgency.CRITICAL), NIGHT, calendar)
    back = NIGHT + timedelta(hours=1)  # everything was due; the machine was down
    move = advance(clock, back, calendar)
    assert move.late == timedelta(minutes=52, seconds=30)
    # reminder → L1 is planned 2½ minutes later, and so it is from now
    assert move.next_due == back + timedelta(minutes=2, seconds=30)
    second = advance(move.clock, move.next_due, calendar)
    assert second.fire.to == "L1" and second.next_due - move.next_due == timedelta(minutes=2)


def test_an_outage_over_a_weekend_moves_a_working_rung_into_working_hours(terms: Terms, calendar: Calendar) -> None:
    clock = start(of(terms, "accept", Urgency.NORMAL), MORNING, calendar)
    saturday = datetime(2026, 11, 21, 4, 0, tzinfo=BEIJING)
    move = advance(clock, saturday, calendar)  # the yellow card of Monday
    assert local(move.next_due).strftime("%d %H:%M") == "23 09:00"


def test_a_statutory_clock_does_not_slide(terms: Terms, calendar: Calendar) -> None:
    clock = start(of(terms, "three_day", Urgency.URGENT), NIGHT, calendar)
    back = NIGHT + timedelta(days=10)
    told: list[Move] = []
    while clock.due_at <= back:
        told.append(advance(clock, back, calendar))
        clock = told[-1].clock
    assert [move.fire.to for move in told] == ["desk", "desk", "L2", "L3", "L4"]  # one each, and the top once
    assert clock.due_at == back + timedelta(hours=4)


def test_a_few_seconds_of_the_sweep_are_no_outage(terms: Terms, calendar: Calendar) -> None:
    clock = start(of(terms, "accept", Urgency.CRITICAL), NIGHT, calendar)
    for _ in range(4):
        clock = advance(clock, clock.due_at + timedelta(seconds=9), calendar).clock
    assert clock.due_at == NIGHT + timedelta(minutes=30)


urgencies = st.sampled_from(Urgency)
lateness = st.lists(st.integers(0, 4 * 86400), min_size=1, max_size=25)
begins = st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31)).map(lambda naive: naive.replace(tzinfo=UTC))  # noqa: DTZ001 - naive bounds


@given(urgencies, st.sampled_from(["24h", "day"]), begins, lateness, st.data())
def test_no_clock_ever_goes_silent(
    terms: Terms, calendar: Calendar, urgency: Urgency, desk: str, begin: datetime, late: list[int], data: st.DataObject
) -> None:
    kinds = [kind for kind, row in terms.deadlines.items() if row.ladder != "task" and policy_of(terms, kind, urgency)]
    policy = policy_of(terms, data.draw(st.sampled_from(kinds)), urgency, desk_kind=desk)
    assert policy
    clock, now = start(policy, begin, calendar), begin
    for seconds in late:
        now = max(now, clock.due_at) + timedelta(seconds=seconds)
        move = advance(clock, now, calendar)
        assert move.clock.status == "running" and move.next_step == clock.step + 1  # one rung, and always a next
        assert move.fire in clock.policy.steps and move.late >= timedelta(0)
        assert move.repeats is (clock.step >= len(clock.policy.steps) - 1)
        if move.repeats or (policy.slides and seconds > 30):
            assert move.next_due >= now
        assert move.next_due <= max(now, clock.due_at) + timedelta(days=45)
        clock = move.clock


@given(urgencies, begins)
def test_reminders_come_before_the_due_time_and_rungs_never_go_back(
    terms: Terms, calendar: Calendar, urgency: Urgency, begin: datetime
) -> None:
    for policy in policies_for(terms, urgency):
        clock, seen = start(policy, begin, calendar), begin
        for step in clock.policy.steps:
            assert clock.due_at >= seen
            if step.of in ("part", "eve"):
                assert begin <= clock.due_at <= clock.ends_at
            seen = clock.due_at
            clock = advance(clock, clock.due_at, calendar).clock


# -- pause, extension -------------------------------------------------------------------------------------------------


def waiting(
    clock: Clock, calendar: Calendar, terms: Terms, now: datetime, who: str = "reporter", limit: str = ""
) -> Clock:
    span = Span.parse(limit) if limit else None
    return pause(clock, now, calendar, terms, waits_for=who, by="王芳", reason="等报告人补充地址", limit=span)


def test_a_pause_moves_what_is_left_by_as_long_as_it_lasted(terms: Terms, calendar: Calendar) -> None:
    clock = start(of(terms, "result", Urgency.URGENT), NIGHT, calendar)
    stopped = waiting(clock, calendar, terms, NIGHT + timedelta(hours=10))
    assert stopped.status == "paused" and stopped.due_at == NIGHT + timedelta(hours=58)
    again = resume(stopped, NIGHT + timedelta(hours=15), calendar)
    assert again.status == "running"
    assert again.ends_at - clock.ends_at == again.due_at - clock.due_at == timedelta(hours=5)
    assert [rung for rung, _ in climb(again, calendar, 4)] == ["desk", "desk", "L2", "L3"]
    assert resume(again, NIGHT, calendar) is again


def test_a_pause_nobody_ends_ends_itself(terms: Terms, calendar: Calendar) -> None:
    clock = start(of(terms, "progress", Urgency.NORMAL), MORNING, calendar)
    stopped = waiting(clock, calendar, terms, MORNING + timedelta(hours=1))
    assert local(stopped.due_at).strftime("%d %H:%M") == "18 17:00"
    move = advance(stopped, stopped.due_at + timedelta(minutes=5), calendar)
    assert move.fire.kind == "resumed" and move.clock.status == "running"
    assert move.clock.ends_at > clock.ends_at


@pytest.mark.parametrize(
    ("began", "ended", "due"),
    [
        ("11-16 10:00", "11-18 10:00", "11-25 17:00"),  # Monday to Wednesday: two working days
        ("11-20 16:00", "11-23 10:00", "11-24 17:00"),  # Friday afternoon to Monday morning: two working hours
        ("11-20 17:00", "11-23 09:00", "11-23 17:00"),  # a weekend costs nothing
    ],
)
def test_a_pause_of_a_working_clock_is_counted_in_working_time(
    terms: Terms, calendar: Calendar, began: str, ended: str, due: str
) -> None:
    def at(text: str) -> datetime:
        return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=BEIJING)

    clock = start(of(terms, "result", Urgency.NORMAL), MORNING, calendar)
    stopped = waiting(clock, calendar, terms, at(began), "court", "P30D")
    again = resume(stopped, at(ended), calendar)
    assert f"{local(clock.ends_at):%m-%d %H:%M}" == "11-23 17:00"
    assert f"{local(again.ends_at):%m-%d %H:%M}" == due
    assert again.ends_at > again.due_at  # the yellow card keeps its place before it


@pytest.mark.parametrize(
    ("kind", "urgency", "who", "limit"),
    [
        ("result", Urgency.CRITICAL, "reporter", ""),  # never for a critical case
        ("acknowledge", Urgency.NORMAL, "reporter", ""),
        ("child", Urgency.URGENT, "reporter", ""),  # nothing stops the child clock
        ("three_day", Urgency.URGENT, "court", "PT72H"),
        ("result", Urgency.NORMAL, "court", ""),  # a body without a period
    ],
)
def test_pauses_that_are_refused(
    terms: Terms, calendar: Calendar, kind: str, urgency: Urgency, who: str, limit: str
) -> None:
    clock = start(of(terms, kind, urgency), NIGHT, calendar)
    with pytest.raises(NotAllowed):
        waiting(clock, calendar, terms, NIGHT, who, limit)


def test_the_reporter_is_waited_for_once(terms: Terms, calendar: Calendar) -> None:
    clock = start(of(terms, "result", Urgency.NORMAL), MORNING, calendar)
    again = resume(waiting(clock, calendar, terms, MORNING), MORNING + timedelta(hours=2), calendar)
    with pytest.raises(NotAllowed, match="一次"):
        waiting(again, calendar, terms, MORNING + timedelta(hours=3))
    court = waiting(again, calendar, terms, MORNING + timedelta(hours=3), "court", "PT72H")
    assert court.due_at == MORNING + timedelta(hours=75)


def stretched(
    clock: Clock, calendar: Calendar, terms: Terms, by: str, *, role: str = "head", now: datetime = MORNING
) -> Clock:
    return extend(clock, now, calendar, terms, by=Span.parse(by), person="李局", role=role, reason="等待鉴定意见")


def test_an_extension_moves_reminders_and_rungs_with_it(terms: Terms, calendar: Calendar) -> None:
    clock = start(of(terms, "result", Urgency.NORMAL), MORNING, calendar)
    for _ in range(1):
        clock = advance(clock, clock.due_at, calendar).clock
    longer = stretched(clock, calendar, terms, "10wd", now=MORNING + timedelta(days=5))
    assert local(longer.ends_at).strftime("%m-%d %H:%M") == "12-07 17:00"
    assert climb(longer, calendar, 2) == [("yellow", "04 17:00:00"), ("L2", "07 17:00:00")]


@pytest.mark.parametrize(
    ("kind", "urgency", "by", "role"),
    [
        ("result", Urgency.CRITICAL, "PT1H", "head"), ("result", Urgency.INFO, "1wd", "head"),
        ("result", Urgency.NORMAL, "11wd", "head"), ("result", Urgency.NORMAL, "1wd", "desk"),
        ("result", Urgency.URGENT, "P4D", "head"), ("result", Urgency.URGENT, "3wd", "head"),
        ("accept", Urgency.NORMAL, "1wd", "head"), ("result", Urgency.NORMAL, "0wd", "head"),
    ],
)  # fmt: skip
def test_extensions_that_are_refused(
    terms: Terms, calendar: Calendar, kind: str, urgency: Urgency, by: str, role: str
) -> None:
    clock = start(of(terms, kind, urgency), MORNING, calendar)
    with pytest.raises(NotAllowed):
        stretched(clock, calendar, terms, by, role=role)


def test_an_extension_is_given_once_in_time_and_by_name(terms: Terms, calendar: Calendar) -> None:
    clock = start(of(terms, "result", Urgency.URGENT), MORNING, calendar)
    longer = stretched(clock, calendar, terms, "P3D")
    assert longer.ends_at - clock.ends_at == timedelta(days=3)
    with pytest.raises(NotAllowed, match="一次"):
        stretched(longer, calendar, terms, "P1D")
    with pytest.raises(NotAllowed, match="超期"):
        stretched(clock, calendar, terms, "P1D", now=MORNING + timedelta(days=30))
    with pytest.raises(NotAllowed, match="批准人"):
        extend(clock, MORNING, calendar, terms, by=Span.parse("P1D"), person=" ", role="head", reason="x")


# -- derivation -------------------------------------------------------------------------------------------------------


def test_a_due_time_explains_itself(terms: Terms, calendar: Calendar) -> None:
    eve = datetime(2026, 9, 30, 18, 0, tzinfo=BEIJING)
    clock = start(of(terms, "result", Urgency.NORMAL), eve, calendar)
    clock = resume(waiting(clock, calendar, terms, eve), eve + timedelta(hours=2), calendar)
    said = "".join(map(str, derivation(clock, calendar)))
    for words in ("5个工作日", "地方热线规定（statute:F6）", "自2026-09-30 18:00:00起算", "不在上班时间", "2026-10-08 09:00:00上班",
                  "2026-10-10 调休上班，计入", "暂停（王芳：等报告人补充地址）"):  # fmt: skip
        assert words in said
    assert "2026-10-14 17:00:00前完成" in said  # the pause was over before anybody worked


def test_a_wall_clock_says_that_holidays_count_and_an_unknown_year_is_named(terms: Terms, calendar: Calendar) -> None:
    said = "".join(map(str, derivation(start(of(terms, "result", Urgency.URGENT), NIGHT, calendar), calendar)))
    assert "节假日照计" in said and "本系统默认值" in said and "尚未录入" not in said
    december = datetime(2026, 12, 31, 10, 0, tzinfo=BEIJING)
    said = "".join(map(str, derivation(start(of(terms, "result", Urgency.NORMAL), december, calendar), calendar)))
    assert "2027年的放假安排尚未录入" in said
