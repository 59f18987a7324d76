"""Two reports of one event are handled as one; both reporters hear; apart again when it was a mistake."""

from typing import Any

import pytest

from records.access import queue
from records.tables import Account, Assignment, Case, Telling
from routing import acts, reporter
from routing.evidence import gather
from routing.refusal import Refused
from routing.retention import erase
from tests.flows.filing import filed
from tests.flows.handling import closed, helpers_done, part, result, running, sight, told, tried
from tests.flows.town import Town

NEIGHBOUR = "隔壁男的又在打孩子，孩子一直哭着喊救命，罗岭县和平里3栋"
TEACHER = "我是他班主任李红梅，我的电话15400001234。和平里3栋那家的男孩刚才又被爸爸打，一直在哭"


async def merge(town: Town, person: Account, case: Case, into: Case, reason: str = "同一户，同一时间") -> None:
    house = town.house
    await town.act(
        acts.merge_case, person, case.reference, into.reference, reason, protocols=house.protocols, home=house.home
    )


async def two(town: Town) -> tuple[Case, Case]:
    """A neighbour reported, then the teacher, both about the same flat."""
    await town.says(NEIGHBOUR, who="neighbour")
    await town.says("已打", who="neighbour")
    first = await town.case()
    await town.later(minutes=1)
    await town.says(TEACHER, who="teacher")
    await town.says("已打", who="teacher")
    (second,) = [case for case in await town.cases() if case.id != first.id]
    return first, second


async def answer(town: Town, who: str) -> str:
    return await town.hears("查一下我的报告", who=who)


async def test_the_second_report_is_handled_in_the_first_and_both_reporters_hear_the_result(town: Town) -> None:
    first, second = await two(town)
    police = await town.person("police")
    for case in (first, second):
        await town.act(acts.accept, police, case.reference)
    await merge(town, police, second, first)
    gone = await town.case(id=second.id)
    assert (gone.status, gone.merged_into) == ("merged", first.id)
    assert not await town.clocks(second), "nothing is due twice"
    async with town.house.store.read() as session:
        assert [line.reference for line in await queue(session, police, town.now)] == [first.reference]
    found = await sight(town, police, first)
    assert found is not None
    words = "\n".join(each.text for each in found.words)
    assert "隔壁男的" in words and "刚才又被爸爸打" in words
    assert "李红梅" not in repr(found) and "15400001234" not in repr(found)
    with pytest.raises(Refused) as refused:
        await town.act(
            acts.progress, police, second.reference, "王警官", town.now, "到现场", None, protocols=town.house.protocols
        )
    assert "并入" in str(refused.value.line)

    await town.later(minutes=20)
    await town.act(acts.allow_visit, police, first.reference, protocols=town.house.protocols)
    await result(town, police, first, ["filed"])
    await helpers_done(town, first)
    await told(town, police, first)
    assert sorted(row.recipient for row in await town.rows(Telling, case_id=first.id)) == [
        "reporter",
        f"reporter:{second.id}",
    ]
    await answer(town, "neighbour")
    assert "tell" in await running(town, first, "police"), "the teacher has not read it"
    with pytest.raises(Refused):
        await closed(town, police, first)
    assert "公安机关已依法立案" in await answer(town, "teacher")
    assert "tell" not in await running(town, first, "police")
    await closed(town, police, first)
    for case in (first, second):
        assert (await town.receipt(case)).view["status"] == "closed"


async def test_what_the_second_reporter_adds_is_known_where_it_is_handled(town: Town) -> None:
    first, second = await two(town)
    supervisor = await town.staff("supervisor")
    await merge(town, supervisor, second, first)
    await town.says("他现在拿着刀，孩子跑到六楼楼顶了", who="teacher")
    assert "他现在拿着刀，孩子跑到六楼楼顶了" in [event.note for event in await town.events(first, "statement")]
    police = await town.person("police")
    assert police.desk_id in {letter.desk_id for letter in await town.letters(first, "added")}
    now = await town.case(id=first.id)
    assert now.reporter == first.reporter, "who she is stays with her own report"
    assert not [row for row in await town.rows(Assignment, case_id=second.id) if row.status == "notified"]
    await result(town, await taken(town, "police", first), first, ["filed"])
    await told(town, police, first)
    await town.house.store.carry_out(
        lambda session: reporter.disputed(session, second.id, "还在打", town.house.protocols, town.house.home, town.now)
    )
    assert (await town.case(id=first.id)).round == 2
    for case in (first, second):
        assert (await town.receipt(case)).view["status"] == "received"


async def taken(town: Town, department: str, case: Case) -> Account:
    person = await town.person(department)
    await town.act(acts.accept, person, case.reference)
    return person


async def test_facts_level_and_desks_of_the_second_report_come_with_it(town: Town) -> None:
    first, second = await filed(town, "normal", "guardianship"), await filed(town, "urgent", "bullying")
    await merge(town, await town.staff("supervisor"), second, first)
    now = await town.case(id=first.id)
    assert now.urgency == "urgent" and "bullying" in now.categories
    helping = await town.desks_of(now, "lead") + await town.desks_of(now, "with")
    assert {"education", "youth_league"} <= set(helping)
    assert {"acknowledge", "result"} <= await running(town, first, "youth_league")
    assert not await running(town, second, "youth_league")
    assert (await part(town, second, "youth_league")).status == "moved"


async def test_only_who_may_see_both_puts_them_together_and_says_why(town: Town) -> None:
    first, second = await filed(town, "normal", "guardianship"), await filed(town, "normal", "dropout")
    education, supervisor = await taken(town, "education", second), await town.staff("supervisor")
    wrong: list[tuple[Account, Case, Case, str]] = [
        (education, second, first, "同一件"), (supervisor, second, second, "同一件"), (supervisor, second, first, " "),
    ]  # fmt: skip
    for person, case, into, reason in wrong:
        with pytest.raises(Refused):
            await merge(town, person, case, into, reason)
    await result(town, education, second, ["answered"])
    with pytest.raises(Refused) as refused:  # it has its result: its reporter is owed that one
        await merge(town, supervisor, second, first)
    assert "已有办理结果" in str(refused.value.line)
    with pytest.raises(Refused):
        await merge(town, supervisor, first, second)


async def test_a_mistake_is_taken_apart_and_dispatched_anew(town: Town) -> None:
    first, second = await two(town)
    supervisor, house = await town.staff("supervisor"), town.house
    given: dict[str, Any] = {"protocols": house.protocols, "home": house.home}
    with pytest.raises(Refused):
        await town.act(acts.split_case, supervisor, second.reference, "不是同一户", **given)
    await merge(town, supervisor, second, first)
    with pytest.raises(Refused):
        await town.act(acts.split_case, await town.person("police"), second.reference, "不是同一户", **given)
    await town.act(acts.split_case, supervisor, second.reference, "不是同一户", **given)
    again = await town.case(id=second.id)
    assert (again.status, again.round, again.merged_into) == ("open", 2, None)
    assert {"acknowledge", "accept", "result"} <= await running(town, again, "police")
    assert await town.events(first, "split_off")
    police = await taken(town, "police", again)
    await result(town, police, again, ["filed"])
    await told(town, police, again)
    await tried(town, police, again)
    assert {row.recipient for row in await town.rows(Telling, case_id=second.id)} == {"reporter"}


async def test_a_name_in_both_words_and_a_case_put_twice(town: Town) -> None:
    first, second = await two(town)
    third = await filed(town, "critical", "physical_abuse")
    supervisor = await town.staff("supervisor")
    await merge(town, supervisor, third, second)
    await merge(town, supervisor, second, first)
    found = await sight(town, supervisor, first)
    assert found is not None and set(found.kin.put_here) == {second.reference, third.reference}
    police = await taken(town, "police", first)
    await result(town, police, first, ["filed"])
    await told(town, police, first)
    assert len(await town.rows(Telling, case_id=first.id)) == 3


async def test_the_packet_holds_the_words_of_both_and_the_names_of_neither(town: Town) -> None:
    first, second = await two(town)
    await merge(town, await town.staff("supervisor"), second, first)
    async with town.house.store.read() as session:
        packet = await gather(session, await town.case(id=first.id), "何永福", "监督", town.now)
    told_in_all = str(packet.known["words"])
    assert "隔壁男的" in told_in_all and "刚才又被爸爸打" in told_in_all
    assert [each["reference"] for each in packet.known["reports"]] == [second.reference]
    assert "李红梅" not in str(packet.known) and "15400001234" not in str(packet.known)


async def test_what_is_cleared_goes_with_the_report_that_was_put_to_it(town: Town) -> None:
    first, second = await two(town)
    await merge(town, await town.staff("supervisor"), second, first)
    with pytest.raises(Refused):
        await erases(town, second)
    police = await taken(town, "police", first)
    await town.act(acts.allow_visit, police, first.reference, protocols=town.house.protocols)
    await result(town, police, first, ["filed"])
    await helpers_done(town, first)
    await told(town, police, first)
    await tried(town, police, first)
    await tried(town, police, first, who=f"reporter:{second.id}")
    await closed(town, police, first)
    await erases(town, first)
    for case in (first, second):
        assert (await town.case(id=case.id)).facts == {}
        assert not [text for text in await town.statements(case) if "打" in text]


async def erases(town: Town, case: Case) -> None:
    await town.house.store.carry_out(lambda session: erase(session, case.id, "法院令1号", "command:child", town.now))
