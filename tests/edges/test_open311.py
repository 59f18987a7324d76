"""Open311 GeoReport v2: a key sees what it sent and how far it is, nobody sees a story, and there is no public list."""

from collections.abc import AsyncIterator
from urllib.parse import urlencode
from xml.etree import ElementTree

import httpx
import pytest
from fastapi import FastAPI

from records.tables import TicketBody
from tests.edges.program import Program, key_for, problem
from tests.flows.town import Town

FORM = {
    "service_code": "minors", "description": "邻居家8岁男孩被继父用皮带打得头破血流", "address_string": "罗岭县青禾镇",
    "lat": "25.1", "long": "110.2", "first_name": "红梅", "last_name": "李", "phone": "15400000301",
    "media_url": "http://127.0.0.1/a.jpg",
}  # fmt: skip
PRIVATE = ("皮带", "青禾", "25.1", "110.2", "红梅", "15400000301", "a.jpg")
FORM_TYPE = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
async def city(site: FastAPI, town: Town) -> AsyncIterator[Program]:
    program = Program(site, (await key_for(town, "city")).token)
    yield program
    await program.http.aclose()


async def posts(program: Program, format: str = "json", **fields: str) -> httpx.Response:
    return await program.http.post(
        f"/open311/v2/requests.{format}", content=urlencode(FORM | fields), headers=FORM_TYPE
    )


async def test_a_request_is_a_ticket_and_shows_its_sender_how_far_it_is(
    city: Program, site: FastAPI, town: Town
) -> None:
    first, again = await posts(city), await posts(city)
    assert (first.status_code, again.status_code) == (201, 200) and first.json() == again.json()
    (told,) = first.json()
    case = await town.case()
    assert told["service_request_id"] == case.reference and (case.urgency, case.place_code[:6]) == (
        "critical",
        "458821",
    )

    listed = await city.http.get("/open311/v2/requests.json", params={"status": "open"})
    (request,) = listed.json()
    assert (request["service_request_id"], request["status"]) == (case.reference, "open")
    assert request["expected_datetime"].endswith("+08:00") and not {"description", "address", "lat", "media_url"} & set(
        request
    )
    document = await city.http.get(f"/open311/v2/requests/{case.reference}.xml")
    assert document.headers["content-type"].startswith("application/xml")
    root = ElementTree.fromstring(document.content)
    assert root.tag == "service_requests" and root.findtext("request/service_request_id") == case.reference
    for answer in (first, listed, document):
        assert not [word for word in PRIVATE if word in answer.text]
    assert (await city.http.get("/open311/v2/requests.json", params={"status": "closed"})).json() == []
    assert (
        await city.http.get("/open311/v2/requests.json", params={"service_request_id": "HT000000-AAAAA"})
    ).json() == []

    other = Program(site, (await key_for(town, "other", "read")).token)
    assert (await other.http.get("/open311/v2/requests.json")).json() == []
    assert problem(await other.http.get(f"/open311/v2/requests/{case.reference}.json")) == (404, "not-there")
    assert problem(await posts(other)) == (403, "forbidden")
    await other.http.aclose()


async def test_without_a_key_there_is_no_list_and_a_key_in_the_form_is_not_kept(site: FastAPI, town: Town) -> None:
    stranger, token = Program(site, None), (await key_for(town, "city")).token
    for path in ("services.xml", "requests.json", "requests/HT000000-AAAAA.json"):
        assert problem(await stranger.http.get(f"/open311/v2/{path}")) == (401, "unauthenticated")
    assert problem(await posts(stranger)) == (401, "unauthenticated") and await town.cases() == []
    assert (await posts(stranger, api_key=token)).status_code == 201
    (body,) = await town.rows(TicketBody)
    assert token.encode() not in bytes(body.content) and "皮带".encode() in bytes(body.content)
    services = await stranger.http.get("/open311/v2/services.json", params={"api_key": token})
    assert [each["service_code"] for each in services.json()] == ["minors"]
    await stranger.http.aclose()


async def test_what_is_not_as_the_standard_has_it_says_so(city: Program) -> None:
    assert problem(await posts(city, service_code="potholes")) == (422, "parameter")
    assert problem(await city.http.post("/open311/v2/requests.json", json=FORM)) == (415, "media-type")
    empty = await city.http.post("/open311/v2/requests.json", content="", headers=FORM_TYPE)
    assert problem(empty) == (422, "nothing")
    assert problem(await city.http.get("/open311/v2/requests.html")) == (404, "not-there")
    wrong = await city.http.get("/open311/v2/requests.json", params={"start_date": "yesterday"})
    assert problem(wrong) == (422, "parameter")
