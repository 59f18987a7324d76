"""Attachments by address: fetched from listed hosts only, over a real socket, and never from where they must not come."""

from collections.abc import AsyncIterator, Sequence

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.tickets.profile import Profile
from records.access import look_at_file
from records.tables import Attachment, TicketFile
from tests.flows.hotline import listing, sends
from tests.flows.town import Town
from tests.support.elsewhere import CUT, DOWN, Answer, Elsewhere
from web.out.files import fetch, public
from web.out.platforms import new_client

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 200
WATER = {
    "order_no": "1",
    "content": "来电人反映：罗岭县青禾镇水塘没有护栏，孩子放学都在那里玩水。",
    "region_code": "458821",
}


@pytest.fixture
async def files() -> AsyncIterator[Elsewhere]:
    async with Elsewhere(lambda asked: Answer(body=PNG)) as there:
        yield there


async def test_a_file_of_a_listed_host_joins_what_the_ticket_said(town: Town, files: Elsewhere) -> None:
    host = f"127.0.0.1:{files.port}"
    listing(town, "A", host, private=True)
    answer = await sends(
        town, WATER | {"attachments": [f"http://{host}/files/IMG%200312.png?x=1", "http://10.0.0.1/b.png"]}, "A"
    )
    assert files.asked == [], "filing itself asks nobody"
    await town.house.outside.collect()
    (asked,) = files.asked
    assert (asked.method, asked.path, asked.headers["host"]) == ("GET", "/files/IMG%200312.png?x=1", host)
    (kept,) = await town.rows(Attachment)
    assert (kept.kind, kept.media_type, kept.size, kept.name) == ("photo", "image/png", len(PNG), "IMG 0312.png")
    case = await town.case(reference=answer["case"])
    lead = await town.person((await town.desks_of(case, "lead"))[0])
    seen = await town.act(look_at_file, lead, case.reference, kept.id, "read")
    assert seen is not None and seen.content == PNG
    assert {row.status for row in await town.rows(TicketFile)} == {"fetched", "kept"}
    await town.house.outside.collect()
    assert len(files.asked) == 1


async def test_a_host_that_is_down_is_asked_again_later_and_then_its_address_is_all_there_is(
    town: Town, files: Elsewhere
) -> None:
    listing(town, "A", f"127.0.0.1:{files.port}", private=True)
    files.answers = lambda asked: DOWN
    await sends(town, WATER | {"attachments": [f"http://127.0.0.1:{files.port}/a"]}, "A")
    for _ in range(7):
        await town.house.outside.collect()
        await town.outage(days=2)
    (row,) = await town.rows(TicketFile)
    assert (row.status, row.reason, len(files.asked)) == ("failed", "status_500", 6)


def profile(*hosts: str, private: tuple[str, ...] = ()) -> Profile:
    return Profile("x", "x", hosts=frozenset(hosts), private=frozenset(private))


async def tried(address: str, allowed: Profile, *found: str) -> str:
    """Why an address is not fetched; `found` is what its name resolves to."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        return found or ("127.0.0.1",)

    async with new_client(0.3) as client:
        fetched = await fetch(address, allowed, client, resolve)
    assert fetched.file is None
    return fetched.reason


@pytest.mark.parametrize(
    ("address", "found", "why"),
    [
        ("http://other.example/a", "93.184.216.34", "host"), ("http://files.example:81/a", "93.184.216.34", "host"),
        ("http://files.example@evil.example/a", "93.184.216.34", "host"), ("http://x@files.example/a", "93.184.216.34", "host"),
        ("file:///etc/passwd", "", "address"), ("gopher://files.example/a", "", "address"), ("http://files.example:x/a", "", "address"),
        ("http://[::1/a", "", "address"), ("http://files.example/a", "10.0.0.1", "private"), ("http://files.example/a", "127.0.0.1", "private"),
        ("http://files.example/a", "169.254.169.254", "private"), ("http://files.example/a", "::1", "private"),
        ("http://files.example/a", "::ffff:10.0.0.1", "private"), ("http://files.example/a", "fe80::1%eth0", "private"),
        ("http://files.example/a", "0.0.0.0", "private"), ("http://files.example/a", "100.64.0.1", "private"),
        ("http://files.example/a", "2002:0a00:0001::", "private"),
    ],
)  # fmt: skip
async def test_where_an_address_must_not_lead(address: str, found: str, why: str) -> None:
    assert await tried(address, profile("files.example"), *([found] if found else [])) == why


async def test_a_name_with_one_private_address_among_public_ones_is_not_followed() -> None:
    assert await tried("http://files.example/a", profile("files.example"), "93.184.216.34", "10.0.0.1") == "private"


async def test_no_redirect_is_followed_and_no_odd_answer_taken(files: Elsewhere) -> None:
    host = f"files.example:{files.port}"
    allowed = profile(host, private=(host,))
    files.answers = lambda asked: Answer(302, headers={"Location": "http://10.0.0.1/"})
    assert await tried(f"http://{host}/a", allowed) == "status_302"
    assert files.asked[-1].headers["host"] == host, "the connection goes to the address that was looked at"
    files.answers = lambda asked: Answer(body=b"<html>")
    assert await tried(f"http://{host}/a", allowed) == "unfit"
    files.answers = lambda asked: CUT
    assert await tried(f"http://{host}/a", allowed) == "RemoteProtocolError"
    files.answers = lambda asked: Answer(body=b"\x89PNG\r\n\x1a\n" + bytes(21 * 1024 * 1024))
    assert await tried(f"http://{host}/a", allowed) == "too_large"


@given(st.text(max_size=60))
def test_whatever_an_address_is_it_does_no_harm(text: str) -> None:
    import asyncio

    async def resolve(host: str, port: int) -> Sequence[str]:
        raise OSError

    async def ask() -> str:
        async with httpx.AsyncClient() as client:
            return (await fetch(f"http://files.example{text}", profile("files.example"), client, resolve)).reason

    assert asyncio.run(ask()) in ("address", "host", "name")


def test_what_is_public() -> None:
    assert public("93.184.216.34") and public("2606:2800:220:1::1")
    for private in ("192.168.1.1", "172.16.0.1", "224.0.0.1", "fc00::1", "::", "nonsense", "255.255.255.255"):
        assert not public(private), private
