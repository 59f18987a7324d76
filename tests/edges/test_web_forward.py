"""An operator forwards tickets: pastes, sees, corrects, sends; until then nothing is stored."""

import json
import re

from records.tables import AuditLine, Case, Event, Ticket, TicketBody
from tests.edges.visitor import Street, Visitor
from tests.flows.hotline import TICKETS, sends
from tests.flows.town import Town

BEATEN = "来电人反映：罗岭县青禾镇邻居家8岁男孩，继父昨晚又用皮带打他，现在把他锁在屋里，孩子在哭。"


async def operator(street: Street) -> Visitor:
    visitor = await street.staff("huawu")
    await visitor.opens("/console/forward")
    return visitor


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*?(?:value="([^"]*)"|>([^<]*)</textarea>)', page)
    assert found, name
    return found.group(1) or found.group(2) or ""


async def test_what_is_pasted_is_understood_at_once_and_stored_nowhere(street: Street, town: Town) -> None:
    huawu = await operator(street)
    before = len(await town.rows(AuditLine))
    await huawu.posts(
        "/console/forward", csrf=huawu.csrf, act="read", pasted=f"工单编号：RW-1\n内容：{BEATEN}\n来电号码：15400000301"
    )
    assert "特急" in huawu.text and "家庭暴力、虐待" in huawu.text and "公安" in huawu.text
    assert "请现在三方转接 110" in huawu.text and "还要问的三句" in huawu.text
    assert field(huawu.page, "order_no") == "RW-1" and field(huawu.page, "content") == BEATEN
    assert "标题：" not in huawu.page.split('id="back"')[1].split("</pre>")[0]
    assert "内容：来电人反映" in huawu.page.split('id="back"')[1].split("</pre>")[0]
    for table in (Ticket, TicketBody, Case):
        assert not await town.rows(table)
    assert len(await town.rows(AuditLine)) == before


async def test_what_was_corrected_is_sent_and_kept_with_what_was_pasted(street: Street, town: Town) -> None:
    huawu = await operator(street)
    await huawu.posts("/console/forward", csrf=huawu.csrf, act="read", pasted=f"工单编号：RW-1\n内容：{BEATEN}")
    corrected = {"order_no": "RW-1", "content": BEATEN, "region_code": "458821", "caller_phone": "15400000301"}
    await huawu.posts(
        "/console/forward", csrf=huawu.csrf, act="send", pasted=f"工单编号：RW-1\n内容：{BEATEN}", read=field(huawu.page, "read"),
        **corrected, transfer_took="接警员0312", transfer_number="J1",
    )  # fmt: skip
    case = await town.case()
    assert case.reference in huawu.text and "查询码" in huawu.text and f"护童编号：{case.reference}" in huawu.page
    code = re.search(r'只显示这一次）：.*?<code class="big">([^<]+)<', huawu.page, re.S)
    assert code and field(huawu.page, "content") == "", "ready for the next one"
    (ticket,) = await town.rows(Ticket)
    assert (ticket.platform, ticket.source) == ("forward", "forward") and ticket.sender.startswith("account:")
    (body,) = await town.rows(TicketBody)
    assert json.loads(bytes(body.content))["pasted"].startswith("工单编号")
    (transferred,) = await town.events(case, "transferred")
    assert transferred.data["called"] == "110" and "接警员0312" in str(transferred.note)
    assert not await town.duty_tasks("call_110"), "somebody has called"
    assert "我转来的" in huawu.text and "已派单" in huawu.text


async def test_a_platforms_json_becomes_its_order_whoever_sends_it_first(street: Street, town: Town) -> None:
    huawu = await operator(street)
    entry = TICKETS[0]
    await huawu.posts(
        "/console/forward", csrf=huawu.csrf, act="send", pasted=json.dumps(entry["payload"], ensure_ascii=False)
    )
    (ticket,) = await town.rows(Ticket)
    assert ticket.platform == entry["platform"]
    pushed = await sends(town, entry["payload"], entry["platform"])
    assert pushed["case"] == (await town.case()).reference and pushed["outcome"] in ("same", "updated")
    await huawu.posts(
        "/console/forward", csrf=huawu.csrf, act="read", pasted=json.dumps(entry["payload"], ensure_ascii=False)
    )
    assert f"这个工单号收过了：{pushed['case']}" in huawu.text


async def test_the_caller_is_the_person_complained_about(street: Street, town: Town) -> None:
    huawu = await operator(street)
    await huawu.posts("/console/forward", csrf=huawu.csrf, act="send", pasted=BEATEN, subject="1")
    (ticket,) = await town.rows(Ticket)
    assert ticket.caller_is_subject and "不回访" in huawu.text


async def test_nothing_to_send_is_said_and_what_was_typed_by_hand_outlives_a_paste(street: Street, town: Town) -> None:
    huawu = await operator(street)
    assert (await huawu.posts("/console/forward", csrf=huawu.csrf, act="send", pasted=" ")).status_code == 422
    assert "还没有内容" in huawu.text and not await town.rows(Ticket)
    await huawu.posts("/console/forward", csrf=huawu.csrf, act="read", pasted="有人打孩子", region="罗岭县")
    assert field(huawu.page, "region") == "罗岭县" and field(huawu.page, "content") == "有人打孩子"
    mark = field(huawu.page, "read")
    await huawu.posts(
        "/console/forward", csrf=huawu.csrf, act="read", pasted="有人打孩子", read=mark, content="有人打孩子，在流血"
    )
    assert field(huawu.page, "content") == "有人打孩子，在流血", "corrected, and not read over it again"


async def test_an_operator_sees_no_case_and_nobody_elses_tickets(street: Street, town: Town) -> None:
    answer = await sends(town, {"order_no": "RW-9", "content": BEATEN, "region_code": "458821"})
    huawu = await operator(street)
    assert "RW-9" not in huawu.text and answer["case"] not in huawu.text
    for path in (f"/console/case/{answer['case']}", "/console/queue", "/console/board", "/console/duty"):
        assert (await huawu.opens(path)).status_code == 404
    assert (await huawu.opens("/console")).url.path == "/console/forward"
    for login in ("gongan", "guanli"):
        other = await street.staff(login)
        assert (await other.opens("/console/forward")).status_code == 404
    assert not await town.rows(Event, kind="opened", actor="account")
