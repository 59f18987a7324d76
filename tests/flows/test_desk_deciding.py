"""What desks decide on paper: 受案 and 立案, a conference, temporary guardianship, a proposal with its reply in writing."""

from datetime import timedelta
from typing import Any

import pytest

from records.access import queue
from records.tables import Account, Case, Conference, Decision, Guardianship, Proposal
from routing import acts, reporter
from routing.refusal import Refused
from tests.flows.filing import filed
from tests.flows.handling import closed, helpers_done, result, running, saw, sight, told, tried
from tests.flows.town import Town

HARM = "我是城关小学的老师，我们班一个8岁女孩说继父昨晚又摸她下面，她现在在教室里，放学继父要来接她。"


async def taken(town: Town) -> tuple[Case, Account]:
    await town.says(HARM)
    case, police = await town.case(), await town.person("police")
    await town.act(acts.accept, police, case.reference)
    return case, police


async def decide(town: Town, person: Account, case: Case, kind: str, number: str, **changes: Any) -> None:
    at, reason = changes.get("at", town.now), changes.get("reason", "")
    await town.act(
        acts.record_decision, person, case.reference, kind, number, at, reason, protocols=town.house.protocols
    )


async def test_police_file_on_day_two_and_three_days_run_from_the_decision(town: Town) -> None:
    case, police = await taken(town)
    await town.long_after(days=1, hours=3)
    decided_at = town.now - timedelta(hours=1)
    await decide(town, police, case, "filed", "罗公立字〔2026〕18号", at=decided_at)
    (clock,) = [row for row in await town.clocks(case) if row.kind == "three_day"]
    assert clock.desk_id == police.desk_id and clock.ends_at == decided_at + timedelta(days=3)
    assert clock.policy["clause"] == "statute:A10"
    await told(town, police, case, "公安机关已依法立案，正在侦查。", interim=True)
    assert "three_day" in await running(town, case, "police"), "said is not yet heard"
    (telling,) = await town.tellings(case)
    await town.house.store.carry_out(lambda session: reporter.fetched(session, case.id, telling.id, town.now))
    assert "three_day" not in await running(town, case, "police")
    await town.long_after(days=2)
    await result(town, police, case, ["filed"], number="")
    assert [row.document_number for row in await town.rows(Decision, case_id=case.id)] == ["罗公立字〔2026〕18号"]


async def test_nobody_tells_her_and_the_three_days_climb(town: Town) -> None:
    case, police = await taken(town)
    await town.long_after(hours=30)
    await decide(town, police, case, "received", "罗公受〔2026〕9号")
    await town.long_after(days=3, minutes=1)
    told_to = [event.data["to"] for event in await town.events(case, "rung") if event.data["clock"] == "three_day"]
    assert "L2" in told_to
    supervisor = await town.staff("supervisor")
    found = await sight(town, supervisor, case)
    assert found is not None and [each.kind for each in found.proceedings.decisions] == ["received"]


async def test_a_second_decision_never_moves_a_day_that_is_already_owed(town: Town) -> None:
    case, police = await taken(town)
    await decide(town, police, case, "received", "罗公受〔2026〕9号")
    first = next(row.ends_at for row in await town.clocks(case) if row.kind == "three_day")
    await town.long_after(days=1)
    await decide(town, police, case, "filed", "罗公立字〔2026〕18号")
    assert [row.ends_at for row in await town.clocks(case) if row.kind == "three_day"] == [first]


async def test_decisions_are_the_polices_have_a_number_and_a_reason_where_nothing_is_filed(town: Town) -> None:
    case, police = await taken(town)
    civil = await town.person("civil_affairs")
    await town.act(acts.accept, civil, case.reference)
    wrong: list[tuple[Account, str, str, dict[str, Any]]] = [
        (civil, "filed", "民立〔2026〕1号", {}), (police, "filed", " ", {}), (police, "admonished", "文号", {}),
        (police, "not_filed", "罗公不立〔2026〕3号", {}), (police, "filed", "文号", {"at": town.now + timedelta(hours=1)}),
    ]  # fmt: skip
    for person, kind, number, changes in wrong:
        with pytest.raises(Refused):
            await decide(town, person, case, kind, number, **changes)
    assert not await town.rows(Decision)
    await decide(town, police, case, "not_filed", "罗公不立〔2026〕3号", reason="没有犯罪事实")
    with pytest.raises(Refused) as twice:
        await decide(town, police, case, "not_filed", "罗公不立〔2026〕3号", reason="没有犯罪事实")
    assert "记过" in str(twice.value.line)
    (event,) = await town.events(case, "decision")
    assert event.note == "没有犯罪事实" and "没有犯罪事实" not in str(event.data)


async def test_a_critical_result_says_whether_it_is_filed_or_by_when_and_holds_them_to_it(town: Town) -> None:
    case, police = await taken(town)
    await town.long_after(hours=20)
    with pytest.raises(Refused) as refused:
        await result(town, police, case, ["counselling"])
    assert "受案、立案" in str(refused.value.line)
    with pytest.raises(Refused):
        await result(town, police, case, ["counselling"], decision_by=town.now + timedelta(days=40))
    await result(town, police, case, ["counselling"], decision_by=town.now + timedelta(days=3))
    assert "filing" in await running(town, case, "police")
    await told(town, police, case)
    await tried(town, police, case)
    await town.act(acts.allow_visit, police, case.reference, protocols=town.house.protocols)
    await helpers_done(town, case)
    with pytest.raises(Refused) as early:
        await closed(town, police, case)
    assert "还没有记下受案" in str(early.value.line)
    await town.long_after(days=3, minutes=1)
    assert "L2" in [event.data["to"] for event in await town.events(case, "rung") if event.data["clock"] == "filing"]
    await decide(town, police, case, "filed", "罗公立字〔2026〕20号")
    assert "filing" not in await running(town, case, "police")
    await closed(town, police, case)


async def test_a_conference_names_who_decided_what_and_the_helpers_read_it_without_traces(town: Town) -> None:
    case, police = await taken(town)
    civil = await town.person("civil_affairs")
    protocols = town.house.protocols
    for who, people, decision in ((["police"], "王警官", "先验伤"), (["police", "health"], "", "先验伤"),
                                  (["police", "health"], "王警官、莫医生", " "), (["police", "nobody"], "王警官", "先验伤")):  # fmt: skip
        with pytest.raises(Refused):
            await town.act(acts.confer, police, case.reference, town.now, who, people, decision)
    with pytest.raises(Refused):  # a helping desk takes part; it does not write down for all
        await town.act(acts.confer, civil, case.reference, town.now, ["police", "civil_affairs"], "莫助理", "走访")
    await town.later(hours=1)
    decided = "公安三天内做完询问；民政今天安排外婆临时照看；报告人说他是班主任。"
    await town.act(
        acts.confer, police, case.reference, town.now, ["police", "civil_affairs", "health"], "王警官、莫助理", decided
    )
    (row,) = await town.rows(Conference, case_id=case.id)
    assert row.departments == ["police", "civil_affairs", "health"] and row.people == "王警官、莫助理"
    rung = {letter.desk_id for letter in await town.letters(case, "conference")}
    assert rung == {(await town.desk("civil_affairs")).id, (await town.desk("health")).id}
    found = await sight(town, civil, case)
    assert found is not None
    (seen,) = found.proceedings.conferences
    assert "安排外婆临时照看" in seen.decision and "班主任" not in seen.decision and not seen.people
    school = await town.person("school")
    assert await sight(town, school, case) is None
    await town.act(acts.call_in, police, case.reference, "emergency", "请排查家里的隐患", protocols=protocols)
    assert {"acknowledge", "result"} <= await running(town, case, "emergency")


async def test_who_must_not_know_yet_is_not_called_in_either(town: Town) -> None:
    case, police = await taken(town)
    protocols = town.house.protocols
    with pytest.raises(Refused) as refused:
        await town.act(acts.call_in, police, case.reference, "village_committee", "请走访", protocols=protocols)
    assert "可以走访" in str(refused.value.line)
    with pytest.raises(Refused):
        await town.act(acts.call_in, police, case.reference, "health", "请验伤", protocols=protocols)  # helps already
    await town.act(acts.allow_visit, police, case.reference, protocols=protocols)
    await town.act(acts.call_in, police, case.reference, "village_committee", "请走访", protocols=protocols)
    assert "acknowledge" in await running(town, case, "village_committee")


async def test_temporary_guardianship_is_recorded_with_who_and_where_until_it_ends(town: Town) -> None:
    case, _ = await taken(town)
    civil, health = await town.person("civil_affairs"), await town.person("health")
    for person in (civil, health):
        await town.act(acts.accept, person, case.reference)
    began = town.now
    with pytest.raises(Refused):
        await town.act(acts.start_guardianship, health, case.reference, "custody_rescue", "救助中心", "县城", began, "")
    await town.act(
        acts.start_guardianship, civil, case.reference, "custody_rescue", "救助保护中心莫老师", "救助保护中心", began, "民临〔2026〕2号"
    )  # fmt: skip
    (row,) = await town.rows(Guardianship, case_id=case.id)
    theirs, others = await sight(town, civil, case), await sight(town, health, case)
    assert theirs is not None and others is not None
    assert theirs.proceedings.cares[0].carer == "救助保护中心莫老师"
    assert (others.proceedings.cares[0].kind, others.proceedings.cares[0].carer) == ("custody_rescue", "")
    assert "莫老师" not in repr(others)
    await town.long_after(days=2)
    with pytest.raises(Refused):
        await town.act(acts.end_guardianship, civil, case.reference, row.id, began - timedelta(hours=1), "送回外婆家")
    await town.act(acts.end_guardianship, civil, case.reference, row.id, town.now, "由外婆接回，外婆家")
    with pytest.raises(Refused):
        await town.act(acts.end_guardianship, civil, case.reference, row.id, town.now, "又一次")
    (row,) = await town.rows(Guardianship, case_id=case.id)
    assert row.ended_by == civil.id and row.ended_how == "由外婆接回，外婆家"


async def test_a_result_that_names_a_guardian_opens_the_record(town: Town) -> None:
    case, police = await taken(town)
    await town.later(hours=1)
    await result(town, police, case, ["filed", "custody_relatives"], seen=saw(town.now, custody="外婆李芳"))
    (row,) = await town.rows(Guardianship, case_id=case.id)
    assert (row.kind, row.carer, row.ended_at) == ("custody_relatives", "外婆李芳", None)
    other = await filed(town, "normal", "care_service")
    civil = await town.person("civil_affairs")
    await town.act(acts.accept, civil, other.reference)
    with pytest.raises(Refused) as refused:
        await result(town, civil, other, ["custody_foster"], seen=saw(town.now, custody=""))
    assert "临时监护" in str(refused.value.line)


async def test_a_proposal_is_answered_in_writing_within_a_month(town: Town) -> None:
    case = await filed(town, "normal", "legal_aid")
    prosecutor, education = await town.person("procuratorate"), await town.person("education")
    justice, protocols = await town.person("justice"), town.house.protocols
    assert await sight(town, education, case) is None
    with pytest.raises(Refused):
        await town.act(acts.propose, justice, case.reference, "education", "文号", "请整改", protocols=protocols)
    with pytest.raises(Refused):
        await result(town, prosecutor, case, ["proposal"], number="罗检建〔2026〕5号")
    await town.act(
        acts.propose, prosecutor, case.reference, "education", "罗检建〔2026〕5号", "请完善强制报告制度。", protocols=protocols
    )  # fmt: skip
    (row,) = await town.rows(Proposal)
    (clock,) = [each for each in await town.clocks(case) if each.kind == f"written_reply:{row.id}"]
    assert clock.desk_id == education.desk_id and clock.policy["due"] == "P1M"
    assert (clock.ends_at - town.now).days in (28, 29, 30, 31)
    seen = await sight(town, education, case)
    assert seen is not None and seen.level == "notice" and not seen.summary
    assert [each.text for each in seen.proceedings.proposals] == ["请完善强制报告制度。"]
    async with town.house.store.read() as session:
        assert [line.clock for line in await queue(session, education, town.now)] == [clock.kind]
    await town.long_after(days=32)
    assert "L2" in [event.data["to"] for event in await town.events(case, "rung") if event.data["clock"] == clock.kind]
    with pytest.raises(Refused):
        await town.act(acts.reply_proposal, justice, case.reference, row.id, "回〔2026〕1号", "已整改")
    await town.act(acts.reply_proposal, education, case.reference, row.id, "罗教函〔2026〕1号", "已整改，制度附后。")
    (row,) = await town.rows(Proposal)
    assert row.reply == "已整改，制度附后。" and row.replied_by == education.id
    assert clock.kind not in {each.kind for each in await town.clocks(case)}
    assert [letter.desk_id for letter in await town.letters(case, "proposal_reply")] == [prosecutor.desk_id]
    with pytest.raises(Refused):
        await town.act(acts.reply_proposal, education, case.reference, row.id, "罗教函〔2026〕2号", "再次")
    await town.act(acts.accept, prosecutor, case.reference)
    await result(town, prosecutor, case, ["proposal"], number="罗检建〔2026〕5号")


async def test_a_proposal_reaches_nobody_who_must_not_know_yet(town: Town) -> None:
    case, police = await taken(town)
    prosecutor, protocols = await town.person("procuratorate"), town.house.protocols
    given = (acts.propose, prosecutor, case.reference, "education", "罗检建〔2026〕5号", "请完善制度。")
    with pytest.raises(Refused) as refused:
        await town.act(*given, protocols=protocols)
    assert "现在还不能" in str(refused.value.line)
    await town.act(acts.allow_visit, police, case.reference, protocols=protocols)
    await town.act(*given, protocols=protocols)
    assert [row.to_desk_id for row in await town.rows(Proposal)] == [(await town.desk("education")).id]


async def test_a_procurator_calls_for_the_words_and_no_desk_learns_it(town: Town) -> None:
    case, police = await taken(town)
    prosecutor, court = await town.person("procuratorate"), await town.person("court")
    with pytest.raises(Refused):
        await town.act(acts.call_for_words, police, case.reference, "检察监督")
    before = await sight(town, police, case)
    await town.act(acts.call_for_words, prosecutor, case.reference, "立案监督")
    theirs = await sight(town, prosecutor, case)
    assert theirs is not None and theirs.level == "story" and theirs.words
    after = await sight(town, police, case)
    assert before is not None and after is not None
    assert [entry.kind for entry in after.timeline] == [entry.kind for entry in before.timeline]
    assert "立案监督" not in repr(after)
    assert await sight(town, court, case) is None
