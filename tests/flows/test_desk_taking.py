"""A desk takes a case in hand, passes it on, or says on the telephone that it has seen it."""

import asyncio
from datetime import timedelta

import pytest

from records.access import board, duty_screen, look, queue
from records.tables import Account, Assignment, Case
from routing import acts
from routing.refusal import Refused
from tests.flows.filing import filed, worsened
from tests.flows.town import Town

HARM = "我是城关小学的老师，我们班一个8岁女孩说继父昨晚又摸她下面，她现在在教室里，放学继父要来接她。"


async def part(town: Town, case: Case, department: str) -> Assignment:
    found = await town.rows(Assignment, case_id=case.id, department=department, round=case.round)
    return found[0]


async def running(town: Town, case: Case, department: str) -> set[str]:
    desk = await town.desk(department)
    return {row.kind for row in await town.clocks(case) if row.desk_id == desk.id}


async def test_who_acknowledges_stops_the_clock_and_the_ringing(town: Town) -> None:
    await town.says(HARM)
    case = await town.case()
    await town.later(minutes=1)
    assert [task.desk_id for task in await town.duty_tasks()]  # somebody is to be called
    police = await town.person("police")
    said = await town.act(acts.acknowledge, police, case.reference)
    assert str(said) == "已记为看到。"
    assert "acknowledge" not in await running(town, case, "police")
    assert {"accept", "progress", "result"} <= await running(town, case, "police")
    desk = await town.desk("police")
    assert not [task for task in await town.duty_tasks() if task.desk_id == desk.id]
    assert (await town.receipt(case)).view["status"] == "acknowledged"


async def test_pressed_twice_it_is_once_and_the_second_person_is_told_who_was_first(town: Town) -> None:
    await town.says(HARM)
    case = await town.case()
    first = await town.person("police")
    second = await town.person("police", "L0")
    await town.act(acts.accept, first, case.reference)
    await town.act(acts.accept, first, case.reference)
    assert len(await town.events(case, "accepted")) == 1
    with pytest.raises(Refused) as told:
        await town.act(acts.accept, second, case.reference)
    assert first.name in str(told.value.line)
    assert (await part(town, case, "police")).handler == first.id


async def test_dispatched_police_are_not_rung_any_more_but_the_child_and_the_result_stay_due(town: Town) -> None:
    await town.says(HARM)
    case = await town.case()
    police = await town.person("police")
    await town.act(acts.police_dispatched, police, case.reference, "2026-1101-33")
    left = await running(town, case, "police")
    assert not left & {"acknowledge", "accept"} and "result" in left
    assert any(row.kind == "child" for row in await town.clocks(case))
    (event,) = await town.events(case, "dispatched")
    assert event.note == "2026-1101-33" and "2026" not in str(event.data)
    civil = await town.person("civil_affairs")
    with pytest.raises(Refused):
        await town.act(acts.police_dispatched, civil, case.reference, "")


async def test_a_critical_case_is_handed_over_and_the_first_desk_stays_until_another_accepts(town: Town) -> None:
    await town.says(HARM)
    case = await town.case()
    police, civil = await town.person("police"), await town.person("civil_affairs")
    await town.act(acts.acknowledge, police, case.reference)
    with pytest.raises(Refused):
        await town.act(
            acts.return_case, police, case.reference, "civil_affairs", "应由民政", protocols=town.house.protocols
        )
    await town.later(minutes=2)
    await town.act(acts.hand_over, police, case.reference, "civil_affairs", "应由民政", protocols=town.house.protocols)
    assert "result" in await running(town, case, "police")
    assert (await part(town, case, "police")).status == "handed_over"
    theirs = [row for row in await town.clocks(case) if row.desk_id == civil.desk_id and row.kind == "result"]
    assert theirs[0].started_at == case.opened_at  # the clock keeps running
    await town.act(acts.accept, civil, case.reference)
    assert (await part(town, case, "police")).status == "moved"
    assert not await running(town, case, "police")
    assert (await part(town, case, "civil_affairs")).part == "lead"
    assert (await town.receipt(case)).view["desk"] == (await town.desk("civil_affairs")).name


async def test_until_the_other_desk_accepts_the_first_one_can_still_act(town: Town) -> None:
    await town.says(HARM)
    case, police, civil = await town.case(), await town.person("police"), await town.person("civil_affairs")
    protocols = town.house.protocols
    await town.act(acts.hand_over, police, case.reference, "civil_affairs", "应由民政", protocols=protocols)
    await town.act(
        acts.progress, police, case.reference, "王警官", town.now, "已联系社区民警", None, protocols=protocols
    )
    for _ in range(2):
        await town.act(acts.police_dispatched, police, case.reference, "")
    assert (await part(town, case, "police")).status == "handed_over"
    assert len(await town.events(case, "dispatched")) == 1 and await town.events(case, "progress")
    assert "acknowledge" not in await running(town, case, "police")
    await town.act(acts.accept, civil, case.reference)
    assert (await part(town, case, "police")).status == "moved"
    with pytest.raises(Refused):
        await town.act(
            acts.progress, police, case.reference, "王警官", town.now, "又去了一次", None, protocols=protocols
        )


async def test_the_desk_named_on_return_is_asked_at_once_and_a_second_return_is_decided(town: Town) -> None:
    case = await filed(town, "normal", "dropout")
    education, civil = await town.person("education"), await town.person("civil_affairs")
    protocols = town.house.protocols
    with pytest.raises(Refused):
        await town.act(acts.return_case, education, case.reference, "civil_affairs", " ", protocols=protocols)
    await town.act(acts.return_case, education, case.reference, "civil_affairs", "孩子没有户口", protocols=protocols)
    assert not await running(town, case, "education")
    assert {"acknowledge", "accept", "result"} <= await running(town, case, "civil_affairs")
    assert (await part(town, case, "civil_affairs")).part == "lead"
    await town.act(acts.return_case, civil, case.reference, "education", "应由教育", protocols=protocols)
    assert (await part(town, case, "civil_affairs")).status == "undecided"
    assert "result" in await running(town, case, "civil_affairs")  # somebody answers for it until it is decided
    assert await town.letters(case, "decide")
    supervisor = await town.staff("supervisor")
    await town.act(acts.reassign, supervisor, case.reference, "education", "按职责", protocols=protocols)
    assert (await part(town, case, "education")).status == "notified"
    assert not await running(town, case, "civil_affairs")


async def test_a_helping_desk_returns_its_own_part_and_the_lead_stays(town: Town) -> None:
    case = await filed(town, "urgent", "bullying")
    helper, lead = await town.person("womens_federation"), await town.person("education")
    protocols = town.house.protocols
    assert (await part(town, case, "womens_federation")).part == "with"
    await town.act(acts.return_case, helper, case.reference, "justice", "应由司法", protocols=protocols)
    assert (await part(town, case, "womens_federation")).status == "returned"
    assert (await part(town, case, "justice")).part == "with"
    assert (await part(town, case, "education")).part == "lead"
    assert (await town.receipt(case)).view["desk"] == (await town.desk("education")).name
    civil = await town.person("civil_affairs")  # the desk it names has its part already
    await town.act(acts.accept, lead, case.reference)
    await town.act(acts.hand_over, civil, case.reference, "education", "教育已在办", protocols=protocols)
    assert (await part(town, case, "civil_affairs")).status == "moved"
    assert not await running(town, case, "civil_affairs")


async def test_what_is_not_returned_in_time_is_handed_over(town: Town) -> None:
    case, lead = await filed(town, "urgent", "bullying"), await town.person("education")
    await town.later(hours=5)
    with pytest.raises(Refused) as refused:
        await town.act(
            acts.return_case, lead, case.reference, "civil_affairs", "应由民政", protocols=town.house.protocols
        )
    assert "转办" in str(refused.value.line)
    await town.act(acts.hand_over, lead, case.reference, "civil_affairs", "应由民政", protocols=town.house.protocols)


async def test_of_two_who_press_at_once_one_takes_it_and_the_other_hears_who(town: Town) -> None:
    await town.says(HARM)
    case = await town.case()
    people = [await town.person("police"), await town.person("police", "L0"), await town.person("police", "L1")]
    answers = await asyncio.gather(
        *(town.act(acts.accept, person, case.reference) for person in people), return_exceptions=True
    )
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert len(refused) == 2 and len(await town.events(case, "accepted")) == 1
    taken = await part(town, case, "police")
    winner = next(person for person in people if person.id == taken.handler)
    assert all(winner.name in str(each.line) for each in refused)


async def test_an_act_and_the_sweep_at_one_instant_never_both_win(town: Town) -> None:
    await town.says(HARM)
    case, police = await town.case(), await town.person("police")
    await town.outage(minutes=5)
    await asyncio.gather(town.house.tick(), town.act(acts.accept, police, case.reference))
    assert not {"acknowledge", "accept"} & await running(town, case, "police")
    await town.later(minutes=20)
    assert not [event for event in await town.events(case, "rung") if event.at > town.now - timedelta(minutes=19)
                and event.desk_id == police.desk_id and event.data["clock"] in ("acknowledge", "accept")]  # fmt: skip


async def test_the_board_shows_who_is_silent_and_how_high_it_has_climbed(town: Town) -> None:
    await town.says(HARM)
    case = await town.case()
    await town.later(minutes=12)
    supervisor = await town.staff("supervisor")
    async with town.house.store.read() as session:
        found = await board(session, supervisor, town.now)
    assert found is not None and found.sweep_age is not None and found.sweep_age <= timedelta(minutes=1)
    police = await town.desk("police")
    assert police.name in [silent.desk for silent in found.silent]
    late = {(line.desk, line.clock): line for line in found.late}
    assert (
        late[police.name, "acknowledge"].rung in ("L0", "L1")
        and late[police.name, "acknowledge"].reference == case.reference
    )
    assert sum(found.by_rung.values()) == len(found.late)
    async with town.house.store.read() as session:
        assert await board(session, await town.person("police"), town.now) is None
        assert await board(session, await town.staff("admin"), town.now) is None


async def test_a_supervisor_names_another_desk_and_the_first_one_stays_until_it_accepts(town: Town) -> None:
    await town.says(HARM)
    case = await town.case()
    supervisor, civil = await town.staff("supervisor"), await town.person("civil_affairs")
    with pytest.raises(Refused):
        await town.act(acts.reassign, civil, case.reference, "civil_affairs", "我来", protocols=town.house.protocols)
    await town.act(
        acts.reassign, supervisor, case.reference, "civil_affairs", "公安无人", protocols=town.house.protocols
    )
    assert (await part(town, case, "police")).status == "handed_over"
    await town.act(acts.accept, civil, case.reference)
    assert (await part(town, case, "police")).status == "moved"


async def test_the_operator_signs_for_a_desk_that_answered_the_telephone(town: Town) -> None:
    await town.says(HARM)
    case = await town.case()
    await town.later(seconds=10)
    operator, police = await town.person("duty_desk"), await town.person("police")
    desk = await town.desk("police")
    (task,) = [task for task in await town.duty_tasks() if task.desk_id == desk.id]
    await town.act(acts.call_connected, operator, task.id, "李警官", "031207", True)
    got = await part(town, case, "police")
    assert got.status == "acknowledged" and "acknowledge" not in await running(town, case, "police")
    (event,) = await town.events(case, "acknowledged")
    assert "李警官 031207" in (event.note or "") and operator.name in (event.note or "")
    (letter,) = [letter for letter in await town.letters(case, "opened") if letter.desk_id == desk.id]
    assert letter.status == "sent"
    with pytest.raises(Refused):  # the call is no longer on any screen
        await town.act(acts.call_connected, police, task.id, "李警官", "", False)


async def test_nobody_answers_the_next_one_is_called_and_a_wrong_number_reaches_the_supervisor(town: Town) -> None:
    await town.says(HARM)
    case = await town.case()
    await town.later(seconds=10)
    operator, desk = await town.person("duty_desk"), await town.desk("police")
    (task,) = [task for task in await town.duty_tasks() if task.desk_id == desk.id]
    await town.act(acts.call_unanswered, operator, task.id)
    (again,) = [each for each in await town.duty_tasks() if each.id == task.id]
    assert again.tries == 1 and again.due_at > task.due_at and again.person != task.person
    await town.act(acts.wrong_number, operator, task.id)
    supervisor = await town.staff("supervisor")
    assert [letter.recipient for letter in await town.letters(case, "wrong_number")] == [f"account:{supervisor.id}"]


async def test_the_duty_screen_is_the_duty_desks_alone(town: Town) -> None:
    await town.says(HARM)
    await town.later(seconds=10)
    operator, police = await town.person("duty_desk"), await town.person("police")
    async with town.house.store.read() as session:
        lines = await duty_screen(session, operator, town.now)
        assert lines and all(line.phone for line in lines if line.kind == "call")
        assert await duty_screen(session, police, town.now) == []
        for role in ("supervisor", "admin"):
            assert await duty_screen(session, await town.staff(role), town.now) == []


async def test_the_queue_shows_what_breaks_first(town: Town) -> None:
    await filed(town, "normal", "dropout")
    await town.later(minutes=10)
    await town.says(HARM)
    police, education = await town.person("police"), await town.person("education")
    supervisor = await town.staff("supervisor")
    async with town.house.store.read() as session:
        line, after = await queue(session, police, town.now)
        assert (line.urgency, line.part, line.clock, line.late) == ("critical", "lead", "acknowledge", False)
        assert (after.category, after.part) == ("dropout", "with")
        assert [line.category for line in await queue(session, education, town.now)] == ["dropout"]
        urgencies = [line.urgency for line in await queue(session, supervisor, town.now)]
        assert urgencies[0] == "critical" and len(urgencies) == 2
        assert await queue(session, await town.staff("admin"), town.now) == []
        with pytest.raises(ValueError):
            await queue(session, police, town.now, show="everything")
        later = town.now + timedelta(hours=1)
        assert [line.category for line in await queue(session, police, later, show="late")] == [line.category]


async def test_the_duty_desk_reads_the_story_only_while_it_must_act_on_it(town: Town) -> None:
    await town.says(HARM)
    case, operator = await town.case(), await town.person("duty_desk")
    assert await level(town, operator, case) == "notice"
    await town.says("现在不方便打")
    assert await level(town, operator, case) == "story"
    (task,) = await town.duty_tasks("call_110")
    await town.act(acts.called_110, operator, task.id, "8号接警员", "")
    assert await level(town, operator, case) == "notice"


async def level(town: Town, person: Account, case: Case) -> str | None:
    async with town.house.store.read() as session:
        batch, sight = await look(session, person, case.reference, "test", town.now)
    await town.house.store.write(batch)
    return sight.level if sight else None


async def test_raised_to_critical_the_police_lead_and_the_childs_clock_is_short(town: Town) -> None:
    case = await filed(town, "urgent", "guardianship")
    assert case.urgency == "urgent" and (await part(town, case, "police")).part == "with"
    police, lead = await town.person("police"), await town.desks_of(case, "lead")
    await town.act(acts.accept, police, case.reference)
    case = await worsened(town, case, "critical", "physical_abuse")
    assert case.urgency == "critical"
    mine = await part(town, case, "police")
    assert (mine.part, mine.status) == ("lead", "accepted")
    assert set(lead) <= set(await town.desks_of(case, "lead"))
    (child,) = [row for row in await town.clocks(case) if row.kind == "child"]
    assert child.ends_at - town.now == timedelta(hours=2)
