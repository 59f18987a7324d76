"""每案必查: after each of the nine situations the coordinator asks every unit when it found out; who knew and did not report is
the procuratorate's to look into."""

from datetime import datetime, timedelta

import pytest

from records.access import queue
from records.tables import Account, Case, UnitCheck
from routing import acts
from routing.refusal import Refused
from tests.flows.filing import filed
from tests.flows.handling import brought_to_an_end, closed, disputed, result, running, sight, told
from tests.flows.town import Town

COMMITTEE = "working_committee"


async def over(town: Town, category: str = "physical_abuse") -> tuple[Case, Account]:
    """A closed case of one of the nine situations, and who is asked."""
    case = await brought_to_an_end(town, await filed(town, "critical", category))
    assert case.nine
    return case, await town.person(COMMITTEE)


async def unit(
    town: Town,
    person: Account,
    case: Case,
    name: str,
    department: str,
    found: datetime | None,
    told_at: datetime | None,
) -> None:
    house = town.house
    await town.act(
        acts.check_unit, person, case.reference, name, department, found, told_at, "", protocols=house.protocols, home=house.home
    )  # fmt: skip


async def test_closing_one_of_the_nine_asks_the_coordinator_with_its_own_clock(town: Town) -> None:
    case, coordinator = await over(town)
    (clock,) = [row for row in await town.clocks(case) if row.kind == "every_case_check"]
    assert clock.desk_id == coordinator.desk_id and clock.policy["due"] == "5wd"
    assert [letter.desk_id for letter in await town.letters(case, "check")] == [coordinator.desk_id]
    async with town.house.store.read() as session:
        assert [line.clock for line in await queue(session, coordinator, town.now)] == ["every_case_check"]
    found = await sight(town, coordinator, case)
    assert found is not None and found.level == "story"
    await town.long_after(days=9)
    climbed = [event.data["to"] for event in await town.events(case, "rung") if event.data["clock"] == clock.kind]
    assert "L2" in climbed


async def test_a_matter_that_is_none_of_the_nine_asks_nobody(town: Town) -> None:
    case = await brought_to_an_end(town, await filed(town, "normal", "dropout"))
    assert case.status == "closed" and not case.nine
    assert not [row for row in await town.clocks(case) if row.kind == "every_case_check"]
    with pytest.raises(Refused):
        await unit(town, await town.person(COMMITTEE), case, "育才小学", "school", None, None)


async def test_each_unit_answers_when_it_found_out_and_when_it_reported(town: Town) -> None:
    case, coordinator = await over(town)
    day = town.now - timedelta(days=1)
    for found, reported in ((None, day), (day, day - timedelta(hours=1)), (town.now + timedelta(hours=1), None)):
        with pytest.raises(Refused):
            await unit(town, coordinator, case, "育才小学", "school", found, reported)
    police = await town.person("police")
    with pytest.raises(Refused):
        await unit(town, police, case, "育才小学", "school", day, day)
    await unit(town, coordinator, case, "育才小学", "school", day, day + timedelta(minutes=20))
    await unit(town, coordinator, case, "河边村委会", "village_committee", None, None)
    assert len(await town.cases()) == 1, "who reported, or did not know, is charged with nothing"
    await town.act(acts.finish_check, coordinator, case.reference, "")
    assert not await running(town, case, COMMITTEE)
    found = await sight(town, coordinator, case)
    assert found is not None
    answers = {each.unit: each.complained for each in found.proceedings.checks}
    assert answers == {"育才小学": False, "河边村委会": False}
    helper = await sight(town, await town.person("civil_affairs"), case)
    assert helper is not None and not helper.proceedings.checks and "育才小学" not in repr(helper)
    with pytest.raises(Refused):
        await town.act(acts.finish_check, coordinator, case.reference, "")


async def test_where_no_unit_met_the_child_a_sentence_says_so(town: Town) -> None:
    case, coordinator = await over(town)
    with pytest.raises(Refused):
        await town.act(acts.finish_check, coordinator, case.reference, " ")
    await town.act(acts.finish_check, coordinator, case.reference, "孩子3岁，没有上幼儿园，没有就医。")
    assert (await town.events(case, "check_finished"))[0].note == "孩子3岁，没有上幼儿园，没有就医。"


async def test_who_knew_and_did_not_report_is_a_case_of_its_own_at_the_procuratorate(town: Town) -> None:
    case, coordinator = await over(town)
    await unit(town, coordinator, case, "育才小学", "school", town.now - timedelta(days=3), None)
    (complaint,) = await town.rows(Case, category="duty_complaint")
    assert await town.desks_of(complaint, "lead") == ["procuratorate"]
    assert {"acknowledge", "accept", "result"} <= await running(town, complaint, "procuratorate")
    prosecutor = await town.person("procuratorate")
    theirs = await sight(town, prosecutor, complaint)
    assert theirs is not None and theirs.level == "story" and "育才小学" in theirs.words[0].text
    assert "duty_desk" not in await town.desks_of(complaint, "with")
    for department in ("school", "village_committee", "medical_institution"):
        assert await sight(town, await town.person(department), complaint) is None
    assert not [letter for letter in await town.letters(complaint) if letter.desk_id == (await town.desk("school")).id]
    (row,) = await town.rows(UnitCheck)
    assert row.complaint_id == complaint.id
    (called,) = await town.events(case, "called_up")
    assert (called.data["why"], called.data["to"]) == ("unit_hides_case", "L4")
    # The coordinator who asked is told the result, as a reporter would be.
    await town.act(acts.accept, prosecutor, complaint.reference)
    await result(town, prosecutor, complaint, ["answered"], tellable="已依法监督。")
    await told(town, prosecutor, complaint, "已依法监督。")
    with pytest.raises(Refused):
        await closed(town, prosecutor, complaint)
    assert await sight(town, coordinator, complaint) is not None
    await town.house.tick()
    assert "tell" not in await running(town, complaint, "procuratorate")


async def test_a_case_that_is_opened_again_is_asked_once(town: Town) -> None:
    case, coordinator = await over(town)
    await town.act(acts.finish_check, coordinator, case.reference, "没有单位接触过孩子。")
    await disputed(town, case)
    again = await brought_to_an_end(town, await town.case())
    assert again.status == "closed" and not await running(town, again, COMMITTEE)
