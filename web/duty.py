"""The 24-hour duty screen: whom to call now, with number, script and answers; what to listen to or to look at."""

import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import reduce
from itertools import groupby

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from intake.tickets.flaws import FIELD_NAMES
from records.access import duty_screen, look_at_task, look_at_ticket, places_to_choose
from records.batch import Batch
from records.tables import Account
from routing.acts import (
    call_connected,
    call_unanswered,
    called_110,
    check_ticket,
    gaps_told,
    place_found,
    somebody_found,
    write_gist,
    wrong_number,
)
from routing.refusal import Refused
from web import case_view
from web.downloads import download
from web.edge import Edge
from web.guard import NotThere
from web.once import once
from web.pages import edge_of, page
from web.script import script
from words.language import Line, line

router = APIRouter()

Answer = Callable[[AsyncSession, Account, str, FormData, datetime], Awaitable[tuple[Batch, Line]]]


@router.get("/console/duty")
async def duty(request: Request, done: str = "") -> Response:
    return await _screen(request, done=bool(done))


@router.post("/console/duty/{task}")
async def answer(request: Request, task: str) -> Response:
    """接通／未接／号码错, 110 called, or a gist written."""
    edge, person, form = edge_of(request), request.state.person, await request.form()
    act = _answers(edge).get(str(form.get("act", "")))
    if act is None:
        raise NotThere
    now = edge.now()
    try:
        await once(
            edge.store,
            person,
            str(form.get("key", ""))[:64] or secrets.token_hex(16),
            now,
            lambda session: act(session, person, task, form, now),
        )
    except Refused as refused:
        return await _screen(request, refused=refused.line, at=task, typed=form)
    return RedirectResponse("/console/duty?done=1", 303)


@router.get("/console/duty/{task}")
async def what_it_is_about(request: Request, task: str) -> Response:
    """The statement behind a 「请收听／查看」 task. Looking is written down."""
    edge, person, now = edge_of(request), request.state.person, edge_of(request).now()
    found = await edge.store.carry_out(lambda session: look_at_task(session, person, task, None, "gist", now))
    if found is None:
        raise NotThere
    return page(
        request, "console/gist.html", task=task, statement=found[0], key=secrets.token_hex(16), refused=None, typed=None
    )


@router.get("/console/duty/{task}/ticket")
async def ticket_of_task(request: Request, task: str) -> Response:
    """The ticket behind a 「核对工单」 task, with what stood in the fields that are odd. Looking is written down."""
    edge, person, now = edge_of(request), request.state.person, edge_of(request).now()
    found = await edge.store.carry_out(lambda session: look_at_ticket(session, person, task, now))
    if found is None:
        raise NotThere
    async with edge.store.read() as session:
        places = await places_to_choose(session, person)
    return page(
        request, "console/check.html", task=task, found=found, flaws=case_view.flaws(found.ticket), places=places,
        key=secrets.token_hex(16),
    )  # fmt: skip


@router.get("/console/duty/{task}/file/{attachment}")
async def file_of_task(request: Request, task: str, attachment: str) -> Response:
    edge, person, now = edge_of(request), request.state.person, edge_of(request).now()
    found = await edge.store.carry_out(lambda session: look_at_task(session, person, task, attachment, "gist", now))
    if found is None or found[1] is None:
        raise NotThere
    return download(found[1].name, found[1].media_type, found[1].content)


def _answers(edge: Edge) -> Mapping[str, Answer]:
    def text(form: FormData, name: str) -> str:
        value = form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    async def gist(
        session: AsyncSession, person: Account, task: str, form: FormData, now: datetime
    ) -> tuple[Batch, Line]:
        if edge.assess is None or edge.protocols is None:
            raise NotThere
        return await write_gist(session, person, task, text(form, "gist"), edge.assess, edge.protocols, edge.home, now)

    async def place(
        session: AsyncSession, person: Account, task: str, form: FormData, now: datetime
    ) -> tuple[Batch, Line]:
        if edge.protocols is None:
            raise NotThere
        chosen, told = text(form, "place"), text(form, "told")
        return await place_found(session, person, task, chosen, told, edge.protocols, edge.home, now)

    async def checked(
        session: AsyncSession, person: Account, task: str, form: FormData, now: datetime
    ) -> tuple[Batch, Line]:
        if edge.assess is None or edge.protocols is None:
            raise NotThere
        said = text(form, "place"), text(form, "sentence"), text(form, "note")
        return await check_ticket(session, person, task, *said, edge.assess, edge.protocols, edge.home, now)

    calendar = edge.protocols.calendar if edge.protocols else None
    return {
        "connected": lambda session, person, task, form, now: call_connected(
            session, person, task, text(form, "who"), text(form, "badge"), bool(text(form, "signs")), now
        ),
        "no_answer": lambda session, person, task, form, now: call_unanswered(session, person, task, now, calendar),
        "wrong_number": lambda session, person, task, form, now: wrong_number(session, person, task, now, calendar),
        "called_110": lambda session, person, task, form, now: called_110(
            session, person, task, text(form, "who"), text(form, "number"), now
        ),
        "gist": gist,
        "checked": checked,
        "gaps_told": lambda session, person, task, form, now: gaps_told(session, person, task, text(form, "who"), now),
        "found": lambda session, person, task, form, now: somebody_found(session, person, task, text(form, "who"), now),
        "placed": place,
    }


async def _screen(
    request: Request, *, refused: Line | None = None, done: bool = False, at: str = "", typed: FormData | None = None
) -> Response:
    edge, person = edge_of(request), request.state.person
    async with edge.store.read() as session:
        lines = await duty_screen(session, person, edge.now())
        places = await places_to_choose(session, person) if any(each.kind == "no_place" for each in lines) else ()
    cases = [list(theirs) for _, theirs in groupby(lines, key=lambda each: each.reference)]
    return page(
        request, "console/duty.html", 409 if refused else 200, cases=cases, places=places, script=script, refused=refused, done=done,
        at_task=at, typed=typed, key=lambda: secrets.token_hex(16), odd_fields=_odd_fields,
    )  # fmt: skip


def _odd_fields(flaws: Iterable[Sequence[str]]) -> Line:
    """The names of the fields that are odd, each once."""
    names = [FIELD_NAMES.get(field, Line(field)) for field in dict.fromkeys(field for field, _ in flaws)]
    return reduce(lambda first, then: line("{first}、{then}", first=first, then=then), names)
