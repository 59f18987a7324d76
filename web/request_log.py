"""Every request has an id, and leaves one line in the log: method, route as it is declared, status, milliseconds. Never its address
(which can hold a reference), never who asked, never what was sent."""

import logging
import re
import secrets
import time
from contextvars import ContextVar

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.health import Figures

log = logging.getLogger("hutong.web")

# The id of the request that this task works for; empty outside of one.
REQUEST: ContextVar[str] = ContextVar("hutong_request", default="")
_GIVEN = re.compile(r"[0-9a-zA-Z-]{8,64}")
_QUIET = frozenset(("/alive", "/ready", "/metrics", "/static"))  # asked every few seconds by machines


class Logged:
    """Gives the id (a proxy's own, if it has one in `X-Request-Id`), counts, and logs."""

    def __init__(self, app: ASGIApp, figures: Figures) -> None:
        self.app = app
        self.figures = figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _GIVEN.fullmatch(given) else secrets.token_hex(8)
        marked, begun, status = REQUEST.set(request_id), time.monotonic(), 500

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        try:
            await self.app(scope, receive, send_named)
        finally:
            seconds = time.monotonic() - begun
            route = str(getattr(scope.get("route"), "path", "") or "-")
            self.figures.answered(scope["method"], route, status, seconds)
            if route not in _QUIET:
                log.info(
                    "%s %s %s", scope["method"], route, status,
                    extra={"method": scope["method"], "route": route, "status": status, "ms": round(seconds * 1000)},
                )  # fmt: skip
            REQUEST.reset(marked)
