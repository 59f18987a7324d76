"""The directory is kept by an admin or a supervisor; what has a gap is proved before it hurts, and said."""

from datetime import timedelta
from typing import Any

import pytest

from records.tables import Account, Duty, Place, Setting
from routing import acts
from routing.coverage import look_ahead
from routing.desks import COVERAGE, DeskFacts, add_shift, change_desk, desk_page, open_desk, remove_shift
from routing.directory import desks_for, on_duty
from routing.directory_import import Plan, plan_import
from routing.directory_sheet import Shift
from routing.refusal import Refused
from routing.staff import disable
from tests.flows.filing import filed
from tests.flows.town import Town

HEADER = ["区划代码", "部门", "单位名称", "姓名", "电话", "级别", "时段"]


async def proof(town: Town) -> dict[str, Any]:
    """What the last proof of coverage found."""
    (row,) = await town.rows(Setting, key=COVERAGE)
    return dict(row.value)


def levels(found: dict[str, Any], desk_id: str) -> dict[str, str]:
    return {gap["level"]: gap["why"] for gap in found["gaps"] if gap["desk_id"] == desk_id}


async def imported(town: Town, person: Account, rows: list[list[str]], *, write: bool = True) -> Plan:
    divisions, now = town.house.protocols.divisions, town.now
    async with town.house.store.read() as session:
        batch, plan = await plan_import(session, person, [HEADER, *rows], divisions, now)
    if write:
        await town.house.store.write(batch)
    return plan


async def test_the_demonstration_county_is_covered_to_the_last_rung(town: Town) -> None:
    await town.later(minutes=1)
    found = await proof(town)
    assert found["gaps"] == []  # of the county's desks: the city's are kept by the city
    assert found["leaning"] == [] and not [each for each in found["missing"] if each["place"] == town.house.home]


async def test_a_shift_taken_away_is_a_gap_at_once_and_mended_by_another(town: Town) -> None:
    await town.later(minutes=1)
    supervisor, desk = await town.staff("supervisor"), await town.desk("police")
    (head,) = await town.rows(Duty, desk_id=desk.id, rung="L2")
    await town.act(remove_shift, supervisor, desk.id, head.id)
    await town.later(seconds=10)
    assert levels(await proof(town), desk.id) == {"L2": "nobody"}
    (contact,) = await town.rows(Duty, desk_id=desk.id, rung="L1")
    same = Shift("L2")
    await town.act(add_shift, supervisor, desk.id, contact.account_id, "", "", same)
    await town.later(seconds=10)
    assert levels(await proof(town), desk.id) == {"L2": "same"}  # nobody twice on one ladder
    await town.act(add_shift, supervisor, desk.id, "", "新局长", "15400009999", Shift("L2", days="working"))
    await town.later(seconds=10)
    (gap, *more) = [gap for gap in (await proof(town))["gaps"] if gap["desk_id"] == desk.id]
    assert (gap["level"], gap["since"][:16]) == ("L2", "2026-11-20T16:00") and more  # Saturday 00:00 in Beijing
    await town.act(add_shift, supervisor, desk.id, "", "值班领导", "15400009998", Shift("L2", days="rest"))
    await town.later(seconds=10)
    assert levels(await proof(town), desk.id) == {}


async def test_a_gap_is_somebodys_task_until_it_is_mended(town: Town) -> None:
    await town.later(minutes=1)
    assert not await town.duty_tasks("gaps")
    supervisor, desk, clerk = await town.staff("supervisor"), await town.desk("police"), await town.person("duty_desk")
    (head,) = await town.rows(Duty, desk_id=desk.id, rung="L2")
    await town.act(remove_shift, supervisor, desk.id, head.id)
    await town.later(seconds=10)
    (task,) = await town.duty_tasks("gaps")
    assert (task.person, task.phone, task.params["gaps"]) == (supervisor.name, supervisor.phone, 1)
    assert task.id in {each.id for each in await town.duty_lines(clerk)}
    with pytest.raises(Refused):
        await town.act(acts.gaps_told, await town.person("police"), task.id, "督办员")
    await town.act(acts.gaps_told, clerk, task.id, "督办员：今天排上")
    await town.act(change_desk, supervisor, desk.id, DeskFacts(desk.name, desk.kind, desk.phone or ""))
    await town.later(seconds=10)
    assert not await town.duty_tasks("gaps"), "it has been told today"
    await town.long_after(days=1)
    assert [again.id for again in await town.duty_tasks("gaps")] not in ([], [task.id]), "told, and not mended"
    await town.act(add_shift, supervisor, desk.id, "", "新局长", "15400009999", Shift("L2"))
    await town.later(seconds=10)
    assert not await town.duty_tasks("gaps")


async def test_somebody_without_a_number_is_no_cover_and_their_cases_are_told(town: Town) -> None:
    case, admin = await filed(town, "urgent", "dropout"), await town.staff("admin")
    officer = await town.person("education")
    await town.act(acts.accept, officer, case.reference)
    await town.act(disable, admin, officer.id)
    await town.later(seconds=10)
    found = await proof(town)
    assert found["leaning"] == [[case.reference, officer.desk_id]]
    assert "desk" in levels(found, officer.desk_id or "")


async def test_a_desk_that_closes_is_served_from_above_and_said_so(town: Town) -> None:
    supervisor, desk = await town.staff("supervisor"), await town.desk("education")
    facts = DeskFacts(desk.name, desk.kind, desk.phone or "", active=False)
    await town.act(change_desk, supervisor, desk.id, facts)
    async with town.house.store.read() as session:
        above = (await desks_for(session, town.house.home, ["education"]))["education"]
    assert above.place_code != town.house.home
    await town.later(seconds=10)
    missing = {each["department"]: each["served_by"] for each in (await proof(town))["missing"]}
    assert missing["education"] == above.id
    case = await filed(town, "normal", "dropout")
    (event,) = await town.events(case, "desk_above")
    assert event.data["departments"] == ["education"] and event.data["desks"] == [above.name]


async def test_a_new_desk_in_a_new_town_brings_its_place_with_it(town: Town) -> None:
    supervisor, protocols = await town.staff("supervisor"), town.house.protocols
    facts = DeskFacts("高台县公安局", "24h", "0936-6620110")
    with pytest.raises(Refused):  # another county is not theirs
        await town.act(open_desk, supervisor, "620724", "police", facts, protocols.divisions)
    with pytest.raises(Refused):
        await town.act(open_desk, supervisor, town.house.home, "baker", facts, protocols.divisions)
    desk = await town.act(open_desk, supervisor, town.house.home, "transport", facts, protocols.divisions)
    async with town.house.store.read() as session:
        assert await desk_page(session, supervisor, desk.id) is not None
        assert await desk_page(session, await town.person("police"), desk.id) is None


async def test_a_sheet_is_looked_at_before_it_is_true_and_a_broken_desk_is_left_alone(town: Town) -> None:
    supervisor, police = await town.staff("supervisor"), await town.desk("police")
    before = await town.rows(Duty, desk_id=police.id)
    rows = [
        ["458821", "公安", police.name, "甲", "15400008001", "值班员", "全天"],
        ["", "", "", "乙", "1.54E+10", "负责人", ""],
        ["458821", "民政", "罗岭县民政局", "丙", "15400008003", "值班员", "白天"],
        ["", "", "", "丁", "15400008004", "负责人", ""],
        ["620724", "民政", "高台县民政局", "戊", "15400008005", "值班员", ""],
    ]
    plan = await imported(town, supervisor, rows, write=False)
    assert [number for number, _ in plan.problems] == [3, 6] and len(plan.desks) == 1
    assert await town.rows(Account, name="丙") == []  # nothing is true yet
    plan = await imported(town, supervisor, rows)
    (desk,) = plan.desks
    assert (desk.what, desk.department, desk.added, desk.shifts) == (
        "changed",
        "civil_affairs",
        2,
        2,
    ) and desk.before > 2
    civil = await town.desk("civil_affairs")
    shifts = {(duty.rung, duty.start, duty.end) for duty in await town.rows(Duty, desk_id=civil.id)}
    assert shifts == {("desk", 480, 1200), ("L2", 0, 0)}
    assert len(await town.rows(Duty, desk_id=police.id)) == len(before)
    again = await imported(town, supervisor, rows)
    assert again.desks[0].added == 0  # the same sheet again makes nobody twice
    async with town.house.store.read() as session:
        found = await on_duty(session, civil.id, "desk", town.now, town.house.protocols.calendar)
        assert [person.name for person in found] == ["丙"]
        assert await on_duty(session, civil.id, "desk", town.now + timedelta(hours=10)) == []


async def test_the_proof_holds_for_holidays(town: Town) -> None:
    supervisor, desk = await town.staff("supervisor"), await town.desk("justice")
    (head,) = await town.rows(Duty, desk_id=desk.id, rung="L2")
    await town.act(remove_shift, supervisor, desk.id, head.id)
    await town.act(add_shift, supervisor, desk.id, "", "负责人", "15400009997", Shift("L2", days="working"))
    from datetime import datetime

    new_year = datetime.fromisoformat("2025-12-30T09:00:00+08:00")
    async with town.house.store.read() as session:
        _, found = await look_ahead(session, town.house.protocols, town.house.home, new_year)
    spans = [(gap.since[:13], gap.until[:13]) for gap in found.gaps if gap.desk_id == desk.id]
    # 1 to 3 January are off, Sunday the 4th is worked; then the weekend
    assert spans == [("2026-01-01T00", "2026-01-04T00"), ("2026-01-10T00", "2026-01-12T00")]


async def test_places_are_laid_with_what_they_lie_in(town: Town) -> None:
    assert {place.code for place in await town.rows(Place)} >= {"450000", "458800", "458821"}
