"""The receipt on paper, and the page on which anybody checks one: valid or not valid, and nothing else."""

import asyncio
import hmac
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

from intake.proof import proof_of
from records.secrets import keyring
from records.signing import public_pem
from records.tables import Place
from routing.papers import verify
from routing.papers.pdf import pdf
from routing.papers.proof import code_of, sheet_of, typed
from web.chat import CHANNEL, conversation_of
from web.downloads import download
from web.guard import NotThere
from web.pages import edge_of, page
from web.slowing import slowing_of

router = APIRouter()

FIELDS = ("reference", "received", "words", "code")


@router.get("/receipt/proof")
async def receipt_on_paper(request: Request) -> Response:
    """One page for the report of this browser's conversation, when it is asked for. Its name says nothing."""
    edge, conversation = edge_of(request), conversation_of(request)
    if conversation is None:
        raise NotThere
    proof = await edge.store.carry_out(lambda session: proof_of(session, CHANNEL, conversation, edge.home, edge.now()))
    if proof is None:
        raise NotThere
    async with edge.store.read() as session:
        place = await session.get(Place, edge.home)
    sheet = sheet_of(proof, keyring(), place.name if place else "", str(request.base_url), demo=edge.demo)
    made = await asyncio.to_thread(pdf, sheet, proof.received)
    return download(f"document-{proof.reference[-5:]}.pdf", "application/pdf", made)


@router.get("/proof")
async def check_page(request: Request) -> Response:
    return page(request, "chat/proof.html", answer=None, given=dict.fromkeys(FIELDS, ""))


@router.post("/proof")
async def check(request: Request) -> Response:
    """Nothing is looked up: the code fits what was typed, or it does not."""
    form = await request.form(max_files=0, max_fields=8, max_part_size=4096)
    given = {name: str(form.get(name, ""))[:200] for name in FIELDS}
    proof = typed(edge_of(request).home, given["reference"], given["received"], given["words"])
    code = "".join(filter(str.isalnum, given["code"])).upper()
    right = code_of(keyring(), proof).replace("-", "") if proof else ""
    holds = bool(right) and hmac.compare_digest(code.encode(), right.encode())
    if not holds:
        await slowing_of(request).after_a_wrong_code(request, edge_of(request))
    return page(request, "chat/proof.html", answer=holds, given=given)


@router.get("/proof/site-key.pem")
async def public_key_file(request: Request) -> Response:
    """For somebody without a network: the site's public key."""
    return download(verify.KEY, "application/x-pem-file", public_pem(keyring()).encode())


@router.get("/proof/verify.py")
async def checking_program(request: Request) -> Response:
    """The program that checks, as it stands in this checkout."""
    return download("verify.py", "text/x-python", await asyncio.to_thread(program))


def program() -> bytes:
    """The source of the checking program."""
    return Path(verify.__file__).read_bytes()
