"""Figures of a place and a time, against numbers that were reckoned by hand from what happened."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from records.tables import Account, Desk
from routing import acts
from routing.figures.matter import Matter
from routing.figures.measure import Rate, figures, groups, which
from routing.figures.reading import Asked, Period, Reach, matters, reach_of
from tests.flows.filing import filed
from tests.flows.handling import brought_to_an_end, closed, disputed, result, saw, told, tried
from tests.flows.town import Town

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 1))
COMMITTEE = "working_committee"


async def read(town: Town, asked: Asked | None = None, reach: Reach | None = None) -> list[Matter]:
    reach = reach or reach_of(await town.staff("supervisor"), None)
    assert reach is not None
    async with town.house.store.read() as session:
        return await matters(session, reach, asked or Asked(NOVEMBER))


@contextmanager
def queries() -> Iterator[list[str]]:
    """Every statement that reads."""
    asked: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def test_a_week_of_cases_against_numbers_reckoned_by_hand(town: Town) -> None:
    """Thursday 15:00. Four ordinary reports for the education desk (acknowledged within 4 working hours, accepted within one
    working day, result within five): A is handled well, B is forgotten, one is put to A, D is returned. At 16:30 a critical one."""
    protocols, home, day = town.house.protocols, town.house.home, town.now
    education, police = await town.person("education"), await town.person("police")
    supervisor = await town.staff("supervisor")
    a, b, m, d = [await filed(town, "normal", "education_service") for _ in "abmd"]
    with queries() as few:
        await read(town)
    await town.later(minutes=30)
    await town.act(acts.accept, education, a.reference)
    same = (acts.merge_case, supervisor, m.reference, a.reference, "同一件事")
    await town.act(*same, protocols=protocols, home=home)
    await town.act(acts.return_case, education, d.reference, "civil_affairs", "户籍救助", protocols=protocols)
    await town.later(minutes=60)
    await result(town, education, a, ["answered"])
    await told(town, education, a, "已就您反映的事项作出答复。")
    for who in ("reporter", f"reporter:{m.id}"):  # whoever made the second report is told as well
        await tried(town, education, a, who=who)
    await closed(town, education, a)
    c = await filed(town, "critical", "physical_abuse")
    await town.later(minutes=4)
    await town.act(acts.acknowledge, police, c.reference)
    await town.later(minutes=16)
    await town.act(acts.accept, police, c.reference)  # five minutes late
    await town.later(minutes=40)
    seen, what = saw(town.now), "到校见到孩子"
    await town.act(acts.progress, police, c.reference, "王警官", town.now, what, seen, protocols=protocols)
    await town.long_after(days=3)
    await town.act(acts.accept, education, b.reference)  # Sunday 17:30; it was due on Friday

    with queries() as many:
        found = await read(town)
    assert len(many) == len(few) == 8, "seven, and who asks"
    all_of_it = figures(found, town.now)
    # A, B, C, D; the one that was put to A is no case of its own. Helping desks of C: five, none of which did anything.
    # All four climbed: nobody called A's reporter back on Friday.
    helping = {"civil_affairs", "court", "health", "justice", "womens_federation"}
    assert all_of_it.counts == {
        "opened": 4, "closed": 1, "open": 3, "reopened": 0, "climbed": 4, "returned": 1, "silent": 0
    }  # fmt: skip
    # In time: A and C's police. Late: B, D's second desk and the five. D's first desk owed nothing any more when it returned.
    assert all_of_it.rates["acknowledge"] == Rate(2, 9)
    assert all_of_it.rates["accept"] == Rate(1, 9)  # A; C's police came five minutes late
    assert all_of_it.rates["result"] == Rate(1, 7)  # A; C's were due on Friday, those of B and D on Thursday next
    assert all_of_it.rates["told"] == all_of_it.rates["tell"] == Rate(1, 1)  # A's
    assert all_of_it.rates["seen"] == Rate(1, 1)  # C's child, after one hour of two
    assert all_of_it.rates["check"].share is None
    took = all_of_it.times["acknowledge"]
    assert (took.count, took.median) == (3, timedelta(minutes=30))  # 4 and 30 minutes, and B's
    assert took.ninetieth == town.now - day == timedelta(days=3, hours=2, minutes=30)
    assert all_of_it.times["result"].median == timedelta(minutes=90)
    assert all_of_it.times["tell"].median == timedelta(0) and all_of_it.times["seen"].median == timedelta(hours=1)
    assert all_of_it.times["closed"].median == timedelta(minutes=90)

    by_department = groups(found, "department", town.now)
    assert set(by_department) == {"education", "police", *helping}
    assert by_department["police"].rates["acknowledge"] == Rate(1, 1)
    assert by_department["education"].rates["acknowledge"] == Rate(1, 2)
    assert by_department["civil_affairs"].counts["opened"] == 1, "it leads D now"
    assert by_department["education"].counts["returned"] == 1
    assert groups(found, "category", town.now)["physical_abuse"].counts["opened"] == 1
    assert list(groups(found, "month", town.now)) == ["2026-11"]
    assert {each.reference for each in which(found, "acknowledge", town.now)} == {b.reference, c.reference, d.reference}
    assert [each.reference for each in which(found, "returned", town.now)] == [d.reference]
    assert await read(town, Asked(Period(date(2026, 10, 1), date(2026, 10, 1)))) == []
    only = await read(town, Asked(NOVEMBER, category="physical_abuse", source="web", place=home))
    assert [each.reference for each in only] == [c.reference]
    assert await read(town, Asked(NOVEMBER, source="telegram")) == await read(town, reach=Reach("110101")) == []


async def test_what_is_opened_again_and_what_was_not_reported(town: Town) -> None:
    case = await brought_to_an_end(town, await filed(town, "critical", "physical_abuse"))
    before = figures(await read(town), town.now)
    assert (before.rates["check"], before.counts["closed"]) == (Rate(0, 1), 1)
    coordinator, day = await town.person(COMMITTEE), town.now - timedelta(days=1)
    given = (acts.check_unit, coordinator, case.reference, "育才小学", "school", day, None, "")
    await town.act(*given, protocols=town.house.protocols, home=town.house.home)
    await town.act(acts.finish_check, coordinator, case.reference, "")
    await disputed(town, case)
    harm = Asked(NOVEMBER, category="physical_abuse")
    after = figures(await read(town, harm), town.now)
    assert after.rates["check"] == Rate(1, 1) and after.silent == {"school": 1}
    assert after.counts | {"climbed": 0} == {
        "opened": 1, "closed": 0, "open": 1, "reopened": 1, "climbed": 0, "returned": 0, "silent": 1
    }  # fmt: skip
    desks = before.rates["acknowledge"].of
    await town.long_after(days=2)  # the new round's promises are promises of their own
    again = figures(await read(town, harm), town.now).rates
    assert again["acknowledge"] == Rate(desks, 2 * desks) and again["told"] == Rate(1, 1)


@pytest.mark.parametrize(
    ("role", "department", "whole"),
    [
        ("supervisor", None, True), ("leader", None, True), ("procurator", "procuratorate", True),
        ("officer", COMMITTEE, True), ("head", "police", False), ("officer", "police", None), ("admin", None, None),
    ],
)  # fmt: skip
def test_whose_figures_are_whose(role: str, department: str | None, whole: bool | None) -> None:
    person = Account(id="p", login="p", name="人", role=role, place_code="458821", created_at=NOVEMBER.since)
    desk = Desk(id="d", place_code="458821", department=department, name="台") if department else None
    reach = reach_of(person, desk)
    assert reach == (None if whole is None else Reach("458821", None if whole else department))
    person.disabled_at = NOVEMBER.since
    assert reach_of(person, desk) is None
