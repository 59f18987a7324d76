"""A desk needs more time: it asks, its head says yes or no with a name and a reason, and silence is a refusal."""

from datetime import timedelta
from typing import Any

import pytest

from records.access import look, queue
from records.tables import Account, Case, ClockRow, Telling
from routing import acts, reporter
from routing.refusal import Refused
from tests.flows.filing import filed
from tests.flows.town import Town


async def result_clock(town: Town, case: Case, desk_id: str | None) -> ClockRow:
    (row,) = [row for row in await town.rows(ClockRow, case_id=case.id, kind="result") if row.desk_id == desk_id]
    return row


async def asked(town: Town, person: Account, case: Case, days: int, reason: str = "等司法鉴定意见") -> None:
    await town.act(acts.ask_extension, person, case.reference, days, reason, protocols=town.house.protocols)


async def paused(town: Town, person: Account, case: Case, body: str) -> None:
    await town.act(acts.ask_pause, person, case.reference, body, "已申请，等裁定", protocols=town.house.protocols)


async def open_ask(town: Town, person: Account, case: Case) -> Any:
    async with town.house.store.read() as session:
        _, sight = await look(session, person, case.reference, "办理", town.now)
    assert sight is not None
    return next(iter(sight.delays), None)


async def decided(town: Town, head: Account, case: Case, ask_id: str, yes: bool | None, told: str = "") -> None:
    await town.act(
        acts.decide_delay, head, case.reference, ask_id, yes, "情况属实", told, protocols=town.house.protocols
    )


async def taken(town: Town, urgency: str, category: str, department: str) -> tuple[Case, Account, Account]:
    case = await filed(town, urgency, category)
    officer, head = await town.person(department), await town.person(department, "L2")
    await town.act(acts.accept, officer, case.reference)
    return case, officer, head


async def test_an_extension_is_granted_by_the_head_once_and_the_reporter_hears_why(town: Town) -> None:
    case, officer, head = await taken(town, "normal", "dropout", "education")
    due = (await result_clock(town, case, officer.desk_id)).ends_at
    await asked(town, officer, case, 3)
    assert (await result_clock(town, case, officer.desk_id)).ends_at == due  # asking moves nothing
    (letter,) = await town.letters(case, "delay_asked")
    assert letter.recipient == f"account:{head.id}" and "鉴定" not in str(letter.params)
    mine, theirs = await open_ask(town, officer, case), await open_ask(town, head, case)
    assert (mine.mine, mine.decides, theirs.mine, theirs.decides) == (True, False, False, True)
    with pytest.raises(Refused, match="已经提出过"):
        await asked(town, officer, case, 2)
    with pytest.raises(Refused, match="自己"):
        await decided(town, officer, case, mine.id, True)
    with pytest.raises(Refused, match="延期理由"):  # at this level she must hear why
        await decided(town, head, case, mine.id, True)
    with pytest.raises(Refused):
        await decided(town, head, case, mine.id, None, "等待鉴定。")
    await decided(town, head, case, mine.id, True, "需要等待专业机构的意见，办理时间会长一些。")
    row = await result_clock(town, case, officer.desk_id)
    assert row.ends_at > due and row.policy["changes"][0]["by"] == head.name
    (telling,) = await town.rows(Telling, case_id=case.id)
    assert telling.kind == "interim" and (await town.receipt(case)).view["tellable"] == telling.text
    assert await open_ask(town, officer, case) is None
    with pytest.raises(Refused, match="一次"):
        await asked(town, officer, case, 1)
    assert [event.data["span"] for event in await town.events(case, "extended")] == ["3wd"]


async def test_a_refusal_has_a_reason_and_the_clock_never_stood_still(town: Town) -> None:
    case, officer, _ = await taken(town, "urgent", "guardianship", "civil_affairs")
    due = (await result_clock(town, case, officer.desk_id)).ends_at
    await asked(town, officer, case, 2)
    supervisor = await town.staff("supervisor")
    ask = await open_ask(town, supervisor, case)
    await decided(town, supervisor, case, ask.id, False)
    (event,) = await town.events(case, "delay_refused")
    assert event.note == "情况属实" and event.data["of"] == ask.id
    assert (await result_clock(town, case, officer.desk_id)).ends_at == due
    with pytest.raises(Refused, match="没有这项申请"):
        await decided(town, supervisor, case, ask.id, True)
    await asked(town, officer, case, 3)  # a better reason may be tried


async def test_silence_is_a_refusal(town: Town) -> None:
    case, officer, head = await taken(town, "urgent", "guardianship", "civil_affairs")
    await asked(town, officer, case, 3)
    ask = await open_ask(town, head, case)
    due = (await result_clock(town, case, officer.desk_id)).ends_at
    await town.later(hours=71, minutes=59)
    assert not await town.events(case, "delay_lapsed")
    await town.later(minutes=2)
    (event,) = await town.events(case, "delay_lapsed")
    assert event.data["of"] == ask.id and event.actor == "system"
    with pytest.raises(Refused, match="到期"):
        await decided(town, head, case, ask.id, True)
    assert (await result_clock(town, case, officer.desk_id)).ends_at == due
    assert [event for event in await town.events(case, "rung") if event.data["clock"] == "result"]  # and it climbs
    with pytest.raises(Refused, match="时限已经过了"):
        await asked(town, officer, case, 1)


async def test_what_the_level_does_not_allow_is_refused_at_once(town: Town) -> None:
    case, officer, _ = await taken(town, "critical", "physical_abuse", "police")
    with pytest.raises(Refused, match="不能延长"):
        await asked(town, officer, case, 1)
    with pytest.raises(Refused, match="不能暂停"):
        await paused(town, officer, case, "court")
    case, officer, _ = await taken(town, "urgent", "guardianship", "civil_affairs")
    for days, says in ((4, "最多"), (0, "几天"), (None, "几天")):
        with pytest.raises(Refused, match=says):
            await asked(town, officer, case, days)  # type: ignore[arg-type]  # a page may send nothing
    with pytest.raises(Refused, match="理由"):
        await asked(town, officer, case, 1, " ")
    with pytest.raises(Refused, match="机关"):
        await paused(town, officer, case, "somebody")


async def test_a_clock_waits_for_a_court_no_longer_than_the_law_gives_it(town: Town) -> None:
    case, officer, head = await taken(town, "urgent", "guardianship", "civil_affairs")
    before = await result_clock(town, case, officer.desk_id)
    await paused(town, officer, case, "court")
    assert not await town.clocks(case, "paused")
    await decided(town, head, case, (await open_ask(town, head, case)).id, True)
    assert {row.kind for row in await town.clocks(case, "paused")} == {"progress", "result"}
    async with town.house.store.read() as session:
        (line,) = await queue(session, officer, town.now, reference=case.reference)
    assert (line.clock, line.ends_at, line.late) == ("progress", None, False), "the queue says what stands still"
    assert any(row.kind == "child" for row in await town.clocks(case))  # nothing stops that one
    await town.later(hours=10)
    await town.act(acts.ask_reporter, officer, case.reference, "在哪个村？", protocols=town.house.protocols)
    calendar = town.house.protocols.calendar  # her answer is not what the desk waits for
    await town.house.store.carry_out(lambda session: reporter.answered(session, case.id, "红星村", calendar, town.now))
    assert await town.clocks(case, "paused")
    await town.act(acts.end_pause, officer, case.reference, "已作出裁定", protocols=town.house.protocols)
    after = await result_clock(town, case, officer.desk_id)
    assert after.status == "running" and after.ends_at - before.ends_at == timedelta(hours=10)
    with pytest.raises(Refused, match="没有暂停"):
        await town.act(acts.end_pause, officer, case.reference, "已作出裁定", protocols=town.house.protocols)
    await paused(town, officer, case, "court")
    await decided(town, head, case, (await open_ask(town, head, case)).id, True)
    await town.later(hours=72, minutes=1)  # nobody said anything: the period is over, the clocks run on
    again = await result_clock(town, case, officer.desk_id)
    assert again.status == "running" and again.ends_at - after.ends_at == timedelta(hours=72)
