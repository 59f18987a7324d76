"""The reporter, and only for a report on its behalf the unit, hears the result; proved, tried, disputed, called back."""

from datetime import timedelta
from typing import Any

import pytest

from records.access import queue
from records.columns import new_id
from records.tables import Account, Case, Desk, Letter, Telling
from routing import acts, reporter
from routing.opening import Draft, open_case
from routing.refusal import Refused
from routing.seen import Seen
from tests.flows.filing import filed
from tests.flows.handling import closed, disputed, helpers_done, result, running, saw, sight, told, tried
from tests.flows.town import Town
from words.ids import Urgency

DONE = "已依法办理。"


async def handled(town: Town, case: Case, department: str, outcome: str = "answered") -> Account:
    """The lead has its result, and every helper is done."""
    lead = await town.person(department)
    await town.act(acts.accept, lead, case.reference)
    await result(town, lead, case, [outcome], tellable=DONE)
    await helpers_done(town, case)
    return lead


async def reported(town: Town, *, capacity: str, unit_id: str | None = None, **changes: Any) -> Case:
    """An urgent report of bullying, made in this capacity, with how contact is safe."""
    contact = changes.pop("contact", "phone")
    given = {"urgency": Urgency.URGENT, "category": "bullying", **changes}
    draft = Draft(
        case_id=new_id(town.now), source="web", capacity=capacity, unit_id=unit_id,
        reporter={"contact": {"value": contact, "words": ""}}, **given,
    )  # fmt: skip
    house = town.house
    await house.store.carry_out(lambda session: open_case(session, draft, house.protocols, house.home, town.now))
    return await town.case(id=draft.case_id)


async def read(town: Town, case: Case) -> None:
    """She has read what was told last."""
    hers = [each for each in await town.tellings(case) if each.recipient == "reporter"]
    told_last = max(hers, key=lambda each: (each.at, each.id))
    await town.house.store.carry_out(lambda session: reporter.fetched(session, case.id, told_last.id, town.now))


async def test_in_her_own_name_nobody_but_she_is_told(town: Town) -> None:
    school = await town.desk("school")
    case = await reported(town, capacity="personal", unit_id=school.id)
    lead = await handled(town, case, "education")
    await told(town, lead, case, DONE)
    assert [each.recipient for each in await town.tellings(case)] == ["reporter"]
    assert not [letter for letter in await town.letters(case) if letter.desk_id == school.id]
    assert await sight(town, await town.person("school"), case) is None


async def test_a_report_on_a_units_behalf_is_told_to_the_unit_which_reads_that_and_no_more(town: Town) -> None:
    hospital = await town.desk("medical_institution")
    case = await reported(town, capacity="unit", unit_id=hospital.id)
    doctor = await town.person("medical_institution")
    assert await sight(town, doctor, case) is None, "before there is a word for it, the case is not there"
    lead = await handled(town, case, "education")
    await told(town, lead, case, DONE)
    assert sorted(each.recipient for each in await town.tellings(case)) == [f"desk:{hospital.id}", "reporter"]
    assert [letter.kind for letter in await town.letters(case) if letter.desk_id == hospital.id] == ["told"]
    await read(town, case)
    assert "tell" in await running(town, case, "education"), "the unit has not read it yet"
    with pytest.raises(Refused):
        await closed(town, lead, case)
    found = await sight(town, doctor, case)
    assert found is not None and found.level == "notice" and [each.text for each in found.told] == [DONE]
    assert not (found.summary or found.words or found.timeline or found.parts)
    await town.house.tick()
    assert "tell" not in await running(town, case, "education")
    await closed(town, lead, case)


async def test_a_unit_without_a_desk_is_told_by_hand_and_it_is_written_down_how(town: Town) -> None:
    case = await reported(town, capacity="unit")
    lead = await handled(town, case, "education")
    await told(town, lead, case, DONE)
    await read(town, case)
    with pytest.raises(Refused):
        await tried(town, lead, case, "等它来看", "code", "unit")
    await tried(town, lead, case, "送达县医院医务科，张科长签收", "letter", "unit")
    await closed(town, lead, case)
    row = next(each for each in await town.tellings(case) if each.recipient == "unit")
    assert row.tried == "送达县医院医务科，张科长签收" and row.tried_at == town.now


@pytest.mark.parametrize(
    ("category", "routing"), [("staff_harm", {"institution": "school"}), ("bullying", {"complained_about": "school"})]
)
async def test_a_unit_that_is_complained_about_is_never_told(
    town: Town, category: str, routing: dict[str, str]
) -> None:
    school = await town.desk("school")
    case = await reported(town, capacity="unit", unit_id=school.id, category=category, routing=routing)
    (department,) = await town.desks_of(case, "lead")
    lead = await handled(town, case, department, "filed" if department == "police" else "answered")
    await told(town, lead, case, DONE)
    assert [each.recipient for each in await town.tellings(case)] == ["reporter"]
    assert not await town.rows(Letter, case_id=case.id, desk_id=school.id, kind="told")


async def test_how_it_was_tried_keeps_to_the_contact_that_she_said_is_safe(town: Town) -> None:
    case = await reported(town, capacity="personal", contact="no_call")
    lead = await handled(town, case, "education")
    with pytest.raises(Refused):  # nothing was told yet
        await tried(town, lead, case)
    await told(town, lead, case, DONE)
    await town.long_after(hours=2)
    for way, how in (("phone", "没有人接"), ("pigeon", "没有回来"), ("sms", " ")):
        with pytest.raises(Refused):
            await tried(town, lead, case, how, way)
    for at in (town.now + timedelta(hours=1), town.now - timedelta(hours=3)):
        with pytest.raises(Refused):
            await town.act(acts.record_tried, lead, case.reference, "reporter", "sms", at, "发了短信，没有回")
    await tried(town, lead, case, "发了短信，没有回", "sms")
    (event,) = await town.events(case, "tried")
    assert (event.data["way"], event.note) == ("sms", "发了短信，没有回")
    assert "tell" not in await running(town, case, "education")


async def test_a_dispute_opens_a_new_round_and_the_second_climbs_to_the_coordinators(town: Town) -> None:
    case = await filed(town, "urgent", "bullying")
    lead = await handled(town, case, "education")
    await told(town, lead, case, DONE)
    await disputed(town, case, "他今天又被堵在厕所")
    assert (await town.case()).round == 2 and not await town.events(case, "called_up")
    assert {"acknowledge", "accept", "result"} <= await running(town, case, "education")
    await handled(town, await town.case(), "education")
    await told(town, lead, case, DONE)
    await disputed(town, case, "还是没有解决")
    assert (await town.case()).round == 3
    (event,) = await town.events(case, "called_up")
    assert (event.data["why"], event.data["to"]) == ("second_unhappy_call_back", "L3")
    coordinators = {(await town.person(each, "L3")).id for each in ("civil_affairs", "working_committee")}
    rung = await town.letters(case, "called_up:")
    assert {letter.recipient for letter in rung} == {f"account:{id}" for id in coordinators}
    await town.house.tick()
    assert {f"account:{id}" for id in coordinators} <= {task.recipient for task in await town.duty_tasks()}


async def test_seven_days_after_a_critical_result_somebody_sees_the_child_again(town: Town) -> None:
    case = await filed(town, "critical", "physical_abuse")
    police = await handled(town, case, "police", "filed")
    await told(town, police, case)
    (clock,) = [row for row in await town.clocks(case) if row.kind == "call_back"]
    assert clock.ends_at == town.now + timedelta(days=7)
    await tried(town, police, case)
    await closed(town, police, case)
    assert "call_back" in await running(town, case, "police"), "closing is not forgetting"
    house = town.house
    await town.outage(days=7, minutes=1)
    await house.tick()
    assert "L2" in [event.data["to"] for event in await town.events(case, "rung") if event.data["clock"] == "call_back"]
    async with house.store.read() as session:
        assert "call_back" in [line.clock for line in await queue(session, police, town.now)]
    for wrong, safe in ((Seen(), True), (saw(town.now, by_phone=True), True), (saw(town.now), None),
                        (saw(town.now - timedelta(days=8)), True), (saw(town.now + timedelta(hours=1)), True)):  # fmt: skip
        with pytest.raises(Refused):
            await back(town, police, case, wrong, safe, "yes")
    with pytest.raises(Refused):
        await back(town, await town.person("civil_affairs"), case, saw(town.now), True, "yes")
    await back(town, police, case, saw(town.now), True, "yes")
    assert "call_back" not in await running(town, case, "police") and (await town.case()).status == "closed"
    assert (await town.events(case, "child_seen"))[-1].data["seen_at"] == town.now.isoformat()
    with pytest.raises(Refused):
        await back(town, police, case, saw(town.now), True, "yes")


async def back(town: Town, person: Account, case: Case, seen: Seen, safe: bool | None, satisfied: str) -> None:
    house = town.house
    await town.act(
        acts.call_back, person, case.reference, safe, seen, satisfied, "到家里看过", protocols=house.protocols, home=house.home
    )  # fmt: skip


@pytest.mark.parametrize(("safe", "satisfied", "kind"), [(False, "unreached", "reopened"), (True, "no", "unhappy")])
async def test_a_call_back_that_finds_harm_or_is_unhappy_opens_the_case_again(
    town: Town, safe: bool, satisfied: str, kind: str
) -> None:
    case = await filed(town, "critical", "physical_abuse")
    police = await handled(town, case, "police", "filed")
    await told(town, police, case)
    await tried(town, police, case)
    await closed(town, police, case)
    await town.outage(days=6)
    await back(town, police, case, saw(town.now), safe, satisfied)
    again = await town.case()
    assert (again.status, again.round) == ("open", 2) and await town.events(case, kind)
    assert {"acknowledge", "accept", "result"} <= await running(town, case, "police")
    assert not {"call_back", "every_case_check"} & {row.kind for row in await town.clocks(case)}
    assert (await town.receipt(case)).view["status"] == "received"


async def test_a_normal_matter_is_called_back_the_next_working_day_without_seeing_anybody(town: Town) -> None:
    case = await filed(town, "normal", "dropout")
    lead = await handled(town, case, "education")
    await told(town, lead, case, DONE)
    (clock,) = [row for row in await town.clocks(case) if row.kind == "call_back"]
    assert clock.policy["due"] == "1wd"
    await read(town, case)
    await closed(town, lead, case)
    await back(town, lead, case, Seen(), None, "yes")
    assert not await town.clocks(case)


async def test_what_is_told_is_said_once_to_each_and_its_words_are_checked(town: Town) -> None:
    case = await reported(town, capacity="unit", unit_id=(await town.desk("medical_institution")).id)
    lead = await handled(town, case, "education")
    for wrong in ("城关小学已处理。", "孩子确诊抑郁症。", "已通知张某的父亲。", "请打13800138000。"):
        with pytest.raises(Refused):
            await told(town, lead, case, wrong)
    await told(town, lead, case, DONE)
    assert {each.text for each in await town.rows(Telling, case_id=case.id)} == {DONE}
    assert (await town.rows(Desk, id=case.unit_id))[0].department == "medical_institution"
