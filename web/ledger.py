"""The child's file (一人一档) for one child: asked for with a reason, made on the spot, never kept."""

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import Response

from records.access import look
from routing.child_file import child_file
from routing.papers.pdf import pdf
from routing.refusal import Refused
from web.downloads import download
from web.figures import TYPES
from web.figures_files import workbook
from web.guard import NotThere
from web.ledger_sheet import listed, sheet
from web.pages import edge_of, page
from words.beijing import stamp
from words.language import Line

router = APIRouter()


@router.get("/console/ledger/{reference}")
async def ledger_page(request: Request, reference: str) -> Response:
    return await _asked(request, reference)


@router.post("/console/ledger/{reference}")
async def take_out(request: Request, reference: str) -> Response:
    edge, person, form = edge_of(request), request.state.person, await request.form()
    now, rendering, reason = edge.now(), str(form.get("as", "pdf")), str(form.get("reason", ""))[:200]
    if rendering not in TYPES:
        raise NotThere
    try:
        sights = await edge.store.carry_out(lambda session: child_file(session, person, reference, reason, now))
    except Refused as refused:
        return await _asked(request, reference, reason, refused.line)
    if sights is None:
        raise NotThere
    mark = f"{person.name} {stamp(now)} 导出"

    def made() -> bytes:
        if rendering == "xlsx":
            return workbook("一人一档", person.name, mark, listed(sights, now))
        return pdf(sheet(sights, mark, now, demo=edge.demo), now)

    return download(f"{sights[0].reference}.{rendering}", TYPES[rendering], await asyncio.to_thread(made))


async def _asked(request: Request, reference: str, reason: str = "", refused: Line | None = None) -> Response:
    edge, person, now = edge_of(request), request.state.person, edge_of(request).now()
    sight = await edge.store.carry_out(lambda session: look(session, person, reference, "ledger", now))
    if sight is None or sight.level != "story":
        raise NotThere
    return page(
        request, "console/ledger.html", 409 if refused else 200, sight=sight, reason=reason, refused=refused,
    )  # fmt: skip
