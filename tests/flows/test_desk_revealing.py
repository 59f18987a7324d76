"""The reporter's number: opened by one police officer with a second look, or by two together; she is told; nobody else sees it."""

from typing import Any

import pytest

from intake.dialogue import render, status_reply
from intake.views import case_view
from records.access import look
from records.tables import Account, AuditLine, Case, Event, Letter
from routing import acts
from routing.acts.work import NOT_YOURS_TO_DO
from routing.refusal import Refused
from tests.flows.filing import worsened
from tests.flows.town import Town

NUMBER, NAME = "15400001234", "李红梅"
HARM = (
    f"我是他班主任{NAME}，我的电话{NUMBER}。我们班8岁的陈小雨说继父昨晚又摸她下面，她现在在教室里，放学继父要来接她。"
)
WHY = "找不到孩子，要马上问清在哪间教室"


async def reported(town: Town) -> tuple[Case, Account, Account]:
    """A critical case in which one police officer went, and another of the same desk."""
    await town.says(HARM)
    case, officer = await town.case(), await town.person("police")
    await town.act(acts.police_dispatched, officer, case.reference, "")
    colleague = next(person for person in await town.rows(Account, desk_id=officer.desk_id) if person.id != officer.id)
    return case, officer, colleague


async def seen(town: Town, person: Account, case: Case) -> Any:
    async with town.house.store.read() as session:
        batch, sight = await look(session, person, case.reference, "办理", town.now)
    await town.house.store.write(batch)
    return sight


async def reveal(town: Town, person: Account, case: Case, reason: str = WHY) -> None:
    await town.act(acts.reveal_reporter, person, case.reference, reason, protocols=town.house.protocols)


async def status(town: Town, case: Case) -> str:
    """What she reads when she asks how it stands."""
    view = case_view(await town.receipt(case))
    assert view is not None
    return render(status_reply(view, town.now), {})


async def refused(town: Town, verb: Any, person: Account, case: Case, *given: Any, **named: Any) -> str:
    with pytest.raises(Refused) as raised:
        await town.act(verb, person, case.reference, *given, **named)
    return str(raised.value.line)


async def test_one_named_officer_opens_it_at_once_and_a_second_person_looks_again(town: Town) -> None:
    case, officer, colleague = await reported(town)
    supervisor, protocols = await town.staff("supervisor"), town.house.protocols
    before = (await seen(town, officer, case)).reach
    assert before.left and before.alone and before.contact == "code_only" and not before.shown
    assert "写明" in await refused(town, acts.reveal_reporter, officer, case, " ", protocols=protocols)
    await reveal(town, officer, case)
    await reveal(town, officer, case)  # a second tap opens nothing more
    assert len(await town.events(case, "revealed")) == 1
    shown = (await seen(town, officer, case)).reach
    assert shown.shown == (NAME, NUMBER)
    for other in (colleague, supervisor):
        reach = (await seen(town, other, case)).reach
        assert not reach.shown and [each.why for each in reach.owed] == [WHY]
    heard = await status(town, case)
    assert officer.name in heard and WHY in heard and NUMBER not in heard

    (clock,) = [row for row in await town.clocks(case) if row.kind.startswith("reveal_review:")]
    assert "另一人" in await refused(town, acts.review_reveal, officer, case, True, "")
    await town.outage(days=3)
    await town.house.tick()
    assert [event for event in await town.events(case, "rung") if event.data["clock"] == clock.kind], "it climbs"
    assert not (await seen(town, officer, case)).reach.shown, "an hour is over"
    assert "写明" in await refused(town, acts.review_reveal, supervisor, case, None, "")
    await town.act(acts.review_reveal, supervisor, case.reference, True, "")
    assert not [row for row in await town.clocks(case) if row.kind == clock.kind]
    assert not (await seen(town, supervisor, case)).reach.owed


async def test_elsewhere_two_people_open_it_together(town: Town) -> None:
    case, officer, colleague = await reported(town)
    supervisor, protocols = await town.staff("supervisor"), town.house.protocols
    await reveal(town, colleague, case)  # who does not handle it can't do it alone
    assert not (await seen(town, colleague, case)).reach.shown
    assert "另一人" in await refused(town, acts.confirm_reveal, colleague, case)
    assert "另一人" in await refused(town, acts.reveal_reporter, colleague, case, WHY, protocols=protocols)
    await town.act(acts.confirm_reveal, supervisor, case.reference)
    for person in (colleague, supervisor):
        assert set((await seen(town, person, case)).reach.shown) == {NAME, NUMBER}
    reach = (await seen(town, officer, case)).reach
    assert not reach.shown and not reach.owed and reach.asked is None
    assert not [row for row in await town.clocks(case) if row.kind.startswith("reveal_review:")]
    heard = await status(town, case)
    assert colleague.name in heard and supervisor.name in heard
    assert "没有等确认" in await refused(town, acts.confirm_reveal, officer, case)


async def test_a_request_is_confirmed_within_a_day_or_made_anew(town: Town) -> None:
    case, officer, colleague = await reported(town)
    await reveal(town, colleague, case)
    await town.outage(hours=25)
    assert "一天" in await refused(town, acts.confirm_reveal, officer, case)
    await reveal(town, colleague, case)
    await town.act(acts.confirm_reveal, officer, case.reference)


async def test_nobody_else_opens_confirms_or_sees_it(town: Town) -> None:
    case, officer, _ = await reported(town)
    supervisor, protocols = await town.staff("supervisor"), town.house.protocols
    helper, operator = await town.person("civil_affairs"), await town.person("duty_desk")
    for person in (helper, operator, supervisor):
        said = await refused(town, acts.reveal_reporter, person, case, WHY, protocols=protocols)
        assert said == str(NOT_YOURS_TO_DO)
    await reveal(town, officer, case)
    for person in (helper, operator):
        assert await refused(town, acts.confirm_reveal, person, case) == str(NOT_YOURS_TO_DO)
        assert await refused(town, acts.review_reveal, person, case, True, "") == str(NOT_YOURS_TO_DO)
        sight = await seen(town, person, case)
        assert sight.reach is None and NUMBER not in repr(sight) and NAME not in repr(sight)
        assert not [entry for entry in sight.timeline if entry.kind.startswith("reveal")]


async def test_the_number_is_in_no_event_letter_or_audit_line(town: Town) -> None:
    case, officer, _ = await reported(town)
    await reveal(town, officer, case, f"联系{NAME}{NUMBER}问清")
    await town.outage(days=2)
    await town.house.tick()
    heard = await status(town, case)
    assert NAME not in heard and NUMBER not in heard and officer.name in heard, "a reason with a name is not repeated"
    for event in await town.rows(Event, case_id=case.id):
        assert NUMBER not in repr(event.data)
    for row in [*await town.rows(Letter, case_id=case.id), *await town.rows(AuditLine)]:
        assert NUMBER not in repr(row) and NAME not in repr(row)
    assert [line.detail["alone"] for line in await town.rows(AuditLine, action="case.reveal")] == [True]
    await seen(town, officer, case)


async def test_before_anybody_is_named_and_without_a_number_nothing_opens(town: Town) -> None:
    await town.says(HARM)
    case, officer = await town.case(), await town.person("police")
    said = await refused(town, acts.reveal_reporter, officer, case, WHY, protocols=town.house.protocols)
    assert "经办" in said
    await town.act(acts.accept, officer, case.reference)
    await town.says("家属在场，请勿来电")
    assert (await seen(town, officer, case)).reach.contact == "no_call"


async def test_who_left_no_number_is_asked_through_the_case(town: Town) -> None:
    await town.says("邻居8岁的女孩被继父打得头破血流，现在还在家里", "neighbour")
    case, officer = await town.case(), await town.person("police")
    case = await worsened(town, case, "critical", "physical_abuse")
    await town.act(acts.accept, officer, case.reference)
    said = await refused(town, acts.reveal_reporter, officer, case, WHY, protocols=town.house.protocols)
    assert "提问" in said and not (await seen(town, officer, case)).reach.left
