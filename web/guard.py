"""Who may call which route. One table; a route without a line in it does not exist for anybody.

What a person may see *inside* a page is decided by `records.access`: here it is only which doors their role has.
"""

from collections.abc import Mapping

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from web.again import typed
from web.pages import edge_of, page
from web.sessions import COOKIE, csrf_holds, find

ANYONE = frozenset(("anyone",))
KEY = frozenset(("key",))  # programs with a key (`web.api.keys`), never a person's session
STAFF = frozenset(("officer", "supervisor", "admin", "operator"))
CASES = frozenset(("officer", "supervisor"))
DUTY = frozenset(("officer",))
BOARD = frozenset(("supervisor",))
ADMIN = frozenset(("admin",))
OPERATOR = frozenset(("operator",))
IMPORTERS = frozenset(("operator", "supervisor"))
KEEPERS = frozenset(("supervisor", "admin"))  # of the directory of desks

# What an open page asks for by itself: that somebody still sits before it is not proved by it.
BY_ITSELF = frozenset(("/console/alarm",))

# The keys are the paths as the routes declare them, each with its method.
RULES: Mapping[str, frozenset[str]] = {
    "GET /": ANYONE,
    "POST /chat/say": ANYONE,
    "POST /chat/post": ANYONE,
    "POST /chat/news": ANYONE,
    "POST /chat/reveal": ANYONE,
    "GET /receipt": ANYONE,
    "POST /receipt": ANYONE,
    "GET /receipt/proof": ANYONE,
    "GET /proof": ANYONE,
    "POST /proof": ANYONE,
    "GET /proof/site-key.pem": ANYONE,
    "GET /proof/verify.py": ANYONE,
    "GET /alive": ANYONE,
    "GET /ready": ANYONE,
    "GET /metrics": ANYONE,  # and a token of its own
    "GET /api/v1/openapi.json": ANYONE,
    "GET /api/v1/tickets": KEY,
    "POST /api/v1/tickets": KEY,
    "POST /api/v1/tickets/{platform}": KEY,
    "GET /open311/v2/services.{format}": KEY,
    "GET /open311/v2/requests.{format}": KEY,
    "POST /open311/v2/requests.{format}": KEY,
    "GET /open311/v2/requests/{request_id}.{format}": KEY,
    "POST /telegram/{bot}": ANYONE,  # who knows the hook's secret
    "GET /console/login": ANYONE,
    "POST /console/login": ANYONE,
    "POST /console/login/second": ANYONE,  # who has the ticket of the first half
    "POST /console/logout": STAFF,
    "GET /console": STAFF,
    "GET /console/me": STAFF,
    "POST /console/me": STAFF,
    "GET /console/messenger": CASES,
    "POST /console/messenger": CASES,
    "POST /console/me/second": STAFF,
    "POST /console/me/sessions": STAFF,
    "GET /console/events": STAFF,
    "POST /console/advance": STAFF,
    "GET /console/now": STAFF,
    "GET /console/queue": CASES,
    "POST /console/queue/acknowledge": DUTY,
    "POST /console/queue/views": CASES,
    "GET /console/alarm": CASES,
    "GET /console/search": CASES,
    "POST /console/search": CASES,
    "GET /console/case/{reference}": CASES,
    "POST /console/case/{reference}/{act}": CASES,
    "GET /console/file/{attachment}": CASES,
    "GET /console/papers/{reference}/{form}": CASES,
    "POST /console/papers/{reference}/{form}": CASES,
    "GET /console/evidence": CASES,
    "POST /console/evidence": CASES,
    "POST /console/scans/{reference}": CASES,
    "GET /console/scans/{reference}/{scan_id}": CASES,
    "GET /console/duty": DUTY,
    "GET /console/duty/{task}": DUTY,
    "POST /console/duty/{task}": DUTY,
    "GET /console/duty/{task}/file/{attachment}": DUTY,
    "GET /console/duty/{task}/ticket": DUTY,
    "GET /console/forward": OPERATOR,
    "POST /console/forward": OPERATOR,
    "GET /console/import": IMPORTERS,
    "POST /console/import": IMPORTERS,
    "GET /console/import/{import_id}": IMPORTERS,
    "POST /console/import/{import_id}": IMPORTERS,
    "GET /console/owed.csv": IMPORTERS,
    "GET /console/board": BOARD,
    "GET /console/wall": BOARD,
    "POST /console/board/letter/{letter}": BOARD,
    "GET /console/figures": CASES,
    "GET /console/figures/cases": CASES,
    "POST /console/figures/export": CASES,
    "GET /console/ledger/{reference}": CASES,
    "POST /console/ledger/{reference}": CASES,
    "GET /console/directory": KEEPERS,
    "POST /console/directory": KEEPERS,
    "POST /console/directory/import": KEEPERS,
    "GET /console/directory/{desk}": KEEPERS,
    "POST /console/directory/{desk}/{act}": KEEPERS,
    "GET /console/accounts": ADMIN,
    "POST /console/accounts": ADMIN,
    "POST /console/accounts/{account}": ADMIN,
}


class NotThere(Exception):
    """Not there, or not yours: nobody learns which."""


class SignIn(Exception):
    """Nobody is signed in on this browser."""


class Stale(Exception):
    """A form without this session's token: an old page, or somebody else's."""


def rule_for(method: str, path: str) -> frozenset[str]:
    """The roles that a route is for; empty when nobody gave it a rule."""
    return RULES.get(f"{'GET' if method == 'HEAD' else method} {path}", frozenset())


async def admit(request: Request) -> None:
    """Before every route. Raises NotThere, SignIn or Stale."""
    allowed = rule_for(request.method, request.scope["route"].path)
    if allowed in (ANYONE, KEY):  # a route for keys asks for one itself: a signature is over the body
        return
    edge = edge_of(request)
    quiet = request.scope["route"].path in BY_ITSELF
    found = await find(edge.store, request.cookies.get(COOKIE, ""), edge.now(), touch=not quiet)
    if found is None:
        raise SignIn
    session, person, desk = found
    request.state.session, request.state.person, request.state.desk = session, person, desk
    request.state.csrf = session.csrf
    if person.role not in allowed:
        raise NotThere
    if request.method not in ("GET", "HEAD") and not csrf_holds(session, str((await request.form()).get("csrf", ""))):
        raise Stale


def not_there(request: Request, error: Exception) -> Response:
    return page(request, "lost.html", 404)


def stale(request: Request, error: Exception) -> Response:
    return page(request, "stale.html", 403)


async def sign_in(request: Request, error: Exception) -> Response:
    """To the login page and back; a script that asked gets the plain fact. What was typed goes along (`web.again`)."""
    if request.headers.get("x-part") or "event-stream" in request.headers.get("accept", ""):
        return Response(status_code=401)
    if request.method == "GET":
        return RedirectResponse(f"/console/login?next={request.url.path}", 303)
    return page(
        request, "console/login.html", 401, next="/console", failed=False, again=await typed(request), over=True
    )
