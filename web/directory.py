"""The directory as the console shows it: desks of the place, their people and shifts, a spreadsheet laid over it, gaps."""

import io
import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from intake.tables import Unreadable, grid
from records.tables import Setting
from routing.desks import (
    COVERAGE,
    KINDS,
    RUNGS,
    DeskFacts,
    add_shift,
    change_desk,
    desk_page,
    desks_here,
    open_desk,
    places_here,
    remove_shift,
)
from routing.directory_import import Plan, plan_import
from routing.directory_sheet import COLUMNS, NEEDED, Shift
from routing.posters import make_poster, posters_of, retire_poster
from routing.refusal import Refused
from web.guard import NotThere
from web.naming import DEPARTMENT
from web.once import once
from web.pages import edge_of, page
from words.language import Line, line

router = APIRouter()

MOST_BYTES = 5 * 1024 * 1024

KIND = {"24h": line("24小时值守"), "day": line("白天＋备班电话")}
DAYS = {"weekdays": line("按星期"), "working": line("工作日"), "rest": line("休息日和节假日")}
WEEK = (line("一"), line("二"), line("三"), line("四"), line("五"), line("六"), line("日"))
WHY = {
    "nobody": line("没有排班"), "same": line("只有下一级的同一个人"), "unreachable": line("没有电话"), "no_desk": line("没有这个席位"),
}  # fmt: skip


@router.get("/console/directory")
async def directory(request: Request) -> Response:
    return await _list(request)


@router.post("/console/directory")
async def add_desk(request: Request) -> Response:
    """A new desk; then its own page, for its people."""
    edge, person, form = edge_of(request), request.state.person, await request.form()
    if edge.protocols is None:
        raise NotThere
    divisions = edge.protocols.divisions
    try:
        desk = await edge.store.carry_out(
            lambda session: open_desk(
                session, person, _text(form, "place"), _text(form, "department"), _facts(form), divisions, edge.now()
            )
        )
    except Refused as refused:
        return await _list(request, refused.line, form)
    return RedirectResponse(f"/console/directory/{desk.id}", 303)


@router.post("/console/directory/import")
async def bring_in(request: Request) -> Response:
    """First what the file would change, with every line that can't be read; then, pressed again, the change."""
    edge, person, form = edge_of(request), request.state.person, await request.form()
    if edge.protocols is None:
        raise NotThere
    divisions, now = edge.protocols.divisions, edge.now()
    try:
        rows = await _rows(form)
    except Unreadable as unreadable:
        return await _list(request, unreadable.line)
    if _text(form, "confirm"):
        plan = await edge.store.carry_out(lambda session: plan_import(session, person, rows, divisions, now))
        return await _list(request, plan=plan, written=True)
    async with edge.store.read() as session:
        _, plan = await plan_import(session, person, rows, divisions, now)
    return await _list(request, plan=plan, rows=json.dumps(rows, ensure_ascii=False))


@router.get("/console/directory/{desk}")
async def desk(request: Request, desk: str, done: str = "") -> Response:
    return await _desk(request, desk, done=bool(done))


@router.post("/console/directory/{desk}/{act}")
async def change(request: Request, desk: str, act: str) -> Response:
    edge, person, form, now = edge_of(request), request.state.person, await request.form(), edge_of(request).now()
    acts: dict[str, Any] = {
        "save": lambda session: change_desk(session, person, desk, _facts(form), now),
        "add_shift": lambda session: add_shift(
            session, person, desk, _text(form, "person"), _text(form, "name"), _text(form, "phone"), _shift(form), now
        ),
        "remove_shift": lambda session: remove_shift(session, person, desk, _text(form, "shift"), now),
        "make_poster": lambda session: make_poster(session, person, desk, now),
        "retire_poster": lambda session: retire_poster(session, person, desk, _text(form, "poster"), now),
    }
    if act not in acts:
        raise NotThere
    try:
        await once(edge.store, person, _text(form, "key")[:64] or secrets.token_hex(16), now, acts[act])
    except Refused as refused:
        return await _desk(request, desk, refused=refused.line, typed=form)
    return RedirectResponse(f"/console/directory/{desk}?done=1", 303)


async def _list(
    request: Request,
    refused: Line | None = None,
    typed: FormData | None = None,
    *,
    plan: Plan | None = None,
    rows: str = "",
    written: bool = False,
) -> Response:
    edge, person = edge_of(request), request.state.person
    async with edge.store.read() as session:
        desks, places = await desks_here(session, person), await places_here(session, person)
        row = await session.get(Setting, COVERAGE)
    ours = {desk.id: desk.name for desk, _, _ in desks}
    return page(
        request, "console/directory.html", 422 if refused else 200, desks=desks, places=places, departments=DEPARTMENT,
        kinds=KIND, refused=refused, typed=typed, plan=plan, rows=rows, written=written, gap_why=WHY,
        coverage=gaps(row.value, ours) if row else None, needed=[Line(COLUMNS[key][0]) for key in NEEDED],
    )  # fmt: skip


async def _desk(
    request: Request, desk_id: str, *, refused: Line | None = None, done: bool = False, typed: FormData | None = None
) -> Response:
    edge, person = edge_of(request), request.state.person
    async with edge.store.read() as session:
        found = await desk_page(session, person, desk_id)
        row = await session.get(Setting, COVERAGE)
        posters = await posters_of(session, desk_id)
    if found is None:
        raise NotThere
    chat = f"{request.url.scheme}://{request.url.netloc}/?u="
    coverage = gaps(row.value, {found.desk.id: found.desk.name}) if row else None
    return page(
        request, "console/directory_desk.html", 409 if refused else 200, found=found, kinds=KIND, days=DAYS, week=WEEK,
        rungs=RUNGS, departments=DEPARTMENT, refused=refused, done=done, typed=typed, gap_why=WHY, coverage=coverage,
        key=secrets.token_hex(16), hour=_hour, posters=posters, chat=chat, drawing=qr,
    )  # fmt: skip


def qr(content: str) -> Markup:
    """The link as a drawing for a telephone's camera."""
    import segno

    drawn = io.BytesIO()
    segno.make(content, error="m", micro=False).save(drawn, kind="svg", border=2, scale=4, xmldecl=False, svgns=True)
    return Markup(drawn.getvalue().decode("ascii"))  # drawn here, from a code of our own


def gaps(value: dict[str, Any], desks: dict[str, str]) -> dict[str, Any]:
    """The last proof of coverage, for the desks of this person: gaps of one desk, rung and reason are one line with the first
    moment and how often."""
    lines: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for gap in value["gaps"]:
        if gap["desk_id"] in desks:
            lines.setdefault((gap["desk_id"], gap["level"], gap["why"]), []).append(gap)
    found = [
        {"desk": desks[desk], "desk_id": desk, "level": level, "why": why, "times": len(each),
         "since": datetime.fromisoformat(each[0]["since"]), "until": datetime.fromisoformat(each[0]["until"])}
        for (desk, level, why), each in lines.items()
    ]  # fmt: skip
    missing = [each for each in value["missing"] if each["served_by"] is None or each["served_by"] not in desks]
    leaning = [reference for reference, desk in value["leaning"] if desk in desks]
    return {
        "at": datetime.fromisoformat(value["at"]), "gaps": found, "missing": missing, "leaning": leaning,
        "unknown": value["unknown"],
    }  # fmt: skip


async def _rows(form: FormData) -> Sequence[Sequence[str]]:
    if written := _text(form, "rows"):
        try:
            rows = json.loads(written)
            return [[str(cell) for cell in row] for row in rows]
        except (ValueError, TypeError) as fault:
            raise Unreadable(line("请重新上传文件。")) from fault
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise Unreadable(line("请选择文件。"))
    return grid(await file.read(), MOST_BYTES)


def _facts(form: FormData) -> DeskFacts:
    kind = _text(form, "kind")
    return DeskFacts(
        _text(form, "name"), kind if kind in KINDS else "", _text(form, "phone"), _text(form, "active") != "no"
    )


def _shift(form: FormData) -> Shift:
    weekdays = tuple(int(day) for day in form.getlist("weekday") if isinstance(day, str) and day in "1234567" and day)
    rank = _text(form, "rank")
    return Shift(
        rung=_text(form, "rung"), days=_text(form, "days"), weekdays=weekdays, start=_minute(_text(form, "start")),
        end=_minute(_text(form, "end")), rank=int(rank) if rank.isdecimal() and len(rank) < 3 else 0,
    )  # fmt: skip


def _minute(text: str) -> int:
    """A time of day as a browser writes it, in minutes; -1 when it is none."""
    hour, _, minute = text.partition(":")
    fits = hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60
    return int(hour) * 60 + int(minute) if fits else (0 if not text else -1)


def _hour(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""
