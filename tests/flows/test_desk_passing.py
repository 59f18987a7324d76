"""A case is passed on: returned twice, decided by the coordinator, never ping-pong; two desks take hold at one instant."""

import asyncio
from datetime import timedelta

import pytest

from records.access import queue
from records.tables import Account, Case
from routing import acts
from routing.refusal import Refused
from tests.flows.filing import filed
from tests.flows.handling import closed, helpers_done, part, result, running, sight, told, tried
from tests.flows.town import Town

COMMITTEE = "working_committee"


async def passes(town: Town, verb: object, person: Account, case: Case, to: str, reason: str = "按职责") -> None:
    await town.act(verb, person, case.reference, to, reason, protocols=town.house.protocols)  # type: ignore[arg-type]


async def test_returned_twice_the_coordinator_names_one_who_can_not_send_it_back(town: Town) -> None:
    case = await filed(town, "normal", "dropout")
    education, civil = await town.person("education"), await town.person("civil_affairs")
    coordinator = await town.person(COMMITTEE)
    await passes(town, acts.return_case, education, case, "civil_affairs", "孩子没有户口")
    assert (await part(town, case, "civil_affairs")).part == "lead" and not await town.events(case, "called_up")
    await passes(town, acts.return_case, civil, case, "township", "应由镇里劝返")
    assert (await part(town, case, "civil_affairs")).status == "undecided"
    assert (await part(town, case, "township")).part == "with", "nobody new is asked before it is decided"
    # The coordinators' own people hear at once, and their desk has a clock for it.
    assert [event.data["why"] for event in await town.events(case, "called_up")] == ["two_returns"]
    asked = {letter.recipient for letter in await town.letters(case, "called_up:two_returns")}
    assert asked == {f"account:{(await town.person(COMMITTEE, 'L3')).id}"}, (
        "civil affairs itself is not asked about itself"
    )
    assert "decide" in await running(town, case, COMMITTEE)
    async with town.house.store.read() as session:
        assert "decide" in [line.clock for line in await queue(session, coordinator, town.now)]
    found = await sight(town, coordinator, case)
    assert found is not None and found.level == "story"
    await passes(town, acts.reassign, coordinator, case, "education", "学籍在本县，由教育劝返")
    assert "decide" not in await running(town, case, COMMITTEE)
    assert (await part(town, case, "education")).status == "notified"
    assert (await part(town, case, "civil_affairs")).status == "moved"
    with pytest.raises(Refused) as refused:
        await passes(town, acts.return_case, education, case, "civil_affairs", "还是不归我们")
    assert "不能再退回" in str(refused.value.line)
    await town.act(acts.accept, education, case.reference)
    assert (await town.receipt(case)).view["desk"] == (await town.desk("education")).name


async def test_a_coordinator_who_does_not_decide_is_climbed_over(town: Town) -> None:
    case = await filed(town, "urgent", "bullying")
    education, police = await town.person("education"), await town.person("police")
    for person in (education, police):
        await town.act(acts.accept, person, case.reference)
    await passes(town, acts.return_case, education, case, "justice")
    await passes(town, acts.return_case, await town.person("justice"), case, "health")
    await town.later(hours=2, minutes=1)
    climbed = [event.data["to"] for event in await town.events(case, "rung") if event.data["clock"] == "decide"]
    assert climbed and climbed[-1] == "L2"


async def test_a_helper_that_returns_twice_is_replaced_and_the_lead_stays(town: Town) -> None:
    case = await filed(town, "urgent", "bullying")
    education = await town.person("education")
    await town.act(acts.accept, education, case.reference)
    await passes(town, acts.return_case, await town.person("womens_federation"), case, "justice")
    await passes(town, acts.return_case, await town.person("justice"), case, "health")
    assert (await part(town, case, "justice")).status == "undecided"
    await result(town, education, case, ["answered"])
    await told(town, education, case, "已依法办理。")
    await tried(town, education, case)
    await helpers_done_but_undecided(town, case)
    with pytest.raises(Refused) as refused:
        await closed(town, education, case)
    assert "协同" in str(refused.value.line)
    await passes(town, acts.reassign, await town.staff("supervisor"), case, "health", "由卫健做心理辅导")
    assert (await part(town, case, "education")).part == "lead" and (
        await part(town, case, "education")
    ).status == "done"
    health = await part(town, case, "health")
    assert (health.part, health.status) == ("with", "notified")
    assert (await part(town, case, "justice")).status == "moved"
    await helpers_done(town, case)
    await closed(town, education, case)


async def helpers_done_but_undecided(town: Town, case: Case) -> None:
    justice = await part(town, case, "justice")
    assert justice.status == "undecided"
    for department in await town.desks_of(case, "with"):
        each = await part(town, case, department)
        if each.status == "notified":
            person = await town.person(department)
            await town.act(acts.accept, person, case.reference)
            await result(town, person, case, ["conference"], tellable="")


async def test_two_desks_that_refuse_are_decided_between_and_who_has_it_may_keep_it(town: Town) -> None:
    case = await filed(town, "urgent", "bullying")
    education = await town.person("education")
    justice = await town.person("justice")
    await town.act(acts.accept, education, case.reference)
    await passes(town, acts.hand_over, education, case, "justice")
    await town.act(acts.accept, justice, case.reference)
    await passes(town, acts.hand_over, justice, case, "education")
    assert (await part(town, case, "justice")).status == "accepted", "it answers for it until it is decided"
    assert [event.data["why"] for event in await town.events(case, "called_up")] == ["two_refusals"]
    supervisor = await town.staff("supervisor")
    await passes(town, acts.reassign, supervisor, case, "justice", "由司法办理")
    assert "decide" not in await running(town, case, COMMITTEE)
    assert (await part(town, case, "justice")).status == "accepted"
    with pytest.raises(Refused):
        await passes(town, acts.reassign, supervisor, case, "justice", "再指定一次")


async def test_two_desks_accept_at_one_instant_and_each_has_its_own_part(town: Town) -> None:
    case = await filed(town, "critical", "physical_abuse")
    people = [await town.person(each) for each in ("police", "civil_affairs", "health", "court")]
    await asyncio.gather(*(town.act(acts.accept, person, case.reference) for person in people))
    for person, department in zip(people, ("police", "civil_affairs", "health", "court"), strict=True):
        mine = await part(town, case, department)
        assert (mine.status, mine.handler) == ("accepted", person.id)
        assert not {"acknowledge", "accept"} & await running(town, case, department)
        assert {"progress", "result"} <= await running(town, case, department)
    assert len(await town.events(case, "accepted")) == 4
    assert (await town.receipt(case)).view["desk"] == (await town.desk("police")).name


async def test_the_new_desk_and_the_old_one_act_at_one_instant_and_one_of_them_has_it(town: Town) -> None:
    case = await filed(town, "critical", "physical_abuse")
    police, civil = await town.person("police"), await town.person("civil_affairs")
    await passes(town, acts.hand_over, police, case, "civil_affairs")
    await asyncio.gather(
        town.act(acts.accept, civil, case.reference),
        town.act(acts.police_dispatched, police, case.reference, ""),
        return_exceptions=True,
    )
    leads = [each for each in ("police", "civil_affairs") if (await part(town, case, each)).part == "lead"]
    assert "civil_affairs" in leads and (await part(town, case, "civil_affairs")).status == "accepted"
    assert (await part(town, case, "police")).status == "moved" and not await running(town, case, "police")


async def test_two_supervisors_name_two_desks_and_the_second_one_counts(town: Town) -> None:
    case = await filed(town, "critical", "physical_abuse")
    supervisor, police = await town.staff("supervisor"), await town.person("police")
    await town.act(acts.accept, police, case.reference)
    await passes(town, acts.reassign, supervisor, case, "civil_affairs")
    await passes(town, acts.reassign, supervisor, case, "health")
    civil, health = await town.person("civil_affairs"), await town.person("health")
    answers = await asyncio.gather(
        town.act(acts.accept, civil, case.reference),
        town.act(acts.accept, health, case.reference),
        return_exceptions=True,
    )
    assert isinstance(answers[0], Refused) and not isinstance(answers[1], Refused)
    assert (await part(town, case, "health")).status == "accepted"
    for department in ("police", "civil_affairs"):
        assert (await part(town, case, department)).status == "moved"
        assert not await running(town, case, department)


async def test_a_hand_over_keeps_the_clock_of_the_first_opening(town: Town) -> None:
    case = await filed(town, "urgent", "bullying")
    education = await town.person("education")
    await town.act(acts.accept, education, case.reference)
    due = {row.kind: row.ends_at for row in await town.clocks(case) if row.desk_id == education.desk_id}
    await town.long_after(hours=20)
    await passes(town, acts.hand_over, education, case, "health")
    desk = await town.desk("health")
    theirs = {row.kind: row.ends_at for row in await town.clocks(case) if row.desk_id == desk.id}
    assert (theirs["result"], theirs["progress"]) == (due["result"], due["progress"])
    assert theirs["acknowledge"] > town.now
    assert theirs["acknowledge"] <= town.now + timedelta(minutes=30)
