"""The interface for programs over HTTP: who may, what is refused and how, what comes back, and nothing lost."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from fastapi import FastAPI

from records.access.keys import keys_named, revoked, rotated
from records.tables import ApiKey, AuditLine, TicketBody
from routing.acts import accept
from tests.edges.program import Program, key_for, problem
from tests.flows.hotline import TICKETS
from tests.flows.town import Town

TOLD = {
    "order_no": "RW1",
    "content": "来电人反映：罗岭县青禾镇一住户，继父经常殴打8岁男孩，今早眼眶青紫。",
    "region_code": "458821",
}


@pytest.fixture
async def hotline(site: FastAPI, town: Town) -> AsyncIterator[Program]:
    program = Program(site, (await key_for(town)).token)
    yield program
    await program.http.aclose()


async def test_a_ticket_is_answered_201_and_a_resend_200_with_the_same_case(hotline: Program) -> None:
    first, again = await hotline.sends(TOLD), await hotline.sends(TOLD)
    assert (first.status_code, again.status_code) == (201, 200)
    told = first.json()
    assert {"case", "urgency", "lead", "with", "deadlines", "reasons", "warnings"} <= set(told)
    assert told["case"] == again.json()["case"] and told["lead"] == "police" and told["reasons"]
    assert told["deadlines"]["acknowledge"]["due"] in ("PT5M", "PT30M") and told["deadlines"]["acknowledge"][
        "at"
    ].endswith("+08:00")
    assert not {"education", "township", "village_committee"} & set(told["with"]), "who must not know yet is not named"


async def test_a_critical_ticket_is_answered_with_the_card_for_110_and_no_other_is(hotline: Program) -> None:
    grave = TOLD | {
        "order_no": "RW9",
        "content": "来电人反映：罗岭县青禾镇河边村3组，继父正拿刀追砍8岁男孩，男孩躲在柴房。",
    }
    told = (await hotline.sends(grave)).json()
    assert told["emergency"] and told["card"]["call"]
    said = "".join(each["text"] for each in told["card"]["say"])
    assert "青禾镇河边村" in said and all(each["label"] for each in told["card"]["say"])
    calm = TOLD | {"order_no": "RW10", "content": "来电人咨询：罗岭县青禾镇小学几月几日开学？"}
    assert "card" not in (await hotline.sends(calm)).json()


async def test_the_thirty_planted_tickets_over_http(hotline: Program) -> None:
    cases = []
    for entry in TICKETS:
        answer = await hotline.sends(entry["payload"], entry["platform"])
        assert answer.status_code == (200 if entry["n"] in (4, 9, 18, 25, 30) else 201), entry["n"]
        cases.append(answer.json()["case"])
    assert len(set(cases)) == 25


@pytest.mark.parametrize(
    ("token", "kind"),
    [(None, "unauthenticated"), ("htk_" + "x" * 43, "unauthenticated"), ("nonsense", "unauthenticated")],
)
async def test_without_a_key_nothing_is_taken(site: FastAPI, town: Town, token: str | None, kind: str) -> None:
    stranger = Program(site, token)
    answer = await stranger.sends(TOLD)
    assert problem(answer) == (401, kind) and answer.headers["www-authenticate"] == "Bearer"
    assert problem(await stranger.asks()) == (401, kind)
    assert await town.cases() == []


@pytest.mark.parametrize(
    ("body", "media_type", "refused"),
    [
        (b"{", "application/json", (400, "unreadable")), (b"", "application/json", (400, "unreadable")),
        (b"\xff\xfe\x00", "application/json", (400, "unreadable")), (b"[" * 100_000, "application/json", (400, "unreadable")),
        (b"[]", "application/json", (422, "nothing")), (b"null", "application/json", (422, "nothing")), (b"{}", "application/json", (422, "nothing")),
        (b'{"foo": 1}', "application/json", (422, "nothing")), (b'{"content": "a"}', "text/plain", (415, "media-type")),
        (b'{"content": "a"}', "application/x-www-form-urlencoded", (415, "media-type")), (b'{"content": "a"}', "", (415, "media-type")),
    ],
)  # fmt: skip
async def test_only_what_cannot_be_read_is_refused_and_says_what_to_do(
    hotline: Program, town: Town, body: bytes, media_type: str, refused: tuple[int, str]
) -> None:
    assert problem(await hotline.sends(body, **{"Content-Type": media_type})) == refused
    assert await town.cases() == []


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (json.dumps(TOLD, ensure_ascii=False).encode("gb18030"), "application/json; charset=GBK"),
        (json.dumps(TOLD, ensure_ascii=False).encode("gb18030"), "application/json"),
        (json.dumps(TOLD, ensure_ascii=False).encode("utf-16"), "application/json"),
        (json.dumps(TOLD, ensure_ascii=False).encode("utf-8-sig"), "application/vnd.platform+json; charset=utf-8"),
        (json.dumps(TOLD).encode(), "APPLICATION/JSON;charset=nonsense"),
        (b'{"order_no": "RW1", "content": "a", "n": ' + b"9" * 6000 + b', "x": NaN}', "application/json"),
        (json.dumps({**TOLD, "deep": json.loads("[" * 400 + "]" * 400)}).encode(), "application/json"),
    ],
)  # fmt: skip
async def test_json_is_read_however_it_is_encoded_and_kept_as_it_came(
    hotline: Program, town: Town, body: bytes, media_type: str
) -> None:
    answer = await hotline.sends(body, **{"Content-Type": media_type})
    assert answer.status_code == 201, answer.text
    (kept,) = await town.rows(TicketBody)
    assert bytes(kept.content) == body and answer.json()["order_no"] == "RW1"


async def test_a_platform_that_is_not_there_and_a_key_of_another(site: FastAPI, town: Town, hotline: Program) -> None:
    assert problem(await hotline.sends(TOLD, "Z")) == (404, "not-there")
    bound = Program(site, (await key_for(town, "b", platform="B")).token)
    assert problem(await bound.sends(TICKETS[0]["payload"], "A")) == (403, "forbidden")
    assert (await bound.sends(TICKETS[12]["payload"], "B")).status_code == 201
    reader = Program(site, (await key_for(town, "reader", "read")).token)
    assert problem(await reader.sends(TOLD)) == (403, "forbidden") and (await reader.asks()).status_code == 200


async def test_unknown_addresses_and_methods_are_problems_too(hotline: Program) -> None:
    assert problem(await hotline.http.get("/api/v1/nothing")) == (404, "not-there")
    answer = await hotline.http.delete("/api/v1/tickets")
    assert problem(answer) == (405, "method") and "POST" in answer.headers["allow"]
    assert problem(await hotline.asks(limit="many")) == (422, "parameter")
    english = await hotline.http.get("/api/v1/nothing", headers={"Accept-Language": "en"})
    assert english.json()["title"] == "No such address"


async def test_a_key_may_be_rotated_and_revoked(site: FastAPI, town: Town) -> None:
    old = await key_for(town)
    async with town.house.store.read() as session:
        batch, new = rotated(await keys_named(session, "hotline"), town.now, timedelta(hours=1))
    await town.house.store.write(batch)
    first, second = Program(site, old.token), Program(site, new.token)
    case = (await first.sends(TOLD)).json()["case"]
    assert (await second.sends(TOLD)).json()["case"] == case, "the new key is the same program"
    await town.outage(hours=2)
    assert problem(await first.sends(TOLD)) == (401, "unauthenticated")
    assert [each["case"] for each in (await second.asks()).json()["tickets"]] == [case]
    async with town.house.store.read() as session:
        await town.house.store.write(revoked(await keys_named(session, "hotline"), town.now))
    assert problem(await second.sends(TOLD)) == (401, "unauthenticated")
    rows = await town.rows(ApiKey)
    assert all(old.token not in str(row.model_dump()) and row.used_at for row in rows), "only a hash is kept"


async def test_a_signature_over_the_body_stands_for_a_key(site: FastAPI, town: Town) -> None:
    new, nobody = await key_for(town, signs=True), Program(site, None)
    assert new.secret is not None
    assert (await nobody.signs(TOLD, new.secret, town.now)).status_code == 201
    assert (await nobody.signs(TOLD, new.secret, town.now - timedelta(minutes=4))).status_code == 200
    for moved in (timedelta(minutes=6), timedelta(minutes=-6), timedelta(days=400)):
        assert problem(await nobody.signs(TOLD, new.secret, town.now + moved)) == (401, "signature"), (
            "our clock, not the machine's"
        )
    await town.outage(days=3)
    assert (await nobody.signs(TOLD, new.secret, town.now)).status_code == 200
    other = await key_for(town, "other", signs=True)
    assert other.secret is not None
    signed = await nobody.signs(TOLD, other.secret, town.now, "A")
    assert signed.status_code == 201 and (await town.rows(TicketBody))[-1].sender == "key:other"
    forged = await nobody.sends(
        TOLD,
        **{
            "webhook-id": "m",
            "webhook-timestamp": str(int(town.now.timestamp())),
            "webhook-signature": "v1,AAAA v2,x y",
        },
    )
    assert problem(forged) == (401, "signature")


async def test_who_sends_too_fast_waits_but_an_emergency_does_not(site: FastAPI, town: Town) -> None:
    program = Program(site, (await key_for(town, per_minute=2)).token)
    calm = [
        await program.sends({"order_no": str(number), "content": "咨询：小学报名需要哪些材料。"}) for number in range(3)
    ]
    assert [answer.status_code for answer in calm] == [201, 201, 429]
    assert problem(calm[2]) == (429, "too-fast") and int(calm[2].headers["retry-after"]) > 0
    danger = await program.sends({"order_no": "9", "content": "孩子正在楼顶要跳楼，快来人！"})
    assert danger.status_code == 201 and danger.json()["emergency"]


async def test_asking_shows_what_changed_and_only_what_may_be_told(site: FastAPI, hotline: Program, town: Town) -> None:
    first = (await hotline.sends(TOLD)).json()
    await town.later(minutes=5)
    second = (await hotline.sends({"order_no": "RW2", "content": "咨询：小学报名需要哪些材料。"})).json()
    page = (await hotline.asks()).json()
    assert [each["case"] for each in page["tickets"]] == [first["case"], second["case"]] and not page["more"]
    assert "继父" not in json.dumps(page, ensure_ascii=False) and page["tickets"][0]["ask_satisfaction"] is False
    await town.later(minutes=5)
    police = await town.person("police")
    await town.act(accept, police, first["case"])
    changed = (await hotline.asks(cursor=page["next"])).json()
    assert changed["tickets"][-1]["case"] == first["case"] and changed["tickets"][-1]["status"] == "accepted"
    since = (await hotline.asks(updated_since=town.now.isoformat())).json()
    assert [each["case"] for each in since["tickets"]] == [first["case"]]
    assert [each["case"] for each in (await hotline.asks(order_no="RW2")).json()["tickets"]] == [second["case"]]
    other = Program(site, (await key_for(town, "other")).token)
    assert (await other.asks()).json()["tickets"] == []
    assert problem(await hotline.asks(cursor="nonsense")) == (422, "parameter")
    assert problem(await hotline.asks(updated_since="昨天")) == (422, "parameter")


async def test_a_misspelt_parameter_is_named_and_not_left_out_of_account(hotline: Program) -> None:
    assert problem(await hotline.asks(update_since="2026-11-19T00:00:00+08:00")) == (422, "parameter")
    assert problem(await hotline.asks(limit="0")) == (422, "parameter")
    assert (await hotline.asks(updated_since="2026-11-19T00:00:00+08:00", limit="1")).status_code == 200


async def test_pages_hold_still_while_tickets_come_in(hotline: Program, town: Town) -> None:
    for number in range(5):
        await hotline.sends({"order_no": str(number), "content": "咨询：小学报名需要哪些材料。"})
    seen, cursor = [], {}
    while True:
        page = (await hotline.asks(limit="2", **cursor)).json()
        seen += [each["order_no"] for each in page["tickets"]]
        cursor = {"cursor": page["next"]}
        if not page["more"]:
            break
        await town.outage(seconds=1)
        await hotline.sends({"order_no": f"late{len(seen)}", "content": "咨询：小学报名需要哪些材料。"})
    assert sorted(seen)[:5] == ["0", "1", "2", "3", "4"] and len(seen) == len(set(seen)) >= 7
    await town.outage(minutes=10)
    assert (await hotline.asks(**cursor)).json()["tickets"], "what might have come in late is read once more"


async def test_a_crowd_of_the_same_ticket_is_one_case(hotline: Program, town: Town) -> None:
    answers = await asyncio.gather(*(hotline.sends(TOLD) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len(await town.cases()) == 1


async def test_who_sent_what_is_written_down(hotline: Program, town: Town) -> None:
    await hotline.sends(TOLD)
    (filed,) = [row for row in await town.rows(AuditLine) if row.action == "ticket.filed"]
    assert (filed.actor, filed.detail["platform"], filed.detail["region_by"]) == ("key:hotline", "api:hotline", "code")


async def test_the_interface_is_documented_with_examples(hotline: Program) -> None:
    document = (await hotline.http.get("/api/v1/openapi.json")).json()
    assert set(document["paths"]) == {"/api/v1/tickets", "/api/v1/tickets/{platform}"}
    body = document["paths"]["/api/v1/tickets"]["post"]["requestBody"]["content"]["application/json"]
    assert len(body["schema"]["anyOf"]) >= 2 and body["examples"]
    for example in body["examples"].values():
        assert (await hotline.sends(example["value"])).status_code in (200, 201)
    assert document["paths"]["/api/v1/tickets/{platform}"]["post"]["parameters"][0]["schema"]["enum"] == ["A", "B", "C"]
