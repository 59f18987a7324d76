"""Signing in and out, one's own password and language, and the demonstration's clock."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from sqlmodel import col, select
from starlette.responses import JSONResponse, RedirectResponse, Response

from records.tables import LoginSession
from routing.refusal import Refused
from routing.second_factor import begin_factor, confirm_factor, confirmed, end_session
from web.again import Fields, read
from web.directory import qr
from web.guard import NotThere
from web.pages import LANGUAGES, edge_of, language_of, links, page, translator
from web.sessions import COOKIE, LASTS, Half, carry_over, change_password, find, sign_in, sign_in_second, sign_out
from words.beijing import stamp
from words.language import line

router = APIRouter()

SHORTEST = 10  # characters of a password somebody chooses
STEPS = {"5m": timedelta(minutes=5), "1h": timedelta(hours=1), "1d": timedelta(days=1)}


@router.get("/console")
async def front(request: Request) -> Response:
    """The page where this person's work begins."""
    return RedirectResponse(links(request)[0][1], 303)


@router.get("/console/login")
async def login_page(request: Request, next: str = "", lang: str = "") -> Response:
    if lang in LANGUAGES:
        answer = RedirectResponse("/console/login", 303)
        answer.set_cookie("lang", lang, max_age=365 * 24 * 3600, httponly=True, samesite="lax")
        return answer
    return page(request, "console/login.html", next=_inside(next), failed=False, again="", over=False)


@router.post("/console/login")
async def login(
    request: Request, login: str = Form(""), password: str = Form(""), next: str = Form(""), again: str = Form("")
) -> Response:
    """One answer for everything that did not work: nobody learns which logins exist, or which are shut for a while."""
    edge = edge_of(request)
    token = await sign_in(edge.store, login[:80], password[:200], edge.now())
    if token is None:
        return page(request, "console/login.html", 401, next=_inside(next), failed=True, again=again, over=False)
    if isinstance(token, Half):
        return _second(request, token.ticket, next, again)
    return await _signed_in(request, token, next, again)


@router.post("/console/login/second")
async def second(
    request: Request, ticket: str = Form(""), code: str = Form(""), next: str = Form(""), again: str = Form("")
) -> Response:
    """The second half of a login: a code of the authenticator, or a printed one."""
    edge = edge_of(request)
    token = await sign_in_second(edge.store, ticket, code, edge.now())
    if token is None:
        return _second(request, ticket[:1000], next, again, failed=True)
    return await _signed_in(request, token, next, again)


def _second(request: Request, ticket: str, next: str, again: str, *, failed: bool = False) -> Response:
    return page(
        request, "console/login_second.html", 401, ticket=ticket, next=_inside(next), again=again, failed=failed
    )


async def _signed_in(request: Request, token: str, next: str, again: str) -> Response:
    kept = read(request, again)
    answer = await _once_more(request, token, *kept) if kept else RedirectResponse(_inside(next), 303)
    answer.set_cookie(
        COOKIE, token, max_age=int(LASTS.total_seconds()), path="/console", httponly=True, samesite="strict",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return answer


async def _once_more(request: Request, token: str, path: str, fields: Fields) -> Response:
    """What was typed before the session ran out, to be looked at and sent."""
    edge = edge_of(request)
    if found := await find(edge.store, token, edge.now()):
        request.state.session, request.state.person, request.state.desk = found
        request.state.csrf = found[0].csrf
    return page(
        request, "console/again.html", to=path, fields=fields, shown=[each for each in fields if each[0] != "key"]
    )


@router.post("/console/logout")
async def logout(request: Request) -> Response:
    edge = edge_of(request)
    await sign_out(edge.store, request.state.session, edge.now())
    answer = RedirectResponse("/console/login", 303)
    answer.delete_cookie(COOKIE, path="/console")
    return answer


@router.get("/console/me")
async def me(request: Request) -> Response:
    return await _me(request)


@router.post("/console/me/second")
async def set_second(request: Request, act: str = Form(""), code: str = Form("")) -> Response:
    """A second factor begins with a drawing for the authenticator, and counts once a code of it was given."""
    edge, person, session = edge_of(request), request.state.person, request.state.session
    now = edge.now()
    try:
        if act == "confirm":
            printed = await edge.store.carry_out(lambda read: confirm_factor(read, person, code, session.id, now))
            return await _me(request, printed=printed)
        address = await edge.store.carry_out(lambda read: begin_factor(read, person, now))
    except Refused as refused:
        return await _me(request, 409, refused=refused.line)
    return await _me(request, address=address)


@router.post("/console/me/sessions")
async def end_sessions(request: Request, session: str = Form("")) -> Response:
    """One of one's own sessions ends, or all others."""
    edge, person, here = edge_of(request), request.state.person, request.state.session
    await edge.store.carry_out(lambda read: end_session(read, person, session, here.id, edge.now()))
    return RedirectResponse("/console/me", 303)


async def _me(request: Request, status: int = 200, **told: Any) -> Response:
    edge, person = edge_of(request), request.state.person
    async with edge.store.read() as session:
        factor = await confirmed(session, person.id)
        own = select(LoginSession).where(
            LoginSession.account_id == person.id, col(LoginSession.expires_at) > edge.now()
        )
        sessions = (await session.exec(own.order_by(col(LoginSession.seen_at).desc()))).all()
    values = {"told": None, "refused": None, "address": "", "printed": ()} | told
    return page(
        request, "console/me.html", status, factor=factor, sessions=sessions, here=request.state.session.id, drawing=qr,
        **values,
    )  # fmt: skip


@router.post("/console/me")
async def change_me(
    request: Request, language: str = Form(""), old: str = Form(""), new: str = Form(""), again: str = Form("")
) -> Response:
    """The language of this browser, or a new password."""
    edge = edge_of(request)
    if language in LANGUAGES:
        answer = RedirectResponse("/console/me", 303)
        answer.set_cookie("lang", language, max_age=365 * 24 * 3600, httponly=True, samesite="lax")
        return answer
    if len(new) < SHORTEST:
        told = "new_short"
    elif new != again:
        told = "new_differs"
    else:
        person, session = request.state.person, request.state.session
        told = "changed" if await change_password(edge.store, person, session, old, new, edge.now()) else "old_wrong"
    return await _me(request, 200 if told == "changed" else 422, told=told)


@router.post("/console/advance")
async def advance(request: Request, by: str = Form(""), back: str = Form("")) -> Response:
    """快进: the demonstration's clock, and everything that falls due on the way. Outside a demonstration it is not there."""
    edge = edge_of(request)
    if edge.advance is None or by not in STEPS:
        raise NotThere
    before = edge.now()
    await edge.advance(STEPS[by])
    await carry_over(edge.store, before, edge.now())
    return RedirectResponse(_inside(back), 303)


@router.get("/console/now")
async def now(request: Request) -> Response:
    """How far 快进 has come: the demonstration's time, for a page that waits for it."""
    edge = edge_of(request)
    if edge.advance is None:
        raise NotThere
    said = translator(edge.catalogue(language_of(request)))(line("现在 {time}", time=stamp(edge.now())))
    return JSONResponse({"said": said}, headers={"Cache-Control": "no-store"})


def _inside(path: str) -> str:
    """A path of the console, whatever a link brought along: never another site."""
    parts = urlsplit(path)
    inside = parts.path.startswith("/console/") and not parts.scheme and not parts.netloc and "\\" not in path
    return path if inside and not parts.path.startswith("/console/log") else "/console"
