"""The web edge as one ASGI application: the reporter's chat and the console, each switched on apart."""

from collections.abc import Collection

from fastapi import Depends, FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from web import accounts, chat, console, duty, events, login, papers, proof
from web.edge import Edge
from web.guard import NotThere, SignIn, Stale, admit, not_there, sign_in, stale
from web.headers import Strict
from web.pages import STATIC, page

SITES = ("chat", "console")


def build(edge: Edge, sites: Collection[str] = SITES) -> FastAPI:
    """The application over an edge. `sites`: which of chat and console this process serves."""
    site = FastAPI(title="", docs_url=None, redoc_url=None, openapi_url=None, dependencies=[Depends(admit)])
    site.state.edge = edge
    site.state.pulse = events.Pulse(edge)
    site.add_middleware(Strict)
    site.add_exception_handler(NotThere, not_there)
    site.add_exception_handler(SignIn, sign_in)
    site.add_exception_handler(Stale, stale)
    site.add_exception_handler(HTTPException, _http)
    site.add_exception_handler(Exception, _fault)
    if "chat" in sites:
        site.include_router(chat.router)
        site.include_router(proof.router)
    if "console" in sites:
        for part in (login, console, papers, duty, accounts, events):
            site.include_router(part.router)
    site.add_api_route("/alive", _alive, methods=["GET"])
    site.mount("/static", _Kept(directory=STATIC))
    return site


class _Kept(StaticFiles):
    """Files whose address changes with their content: a browser may keep them. Nothing in them is anybody's."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers["Cache-Control"] = "public, max-age=604800"
        return answer


async def _alive() -> Response:
    return PlainTextResponse("ok")


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return page(request, "lost.html" if status in (404, 405) else "stale.html", status)


async def _fault(request: Request, error: Exception) -> Response:
    return page(request, "fault.html", 500)
