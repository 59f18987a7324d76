"""Papers of a case: forms to be printed and sealed, and the scans that come back.

A form is filled with what this person may see; looking is written down first, as on the case page. Nothing is printed by
itself: a page asks what stands on it, and a button makes the file.
"""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from intake.files import MOST, Unfit, scan
from records.access import Sight, look, look_at_scan
from records.batch import Batch
from records.tables import Account, Desk
from routing.acts.paperwork import add_scan, may_print, part_of, print_form
from routing.papers.docx import docx
from routing.papers.forms import Form, filled, lacking, started
from routing.papers.pdf import pdf
from routing.refusal import Refused
from web import case_view
from web.downloads import download
from web.edge import Edge
from web.forms import Field
from web.guard import NotThere
from web.naming import CATEGORY, CLOCKS, URGENCY, name
from web.once import once
from web.pages import edge_of, page, remaining
from web.typed import Decided
from words.beijing import local, stamp
from words.language import Line, line

router = APIRouter()

PURPOSE = "print"
_BASIS = {"S": "法律法规", "N": "国家文件", "L": "地方规定", "O": "本站默认"}
RENDERINGS = {
    "pdf": (pdf, "application/pdf"),
    "docx": (docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}


@dataclass(frozen=True)
class Paper:
    """A form as it stands on the case page."""

    id: str
    name: Line


def offered(edge: Edge, person: Account, desk: Desk | None, sight: Sight) -> Sequence[Paper]:
    """The forms that this person may print in this case."""
    return [Paper(id, Line(form.name)) for id, form in edge.forms.items() if _may(form, person, desk, sight)]


def _may(form: Form, person: Account, desk: Desk | None, sight: Sight) -> bool:
    return may_print(form, person.role, desk.department if desk else "", sight.level, part_of(sight))


@router.get("/console/papers/{reference}/{form}")
async def paper_page(request: Request, reference: str, form: str) -> Response:
    chosen, sight = await _seen(request, reference, form)
    return _asked(request, chosen, sight)


@router.post("/console/papers/{reference}/{form}")
async def print_paper(request: Request, reference: str, form: str) -> Response:
    """The file, made when the button is pressed. What lacks comes back with everything that was typed."""
    edge, person, typed = edge_of(request), request.state.person, await request.form()
    chosen, sight = await _seen(request, reference, form)
    given = {ask.id: _typed(typed, ask.id, ask.kind) for ask in chosen.asks}
    now, kind = edge.now(), str(typed.get("as", "pdf"))
    if kind not in RENDERINGS:
        raise NotThere
    if missing := lacking(chosen, given):
        return _asked(request, chosen, sight, missing, typed)
    try:
        await once(
            edge.store, person, str(typed.get("key", ""))[:64] or secrets.token_hex(16), now,
            lambda session: print_form(session, person, reference, chosen, now),
        )  # fmt: skip
    except Refused as refused:
        return _asked(request, chosen, sight, refused.line, typed)
    banner = "演示：人和事都是编的" if edge.demo else ""
    sheet = filled(
        chosen, values(request, sight, now), lists(edge, sight, now, given.get("to", "")), given, banner=banner
    )
    render, media_type = RENDERINGS[kind]
    content = await asyncio.to_thread(render, sheet, now)
    return download(f"{sight.reference}-{chosen.id}.{kind}", media_type, content)


@router.post("/console/scans/{reference}")
async def put_scan(request: Request, reference: str) -> Response:
    """A sealed scan put to the case. Refused, the page says why."""
    edge, person = edge_of(request), request.state.person
    form = await request.form(max_files=1, max_fields=8, max_part_size=4096)
    given, now, key = form.get("file"), edge.now(), str(form.get("key", ""))[:64] or secrets.token_hex(16)
    about = str(form.get("form", ""))
    try:
        if not isinstance(given, UploadFile) or not given.filename:
            raise Unfit(line("请选一个文件。"))
        content = await given.read(MOST + 1)
        media_type = await asyncio.to_thread(scan, content)

        def put(session: AsyncSession) -> Decided:
            return add_scan(
                session, person, reference, about if about in edge.forms else "", str(form.get("number", "")),
                media_type, content, now,
            )  # fmt: skip

        await once(edge.store, person, key, now, put)
    except (Refused, Unfit) as refused:
        return page(request, "console/scan_refused.html", 409, refused=refused.line, reference=reference)
    return RedirectResponse(f"/console/case/{reference}?done=1", 303)


@router.get("/console/scans/{reference}/{scan_id}")
async def get_scan(request: Request, reference: str, scan_id: str) -> Response:
    edge, person, now = edge_of(request), request.state.person, edge_of(request).now()
    found = await edge.store.carry_out(lambda session: look_at_scan(session, person, reference, scan_id, "read", now))
    if found is None:
        raise NotThere
    return download(found.name, found.media_type, found.content)


async def _seen(request: Request, reference: str, form: str) -> tuple[Form, Sight]:
    """The form and the case, for somebody who may print it; looking is written down."""
    edge, person, now = edge_of(request), request.state.person, edge_of(request).now()
    chosen = edge.forms.get(form)
    if chosen is None:
        raise NotThere

    async def decide(session: AsyncSession) -> tuple[Batch, Sight | None]:
        return await look(session, person, reference, PURPOSE, now)

    sight = await edge.store.carry_out(decide)
    if sight is None or not _may(chosen, person, request.state.desk, sight):
        raise NotThere
    return chosen, sight


def _asked(
    request: Request, form: Form, sight: Sight, refused: Line | None = None, typed: FormData | None = None
) -> Response:
    start = started(form, values(request, sight, edge_of(request).now()))
    fields = [Field(ask.id, Line(ask.label), ask.kind, ask.required, start=start[ask.id]) for ask in form.asks]
    return page(
        request, "console/paper.html", 409 if refused else 200, form=form, sight=sight, fields=fields, refused=refused,
        typed=typed, key=secrets.token_hex(16),
    )  # fmt: skip


def _typed(form: FormData, id: str, kind: str) -> str:
    value = form.get(id, "")
    text = value.strip()[:4000] if isinstance(value, str) else ""
    return text.replace("T", " ") if kind == "moment" else text


def values(request: Request, sight: Sight, now: datetime) -> Mapping[str, str]:
    """What the case gives to a form, as far as this person sees it."""
    known = case_view.known(sight)

    def fact(id: str) -> str:
        found = known.get(id)
        return str(found.value) if found is not None else ""

    desk = request.state.desk
    lead = next((part.desk for part in sight.parts if part.part == "lead" and part.round == sight.round), "")
    return {
        "reference": sight.reference, "level": str(name(URGENCY, sight.urgency)),
        "category": str(name(CATEGORY, sight.category)), "county": sight.county, "opened": stamp(sight.opened_at),
        "lead": lead, "desk": desk.name if desk is not None else "", "person": request.state.person.name,
        "today": f"{local(now):%Y年%-m月%-d日}", "now": stamp(now), "year": f"{local(now):%Y}",
        **{id: fact(id) for id in ("child_name", "child_sex", "child_age", "where_now", "school")},
    }  # fmt: skip


def lists(edge: Edge, sight: Sight, now: datetime, to: str = "") -> Mapping[str, Sequence[Sequence[str]]]:
    """The lists of a form: the clocks of one's own desk (of the lead's, for whoever has none), what is late at the desk that is
    written to (everywhere, when it is none of ours), why the lead is the lead. Only what this person sees is in them."""
    here = [part for part in sight.parts if part.round == sight.round]
    lead = next((part for part in here if part.part == "lead"), None)
    own = sight.own or lead
    running = [clock for clock in sight.clocks if clock.round == sight.round and clock.status in ("running", "paused")]
    late = [clock for clock in running if clock.ends_at <= now]
    if to in {clock.desk for clock in running}:
        late = [clock for clock in late if clock.desk == to]

    def basis(policy: Mapping[str, object]) -> str:
        clause = edge.clauses.get(str(policy.get("clause") or ""))
        kind = _BASIS.get(str(policy.get("basis")), "")
        return "　".join(filter(None, (kind, clause.source if clause else "")))

    return {
        "clocks": [
            (clock.desk, str(name(CLOCKS, clock.kind)), stamp(clock.ends_at)[:16], basis(clock.policy))
            for clock in running
            if clock.desk_id in ("", own.desk_id if own is not None else "")
        ],
        "late": [
            (
                clock.desk, str(name(CLOCKS, clock.kind)), stamp(clock.ends_at)[:16],
                str(remaining(clock.ends_at, now)).removeprefix("已超").strip(),
            )
            for clock in late
        ],
        "clauses": [
            (f"{edge.clauses[id].source}　{edge.clauses[id].title}",)
            for id in (lead.clauses if lead is not None else ())
            if id in edge.clauses
        ],
        "situation": [(str(item.label), str(item.value)) for item in sight.summary],
    }  # fmt: skip
