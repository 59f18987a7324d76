"""Where a messenger tells us what happened. It is answered as soon as that is on disk; everything else happens later."""

import hmac
import logging

from fastapi import APIRouter, Request
from starlette.responses import Response

from web.guard import NotThere
from web.pages import edge_of

log = logging.getLogger("hutong.hooks")

router = APIRouter()

SECRET = "x-telegram-bot-api-secret-token"
MOST_BYTES = 1 << 20  # an update has no files in it


@router.post("/telegram/{bot}")
async def told(request: Request, bot: str) -> Response:
    """200 as soon as it is kept, whatever it is. Without the right secret there is nothing here. What could not be kept is
    answered 503, and comes again."""
    hook = edge_of(request).hooks.get(bot)
    if hook is None or not hmac.compare_digest(hook.secret.encode(), request.headers.get(SECRET, "").encode()):
        raise NotThere
    if int(request.headers["content-length"]) > MOST_BYTES:
        return Response(status_code=413)
    try:
        await hook.take(await request.body())
    except Exception:
        log.exception("an update for the %s bot could not be kept", bot)
        return Response(status_code=503)
    return Response(status_code=200)
