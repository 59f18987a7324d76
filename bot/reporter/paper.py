"""The receipt on paper, as a file in the chat. What waits to be sent are its four values; the page is made when it is sent."""

import asyncio
from datetime import datetime

from bot.edge import Edge, Json
from records.secrets import keyring
from records.tables import Place
from routing.papers.pdf import pdf
from routing.papers.proof import Proof, sheet_of


def paper(proof: Proof) -> Json:
    """What is to be sent."""
    return {"do": "paper", "reference": proof.reference, "received": proof.received.isoformat(), "words": proof.words}


async def page_of(edge: Edge, item: Json) -> tuple[str, bytes]:
    """Its name, which says nothing, and the page."""
    proof = Proof(edge.home, item["reference"], datetime.fromisoformat(item["received"]), item["words"])
    async with edge.store.read() as session:
        place = await session.get(Place, edge.home)
    sheet = sheet_of(proof, keyring(), place.name if place else "", edge.messenger.webhook, demo=edge.demo)
    return f"document-{proof.reference[-5:]}.pdf", await asyncio.to_thread(pdf, sheet, proof.received)
