"""The webhook: known by its secret, answered as soon as the update is on disk, heard in order and once."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
import uvicorn

from app import settings as app_settings
from app.problem import Problem
from bot.door import secret
from bot.edge import REPORTER
from bot.order import MOMENT
from intake.dialogue import State
from records.tables import Conversation, Update
from tests.edges.messenger import TOKENS, Exchange, exchange
from web.edge import Hook
from web.site import build

DANGER = "我班上一个8岁的女孩刚才被她爸爸拿刀砍伤了，正在流血，在罗岭县青禾镇家里"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
async def line(county: dict[str, str]) -> AsyncIterator[Exchange]:
    with socket.socket() as ear:
        ear.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{ear.getsockname()[1]}"
        async with exchange(county, REPORTER, HUTONG_TELEGRAM_WEBHOOK=address) as line, served(line, ear):
            yield line


@asynccontextmanager
async def served(line: Exchange, ear: socket.socket) -> AsyncIterator[None]:
    """The web process, over real HTTP."""
    server = uvicorn.Server(uvicorn.Config(build(line.town.house.edge()), log_config=None, lifespan="off"))
    running = asyncio.create_task(server.serve(sockets=[ear]))
    yield
    server.should_exit = True
    await running


@pytest.fixture
async def caller(line: Exchange) -> AsyncIterator[httpx.AsyncClient]:
    address = line.town.house.settings.telegram.webhook
    headers = {HEADER: secret(REPORTER, TOKENS[REPORTER])}
    async with httpx.AsyncClient(base_url=address, headers=headers) as caller:
        yield caller


def update(number: int, text: str = DANGER) -> dict:
    user = {"id": 81, "is_bot": False, "first_name": "李"}
    message = {"message_id": number, "date": 1, "chat": {"id": 81, "type": "private"}, "from": user, "text": text}
    return {"update_id": number, "message": message}


async def kept(line: Exchange, count: int) -> None:
    """Returns when so many updates have come in."""
    while len(await line.town.rows(Update)) < count:
        continue


async def test_a_message_goes_the_whole_way_through_the_webhook(line: Exchange) -> None:
    phone = line.phone()
    line.api.redeliver = 5
    phone.says(DANGER)
    await kept(line, 1)
    await line.settle()
    assert phone.texts[0].startswith("请马上打 110") and len(await line.town.cases()) == 1


async def test_without_the_secret_there_is_nothing_here(line: Exchange, caller: httpx.AsyncClient) -> None:
    for headers in ({HEADER: ""}, {HEADER: "wrong"}, {HEADER: secret("duty", TOKENS[REPORTER])}):
        assert (await caller.post("/telegram/reporter", json=update(1), headers=headers)).status_code == 404
    assert (await caller.post("/telegram/duty", json=update(1))).status_code == 404
    assert await line.town.rows(Update) == []


async def test_whatever_comes_is_answered_200_and_only_updates_are_kept(
    line: Exchange, caller: httpx.AsyncClient
) -> None:
    for body in (b"{", b"[]", b"{}", b'{"update_id": 1}', b'{"update_id": "x", "message": {}}', b'{"update_id": 3, "poll": {}}'):  # fmt: skip
        assert (await caller.post("/telegram/reporter", content=body)).status_code == 200
    assert await line.town.rows(Update) == []
    odd = {"update_id": 5, "message": {"chat": {"id": 81, "type": "private"}, "text": 7}}
    assert (await caller.post("/telegram/reporter", json=odd)).status_code == 200
    await line.settle()
    assert [row.status for row in await line.town.rows(Update)] == ["done"]


async def test_the_same_update_is_kept_and_heard_once(line: Exchange, caller: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(caller.post("/telegram/reporter", json=update(7)) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    line.api.bot(TOKENS[REPORTER]).chat(81).started = True
    await line.settle()
    assert len(await line.town.rows(Update)) == len(await line.town.cases()) == 1


async def test_what_could_not_be_kept_comes_again(line: Exchange) -> None:
    async def fails(body: bytes) -> bool:
        raise OSError("disk full")

    hook = replace(line.town.house.edge().hooks[REPORTER], take=fails)
    assert isinstance(hook, Hook)
    site = build(replace(line.town.house.edge(), hooks={REPORTER: hook}))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://hutong.test") as caller:
        answer = await caller.post("/telegram/reporter", json=update(1), headers={HEADER: hook.secret})
    assert answer.status_code == 503


async def test_a_later_update_waits_for_an_earlier_one(line: Exchange, caller: httpx.AsyncClient) -> None:
    line.api.bot(TOKENS[REPORTER]).chat(81).started = True
    await caller.post("/telegram/reporter", json=update(20, "我要说一件事"))
    await line.settle()
    for number, text in ((23, "在中心小学"), (22, "他读三年级"), (21, "班里有个男生总被几个同学打")):
        await caller.post("/telegram/reporter", json=update(number, text))
        if number == 23:
            await line.bots[REPORTER].hear()
            assert [row.status for row in await line.town.rows(Update, number=23)] == ["waiting"]
    await line.settle()
    (conversation,) = await line.town.rows(Conversation)
    heard = [said.text for said in State.from_json(conversation.state).heard]
    assert heard[-3:] == ["班里有个男生总被几个同学打", "他读三年级", "在中心小学"]


async def test_one_that_never_comes_is_not_waited_for(line: Exchange, caller: httpx.AsyncClient) -> None:
    line.api.bot(TOKENS[REPORTER]).chat(81).started = True
    await caller.post("/telegram/reporter", json=update(30, "我要说一件事"))
    await line.settle()
    await caller.post("/telegram/reporter", json=update(32))
    await line.bots[REPORTER].hear()
    assert await line.town.cases() == []
    loop = asyncio.get_running_loop()
    until = loop.time() + MOMENT
    while loop.time() < until:
        await line.bots[REPORTER].hear()
    await line.settle()
    assert len(await line.town.cases()) == 1


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("HUTONG_TELEGRAM_REPORTER_TOKEN", "abc", "BotFather"),
        ("HUTONG_TELEGRAM_DUTY_TOKEN", TOKENS[REPORTER], "各有自己的令牌"),
        ("HUTONG_TELEGRAM_API", "api.telegram.org", "https://主机"),
        ("HUTONG_TELEGRAM_WEBHOOK", "http://hutong.example", "https://主机"),
        ("HUTONG_CONSOLE", "console", "https://主机"),
    ],
)
def test_settings_that_cannot_be_right_are_refused_and_no_token_is_repeated(name: str, value: str, says: str) -> None:
    settings = {"HUTONG_TELEGRAM_REPORTER_TOKEN": TOKENS[REPORTER], name: value}
    with pytest.raises(Problem, match=says) as told:
        app_settings.read(settings)
    assert TOKENS[REPORTER] not in str(told.value)
    assert TOKENS[REPORTER] not in repr(app_settings.read({"HUTONG_TELEGRAM_REPORTER_TOKEN": TOKENS[REPORTER]}))
