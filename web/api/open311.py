"""Open311 GeoReport v2 for programs with a key: what it sent and how far that is. There is no public list, and an answer never
holds what was reported, where, or a picture of it.

A refusal is `application/problem+json` here as everywhere. The key stands in `Authorization: Bearer`, or in `api_key` as the
standard has it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from intake.tickets.parts import Arrival
from intake.tickets.profile import OURS
from intake.tickets.reading import NothingToFile
from records.access.tickets import Sent, requests_sent
from records.tables import ApiKey
from web.api.bodies import body_of
from web.api.keys import READ, WRITE, caller, key_holding
from web.api.problems import Problem
from web.api.pulling import moment
from web.pages import edge_of
from words.beijing import local
from words.language import line

router = APIRouter()

SERVICE = "minors"  # the one kind of request: which office takes it is for us to find out, not for who asks
NAME = "未成年人保护事项"
FORMATS = {"json": "application/json", "xml": "application/xml"}
FORM = "application/x-www-form-urlencoded"
MOST = 1000  # GeoReport: requests in one answer
_TEXTS = (
    "description",
    "address_string",
    "address_id",
    "lat",
    "long",
    "first_name",
    "last_name",
    "phone",
    "email",
    "media_url",
)


@router.get("/open311/v2/services.{format}")
async def services(request: Request, format: str, api_key: str = "") -> Response:
    await _caller(request, api_key, READ)
    service = {
        "service_code": SERVICE, "service_name": NAME, "description": "孩子受到伤害、有危险、没人照管，或与孩子有关的求助和投诉",
        "metadata": False, "type": "realtime", "keywords": "未成年人,儿童", "group": NAME,
    }  # fmt: skip
    return _answer(format, "services", "service", [service])


@router.get("/open311/v2/requests.{format}")
async def requests(
    request: Request,
    format: str,
    api_key: str = "",
    service_request_id: str | None = None,
    service_code: str | None = None,
    start_date: str | None = None,
    end_date: str | None = None,
    status: str | None = Query(None, pattern="^(open|closed|open,closed|closed,open)$"),
) -> Response:
    """Those that the key sent, the last ones first."""
    key = await _caller(request, api_key, READ)
    wanted = [each.strip() for each in service_request_id.split(",")] if service_request_id else None
    since, until = moment(start_date or None, "start_date"), moment(end_date or None, "end_date")
    closed = None if status is None or "," in status else status == "closed"
    if service_code is not None and SERVICE not in service_code.split(","):
        return _answer(format, "service_requests", "request", [])
    return _answer(format, "service_requests", "request", await _found(request, key, wanted, since, until, closed))


@router.get("/open311/v2/requests/{request_id}.{format}")
async def one(request: Request, request_id: str, format: str, api_key: str = "") -> Response:
    found = await _found(request, await _caller(request, api_key, READ), [request_id], None, None, None)
    if not found:
        raise Problem("not-there", line("没有这个编号，或者不是这把密钥送来的。"))
    return _answer(format, "service_requests", "request", found)


@router.post("/open311/v2/requests.{format}")
async def send(request: Request, format: str) -> Response:
    """A form as the standard has it; a ticket like any other. The same once more answers the same number."""
    body = await body_of(request)
    form = _form(body) if _is_form(request) else {}
    key = await _caller(request, form.get("api_key", ""), WRITE)
    if not _is_form(request):
        raise Problem("media-type", line("请用 Content-Type: application/x-www-form-urlencoded 送表单。"))
    if form.get("service_code", SERVICE) != SERVICE:
        raise Problem("parameter", line("service_code 只有一种：{code}。", code=SERVICE))
    edge, platform = edge_of(request), key.platform or f"api:{key.name}"
    kept = _without_key(form) if "api_key" in form else body  # a key is never kept with what it sent
    data = _ticket(form)
    arrival = Arrival(
        platform, edge.profiles[OURS], data, kept, FORM,
        f"key:{key.name}", "open311",
    )  # fmt: skip
    wait = request.app.state.pace.wait(key)
    if wait and not edge.alarming(arrival):
        raise Problem("too-fast", line("送得太快了。请等 {seconds} 秒再送。", seconds=wait), {"Retry-After": str(wait)})
    try:
        filed = await edge.file(arrival)
    except NothingToFile:
        raise Problem("nothing", line("没有内容。请在 description 里写发生了什么。")) from None
    notice = "；".join(each["said"] for each in filed["warnings"])
    told = {"service_request_id": filed["case"], "service_notice": notice, "account_id": ""}
    return _answer(format, "service_requests", "request", [told], 201 if filed["outcome"] == "new" else 200)


async def _caller(request: Request, api_key: str, scopes: Sequence[str]) -> ApiKey:
    if api_key and "authorization" not in request.headers:
        return await key_holding(request, api_key, scopes)
    return await caller(request, scopes)


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM


def _form(body: bytes) -> dict[str, str]:
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=200)
    except ValueError:
        raise Problem("unreadable", line("表单读不懂，没有收下。")) from None
    return {name: "\n".join(values) for name, values in fields.items()}


def _without_key(form: Mapping[str, str]) -> bytes:
    return "\n".join(f"{name}: {value}" for name, value in form.items() if name != "api_key").encode()


def _ticket(form: Mapping[str, str]) -> dict[str, Any]:
    """In our own words. What has no field of its own stands under its name in the content."""
    said = {name: form[name].strip() for name in _TEXTS if form.get(name, "").strip()}
    content = [said["description"]] if "description" in said else []
    content += [f"{name}: {said[name]}" for name in ("lat", "long", "address_id", "email") if name in said]
    content += [f"{name}: {value}" for name, value in form.items() if name.startswith("attribute[")]
    found: dict[str, Any] = {
        "content": "\n".join(content),
        "region": said.get("address_string", ""),
        "caller_name": " ".join(said[name] for name in ("last_name", "first_name") if name in said),
        "caller_phone": said.get("phone", ""),
        "attachments": [said["media_url"]] if "media_url" in said else [],
    }
    return {name: value for name, value in found.items() if value}


async def _found(
    request: Request,
    key: ApiKey,
    references: Sequence[str] | None,
    since: datetime | None,
    until: datetime | None,
    closed: bool | None,
) -> list[dict[str, Any]]:
    async with edge_of(request).store.read() as session:
        sent = await requests_sent(session, key, references, since, until, closed, MOST)
    return [_as_request(each) for each in sent]


def _as_request(sent: Sent) -> dict[str, Any]:
    return {
        "service_request_id": sent.reference, "status": "closed" if sent.closed else "open", "status_notes": sent.text,
        "service_code": SERVICE, "service_name": NAME, "agency_responsible": sent.desk,
        "requested_datetime": _iso(sent.received_at), "updated_datetime": _iso(sent.updated_at), "expected_datetime": _iso(sent.due),
    }  # fmt: skip


def _iso(at: datetime | None) -> str:
    return local(at).isoformat(timespec="seconds") if at else ""


def _answer(format: str, name: str, each: str, rows: Sequence[Mapping[str, Any]], status: int = 200) -> Response:
    if format not in FORMATS:
        raise Problem("not-there", line("格式只有 .json 和 .xml。"))
    if format == "json":
        return JSONResponse(rows, status)
    root = ElementTree.Element(name)
    for row in rows:
        entry = ElementTree.SubElement(root, each)
        for key, value in row.items():
            ElementTree.SubElement(entry, key).text = str(value).lower() if isinstance(value, bool) else str(value)
    content = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(content, status, media_type=FORMATS["xml"])
