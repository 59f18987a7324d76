"""The web edge as one ASGI application: the reporter's chat, the console, and the interface for programs, each switched on
apart."""

from collections.abc import Collection
from dataclasses import replace

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from intake.tickets.profile import OURS
from web import (
    accounts,
    chat,
    console,
    directory,
    duty,
    events,
    evidence,
    figures,
    forward,
    health,
    hooks,
    imports,
    ledger,
    login,
    messenger,
    papers,
    proof,
    queue,
    wall,
)
from web.api import documents, open311, problems, tickets
from web.api.keys import Pace
from web.edge import Edge
from web.guard import NotThere, SignIn, Stale, admit, not_there, sign_in, stale
from web.headers import Strict
from web.pages import STATIC, page
from web.request_log import Logged
from web.slowing import Slowing
from words.language import line

SITES = ("chat", "console", "api")


def build(edge: Edge, sites: Collection[str] = SITES) -> FastAPI:
    """The application over an edge. `sites`: which of them this process serves."""
    site = FastAPI(title="", docs_url=None, redoc_url=None, openapi_url=None, dependencies=[Depends(admit)])
    site.state.edge = edge
    site.state.pulse = events.Pulse(edge)
    site.state.figures = health.Figures()
    site.state.slowing = Slowing()
    site.add_middleware(Strict)
    site.add_middleware(Logged, figures=site.state.figures)
    site.add_exception_handler(NotThere, not_there)
    site.add_exception_handler(SignIn, sign_in)
    site.add_exception_handler(Stale, stale)
    site.add_exception_handler(problems.Problem, problems.answer)
    site.add_exception_handler(RequestValidationError, _parameters)
    site.add_exception_handler(HTTPException, _http)
    site.add_exception_handler(Exception, _fault)
    if "chat" in sites:
        site.include_router(chat.router)
        site.include_router(proof.router)
    if "console" in sites:
        for part in (
            login, messenger, queue, console, papers, evidence, duty, forward, imports, accounts, directory, figures, ledger, wall, events,
        ):  # fmt: skip
            site.include_router(part.router)
    if "api" in sites:
        site.state.pace = Pace()
        site.include_router(tickets.router)
        site.include_router(open311.router)
        platforms = {
            id: profile.name for id, profile in edge.profiles.items() if id != OURS
        }  # ours has an address of its own
        document = documents.openapi(tickets.router.routes, platforms)
        site.add_api_route("/api/v1/openapi.json", lambda: JSONResponse(document), methods=["GET"])
    site.include_router(hooks.router)
    for path, answer in (("/alive", health.alive), ("/ready", health.ready), ("/metrics", health.metrics)):
        site.add_api_route(path, answer, methods=["GET"])
    site.mount("/static", _Kept(directory=STATIC))
    return site


class _Kept(StaticFiles):
    """Files whose address changes with their content: a browser may keep them. Nothing in them is anybody's."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers["Cache-Control"] = "public, max-age=604800"
        return answer


async def _parameters(request: Request, error: Exception) -> Response:
    """A parameter in the address that is none."""
    assert isinstance(error, RequestValidationError)
    named = "、".join(str(each["loc"][-1]) for each in error.errors())
    problem = problems.Problem(
        "parameter", line("这些参数不对：{names}。请看接口说明：/api/v1/openapi.json。", names=named)
    )
    return problems.respond(request, problem) if problems.is_api(request.url.path) else page(request, "stale.html", 422)


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(getattr(error, "headers", None) or {})
    if problems.is_api(request.url.path):
        return problems.respond(request, replace(problems.for_status(status), headers=headers))
    answer = page(request, "lost.html" if status in (404, 405) else "stale.html", status)
    answer.headers.update(headers)
    return answer


async def _fault(request: Request, error: Exception) -> Response:
    if problems.is_api(request.url.path):
        return problems.respond(request, problems.for_status(500))
    return page(request, "fault.html", 500)
