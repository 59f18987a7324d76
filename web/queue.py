"""The queue: what breaks first stands first. Its filters live in the address; a search by who a child is does not."""

import hashlib
import secrets
from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.datastructures import FormData
from starlette.responses import JSONResponse, RedirectResponse, Response

from records.access import FILTERS, alarming, queue
from records.batch import Batch
from records.tables import Account, Setting
from routing.acts.taking import acknowledge
from routing.refusal import Refused
from routing.searching import Found, Wanted, search
from web.once import once
from web.pages import edge_of, page
from words.ids import CATEGORIES, Urgency
from words.language import Line, line

router = APIRouter()

PAGE = 50
MOST_VIEWS = 12
LEVELS = tuple(level.value for level in Urgency)
_NARROW = ("show", "level", "category")


@router.get("/console/queue")
async def queue_page(
    request: Request, show: str = "open", level: str = "", category: str = "", reference: str = "", skip: int = 0,
    done: int = 0, left: int = 0,
) -> Response:  # fmt: skip
    edge, person = edge_of(request), request.state.person
    chosen = narrowed({"show": show, "level": level, "category": category})
    skip, reference = max(0, min(skip, 10**6)), reference[:40]
    async with edge.store.read() as session:
        lines = await queue(
            session, person, edge.now(), show=chosen.get("show", "open"), level=chosen.get("level", ""),
            category=chosen.get("category", ""), reference=reference, limit=PAGE + 1, skip=skip,
        )  # fmt: skip
        kept = await session.get(Setting, views_key(person))
    return page(
        request, "console/queue.html", lines=lines[:PAGE], more=len(lines) > PAGE, show=chosen.get("show", "open"),
        skip=skip, reference=reference, desk=request.state.desk, level=chosen.get("level", ""),
        category=chosen.get("category", ""), levels=LEVELS, categories=tuple(CATEGORIES), address=address, query=urlencode(chosen),
        views=kept.value["views"] if kept else [], done=done, left=left, key=secrets.token_hex(16),
        whole_place=person.role == "supervisor",
    )  # fmt: skip


@router.post("/console/queue/acknowledge")
async def acknowledge_many(request: Request) -> Response:
    """看到了, for each that is ticked: each an act of its own, and what does not fit any more is left and counted."""
    edge, person, form = edge_of(request), request.state.person, await request.form()
    now, key = edge.now(), str(form.get("key", ""))[:64] or secrets.token_hex(16)
    done = left = 0
    for reference in dict.fromkeys(str(each) for each in form.getlist("reference")[:PAGE]):
        mark = hashlib.sha256(f"{key}{reference}".encode()).hexdigest()[:32]
        try:
            await once(
                edge.store, person, mark, now, lambda session, about=reference: acknowledge(session, person, about, now)
            )
            done += 1
        except Refused:
            left += 1
    return RedirectResponse(address(_typed(form), done=done, left=left), 303)


@router.post("/console/queue/views")
async def keep_view(request: Request) -> Response:
    """The filters as they stand, under a name; or, with `drop`, one of them taken away."""
    edge, person, form = edge_of(request), request.state.person, await request.form()
    chosen, name = _typed(form), str(form.get("name", "")).strip()[:20]
    drop = str(form.get("drop", ""))

    async def decide(session: AsyncSession) -> tuple[Batch, None]:
        batch, row = Batch(), await session.get(Setting, views_key(person))
        views = list(row.value["views"]) if row else []
        if drop:
            views = [view for view in views if view["name"] != drop]
        elif name:
            views = [view for view in views if view["name"] != name] + [{"name": name, "query": urlencode(chosen)}]
        value = {"views": views[-MOST_VIEWS:]}
        if row is None:
            batch.add(Setting(key=views_key(person), value=value, updated_at=edge.now()))
        else:
            batch.change(row, value=value, updated_at=edge.now())
        return batch, None

    await edge.store.carry_out(decide)
    return RedirectResponse(address(chosen), 303)


@router.get("/console/alarm")
async def alarm(request: Request) -> Response:
    """What a page that stands open asks for by itself: how many critical ones nobody has seen, and a mark of the newest."""
    async with edge_of(request).store.read() as session:
        count, newest = await alarming(session, request.state.person)
    return JSONResponse({"unseen": count, "mark": hashlib.sha256(newest.encode()).hexdigest()[:12] if newest else ""})


@router.get("/console/search")
async def search_page(request: Request) -> Response:
    return _found(request)


@router.post("/console/search")
async def search_by_child(request: Request) -> Response:
    """In the form's body, never in the address. The search is written down before its result is shown."""
    edge, person, form = edge_of(request), request.state.person, await request.form()

    def text(name: str) -> str:
        return str(form.get(name, ""))[:100]

    wanted = Wanted(text("by"), text("number"), text("name"), text("born"), text("township"))
    now, reason = edge.now(), text("reason")
    try:
        found = await edge.store.carry_out(lambda session: search(session, person, wanted, reason, now))
    except Refused as refused:
        return _found(request, refused=refused.line, typed=form)
    return _found(request, found=found, typed=form)


def _found(
    request: Request,
    *,
    found: Sequence[Found] | None = None,
    refused: Line | None = None,
    typed: FormData | None = None,
) -> Response:
    return page(
        request, "console/search.html", 409 if refused else 200, found=found, refused=refused, typed=typed, by=BY
    )


BY = {
    "id_card": line("孩子的身份证号"),
    "guardian_phone": line("监护人的手机号"),
    "name_birth_township": line("孩子的姓名、出生年份和乡镇"),
}


def narrowed(given: dict[str, str]) -> dict[str, str]:
    """Of what an address or a form says, the filters that there are; what says nothing is left out."""
    known = {"show": FILTERS, "level": LEVELS, "category": tuple(CATEGORIES)}
    return {name: given[name] for name in _NARROW if given.get(name) in known[name]}


def address(chosen: dict[str, str], **more: int | str) -> str:
    query = urlencode({**chosen, **{name: value for name, value in more.items() if value}})
    return f"/console/queue?{query}" if query else "/console/queue"


def _typed(form: FormData) -> dict[str, str]:
    return narrowed(dict(parse_qsl(str(form.get("query", ""))[:300])))


def views_key(person: Account) -> str:
    return f"views:{person.id}"
