"""`POST /api/v1/tickets`: one ticket in, its case out. `GET`: what became of the tickets that this key sent."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema
from starlette.responses import JSONResponse, Response

from intake.tickets.parts import Arrival
from intake.tickets.profile import OURS, Profile
from intake.tickets.reading import NothingToFile
from records.tables import ApiKey
from web.api import pulling
from web.api.bodies import json_object, media_type_of
from web.api.documents import LIST, TICKET, TICKET_OF_PLATFORM
from web.api.keys import READ, WRITE, caller, sender
from web.api.problems import Problem
from web.pages import edge_of
from words.language import line

router = APIRouter()


@router.post("/api/v1/tickets", **TICKET)
async def send(request: Request) -> Response:
    """One ticket in the documented schema."""
    key, body = await sender(request, WRITE)
    return await _file(request, key, OURS, key.platform or f"api:{key.name}", body)


@router.post("/api/v1/tickets/{platform}", **TICKET_OF_PLATFORM)
async def send_as(request: Request, platform: str) -> Response:
    """One ticket as this platform writes it (`data/platforms/PLATFORM.toml`)."""
    key, body = await sender(request, WRITE)
    if platform not in edge_of(request).profiles:
        raise Problem("not-there", line("没有叫这个名字的平台。已有的平台见 hutong platform list。"))
    if key.platform is not None and key.platform != platform:
        raise Problem("forbidden", line("这把密钥只能送平台 {platform} 的工单。", platform=key.platform))
    return await _file(request, key, platform, platform, body)


class Asked(BaseModel, extra="forbid"):
    """What may stand in the address. A parameter that is misspelt is named: left out of account it would mean everything anew."""

    updated_since: str | SkipJsonSchema[None] = Field(
        None, description="ISO 8601 时间，只要这以后变化的", json_schema_extra={"format": "date-time"}
    )
    cursor: str | SkipJsonSchema[None] = Field(
        None, description="上一页的 next，接着往下取", json_schema_extra={"format": "cursor"}
    )
    order_no: str | SkipJsonSchema[None] = Field(None, description="只要这个工单号")
    limit: int = Field(100, ge=1, le=500)


@router.get("/api/v1/tickets", **LIST)
async def list_tickets(request: Request, asked: Annotated[Asked, Query()]) -> Response:
    """The tickets that this key sent, oldest change first, with what may be told of each."""
    key = await caller(request, READ)
    given = [name for name, _ in request.query_params.multi_items()]
    if twice := sorted({name for name in given if given.count(name) > 1}):
        raise Problem("parameter", line("{names} 写了不止一次。请只写一个。", names="、".join(twice)))
    page = await pulling.page_of(edge_of(request), key, asked.updated_since, asked.cursor, asked.order_no, asked.limit)
    return JSONResponse(page)


async def _file(request: Request, key: ApiKey, profile: str, platform: str, body: bytes) -> Response:
    media_type = media_type_of(request)
    data = json_object(body, media_type)
    edge = edge_of(request)
    chosen: Profile = edge.profiles[profile]
    if profile == OURS and not {"order_no", "title", "content"} & {
        name for name in chosen.fields if _stands(chosen, name, data)
    }:
        raise Problem("nothing", line("工单里既没有工单号（order_no）也没有内容（content）。请至少写一样。"))
    arrival = Arrival(platform, chosen, data, body, media_type, f"key:{key.name}", "api")
    wait = request.app.state.pace.wait(key)
    if wait and not edge.alarming(arrival):
        raise Problem("too-fast", line("送得太快了。请等 {seconds} 秒再送。", seconds=wait), {"Retry-After": str(wait)})
    try:
        answer = await edge.file(arrival)
    except NothingToFile:
        raise Problem("nothing", line("工单里没有可读的内容。请核对格式。")) from None
    return JSONResponse(answer, 201 if answer["outcome"] == "new" else 200)


def _stands(profile: Profile, name: str, data: Any) -> bool:
    """Whether a field is there at all, whatever it holds."""
    return any(len(path) == 1 and path[0] in data for path in profile.fields[name])
