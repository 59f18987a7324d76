"""What a program is told when it is refused: RFC 9457, with a sentence that says what to do.

Only what is unauthenticated, unreadable or too much at once is refused; a ticket that can be read never is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import Request
from starlette.responses import JSONResponse, Response

from web.pages import edge_of, translator
from words.language import Line, line

MEDIA_TYPE = "application/problem+json"
PATHS = ("/api/", "/open311/")

# Kind → status, title.
KINDS: Mapping[str, tuple[int, Line]] = {
    "unreadable": (400, line("内容读不懂")),
    "unauthenticated": (401, line("没有认出是谁")),
    "signature": (401, line("签名不对")),
    "forbidden": (403, line("这把密钥不能这样用")),
    "not-there": (404, line("没有这个地址")),
    "method": (405, line("不能用这个方法")),
    "too-large": (413, line("太大了")),
    "media-type": (415, line("内容类型不对")),
    "nothing": (422, line("没有可收的内容")),
    "parameter": (422, line("参数不对")),
    "too-fast": (429, line("太快了")),
    "fault": (500, line("系统出了差错")),
}


@dataclass
class Problem(Exception):
    """`kind` is one of KINDS; `detail` says what to do."""

    kind: str
    detail: Line
    headers: Mapping[str, str] = field(default_factory=dict)


def is_api(path: str) -> bool:
    return path.startswith(PATHS)


def respond(request: Request, problem: Problem) -> Response:
    """In the language that was asked for; Chinese otherwise."""
    wants_english = request.headers.get("accept-language", "").lower().startswith("en")
    _ = translator(edge_of(request).catalogue("en" if wants_english else "zh"))
    status, title = KINDS[problem.kind]
    body = {
        "type": f"urn:hutong:problem:{problem.kind}",
        "title": _(title),
        "status": status,
        "detail": _(problem.detail),
    }
    return JSONResponse(body, status, headers=dict(problem.headers), media_type=MEDIA_TYPE)


def answer(request: Request, error: Exception) -> Response:
    """The handler of `Problem`."""
    assert isinstance(error, Problem)
    return respond(request, error)


def for_status(status: int) -> Problem:
    """The problem for a status that the framework chose."""
    if status == 405:
        return Problem("method", line("请看接口说明：/api/v1/openapi.json。"))
    if status == 404:
        return Problem("not-there", line("请核对地址。接口说明：/api/v1/openapi.json。"))
    if status >= 500:
        return Problem("fault", line("没有收下。请稍后原样再送一次，同一工单号不会重复。"))
    return Problem("unreadable", line("请看接口说明：/api/v1/openapi.json。"))
