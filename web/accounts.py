"""The people of the house: an admin's page."""

import asyncio
import secrets

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from records.passwords import hash_password, new_password
from routing.refusal import Refused
from routing.staff import Newcomer, disable, enable, forget_second_factor, give_password, open_account, staff
from web.guard import NotThere
from web.pages import edge_of, page
from words.language import Line

router = APIRouter()


@router.get("/console/accounts")
async def accounts(request: Request) -> Response:
    return await _list(request)


@router.post("/console/accounts")
async def add(
    request: Request,
    login: str = Form(""),
    name: str = Form(""),
    role: str = Form(""),
    desk: str = Form(""),
    phone: str = Form(""),
) -> Response:
    """A new account; its first password is shown this once."""
    edge, now = edge_of(request), edge_of(request).now()
    password = new_password()
    new = Newcomer(login, name, role, desk or None, phone or None, await asyncio.to_thread(hash_password, password))
    try:
        made = await edge.store.carry_out(lambda session: open_account(session, request.state.person, new, now))
    except Refused as refused:
        return await _list(request, refused.line, typed={"login": login, "name": name, "phone": phone})
    return await _list(request, given=(made.login, password))


@router.post("/console/accounts/{account}")
async def change(request: Request, account: str, act: str = Form("")) -> Response:
    edge, now, admin = edge_of(request), edge_of(request).now(), request.state.person
    try:
        if act == "disable":
            await edge.store.carry_out(lambda session: disable(session, admin, account, now))
        elif act == "enable":
            await edge.store.carry_out(lambda session: enable(session, admin, account, now))
        elif act == "second":
            await edge.store.carry_out(lambda session: forget_second_factor(session, admin, account, now))
        elif act == "password":
            password = new_password()
            made = await asyncio.to_thread(hash_password, password)
            changed = await edge.store.carry_out(lambda session: give_password(session, admin, account, made, now))
            return await _list(request, given=(changed.login, password))
        else:
            raise NotThere
    except Refused as refused:
        return await _list(request, refused.line)
    return await _list(request)


async def _list(
    request: Request,
    refused: Line | None = None,
    given: tuple[str, str] | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    async with edge_of(request).store.read() as session:
        here = await staff(session, request.state.person)
    return page(
        request, "console/accounts.html", 422 if refused else 200, staff=here, refused=refused, given=given,
        typed=typed or {}, key=secrets.token_hex(16),
    )  # fmt: skip
