"""收回: pressed by mistake, taken back by the same person within five minutes while nobody has acted on it."""

from typing import Any

import pytest

from records.tables import Account, Assignment, AuditLine, Case, ClockRow
from routing import acts
from routing.refusal import Refused
from tests.flows.filing import filed
from tests.flows.test_desk_any_order import REPORTS, Hand, holds
from tests.flows.town import Town


async def picture(town: Town, case: Case) -> dict[str, Any]:
    """How the case stands: who has it, what is due and when, what its reporter reads."""
    case = await town.case(id=case.id)
    parts = [part for part in await town.rows(Assignment, case_id=case.id) if part.status != "void"]
    clocks = [row for row in await town.rows(ClockRow, case_id=case.id) if row.status in ("running", "paused")]
    view = (await town.receipt(case)).view
    return {
        "parts": {
            (part.desk_id, part.round): (
                part.part, part.status, part.held, part.acknowledged_at, part.accepted_at, part.handler
            )
            for part in parts
        },
        "clocks": {(row.desk_id, row.kind, row.round): (row.status, row.step, row.ends_at, row.due_at) for row in clocks},
        "told": (view["status"], view["desk"]),
    }  # fmt: skip


async def passes_on(town: Town, verb: str, person: Account, case: Case, department: str) -> None:
    await town.act(getattr(acts, verb), person, case.reference, department, "弄错了", protocols=town.house.protocols)


async def test_an_acknowledgement_taken_back_climbs_on_as_if_it_had_not_been(town: Town) -> None:
    case = await filed(town, "critical", "physical_abuse")
    before, police = await picture(town, case), await town.person("police")
    await town.act(acts.acknowledge, police, case.reference)
    await town.outage(minutes=2)
    await town.act(acts.take_back, police, case.reference)
    assert await picture(town, case) == before
    assert (await town.receipt(case)).view["answer_by"] == min(
        row.ends_at for row in await town.clocks(case) if row.kind == "acknowledge"
    ).isoformat()
    assert {letter.status for letter in await town.letters(case, "opened") if letter.desk_id == police.desk_id} >= {
        "waiting"
    }
    (line,) = await town.rows(AuditLine, action="case.take_back")
    assert line.detail["what"] == "acknowledged"
    assert [event.data["what"] for event in await town.events(case, "taken_back")] == ["acknowledged"]
    await town.later(minutes=20)
    rungs = {event.data["to"] for event in await town.events(case, "rung") if event.desk_id == police.desk_id}
    assert {"L0", "L1"} <= rungs


async def test_not_after_five_minutes_nor_by_somebody_else_nor_twice(town: Town) -> None:
    case = await filed(town, "urgent", "physical_abuse")
    police, head = await town.person("police"), await town.person("police", "L0")
    await town.act(acts.accept, police, case.reference)
    for person in (head, await town.person("education"), await town.staff("supervisor")):
        with pytest.raises(Refused):
            await town.act(acts.take_back, person, case.reference)
    await town.outage(minutes=5)
    await town.act(acts.take_back, police, case.reference)
    with pytest.raises(Refused, match="没有可以收回的操作"):
        await town.act(acts.take_back, police, case.reference)
    await town.act(acts.accept, police, case.reference)
    await town.outage(minutes=5, seconds=1)
    with pytest.raises(Refused, match="已过 5 分钟"):
        await town.act(acts.take_back, police, case.reference)


async def test_a_hand_over_is_taken_back_until_the_other_desk_has_seen_it(town: Town) -> None:
    case = await filed(town, "critical", "physical_abuse")
    police = await town.person("police")
    await town.act(acts.accept, police, case.reference)
    await town.outage(minutes=1)
    before = await picture(town, case)
    there = {part.department for part in await town.rows(Assignment, case_id=case.id)}
    unasked = next(each for each in ("human_resources", "health", "education", "water") if each not in there)
    await passes_on(town, "hand_over", police, case, unasked)
    await town.outage(minutes=1)
    await town.act(acts.take_back, police, case.reference)
    assert await picture(town, case) == before
    other = await town.person(unasked)
    with pytest.raises(Refused):  # it is not there for them any more
        await town.act(acts.acknowledge, other, case.reference)
    assert not [each for each in await town.letters(case, "handed_over") if each.status in ("waiting", "sending")]
    await passes_on(town, "hand_over", police, case, unasked)
    await town.outage(minutes=1)
    await town.act(acts.acknowledge, other, case.reference)
    with pytest.raises(Refused, match="已经有人接着办了"):
        await town.act(acts.take_back, police, case.reference)


async def test_a_return_taken_back_is_no_return(town: Town) -> None:
    case = await filed(town, "normal", "guardianship")
    civil = await town.person("civil_affairs")
    before = await picture(town, case)
    await passes_on(town, "return_case", civil, case, "justice")
    assert (await picture(town, case))["parts"] != before["parts"]
    await town.outage(minutes=1)
    await town.act(acts.take_back, civil, case.reference)
    assert await picture(town, case) == before
    await town.outage(minutes=1)
    await passes_on(
        town, "return_case", civil, case, "justice"
    )  # the first one that counts: asked at once, undecided by none
    (part,) = await town.rows(Assignment, case_id=case.id, desk_id=civil.desk_id)
    assert part.status == "returned"
    assert "notified" in [each.status for each in await town.rows(Assignment, case_id=case.id) if each.part == "lead"]


async def test_an_accepting_that_released_another_desk_binds_it_again(town: Town) -> None:
    case = await filed(town, "urgent", "physical_abuse")
    police, justice = await town.person("police"), await town.person("justice")
    await town.act(acts.accept, police, case.reference)
    await town.outage(minutes=1)
    await passes_on(town, "hand_over", police, case, "justice")
    await town.outage(minutes=1)
    before = await picture(town, case)
    await town.act(acts.accept, justice, case.reference)
    await town.outage(minutes=1)
    await town.act(acts.take_back, justice, case.reference)
    assert await picture(town, case) == before


@pytest.mark.parametrize(("urgency", "category"), REPORTS)
async def test_whatever_came_before_an_act_taken_back_leaves_things_as_they_were(
    town: Town, urgency: str, category: str
) -> None:
    case = await filed(town, urgency, category)
    hand, taken = Hand(town, case, seed=7), 0
    for _ in range(10):
        person = await hand.person()
        verb = hand.die.choice(("acknowledge", "accept", "hand_over", "return_case"))
        await town.outage(minutes=1)
        before = await picture(town, case)
        try:
            if verb in ("acknowledge", "accept"):
                await town.act(getattr(acts, verb), person, case.reference)
            else:
                await passes_on(town, verb, person, case, hand.die.choice(("justice", "health", "police")))
        except Refused:
            continue
        after = await picture(town, case)
        if after == before:  # pressed a second time: nothing was done, and nothing is taken back
            continue
        await town.outage(minutes=1)
        try:
            await town.act(acts.take_back, person, case.reference)
        except Refused:
            assert await picture(town, case) == after
        else:
            assert await picture(town, case) == before, f"{verb} by {person.desk_id}"
            taken += 1
        await holds(town, case.id)
        await hand.press()
        await holds(town, case.id)
    assert taken, "the die took nothing back"
