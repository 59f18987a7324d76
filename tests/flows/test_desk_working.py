"""A desk works on a case: progress, a question to the reporter, held letters, the result, telling, 办结."""

from datetime import timedelta

import pytest

from records.access import look
from records.tables import Account, Assignment, Case, Result
from routing import acts, reporter
from routing.refusal import Refused
from routing.seen import Seen
from tests.flows.filing import filed
from tests.flows.handling import closed, disputed, helpers_done, saw, sight, told, tried
from tests.flows.town import Town

HARM = "我是城关小学的老师，我们班一个8岁女孩说继父昨晚又摸她下面，她现在在教室里，放学继父要来接她。"
TELLABLE = "孩子已得到妥善照顾，公安机关已依法立案。"


async def result(town: Town, person: Account, case: Case, seen: Seen, tellable: str = TELLABLE, **changes: str) -> None:
    number, inner = changes.get("number", "高公立字〔2026〕18号"), changes.get("inner", "已立案，继父已被控制。")
    await town.act(
        acts.record_result, person, case.reference, ["filed"], number, inner, tellable, seen,
        protocols=town.house.protocols,
    )  # fmt: skip


async def taken(town: Town) -> tuple[Case, Account]:
    await town.says(HARM)
    case, police = await town.case(), await town.person("police")
    await town.act(acts.accept, police, case.reference)
    return case, police


async def test_progress_is_a_fact_and_seeing_the_child_starts_its_clock_afresh(town: Town) -> None:
    case, police = await taken(town)
    await town.later(minutes=30)
    protocols = town.house.protocols
    for who, what, at in (
        ("", "到校", town.now),
        ("王警官", " ", town.now),
        ("王警官", "将到校", town.now + timedelta(1)),
    ):
        with pytest.raises(Refused):
            await town.act(acts.progress, police, case.reference, who, at, what, None, protocols=protocols)
    with pytest.raises(Refused):
        by_phone = saw(town.now, by_phone=True)
        await town.act(acts.progress, police, case.reference, "王警官", town.now, "电话", by_phone, protocols=protocols)
    at = town.now - timedelta(minutes=10)
    await town.act(acts.progress, police, case.reference, "王警官", at, "到校见到孩子", saw(at), protocols=protocols)
    clocks = {
        (row.kind, row.desk_id): row for row in await town.rows(type((await town.clocks(case))[0]), case_id=case.id)
    }
    assert clocks["progress", police.desk_id].status == "stopped"
    assert clocks["child", ""].status == "running" and clocks["child", ""].started_at == at
    (event,) = await town.events(case, "progress")
    assert event.note == "王警官：到校见到孩子" and "王警官" not in str(event.data)


async def test_a_question_waits_behind_the_receipt_and_stops_nothing_when_minutes_count(town: Town) -> None:
    case, police = await taken(town)
    protocols = town.house.protocols
    with pytest.raises(Refused):
        await town.act(acts.ask_reporter, police, case.reference, "嫌疑人住哪里？", protocols=protocols)
    await town.act(acts.ask_reporter, police, case.reference, "她几点放学？", protocols=protocols)
    view = (await town.receipt(case)).view
    assert (view["status"], view["question"]) == ("waiting", "她几点放学？")
    assert not await town.clocks(case, "paused")


async def test_a_clock_waits_for_the_reporter_once_and_runs_on_when_she_answers(town: Town) -> None:
    case, education = await filed(town, "urgent", "bullying"), await town.person("education")
    protocols = town.house.protocols
    await town.act(acts.accept, education, case.reference)
    due = {row.kind: row.ends_at for row in await town.clocks(case) if row.desk_id == education.desk_id}
    await town.act(acts.ask_reporter, education, case.reference, "在哪个村？", protocols=protocols)
    assert {row.kind for row in await town.clocks(case, "paused")} == {"progress", "result"}
    await town.later(hours=1)
    calendar = town.house.protocols.calendar
    await town.house.store.carry_out(lambda session: reporter.answered(session, case.id, "红星村", calendar, town.now))
    assert not await town.clocks(case, "paused")
    after = {row.kind: row.ends_at for row in await town.clocks(case) if row.desk_id == education.desk_id}
    assert after["result"] - due["result"] == timedelta(hours=1)
    assert (await town.receipt(case)).view["question"] is None
    assert [letter.kind for letter in await town.letters(case, "question_answered")]
    assert "红星村" in [entry.note for entry in (await sight(town, education, case)).timeline]
    await town.act(acts.ask_reporter, education, case.reference, "哪一户？", protocols=protocols)
    assert not await town.clocks(case, "paused")  # only once


async def test_held_desks_hear_nothing_until_the_lead_lets_them_know(town: Town) -> None:
    case, police = await taken(town)
    held = [part for part in await town.rows(Assignment, case_id=case.id) if part.held]
    assert held, "police first, visit after"
    assert [row.desk_id for row in await town.clocks(case) if row.kind == "visit_permission"] == [police.desk_id]
    person = await town.person(held[0].department)
    async with town.house.store.read() as session:
        _, nothing = await look(session, person, case.reference, "看看", town.now)
        _, absent = await look(session, person, "HT261119-AAAAA", "看看", town.now)
        assert nothing is None and absent is None
    assert all(letter.status == "held" for letter in await town.letters(case) if letter.desk_id == held[0].desk_id)
    with pytest.raises(Refused):
        await town.act(
            acts.allow_visit, await town.person("civil_affairs"), case.reference, protocols=town.house.protocols
        )
    await town.act(acts.allow_visit, police, case.reference, protocols=town.house.protocols)
    assert not [part for part in await town.rows(Assignment, case_id=case.id) if part.held]
    assert not [row for row in await town.clocks(case) if row.kind == "visit_permission"]
    assert {row.kind for row in await town.clocks(case) if row.desk_id == held[0].desk_id} >= {"acknowledge", "result"}
    assert (await sight(town, person, case)).level == "summary"


async def test_who_forgets_to_let_them_know_is_reminded_up_the_ladder(town: Town) -> None:
    case, police = await taken(town)
    await town.later(hours=2, minutes=1)
    climbed = [event for event in await town.events(case, "rung") if event.data["clock"] == "visit_permission"]
    assert "L2" in [event.data["to"] for event in climbed]
    civil = await town.person("civil_affairs")
    await town.act(acts.hand_over, police, case.reference, "civil_affairs", "换牵头", protocols=town.house.protocols)
    await town.act(acts.accept, civil, case.reference)
    owing = {row.desk_id for row in await town.clocks(case) if row.kind == "visit_permission"}
    assert owing == {civil.desk_id}  # whoever leads now must let them know


async def test_seen_means_seen(town: Town) -> None:
    case, police = await taken(town)
    await town.later(hours=1)
    for wrong in (
        Seen(), saw(town.now, by_phone=True), saw(town.now, who=""), saw(town.now, apart=None), saw(town.now, safe=None),
        saw(town.now, custody=""), saw(town.now + timedelta(hours=1)), saw(town.now - timedelta(days=3)),
    ):  # fmt: skip
        with pytest.raises(Refused):
            await result(town, police, case, wrong)
    assert not await town.rows(Result, case_id=case.id)
    await result(town, police, case, saw(town.now))
    (row,) = await town.rows(Result, case_id=case.id)
    assert row.seen["who"] == "王警官" and row.document_number


async def test_what_may_be_told_is_checked_and_the_word_is_named(town: Town) -> None:
    case, police = await taken(town)
    await town.later(minutes=5)
    for text, word in (
        ("城关小学已配合处理。", "城关小学"), ("孩子确诊抑郁症，已就医。", "抑郁"), ("张某已被训诫。", "张某"),
        ("本案件已处理。", "案件"), ("请联系13800138000。", "13800138000"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            await result(town, police, case, saw(town.now), text)
        assert word in str(refused.value.line)
    with pytest.raises(Refused):
        await result(town, police, case, saw(town.now), number="")


async def test_a_case_closes_only_after_result_feedback_and_every_part(town: Town) -> None:
    case, police = await taken(town)
    await town.later(hours=1)
    with pytest.raises(Refused):
        await told(town, police, case, TELLABLE)
    with pytest.raises(Refused):
        await closed(town, police, case)
    await town.act(acts.allow_visit, police, case.reference, protocols=town.house.protocols)
    await result(town, police, case, saw(town.now))
    assert (await town.receipt(case)).view["status"] == "result"
    assert {"tell", "three_day"} <= {row.kind for row in await town.clocks(case)}
    await told(town, police, case, TELLABLE)
    view = (await town.receipt(case)).view
    assert (view["status"], view["tellable"]) == ("told", TELLABLE)
    with pytest.raises(Refused):  # nobody has read it yet
        await closed(town, police, case)
    (telling,) = await town.tellings(case)
    await town.house.store.carry_out(lambda session: reporter.fetched(session, case.id, telling.id, town.now))
    assert not {"tell", "three_day"} & {row.kind for row in await town.clocks(case)}
    with pytest.raises(Refused):  # the others have not finished
        await closed(town, police, case)
    await helpers_done(town, case)
    await closed(town, police, case)
    assert (await town.case()).status == "closed"
    # What looks back begins: is the child safe, and which unit knew.
    assert {row.kind for row in await town.clocks(case)} == {"call_back", "every_case_check"}
    assert (await town.receipt(case)).view["status"] == "closed"
    left = [letter.kind for letter in await town.letters(case) if letter.status in ("waiting", "held")]
    assert left == ["check"]
    with pytest.raises(Refused):
        await town.act(acts.progress, police, case.reference, "王", town.now, "x", None, protocols=town.house.protocols)


async def test_who_cannot_be_reached_was_tried_by_a_named_person(town: Town) -> None:
    case, police = await taken(town)
    await town.later(hours=1)
    await result(town, police, case, saw(town.now))
    await told(town, police, case, TELLABLE)
    await tried(town, police, case, "没有留电话，只能凭查询码来看。")
    (telling,) = await town.tellings(case)
    assert telling.tried and telling.tried_at == town.now
    assert "tell" not in {row.kind for row in await town.clocks(case)}
    with pytest.raises(Refused):
        await tried(town, police, case, "再试")


async def test_a_dispute_reopens_with_new_clocks(town: Town) -> None:
    case, police = await taken(town)
    await town.later(hours=1)
    await result(town, police, case, saw(town.now))
    await told(town, police, case, TELLABLE)
    await disputed(town, case, "继父又回来了")
    again = await town.case()
    assert (again.status, again.round) == ("open", 2)
    assert {row.round for row in await town.clocks(case)} == {2}
    assert {"acknowledge", "accept", "result"} <= {
        row.kind for row in await town.clocks(case) if row.desk_id == police.desk_id
    }
    assert (await town.receipt(case)).view["status"] == "received"
    await town.act(acts.accept, police, case.reference)
    assert (await sight(town, police, case)).own.round == 2  # type: ignore[union-attr]


async def test_taking_a_report_back_changes_nothing_but_a_warning(town: Town) -> None:
    case, _ = await taken(town)
    before = {row.kind for row in await town.clocks(case)}
    await town.house.store.carry_out(
        lambda session: reporter.added(session, case.id, "withdrawal", "撤回吧，发错了", town.now)
    )
    after = await town.case()
    assert after.pressure and after.urgency == "critical" and after.status == "open"
    assert {row.kind for row in await town.clocks(case)} == before


async def test_new_harm_told_of_a_closed_case_opens_it_again(town: Town) -> None:
    case, police = await taken(town)
    await town.later(hours=1)
    await town.act(acts.allow_visit, police, case.reference, protocols=town.house.protocols)
    await result(town, police, case, saw(town.now))
    await told(town, police, case, TELLABLE)
    await tried(town, police, case, "没有留电话，凭查询码来看")
    await helpers_done(town, case)
    await closed(town, police, case)
    await town.says("谢谢")
    assert (await town.case()).status == "closed"
    await town.says("继父刚才又把她锁在屋里打，她在喊救命")
    again = await town.case()
    assert (again.status, again.round, again.urgency) == ("open", 2, "critical")
    assert {"acknowledge", "accept"} <= {row.kind for row in await town.clocks(case) if row.desk_id == police.desk_id}
