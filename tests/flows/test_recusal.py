"""Who is complained about never handles the case, however late it is learnt: the desk one level up leads from then on."""

from collections.abc import Sequence

import pytest

from records.access import look, queue
from records.tables import Account, Assignment, Case, ClockRow, Desk
from routing.acts import accept
from routing.directory import on_duty
from routing.refusal import Refused
from tests.flows.town import Town

BEATEN = "隔壁男的又在打孩子，孩子一直哭着喊救命，罗岭县和平里3栋"
NEGLECTED = "村里一个12岁女孩父母都在外地打工，一个人住，几天没人管饭了，罗岭县石榴乡"
ON_THE_WAY = ("held", "waiting", "sending", "calling")


async def part_of(town: Town, case: Case, desk: Desk) -> Assignment:
    (part,) = await town.rows(Assignment, case_id=case.id, desk_id=desk.id)
    return part  # type: ignore[no-any-return]


async def upper(town: Town, department: str) -> Desk:
    """The department's desk one level above the county."""
    (desk,) = await town.rows(Desk, department=department, place_code="458800")
    return desk  # type: ignore[no-any-return]


async def sees(town: Town, person: Account, case: Case) -> bool:
    async with town.house.store.read() as session:
        _, sight = await look(session, person, case.reference, "", town.now)
        listed: Sequence[object] = await queue(session, person, town.now, show="open")
        closed: Sequence[object] = await queue(session, person, town.now, show="closed")
    return sight is not None or bool(listed) or bool(closed)


@pytest.mark.parametrize("taken", [False, True])
async def test_a_desk_complained_about_later_is_let_go_and_the_one_above_leads(town: Town, taken: bool) -> None:
    await town.says(BEATEN)
    await town.says("已打")
    case, ours, officer = await town.case(), await town.desk("police"), await town.person("police")
    if taken:
        await town.act(accept, officer, case.reference)
    await town.later(minutes=1)
    await town.says("他爸是警察")
    above = await upper(town, "police")
    assert (await part_of(town, case, ours)).status == "void"
    assert not [row for row in await town.clocks(case) if row.desk_id == ours.id]
    theirs = [letter for letter in await town.letters(case) if letter.desk_id == ours.id]
    assert theirs and not [letter for letter in theirs if letter.status in ON_THE_WAY]
    assert not [call for call in await town.duty_tasks() if call.desk_id == ours.id]
    assert not await sees(town, officer, case) and not await sees(town, await town.person("police", "L2"), case)
    part = await part_of(town, case, above)
    assert (part.part, part.status) == ("lead", "notified")
    assert {"acknowledge", "accept", "progress", "result", "visit_permission"} <= {
        row.kind for row in await town.clocks(case) if row.desk_id == above.id
    }
    assert (await town.receipt(case)).view["desk"] == above.name
    with pytest.raises(Refused):
        await town.act(accept, officer, case.reference)


async def test_nothing_rings_there_any_more_and_the_case_is_handled_above(town: Town) -> None:
    await town.says(BEATEN)
    await town.says("已打")
    await town.says("他爸是警察")
    case, ours, above = await town.case(), await town.desk("police"), await upper(town, "police")
    before = {letter.id for letter in await town.letters(case)}
    await town.later(hours=3)
    rung = [letter for letter in await town.letters(case) if letter.id not in before]
    assert rung and not [letter for letter in rung if letter.desk_id == ours.id]
    async with town.house.store.read() as session:
        (officer, *_) = await on_duty(session, above.id, "desk", town.now)
    await town.act(accept, officer, case.reference)
    assert (await part_of(town, case, above)).handler == officer.id
    assert (await part_of(town, case, ours)).status == "void"


async def test_said_twice_it_is_done_once(town: Town) -> None:
    await town.says(BEATEN)
    await town.says("已打")
    await town.says("他爸是警察")
    await town.says("他舅舅在派出所上班")
    case = await town.case()
    assert len(await town.events(case, "recused")) == 1
    assert len(await town.rows(Assignment, case_id=case.id, department="police")) == 2


async def test_the_coordinator_complained_about_is_not_asked_on_the_ladder_either(town: Town) -> None:
    await town.says(NEGLECTED + "，她叔叔在民政局上班")
    await town.says("提交")
    case, ours = await town.case(), await town.desk("civil_affairs")
    await town.later(days=8)
    assert not [letter for letter in await town.letters(case) if letter.desk_id == ours.id]
    assert not await town.rows(Assignment, case_id=case.id, desk_id=ours.id)


async def test_a_case_whose_lead_was_let_go_after_it_was_closed_is_led_from_above_when_it_reopens(town: Town) -> None:
    case = await _closed(town)
    ours, above = await town.desk("police"), await upper(town, "police")
    await town.says("对了，他爸是警察")
    assert not await sees(town, await town.person("police"), case)
    await town.says("他又打她了，现在她头上在流血")
    case = await town.case()
    assert (case.status, case.round) == ("open", 2)
    here = [part for part in await town.rows(Assignment, case_id=case.id) if part.round == 2]
    assert above.id in {part.desk_id for part in here if part.part == "lead"}
    assert ours.id not in {part.desk_id for part in here}
    assert ours.id not in {row.desk_id for row in await town.rows(ClockRow, case_id=case.id, status="running")}


async def _closed(town: Town) -> Case:
    """A critical case that the county's police brought to its end."""
    from tests.flows.handling import brought_to_an_end

    await town.says(BEATEN)
    await town.says("已打")
    return await brought_to_an_end(town, await town.case())
