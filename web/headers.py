"""What every answer carries and every request must keep to, whatever route it takes."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 21 * 1024 * 1024  # one attachment of 20 MB and the form around it

# Referrer-Policy is same-origin, not no-referrer: under the latter browsers send `Origin: null` with our own forms.
ALWAYS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; object-src 'none'; "
    "frame-ancestors 'none'; form-action 'self'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=(), interest-cohort=()",
    "X-Robots-Tag": "noindex, nofollow",
}
SAFE = ("GET", "HEAD", "OPTIONS")
# Programs carry no cookie, may send in pieces, and are told no in their own way (`web.api`).
PROGRAMS = ("/api/", "/open311/")


class Strict:
    """Security headers on every answer; refuses posts from other sites, without a length, or too long."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_strict(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
                if scope.get("scheme") == "https":
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
            await send(message)

        headers = Headers(scope=scope)
        refusal = None if scope["method"] in SAFE or scope["path"].startswith(PROGRAMS) else _refusal(headers)
        await (refusal or self.app)(scope, receive, send_strict)


def _refusal(headers: Headers) -> PlainTextResponse | None:
    """Why a request that changes something is not let through, or None."""
    if not _same_site(headers):
        return PlainTextResponse("请从本页面提交。", 403)
    length = headers.get("content-length", "")
    if not length.isdigit():
        return PlainTextResponse("请求没有写明长度。", 411)
    if int(length) > MOST_BYTES:
        return PlainTextResponse("太大了：每个文件最多 20 MB。", 413)
    return None


def _same_site(headers: Headers) -> bool:
    """Browsers name where a post comes from, and no page can lie about it: by Sec-Fetch-Site, which a proxy's Host header
    does not disturb, else by Origin. Programs that are not browsers name nothing and carry no cookie by chance."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        return site in ("none", "same-origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host", "")
