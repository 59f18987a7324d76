"""The operator's page: paste anything, see how it is understood, correct it, send it. Until it is sent nothing is stored."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2s
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from intake.tickets.card import CALL
from intake.tickets.flaws import FIELD_NAMES
from intake.tickets.parts import Arrival
from intake.tickets.pasting import understand
from intake.tickets.previewing import Preview
from intake.tickets.profile import OURS, TYPES, Profile, for_tables
from intake.tickets.reading import NothingToFile
from records.access.tickets import forwarded
from records.tables import Account
from web.edge import Edge
from web.pages import edge_of, page

router = APIRouter()

FIELDS = ("order_no", "title", "content", "type", "channel", "region", "region_code", "caller_name", "caller_phone", "received_at")  # fmt: skip
FORWARD = "forward"  # whose orders they are when they are no platform's
MOST = 200_000  # characters of one field
YES = "是"


@dataclass(frozen=True)
class Typed:
    """What stands in the form. `read` is the mark of the pasted text that the fields were filled from."""

    pasted: str = ""
    read: str = ""
    platform: str = FORWARD
    fields: Mapping[str, str] = field(default_factory=dict)
    subject: bool = False
    transfer: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sending:
    """What came of it: the answer, the receipt code of a new case, and what to copy back."""

    answer: Mapping[str, Any]
    code: str | None
    back: str
    card: list[Mapping[str, str]]


@router.get("/console/forward")
async def forward_page(request: Request) -> Response:
    return await _page(request, Typed())


@router.post("/console/forward")
async def forward(request: Request) -> Response:
    """`act` is read (how it would be taken) or send."""
    edge, person, form = edge_of(request), request.state.person, await request.form()
    typed = _filled(edge, _typed(form))
    try:
        arrival = _arrival(edge, person, typed)
        if form.get("act") != "send":
            return await _page(request, typed, seen=await edge.preview(arrival))
        answer, code = await edge.forward(arrival)
    except NothingToFile:
        return await _page(request, typed, empty=True)
    back = copy_back(for_tables(edge.profiles, typed.platform), typed, answer["case"])
    sent = Sending(answer, code, back, answer.get("card", {}).get("say", []))
    return await _page(request, Typed(platform=typed.platform), sent=sent)


def _typed(form: FormData) -> Typed:
    def text(name: str, most: int = MOST) -> str:
        value = form.get(name, "")
        return value.replace("\r\n", "\n")[:most].strip() if isinstance(value, str) else ""

    transfer = {name: text(f"transfer_{name}", 60) for name in ("called", "took", "number", "at")}
    return Typed(
        pasted=text("pasted"), read=text("read", 64), platform=text("platform", 40) or FORWARD,
        fields={name: text(name) for name in FIELDS}, subject=bool(text("subject", 8)), transfer=transfer,
    )  # fmt: skip


def _filled(edge: Edge, typed: Typed) -> Typed:
    """The fields from what was pasted, when that is another text than they were filled from. What was already typed by
    hand before anything was pasted stays."""
    mark = blake2s(typed.pasted.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest() if typed.pasted else ""
    if mark == typed.read:
        return typed
    found = understand(typed.pasted, edge.profiles, edge.now())
    known = {} if typed.read else {name: value for name, value in typed.fields.items() if value}
    platform = found.profile if found.profile != OURS else typed.platform
    return replace(typed, read=mark, platform=platform, fields={**found.fields, **known})


def _arrival(edge: Edge, person: Account, typed: Typed) -> Arrival:
    data: dict[str, Any] = {name: value for name, value in typed.fields.items() if value}
    if typed.subject:
        data["caller_is_subject"] = YES
    if typed.transfer.get("took") or typed.transfer.get("number"):
        data["transfer"] = {**typed.transfer, "by": person.name}
    body = json.dumps({"pasted": typed.pasted, "fields": data}, ensure_ascii=False).encode("utf-8", "surrogatepass")
    platform = typed.platform if typed.platform in edge.profiles and typed.platform != OURS else FORWARD
    sender = f"account:{person.id}"
    return Arrival(
        platform, for_tables(edge.profiles, typed.platform), data, body, "application/json", sender, "forward"
    )


def copy_back(profile: Profile, typed: Typed, reference: str) -> str:
    """What goes back into the platform's form, in the order of its fields, a line each."""
    words = {ours: theirs for theirs, ours in reversed(profile.values.get("type", {}).items())}
    told = {**typed.fields, "type": words.get(typed.fields.get("type", ""), typed.fields.get("type", ""))}
    lines = [f"{label}：{told[name]}" for label, name in profile.copy_back if told.get(name)]
    return "\n".join([*lines, *([f"护童编号：{reference}"] if reference else [])])


async def _page(
    request: Request, typed: Typed, *, seen: Preview | None = None, sent: Sending | None = None, empty: bool = False
) -> Response:
    edge, person = edge_of(request), request.state.person
    async with edge.store.read() as session:
        mine = await forwarded(session, person)
    platforms = [(id, profile.name) for id, profile in edge.profiles.items() if id != OURS]
    profile = for_tables(edge.profiles, typed.platform)
    return page(
        request, "console/forward.html", 422 if empty else 200, typed=typed, seen=seen, sent=sent, empty=empty, mine=mine,
        platforms=platforms, labels=FIELD_NAMES, types=TYPES, call=CALL, type_of=lambda word: profile.word("type", word) or word,
        back=copy_back(profile, typed, "") if seen else "",
    )  # fmt: skip
