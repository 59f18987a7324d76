"""Evidence of a case for a supervisor or the procuratorate: asked for with a document number, handed out as one signed packet.

No desk sees that it was: it is a line of the audit trail, and nothing of the case changes.
"""

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import Response

from records.secrets import keyring
from records.tables import Account, Desk
from routing.evidence import evidence_of
from routing.refusal import Refused
from web.downloads import download
from web.evidence_sheet import packet
from web.guard import NotThere
from web.pages import edge_of, page
from words.language import Line, line

router = APIRouter()


def may_ask(person: Account, desk: Desk | None) -> bool:
    """Whether the page is there for somebody. Of which case they may ask is decided by `routing.evidence`."""
    return person.role == "supervisor" or (desk is not None and desk.department == "procuratorate")


@router.get("/console/evidence")
async def evidence_page(request: Request, reference: str = "") -> Response:
    return _asked(request, reference[:20])


@router.post("/console/evidence")
async def hand_out(request: Request) -> Response:
    edge, person, now = edge_of(request), request.state.person, edge_of(request).now()
    form = await request.form()
    reference, reason = str(form.get("reference", ""))[:20], str(form.get("reason", ""))[:200]
    try:
        found = await edge.store.carry_out(lambda session: evidence_of(session, person, reference, reason, now))
    except Refused as refused:
        return _asked(request, reference, reason, refused.line)
    if found is None:
        return _asked(request, reference, reason, line("没有找到这份报告，或者它不在您的范围内。"))
    made = await asyncio.to_thread(packet, found, edge.clauses, keyring(), edge.home, now, demo=edge.demo)
    return download(f"{found.reference}.zip", "application/zip", made)


def _asked(request: Request, reference: str, reason: str = "", refused: Line | None = None) -> Response:
    if not may_ask(request.state.person, request.state.desk):
        raise NotThere
    return page(
        request, "console/evidence.html", 409 if refused else 200, reference=reference, reason=reason, refused=refused
    )  # fmt: skip
