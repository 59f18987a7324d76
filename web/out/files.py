"""Fetching an attachment by the address a platform gave: only from hosts its profile lists, never from a private network
unless that host is listed as private too, never by way of another host.

The name is resolved once and the connection goes to that very address, so that a name cannot lead somewhere else between the
look and the step. No redirect is followed.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import SplitResult, unquote, urlsplit

import httpx

from intake.files import MOST, Unfit, attachment
from intake.said import Attachment
from intake.tickets.fetching import Fetched
from intake.tickets.profile import Profile

WHOLE_SECONDS = 60.0  # for one file, however slowly it drips
_PORTS = {"http": 80, "https": 443}

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


async def resolved(host: str, port: int) -> Sequence[str]:
    """All addresses of a name, as the machine's resolver knows them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


async def fetch(address: str, profile: Profile, client: httpx.AsyncClient, resolve: Resolve = resolved) -> Fetched:
    """The file behind an address, or why it is not fetched. Never raises for what a stranger wrote or serves."""
    try:
        parts = urlsplit(address)
        port = parts.port or _PORTS[parts.scheme.lower()]
        host = (parts.hostname or "").lower()
    except (ValueError, KeyError):
        return Fetched(reason="address", for_good=True)
    if parts.username is not None or not host or parts.netloc.lower() not in profile.hosts:
        return Fetched(reason="host", for_good=True)
    try:
        found = await resolve(host, port)
    except (OSError, UnicodeError):
        return Fetched(reason="name")
    if not found:
        return Fetched(reason="name")
    if parts.netloc.lower() not in profile.private and not all(map(public, found)):
        return Fetched(reason="private", for_good=True)
    try:
        async with asyncio.timeout(WHOLE_SECONDS):
            return await _taken(parts, found[0], port, client)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError, ValueError) as fault:
        return Fetched(reason=type(fault).__name__)


def public(address: str) -> bool:
    """Whether an address lies on the open internet. One that hides another (mapped, 6to4, Teredo) does not."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and (found.ipv4_mapped or found.sixtofour or found.teredo):
        return False
    return found.is_global and not found.is_multicast


async def _taken(parts: SplitResult, address: str, port: int, client: httpx.AsyncClient) -> Fetched:
    literal = f"[{address}]" if ":" in address else address
    url = httpx.URL(scheme=parts.scheme.lower(), host=literal.strip("[]"), port=port, raw_path=_path(parts))
    extensions = {"sni_hostname": parts.hostname} if parts.scheme.lower() == "https" else {}
    async with client.stream(
        "GET", url, headers={"Host": parts.netloc, "Accept": "*/*"}, extensions=extensions
    ) as answer:
        if answer.status_code != 200:
            gone = answer.status_code in (301, 302, 303, 307, 308, 401, 403, 404, 410)
            return Fetched(reason=f"status_{answer.status_code}", for_good=gone)
        content = bytearray()
        async for chunk in answer.aiter_bytes():
            content += chunk
            if len(content) > MOST:
                return Fetched(reason="too_large", for_good=True)
    try:
        file: Attachment = attachment(unquote(parts.path).rsplit("/", 1)[-1] or "file", bytes(content))
    except Unfit:
        return Fetched(reason="unfit", for_good=True)
    return Fetched(file)


def _path(parts: SplitResult) -> bytes:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return httpx.URL(f"http://x{path}").raw_path
