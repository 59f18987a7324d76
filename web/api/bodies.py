"""Bodies of programs: taken in up to a size, decoded however they were written, parsed without giving up on anything odd."""

import json
import re
from collections.abc import Mapping
from typing import Any

from fastapi import Request
from starlette.requests import ClientDisconnect

from intake.tickets.values import shallow
from web.api.problems import Problem
from web.headers import MOST_BYTES
from words.language import line

_JSON = re.compile(r"application/(?:[\w.\-]+\+)?json|text/json", re.IGNORECASE)
_CHARSET = re.compile(r"charset=\"?([\w\-]+)", re.IGNORECASE)
_LONG_NUMBER = 60  # digits; a longer whole number is kept as text


async def body_of(request: Request) -> bytes:
    """The bytes as they came. Raises Problem when they are too many."""
    taken = bytearray()
    try:
        async for chunk in request.stream():
            taken += chunk
            if len(taken) > MOST_BYTES:
                raise Problem("too-large", line("最多 20 MB。附件请只送地址，不要放在内容里。"))
    except ClientDisconnect:
        raise Problem("unreadable", line("内容没有送完。请原样再送一次。")) from None
    return bytes(taken)


def media_type_of(request: Request) -> str:
    """Raises Problem when it is not JSON."""
    given = request.headers.get("content-type", "")
    if not _JSON.fullmatch(given.partition(";")[0].strip()):
        raise Problem("media-type", line("请用 Content-Type: application/json 送 JSON。"))
    return given[:100]


def json_object(body: bytes, media_type: str) -> Mapping[str, Any]:
    """The object in a body, in UTF-8, or UTF-16, or what the sender says, or GB18030. Raises Problem when there is none."""
    try:
        data = json.loads(_decoded(body, media_type), parse_int=_whole)
    except (ValueError, RecursionError):
        raise Problem("unreadable", line("不是有效的 JSON，没有收下。请核对后再送；编码用 UTF-8。")) from None
    if not isinstance(data, dict):
        raise Problem("nothing", line("请送一个 JSON 对象，一次一张工单。"))
    found: Mapping[str, Any] = shallow(data)
    return found


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONG_NUMBER else digits


def _decoded(body: bytes, media_type: str) -> str:
    named = _CHARSET.search(media_type)
    for encoding in (json.detect_encoding(body), named.group(1) if named else "", "gb18030"):
        if not encoding:
            continue
        try:
            return body.decode(encoding.replace("utf-8", "utf-8-sig") if encoding == "utf-8" else encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    raise ValueError("no known encoding")
