"""Hotline tickets in the console: the 24-hour desk checks them, a case shows them, the board sends results again."""

from records.batch import Batch
from records.tables import Letter, PlatformLink
from routing.acts import accept
from tests.edges.visitor import Street
from tests.flows.hotline import sends, sends_planted
from tests.flows.town import Town


async def test_the_24_hour_desk_opens_the_odd_ticket_and_sets_it_right(street: Street, town: Town) -> None:
    answer = await sends_planted(town, 10)
    duty = await street.staff("zhiban")
    await duty.opens("/console/duty")
    assert "核对工单" in duty.text and "工单有地方不对劲：标题、内容。" in duty.text
    (task,) = await town.duty_tasks("check_ticket")
    await duty.opens(f"/console/duty/{task.id}/ticket")
    assert "里面有网页代码" in duty.text and answer["case"] in duty.text
    await duty.posts(
        f"/console/duty/{task.id}", csrf=duty.csrf, key=duty.hidden("key"), act="checked", place="458821",
        sentence="", note="看过了",
    )  # fmt: skip
    assert "已记下" in duty.text and await town.duty_tasks("check_ticket") == []
    assert (await duty.opens(f"/console/duty/{task.id}/ticket")).status_code == 404
    police = await street.staff("gongan")
    assert (await police.opens(f"/console/duty/{task.id}/ticket")).status_code == 404


async def test_a_case_shows_its_ticket_to_its_lead(street: Street, town: Town) -> None:
    answer = await sends(town, {"order_no": "RW-5", "channel": "电话", "content": "有人打孩子", "received_at": "前天上午", "region_code": "458821", "attachments": ["http://files.example.cn/a.jpg"]})  # fmt: skip
    assert answer["lead"] == "police"
    police = await street.staff("gongan")
    await police.opens(f"/console/case/{answer['case']}")
    for said in ("RW-5", "电话", "按区划代码", "时间看不懂", "http://files.example.cn/a.jpg", "只记地址"):
        assert said in police.text, said


async def test_the_supervisor_sends_a_dead_letter_again(street: Street, town: Town) -> None:
    batch = Batch()
    batch.add(PlatformLink(platform="A", address="http://127.0.0.1:9/", secret="whsec_c2VjcmV0", updated_at=town.now))
    await town.house.store.write(batch)
    answer = await sends_planted(town, 3)
    case = await town.case(reference=answer["case"])
    lead = (await town.desks_of(case, "lead"))[0]
    await town.act(accept, await town.person(lead), case.reference)
    (letter,) = await town.rows(Letter, courier="platform")
    batch = Batch()
    batch.change(letter, status="failed", attempts=20)
    await town.house.store.write(batch)
    board = await street.staff("duban")
    await board.opens("/console/board")
    assert "平台回传（已受理）" in board.text and "再送一次" in board.text
    await board.posts(f"/console/board/letter/{letter.id}", csrf=board.csrf, key=board.hidden("key"))
    (again,) = await town.rows(Letter, id=letter.id)
    assert (again.status, again.attempts) == ("waiting", 0) and "平台回传（已受理）" not in board.text
    await board.posts(f"/console/board/letter/{letter.id}", csrf=board.csrf, key="twice")
    assert "或者已经有人再送" in board.text
