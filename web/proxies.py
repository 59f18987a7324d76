"""Who came, when a proxy stands in front: whose word is taken for it."""

from collections.abc import Sequence

from starlette.types import ASGIApp
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware


def behind(site: ASGIApp, proxies: Sequence[str]) -> ASGIApp:
    """The site as it is reached through these proxies (addresses and networks).

    From them `X-Forwarded-For` is believed, its last address that is none of theirs, and `X-Forwarded-Proto`; from anybody else
    neither: who could choose his own address would never be slowed, and everybody behind a proxy that is not believed would be
    slowed as one sender.
    """
    return ProxyHeadersMiddleware(site, list(proxies)) if proxies else site  # type: ignore[arg-type,return-value]  # both are ASGI
