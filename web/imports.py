"""Files of tickets: read and shown first, then filed row by row by the worker, with a line for every row that needs a look."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from intake.tables import Unreadable
from intake.tickets.flaws import FIELD_NAMES, KINDS, for_person
from intake.tickets.importing import IMPORT, Importer, begin_import, set_running
from intake.tickets.owing import owed_table
from intake.tickets.profile import OURS
from records.access.imports import import_of, imports_of, waiting_rows
from records.access.tickets import owed
from records.batch import Batch
from routing.refusal import Refused
from web.downloads import download
from web.edge import Edge
from web.guard import NotThere
from web.pages import edge_of, page
from words.beijing import local
from words.language import Line, line

router = APIRouter()

SHOWN = 50  # rows of a preview


@router.get("/console/import")
async def imports(request: Request) -> Response:
    return await _list(request)


@router.post("/console/import")
async def upload(request: Request) -> Response:
    """A file is read and shown; nothing of it is filed yet. A file that was here before is gone on with."""
    edge, person, form = edge_of(request), request.state.person, await request.form()
    file, platform = form.get("file"), str(form.get("platform", IMPORT))
    try:
        if not isinstance(file, UploadFile) or not file.filename:
            raise Unreadable(line("请选择文件。"))
        content, name = await file.read(), file.filename
        who = Importer(f"account:{person.id}", person.place_code)
        found = await edge.store.carry_out(
            lambda session: begin_import(
                session,
                who,
                name,
                content,
                platform if platform in _platforms(edge) else IMPORT,
                edge.profiles,
                edge.now(),
            )
        )
    except Unreadable as unreadable:
        return await _list(request, unreadable.line)
    async with edge.store.read() as session:
        if await import_of(session, person, found.id) is None:
            return await _list(request, line("这个文件已经由别人导入。"))
    return RedirectResponse(f"/console/import/{found.id}", 303)


@router.get("/console/import/{import_id}")
async def one(request: Request, import_id: str) -> Response:
    edge, person = edge_of(request), request.state.person
    async with edge.store.read() as session:
        found = await import_of(session, person, import_id)
        rows = await waiting_rows(session, import_id, SHOWN) if found and found[1].status == "preview" else ()
    if found is None:
        raise NotThere
    return page(
        request, "console/import.html", now_at=found[1], rows=[edge.seen(found[0], row) for row in rows],
        platforms=_platforms(edge), labels=FIELD_NAMES, odd=_odd, for_person=for_person,
    )  # fmt: skip


@router.post("/console/import/{import_id}")
async def go(request: Request, import_id: str) -> Response:
    """`act` is start or stop."""
    edge, person, form = edge_of(request), request.state.person, await request.form()
    async with edge.store.read() as session:
        if await import_of(session, person, import_id) is None:
            raise NotThere
    running = form.get("act") != "stop"
    by = f"account:{person.id}"
    try:
        await edge.store.carry_out(lambda session: set_running(session, import_id, by, running, edge.now()))
    except Refused as refused:
        raise NotThere from refused
    return RedirectResponse(f"/console/import/{import_id}", 303)


@router.get("/console/owed.csv")
async def owed_csv(request: Request) -> Response:
    """What platforms still wait for, as a table. That it was taken is written down."""
    edge, person, now = edge_of(request), request.state.person, edge_of(request).now()

    async def take(session: AsyncSession) -> tuple[Batch, bytes]:
        found, batch = await owed(session, person), Batch()
        batch.audit(now, person.id, "tickets.owed", "site", rows=len(found))
        return batch, owed_table(found, now)

    return download(f"owed-{local(now):%Y%m%d-%H%M}.csv", "text/csv; charset=utf-8", await edge.store.carry_out(take))


def _platforms(edge: Edge) -> Mapping[str, str]:
    return {id: profile.name for id, profile in edge.profiles.items() if id != OURS}


def _odd(code: str) -> Line:
    """What is odd about a field, without how it was read instead: that stands with the ticket."""
    return Line(KINDS[code].said.zh, {"value": "…"}) if code in KINDS else Line(code)


async def _list(request: Request, refused: Line | None = None) -> Response:
    edge, person = edge_of(request), request.state.person
    async with edge.store.read() as session:
        found = await imports_of(session, person)
    return page(
        request,
        "console/imports.html",
        422 if refused else 200,
        imports=found,
        refused=refused,
        platforms=_platforms(edge),
    )
