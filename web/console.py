"""The desk's pages: one case with its acts, its files, and the supervisor's board."""

import secrets
from datetime import datetime

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from records.access import board, loads, look, look_at_file
from records.tables import Setting
from routing.acts.resending import resend_letter
from routing.desks import COVERAGE, desks_here
from routing.packs import pack_for
from routing.refusal import Refused
from web import case_view, directory, papers, telling
from web.acts import ACTS
from web.delay_offers import waiting
from web.downloads import download
from web.guard import NotThere
from web.offers import offered
from web.once import once
from web.pages import edge_of, page
from web.typed import Task
from words.beijing import stamp
from words.ids import NINE
from words.language import Line

router = APIRouter()

READ, UPDATE, ACT = "read", "update", "act"  # purposes in the audit trail


@router.get("/console/case/{reference}")
async def case_page(request: Request, reference: str, done: str = "") -> Response:
    return await _case(request, reference, UPDATE if request.headers.get("x-part") else READ, done=bool(done))


@router.post("/console/case/{reference}/{act}")
async def act(request: Request, reference: str, act: str) -> Response:
    """One act. Refused, the page comes back with the reason, who was first, and everything that was typed."""
    edge, person, form = edge_of(request), request.state.person, await request.form()
    if act not in ACTS or edge.protocols is None:
        raise NotThere
    now, protocols = edge.now(), edge.protocols
    try:
        await once(
            edge.store, person, str(form.get("key", ""))[:64] or secrets.token_hex(16), now,
            lambda session: ACTS[act](Task(session, person, reference, form, now, protocols, edge.home)),
        )  # fmt: skip
    except Refused as refused:
        return await _case(request, reference, ACT, refused=refused.line, open_act=act, typed=form)
    return RedirectResponse(f"/console/case/{reference}?done=1", 303)


@router.get("/console/file/{attachment}")
async def file(request: Request, attachment: str, case: str = "") -> Response:
    """A file, always as a download: nothing that a stranger sent is ever shown inside our pages."""
    edge, person, now = edge_of(request), request.state.person, edge_of(request).now()
    found = await edge.store.carry_out(lambda session: look_at_file(session, person, case, attachment, READ, now))
    if found is None:
        raise NotThere
    return download(found.name, found.media_type, found.content)


@router.get("/console/board")
async def board_page(request: Request, done: str = "") -> Response:
    return await _board(request, done=bool(done))


@router.post("/console/board/letter/{letter}")
async def resend(request: Request, letter: str) -> Response:
    """A letter that nobody could take is sent once more."""
    edge, person, form = edge_of(request), request.state.person, await request.form()
    now, key = edge.now(), str(form.get("key", ""))[:64] or secrets.token_hex(16)
    try:
        await once(edge.store, person, key, now, lambda session: resend_letter(session, person, letter, now))
    except Refused as refused:
        return await _board(request, refused=refused.line)
    return RedirectResponse("/console/board?done=1", 303)


async def _board(request: Request, *, refused: Line | None = None, done: bool = False) -> Response:
    edge, person = edge_of(request), request.state.person
    async with edge.store.read() as session:
        seen = await board(session, person, edge.now())
        proved = await session.get(Setting, COVERAGE)
        at_desks = await loads(session, person, edge.now())
        ours = {desk.id: desk.name for desk, _, _ in await desks_here(session, person)}
    if seen is None:
        raise NotThere
    coverage = directory.gaps(proved.value, ours) if proved else None
    return page(
        request, "console/board.html", 409 if refused else 200, board=seen, at_desks=at_desks, checks=await edge.watch(), coverage=coverage,
        gap_why=directory.WHY, refused=refused, done=done, key=lambda: secrets.token_hex(16),
    )  # fmt: skip


async def _case(
    request: Request,
    reference: str,
    purpose: str,
    *,
    refused: Line | None = None,
    done: bool = False,
    open_act: str = "",
    typed: FormData | None = None,
) -> Response:
    """Looking is written down before anything is shown."""
    edge, person, now = edge_of(request), request.state.person, edge_of(request).now()
    sight = await edge.store.carry_out(lambda session: look(session, person, reference, purpose, now))
    if sight is None:
        raise NotThere
    protocols = edge.protocols
    terms = pack_for(sight.place_code, protocols.packs).terms if protocols else None
    acts = offered(person, request.state.desk, sight, now, terms)
    return page(
        request, "console/case.html", 409 if refused else 200, sight=sight, nine=NINE,
        known=case_view.known(sight), statements=case_view.told(sight), seats=case_view.seats(sight),
        why=case_view.why(sight, protocols.calendar if protocols else None), timeline=case_view.timeline(sight), acts=acts, refused=refused, done=done, open_act=open_act, typed=typed,
        asked=waiting(sight, now),
        key=secrets.token_hex(16), told=telling.teller(request, now), outcome=telling.outcome,
        clause=telling.clauses(edge.clauses), stamp_iso=_stamp_iso,
        papers=papers.offered(edge, person, request.state.desk, sight), flaws_of=case_view.flaws,
    )  # fmt: skip


def _stamp_iso(moment: str | None) -> str:
    return stamp(datetime.fromisoformat(moment)) if moment else ""
