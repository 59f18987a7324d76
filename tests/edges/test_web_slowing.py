"""Floods and guesses: everything is heard, only the answer waits; and nobody waits for somebody else's flood."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from records.tables import Case, Statement
from tests.edges.test_web_console import DANGER
from tests.edges.visitor import ORIGIN
from tests.flows.town import Town
from web.proxies import behind
from web.site import build
from web.slowing import MOST_KEPT, Counter, wait

PROXY = "172.28.8.0/24"


class Door:
    """A site whose pauses are written down instead of waited for; visitors come from addresses."""

    def __init__(self, town: Town) -> None:
        self.pauses: list[float] = []
        self.site = build(replace(town.house.edge(), pause=self._pause))
        self._open: list[httpx.AsyncClient] = []

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def visitor(self, address: str, said_to_be: str = "") -> httpx.AsyncClient:
        """`said_to_be` is what whoever connects says of where the request came from."""
        more = {"X-Forwarded-For": said_to_be, "X-Forwarded-Proto": "https"} if said_to_be else {}
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(behind(self.site, [PROXY]), client=(address, 1)),
            base_url=ORIGIN,
            headers={"Origin": ORIGIN, **more},
        )
        self._open.append(client)
        return client

    async def close(self) -> None:
        for each in self._open:
            await each.aclose()


@pytest.fixture
async def door(town: Town) -> AsyncIterator[Door]:
    door = Door(town)
    yield door
    await door.close()


async def says(visitor: httpx.AsyncClient, update: str, text: str) -> list[dict[str, object]]:
    answer = await visitor.post("/chat/say", json={"update": update, "text": text})
    answer.raise_for_status()
    return list(answer.json()["replies"])


async def test_a_flood_is_slowed_and_every_word_of_it_is_kept(door: Door, town: Town) -> None:
    flooder = door.visitor("10.0.0.1")
    for number in range(80):
        await says(flooder, f"u{number}", f"孩子在哭，第 {number} 声")
    assert door.pauses[:50] == [0.0] * 50 and 0 < door.pauses[-1] <= 3.0
    assert len({row.text for row in await town.rows(Statement)}) == 80
    door.pauses.clear()
    assert (await says(flooder, "danger", DANGER))[0]["kind"] == "danger"
    assert not door.pauses, "danger words pass"
    assert [case for case in await town.rows(Case) if case.urgency == "critical"]
    door.pauses.clear()
    await says(door.visitor("10.0.0.2"), "u", "孩子在哭")
    assert door.pauses == [0.0]  # nobody waits for another's flood


async def test_behind_the_proxy_everybody_is_a_sender_of_their_own(door: Door) -> None:
    flooder = door.visitor("172.28.8.2", "203.0.113.7")
    for number in range(80):
        await says(flooder, f"u{number}", f"孩子在哭，第 {number} 声")
    assert door.pauses[-1] > 0
    door.pauses.clear()
    answer = await door.visitor("172.28.8.3", "198.51.100.9").post(
        "/chat/say", json={"update": "u", "text": "孩子在哭"}
    )
    assert door.pauses == [0.0]
    assert "secure" in answer.headers["set-cookie"].lower() and "strict-transport-security" in answer.headers
    door.pauses.clear()
    # What a visitor claims stands to the left of what the proxy saw, and is not believed.
    await says(door.visitor("172.28.8.2", "198.51.100.9, 203.0.113.7"), "u", "孩子还在哭")
    assert door.pauses[-1] > 0


async def test_who_is_no_proxy_chooses_no_address(door: Door) -> None:
    for number in range(80):
        liar = door.visitor("10.0.0.9", f"198.51.100.{number}")
        answer = await liar.post("/chat/say", json={"update": f"u{number}", "text": f"第 {number} 声"})
    assert door.pauses[-1] > 0
    assert "secure" not in answer.headers["set-cookie"].lower()


async def test_guessing_codes_gets_slower_and_a_right_code_never_waits(door: Door) -> None:
    teacher = door.visitor("10.0.0.2")
    replies = await says(teacher, "u", DANGER)
    lines = [str(line) for reply in replies for line in reply["lines"]]  # type: ignore[attr-defined]
    code = next(line for line in lines if line.startswith("查询码："))[4:23]
    guesser = door.visitor("10.0.0.1")
    door.pauses.clear()
    waits = []
    for number in range(30):
        answer = await guesser.post("/receipt", data={"update": f"g{number}", "code": f"{number:016}"})
        assert answer.status_code == 404
        waits.append(max(door.pauses))
        door.pauses.clear()
    assert waits[0] == 0 and waits == sorted(waits) and waits[-1] == 10.0
    await door.visitor("10.0.0.3").post("/chat/reveal", data={"code": "1" * 16})
    assert max(door.pauses) == 0  # one slip of somebody else
    door.pauses.clear()
    right = await door.visitor("10.0.0.3").post("/receipt", data={"update": "r", "code": code})
    assert right.status_code == 200 and max(door.pauses) == 0


async def test_when_many_guess_from_many_places_every_wrong_answer_waits(door: Door) -> None:
    for number in range(400):
        await door.visitor(f"10.1.{number // 200}.{number % 200}").post("/proof", data={"code": "AAAA"})
    assert door.pauses[-1] == 10.0


def test_a_minute_of_quiet_forgets_and_so_does_a_crowd() -> None:
    now = [0.0]
    counter = Counter(lambda: now[0])
    for _ in range(30):
        counter.add("a")
    now[0] = 61
    assert counter.add("a") == 1
    for number in range(MOST_KEPT + 5):
        counter.add(str(number))
    assert len(counter._known) == MOST_KEPT


@pytest.mark.parametrize(("count", "seconds"), [(1, 0), (60, 0), (70, 0.5), (10_000, 3.0)])
def test_a_wait_grows_and_has_an_end(count: int, seconds: float) -> None:
    assert wait(count, 60, 0.05, 3.0) == pytest.approx(seconds)
