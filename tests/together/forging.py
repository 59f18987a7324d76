"""A program that sends what no platform should: the documented interface tried out by a fuzzer, and bodies that are all odd."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC
from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from records.tables import TicketBody
from tests.support.house import House, hutong
from tests.together.filing import inside
from web.api.pulling import cursor_of

JSON = "application/json"
FIELDS = (
    "order_no", "title", "content", "type", "channel", "caller_name", "caller_phone", "region", "region_code", "received_at",
    "updated_at", "event", "attachments", "satisfaction", "call_back", "caller_is_subject", "transfer",
)  # fmt: skip
NASTY = (
    b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"\x00", b'{"order_no": "1", "order_no": "2", "content": "a"}',
    b'{"content": ' + b"[" * 5000 + b"]" * 5000 + b"}", b'{"content": "' + "孩".encode() * 400_000 + b'"}',
    b'{"order_no": 1e999, "content": NaN}', b'{"order_no": ' + b"9" * 5000 + b"}", b'{"content": "\\ud800 \\u0000 \x7f"}',
    '{"content": "有人打孩子"}'.encode("gb18030"), '{"content": "有人打孩子"}'.encode("utf-16"), b'\xef\xbb\xbf{"content": "a"}',
    b'{"content": "<script>alert(1)</script>", "caller_name": "=cmd|\' /C calc\'!A0"}', b'{"content": "a", "__proto__": {"x": 1}}',
    b'{"content": {"content": {"content": "a"}}, "attachments": ["http://169.254.169.254/", "file:///etc/passwd", 7, null]}',
    b'{"order_no": "../../etc/passwd", "content": "\'; DROP TABLE cases; --", "region_code": "458821; --"}',
    b'{"order_no": "7", "event": "withdraw"}', b'{"order_no": "7", "event": "satisfaction", "satisfaction": {"a": []}}',
    b'{"order_no": "7", "received_at": "99999-99-99", "updated_at": -1e300, "transfer": {"at": [], "called": {}}}',
)  # fmt: skip

_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=60)
    | st.sampled_from(["孩子被打", "110", "=1+1"])
)
_anything = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
_ODD = st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=10), _anything, max_size=8)
BODIES = st.builds(
    lambda odd, told: odd | told, _ODD, st.dictionaries(st.sampled_from(["order_no", "content"]), _anything)
)


def key_of(house: House) -> dict[str, str]:
    """The header of a program that may send as much as it likes. The house need not run."""
    said = hutong("apikey", "new", "forger", "--scope", "tickets", "--rate", "0", env=house.env)
    return {"Authorization": f"Bearer {said.split()[0]}"}


def interface_holds(house: House, headers: dict[str, str], examples: int) -> int:
    """Every check of the fuzzer for every documented operation, with data that fits and data that does not. How many were sent."""
    schemathesis.openapi.format(
        "cursor", st.builds(cursor_of, st.datetimes(timezones=st.just(UTC)), st.text(max_size=40))
    )
    schema = schemathesis.openapi.from_url(f"{house.url}/api/v1/openapi.json")
    sent = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):

            def holds(case: Any) -> None:
                nonlocal sent
                sent += 1
                case.call_and_validate(headers=headers)

            _tried(operation.as_strategy(generation_mode=mode), holds, examples)
    return sent


def no_body_is_lost(house: House, headers: dict[str, str], examples: int) -> tuple[int, int]:
    """Sends odd bodies; whatever was taken must be kept byte for byte, and what was not must have been told why. How many each."""
    taken: list[bytes] = []
    refused: list[int] = []
    with httpx.Client(base_url=house.url, headers={**headers, "Content-Type": JSON}, timeout=60) as program:

        def send(body: bytes) -> None:
            answer = program.post("/api/v1/tickets", content=body)
            if answer.status_code in (200, 201):
                assert answer.json()["case"]
                taken.append(body)
                return
            assert answer.status_code in (400, 413, 422), (answer.status_code, body[:200])
            assert answer.headers["content-type"] == "application/problem+json" and answer.json()["detail"]
            refused.append(answer.status_code)

        for body in NASTY:
            send(body)
        _tried(BODIES, lambda data: send(json.dumps(data, ensure_ascii=True).encode()), examples)
    kept = asyncio.run(_bodies(house))
    lost = [body[:200] for body in taken if body not in kept]
    assert not lost, lost
    return len(taken), len(refused)


async def _bodies(house: House) -> set[bytes]:
    async with inside(house) as town:
        return {bytes(row.content) for row in await town.rows(TicketBody)}


def _tried(strategy: st.SearchStrategy[Any], check: Callable[[Any], None], examples: int) -> None:
    """The check for that many examples, the same ones every time, without shrinking: each is a request."""

    @seed(20261119)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def every(data: Any) -> None:
        check(data)

    every()
