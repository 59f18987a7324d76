"""Names, numbers and stories that stand nowhere else, filed through every channel; and whoever writes down what then leaves
the house."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI

from tests.edges.messenger import Exchange
from tests.edges.program import Program, key_for
from tests.edges.visitor import Street, Visitor
from words.beijing import local

REPORTERS = {  # what belongs to whoever reported, by channel
    "web": ("闵昀琪", "13907550318"),
    "telegram": ("竺砚秋", "15207550962", "7391846250"),  # the last is the chat's own number
    "ticket": ("苌蔚然", "18607550174"),
}
CHILDREN = {
    "web": ("钱芮瞳", "520102201703140415", "蓝鹊弄", "拧着耳朵往柜角上磕", "PIXELCANARY7731"),
    "telegram": ("费叙棠", "520102201608120336", "槲栎巷", "烟头烫在脚踝内侧"),
    "ticket": ("荀牧禾", "520102201811050281", "鹭汀里", "锁在杂物间三天不给饭", "RW20261119778431"),
}
TYPED = ("谌聿修", "濮舒敏处", "误口令Qx7canary")  # by an officer, and at the login page
WORDS = (
    *(word for group in (REPORTERS, CHILDREN) for words in group.values() for word in words),
    *TYPED,
)

WEB = (
    "我是实验小学的闵昀琪老师，电话13907550318。我班钱芮瞳（身份证520102201703140415，8岁）昨晚被她爸爸"
    "拧着耳朵往柜角上磕，满头是血，不敢回家，家住罗岭县蓝鹊弄17栋"
)
TELEGRAM = (
    "我是竺砚秋，电话15207550962。10岁男孩费叙棠（身份证520102201608120336）被继父用烟头烫在脚踝内侧，"
    "身上都是伤，住在罗岭县槲栎巷9号"
)
TICKET = {
    "order_no": "RW20261119778431",
    "caller_name": "苌蔚然",
    "caller_phone": "18607550174",
    "content": "来电人苌蔚然（电话18607550174）反映：罗岭县鹭汀里4号，8岁女童荀牧禾（身份证520102201811050281）被父亲"
    "锁在杂物间三天不给饭，身上有伤。",
    "region_code": "458821",
}
PHOTO = b"\xff\xd8\xff\xe0" + b"PIXELCANARY7731" * 20
_ADDRESS = re.compile(r"""(?:href|src|action)\s*=\s*["']([^"']*)["']""")


@dataclass
class Overheard:
    """Every address that a browser asked or was led to, and the pages that anybody may see."""

    addresses: list[str] = field(default_factory=list)

    def follow(self, visitor: Visitor) -> Visitor:
        visitor.http.event_hooks["response"].append(self._note)
        return visitor

    async def _note(self, answer: httpx.Response) -> None:
        await answer.aread()
        self.addresses += [
            str(answer.request.url),
            answer.headers.get("location", ""),
            answer.headers.get("referer", ""),
        ]
        if "html" in answer.headers.get("content-type", ""):
            self.addresses += _ADDRESS.findall(answer.text)


@dataclass(frozen=True)
class Told:
    """The three cases by channel, and the codes that were shown."""

    references: Mapping[str, str]
    codes: tuple[str, ...]


async def tell_everything(line: Exchange, site: FastAPI, street: Street, overheard: Overheard) -> Told:
    """Three reports, one a channel, to their receipts; a desk works on each."""
    teacher = overheard.follow(street.visitor())
    await teacher.opens("/")
    said = await teacher.says(WEB)
    files = {"file": ("钱芮瞳的伤.jpg", PHOTO, "image/jpeg")}
    form = {"update": "photo", "unit": "", "text": ""}
    (await teacher.http.post("/chat/post", data=form, files=files)).raise_for_status()
    said += await teacher.says("提交")
    await teacher.opens("/")
    await teacher.says("补充：钱芮瞳今天没有来上学，她爸爸在蓝鹊弄到处找她")

    phone = line.phone("竺砚秋", id=7391846250)
    phone.says(TELEGRAM)
    await line.settle()
    phone.sends_contact("15207550962", "竺砚秋", own=True)
    phone.sends_contact("15207550962", "竺砚秋的名片")
    phone.sends_photo(PHOTO, "费叙棠的脚")
    await line.settle()
    if "提交" in phone.labels:
        phone.presses("提交")
    await line.settle()

    program = Program(site, (await key_for(line.town)).token)
    answer = await program.sends(TICKET)
    assert answer.status_code == 201, answer.text
    await program.sends(TICKET | {"content": TICKET["content"] + "荀牧禾又被打了。"})
    told = (await program.asks()).text
    await program.http.aclose()
    assert answer.json()["case"] in told

    lines = [line for reply in said for line in reply["lines"]]
    code = next(line for line in lines if line.startswith("查询码："))[4:23]
    by_source = {case.source: case.reference for case in await line.town.cases()}
    assert set(by_source) == {"web", "telegram", "hotline"}, by_source
    return Told(by_source, (code, code.replace(" ", "")))


async def work_on(line: Exchange, street: Street, overheard: Overheard, told: Told) -> None:
    """An officer acknowledges each and writes down what was done; the supervisor asks who looked."""
    officer = overheard.follow(await street.staff("gongan"))
    at = f"{local(line.town.now):%Y-%m-%dT%H:%M}"
    for reference in told.references.values():
        await officer.acts(reference, "acknowledge")
        await officer.presses(reference, "police_dispatched", number="JQ-1")
        await officer.acts(reference, "progress", who="谌聿修", at=at, what="孩子接到外婆濮舒敏处，谌聿修陪着")
        assert "濮舒敏处" in officer.page, "the console shows it to one who may see it"
    await line.later(minutes=40)
    await officer.opens(f"/console/queue?reference={told.references['web']}")
    for department in ("minzheng", "jiaoyu"):
        await overheard.follow(await street.staff(department)).opens("/console/queue")


async def knock_everywhere(site: FastAPI, broken: FastAPI, overheard: Overheard, told: Told) -> dict[str, bytes]:
    """Every page for nobody in particular, and every kind of error, with private words in what was sent. What was answered."""
    answers: dict[str, bytes] = {}

    async def noted(name: str, asked: Any) -> None:
        answer = await asked
        answers[f"{name}: {answer.status_code}"] = answer.content + str(answer.headers).encode()

    for which, here in (("site", site), ("broken", broken)):
        transport = httpx.ASGITransport(here, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://hutong.test", headers={"Origin": "http://hutong.test"}) as web:  # fmt: skip
            for path in ("/", "/receipt", "/proof", "/console/login", "/alive", "/ready", "/api/v1/openapi.json"):
                await noted(f"{which} {path}", web.get(path))
            await noted(f"{which} lost", web.get("/nowhere/钱芮瞳", params={"q": "拧着耳朵往柜角上磕"}))
            await noted(f"{which} console", web.get(f"/console/case/{told.references['web']}"))
            await noted(f"{which} say", web.post("/chat/say", json={"update": "钱芮瞳", "wrong": WEB}))
            await noted(f"{which} say text", web.post("/chat/say", content=WEB.encode()))
            await noted(f"{which} post", web.post("/chat/post", data={"update": "e1", "unit": "钱芮瞳", "text": ""}))
            await noted(f"{which} method", web.put("/chat/say", json={"text": WEB}))
            await noted(f"{which} code", web.post("/receipt", data={"update": "e2", "code": "钱芮瞳"}))
            await noted(f"{which} login", web.post("/console/login", data={"login": "gongan", "password": TYPED[2]}))
            await noted(f"{which} ticket", web.post("/api/v1/tickets", json=TICKET))
            await noted(f"{which} hook", web.post("/telegram/reporter", content=TELEGRAM.encode()))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(broken), base_url="http://hutong.test", headers={"Origin": "http://hutong.test"}
    ) as web:
        try:
            await web.post("/chat/say", json={"update": "boom", "text": WEB})
            raise AssertionError("the broken site works")
        except ValueError:
            logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")  # as the server does
    return answers
