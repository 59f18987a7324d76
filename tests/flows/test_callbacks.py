"""Results out: in the platform's own shape, only what may be told, signed, in order, tried for days, and never lost."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from escalation.callbacks import BACK_OFF
from records.access import board
from records.access.keys import new_secret
from records.batch import Batch
from records.callbacks import ORDER
from records.tables import Case, Letter, PlatformLink, Telling
from routing.acts import accept, close, record_result, record_tried, return_case, tell_reporter
from routing.acts.resending import resend_letter
from routing.refusal import Refused
from routing.seen import Seen
from tests.flows.hotline import sends, sends_planted
from tests.flows.town import Town
from tests.support.elsewhere import CUT, DOWN, SILENT, WELL, Answer, Asked, Elsewhere
from web.out.platforms import new_client

CALM = {
    "order_no": "RW9",
    "content": "来电人反映：罗岭县的孩子12岁，残疾补贴申请材料被退三次。诉求：指导补正。",
    "region_code": "458821",
    "caller_phone": "15400000301",
}
SAID = "已就您反映的事项作出答复。"
PATIENCE = 0.3  # seconds that the tests' client waits for an answer
SECRET = new_secret()


@pytest.fixture
async def platform(town: Town) -> AsyncIterator[Elsewhere]:
    """Platform A, which can be called."""
    town.house.outside.client = lambda: new_client(PATIENCE)
    async with Elsewhere() as there:
        await _connect(town, "A", f"http://127.0.0.1:{there.port}/back")
        yield there


async def _connect(town: Town, name: str, address: str) -> None:
    batch = Batch()
    batch.add(PlatformLink(platform=name, address=address, secret=SECRET, bearer="t0k3n", updated_at=town.now))
    await town.house.store.write(batch)


async def filed(town: Town, **fields: Any) -> Case:
    answer = await sends(town, {**CALM, **fields}, "A")
    return await town.case(reference=answer["case"])


async def handled(town: Town, case: Case) -> None:
    """From 我来处理 to 反馈, by the desk that leads."""
    person = await town.person((await town.desks_of(case, "lead"))[0])
    await town.act(accept, person, case.reference)
    await town.later(minutes=10)
    outcome = (["answered"], "", "已一次性告知材料", SAID, Seen())
    await town.act(record_result, person, case.reference, *outcome, town.house.protocols)
    await town.later(minutes=10)
    await town.act(tell_reporter, person, case.reference, SAID, False, town.house.protocols)


async def closed(town: Town, case: Case) -> None:
    for department in await town.desks_of(case, "with"):
        helper = await town.person(department)
        await town.act(accept, helper, case.reference)
        await town.act(
            record_result, helper, case.reference, ["answered"], "", "配合", "", Seen(), town.house.protocols
        )
    await town.later(minutes=10)
    await town.act(
        close, await town.person((await town.desks_of(case, "lead"))[0]), case.reference, town.house.protocols
    )


async def carried(town: Town, **by: float) -> None:
    await town.later(**by)
    await town.house.outside.carry()
    await town.house.tick()


async def tried(town: Town, **by: float) -> None:
    """Time passes and only the platforms are tried."""
    await town.outage(**by)
    await town.house.outside.carry()


def heard(there: Elsewhere, order: str = "RW9") -> list[str]:
    """What the platform heard of an order, each once, by first arrival."""
    return list(dict.fromkeys(asked.json["event"] for asked in there.asked if asked.json["order_no"] == order))


async def test_a_platform_hears_each_step_in_its_own_shape_signed_and_only_what_may_be_told(
    town: Town, platform: Elsewhere
) -> None:
    case = await filed(town)
    await handled(town, case)
    await carried(town, minutes=1)
    await closed(town, case)
    await carried(town, minutes=1)
    assert heard(platform) == ["accepted", "result", "closed"]
    for asked in platform.asked:
        assert asked.path == "/back" and asked.headers["authorization"] == "Bearer t0k3n"
        at = town.now.fromtimestamp(int(asked.headers["webhook-timestamp"]), town.now.tzinfo)
        assert (
            Webhook(SECRET).sign(asked.headers["webhook-id"], at, asked.body.decode())
            == asked.headers["webhook-signature"]
        )
        told = asked.body.decode()
        assert "补贴" not in told and "15400000301" not in told and "告知材料" not in told
    result = platform.asked[1].json
    assert (result["order_no"], result["case_no"], result["reply"], result["sequence"]) == (
        "RW9",
        case.reference,
        SAID,
        2,
    )
    assert (
        result["handler"] and result["ask_satisfaction"] is True and result["occurred_at"].startswith("2026-11-19 15:")
    )


async def test_a_result_that_the_platform_has_counts_as_told(town: Town, platform: Elsewhere) -> None:
    case = await filed(town)
    await handled(town, case)
    assert not (await town.tellings(case))[0].fetched_at
    await carried(town, minutes=1)
    (telling,) = await town.tellings(case)
    assert telling.fetched_at and await town.events(case, "platform_told")
    assert not [clock for clock in await town.clocks(case) if clock.kind == "tell"]
    await closed(town, case)
    assert (await town.case(id=case.id)).status == "closed"


async def test_every_trouble_of_a_platform_delays_and_loses_and_disorders_nothing(
    town: Town, platform: Elsewhere
) -> None:
    troubles = iter(
        [
            SILENT,
            CUT,
            Answer(429, headers={"Retry-After": "120"}),
            DOWN,
            Answer(200, b'{"code": 500}'),
            Answer(302, headers={"Location": "/x"}),
        ]
    )
    up_again = town.now + timedelta(hours=3)

    def answers(asked: Asked) -> Answer:
        if town.now < up_again:
            return next(troubles, DOWN)
        return WELL

    platform.answers = answers
    cases = {order: await filed(town, order_no=order, caller_phone=f"1540000030{order}") for order in ("1", "2", "3")}
    assert len({case.id for case in cases.values()}) == 3
    for case in cases.values():
        await handled(town, case)
        await town.house.outside.carry()
    while town.now < up_again - timedelta(minutes=6):
        await tried(town, minutes=5)
    assert any(asked.json["event"] == "accepted" for asked in platform.asked)
    assert {letter.status for letter in await town.rows(Letter, courier="platform")} == {"waiting"}
    for case in cases.values():
        lead = await town.person((await town.desks_of(case, "lead"))[0])
        how = "平台不通，已电话告知热线"
        await town.act(record_tried, lead, case.reference, "reporter", "phone", town.now, how)
        await closed(town, case)
    for _ in range(16):
        await tried(town, minutes=30)
    for order in cases:
        assert heard(platform, order) == ["accepted", "result", "closed"], "in order, and nothing is missing"
        last = [asked.json["event"] for asked in platform.asked if asked.json["order_no"] == order][-1]
        assert last == "closed", "what follows waits behind what could not go"
    assert {letter.status for letter in await town.rows(Letter, courier="platform")} == {"sent"}


async def test_a_slow_platform_holds_up_no_clock_and_no_letter_to_a_person(town: Town, platform: Elsewhere) -> None:
    platform.answers = lambda asked: SILENT
    case = await filed(town)
    await handled(town, case)
    await town.later(hours=1)
    assert all(letter.attempts == 0 for letter in await town.rows(Letter, courier="platform")), (
        "a tick carries none of them"
    )
    mail = [letter for letter in await town.letters(case) if letter.courier != "platform" and letter.status != "held"]
    assert mail and not [letter for letter in mail if letter.status == "waiting"]


async def test_after_days_of_trying_a_letter_is_dead_on_the_board_and_may_be_sent_again(
    town: Town, platform: Elsewhere
) -> None:
    platform.answers = lambda asked: DOWN
    case = await filed(town)
    person = await town.person((await town.desks_of(case, "lead"))[0])
    await town.act(accept, person, case.reference)
    began = town.now
    for pause in (*BACK_OFF, timedelta()):
        await town.house.outside.carry()
        await town.outage(seconds=pause.total_seconds() + 1)
    assert town.now - began > timedelta(days=4)
    supervisor = await town.staff("supervisor")
    async with town.house.store.read() as session:
        seen = await board(session, supervisor, town.now)
    assert seen is not None
    (dead,) = seen.dead
    assert (dead.reference, dead.courier) == (case.reference, "platform") and await town.events(case, "letter_failed")
    platform.answers = lambda asked: WELL
    with pytest.raises(Refused):
        await town.act(resend_letter, person, dead.id)
    await town.act(resend_letter, supervisor, dead.id)
    await town.house.outside.carry()
    assert heard(platform) == ["accepted"] and (await town.rows(Letter, id=dead.id))[0].status == "sent"


async def test_where_the_caller_is_the_person_complained_about_nothing_is_told_and_nobody_calls_back(
    town: Town, platform: Elsewhere
) -> None:
    case = await filed(town, order_no="S1")
    await sends(town, {**CALM, "order_no": "S1", "caller_is_subject": "是"}, "A")  # platform A has no such field
    from records.tables import Ticket

    batch = Batch()
    (ticket,) = await town.rows(Ticket, case_id=case.id)
    batch.change(ticket, caller_is_subject=True)
    await town.house.store.write(batch)
    await handled(town, case)
    await carried(town, minutes=1)
    result = next(asked.json for asked in platform.asked if asked.json["event"] == "result")
    assert SAID not in json.dumps(result, ensure_ascii=False) and result["may_call_back"] is False
    assert result["ask_satisfaction"] is False
    (telling,) = await town.rows(Telling, case_id=case.id)
    assert telling.fetched_at is None, "nobody has been told"


async def test_a_critical_ticket_sends_the_transfer_card_at_once_and_asks_for_no_satisfaction(
    town: Town, platform: Elsewhere
) -> None:
    answer = await sends_planted(town, 12)
    await town.house.outside.carry()
    (card,) = [asked.json for asked in platform.asked]
    assert card["event"] == "emergency" and card["case_no"] == answer["case"] and "110" in card["reply"]
    assert card["ask_satisfaction"] is False and "照片" not in json.dumps(card, ensure_ascii=False)


async def test_a_return_is_told_and_a_platform_without_an_address_asks_by_itself(
    town: Town, platform: Elsewhere
) -> None:
    case = await filed(town)
    person = await town.person((await town.desks_of(case, "lead"))[0])
    await town.act(return_case, person, case.reference, "education", "属学校事务", town.house.protocols)
    await carried(town, minutes=1)
    returned = platform.asked[-1].json
    assert returned["event"] == "returned" and "教育" in returned["reply"] and "学校事务" not in returned["reply"]
    other = await town.case(reference=(await sends(town, {**CALM, "order_no": "X"}, sender="key:far"))["case"])
    await handled(town, other)
    assert not [letter for letter in await town.letters(other) if letter.courier == "platform"]


def test_the_order_of_what_is_told_is_whole() -> None:
    from intake.tickets.callback import _SAID
    from intake.tickets.profile import CALLBACKS

    assert set(ORDER) == set(CALLBACKS) == set(_SAID)
