"""A person's own chat with the duty bot: bound by a one-time code, let go by a button."""

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from records.tables import Setting
from routing.binding import chat_bound_to, new_code, unbind
from web.guard import NotThere
from web.pages import edge_of, page

router = APIRouter()


@router.get("/console/messenger")
async def messenger(request: Request) -> Response:
    return await _page(request)


@router.post("/console/messenger")
async def change(request: Request, act: str = Form("")) -> Response:
    """A code, shown this once, or no chat any more."""
    edge, person, now = edge_of(request), request.state.person, edge_of(request).now()
    if act == "bind":
        return await _page(request, await edge.store.carry_out(lambda session: new_code(session, person, now)))
    if act == "unbind":
        await edge.store.carry_out(lambda session: unbind(session, person, now))
    return await _page(request)


async def _page(request: Request, code: str = "") -> Response:
    """Where this site has no duty bot the page is not there."""
    edge, person = edge_of(request), request.state.person
    if not edge.duty_bot:
        raise NotThere
    async with edge.store.read() as session:
        chat = await chat_bound_to(session, person.id)
        known = await session.get(Setting, "telegram:duty")
    bot = known.value["name"] if known else ""
    return page(request, "console/messenger.html", bound=chat is not None, code=code, bot=bot)
