"""What was typed when the session ran out is not lost: it goes to the login page with the answer, and is offered once more after
signing in. Nothing of it is kept on the server.
"""

import json
from urllib.parse import urlsplit

from fastapi import Request

MOST = 64 * 1024  # characters of what is carried over; more is no form of ours
_NEVER = frozenset(("csrf", "password", "old", "new", "again", "login"))

Fields = list[tuple[str, str]]


async def typed(request: Request) -> str:
    """The form of a request that nobody may make any more, as JSON; empty when there is nothing to keep, or when another
    site made it."""
    if request.method != "POST" or not same_site(request) or request.headers.get("x-part"):
        return ""
    form = await request.form()
    fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str) and name not in _NEVER]
    kept = json.dumps({"path": request.url.path, "fields": fields}, ensure_ascii=False)
    return kept if fields and len(kept) <= MOST else ""


def read(request: Request, text: str) -> tuple[str, Fields] | None:
    """The path and the fields to offer again; None when it is none of ours."""
    if not text or len(text) > MOST or not same_site(request):
        return None
    try:
        kept = json.loads(text)
        path, fields = str(kept["path"]), [(str(name), str(value)) for name, value in kept["fields"]]
    except (ValueError, TypeError, KeyError):
        return None
    parts = urlsplit(path)
    inside = parts.path.startswith("/console/") and not parts.scheme and not parts.netloc and "\\" not in path
    return (path, fields) if inside and not any(name in _NEVER for name, _ in fields) else None


def same_site(request: Request) -> bool:
    """Whether the form was sent by a page of this site. Every browser that we serve says where a form comes from."""
    origin = request.headers.get("origin") or request.headers.get("referer") or ""
    return urlsplit(origin).netloc == request.url.netloc
