"""A program with a key at the door: sends JSON, reads JSON, signs if it must."""

import json
from datetime import datetime
from typing import Any

import httpx
from fastapi import FastAPI
from standardwebhooks.webhooks import Webhook

from records.access.keys import NewKey, make_key
from records.batch import Batch
from tests.edges.visitor import ORIGIN
from tests.flows.town import Town


async def key_for(town: Town, name: str = "hotline", *scopes: str, **rights: Any) -> NewKey:
    new = make_key(name, scopes or ("tickets",), town.now, **rights)
    batch = Batch()
    batch.add(new.row)
    await town.house.store.write(batch)
    return new


class Program:
    """One program; `token` None goes without a key."""

    def __init__(self, site: FastAPI, token: str | None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url=ORIGIN, headers=headers)

    async def sends(self, data: Any, platform: str = "", **headers: str) -> httpx.Response:
        body = data if isinstance(data, bytes) else json.dumps(data, ensure_ascii=False).encode()
        path = f"/api/v1/tickets/{platform}" if platform else "/api/v1/tickets"
        return await self.http.post(path, content=body, headers={"Content-Type": "application/json", **headers})

    async def signs(
        self, data: Any, secret: str, at: datetime, platform: str = "", message: str = "msg_1"
    ) -> httpx.Response:
        body = json.dumps(data, ensure_ascii=False)
        signature = Webhook(secret).sign(message, at, body)
        headers = {"webhook-id": message, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}
        return await self.sends(body.encode(), platform, **headers)

    async def asks(self, **query: str) -> httpx.Response:
        return await self.http.get("/api/v1/tickets", params=query)


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Status and kind of a refusal, which must say what to do."""
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == answer.status_code and told["detail"] and told["title"]
    return answer.status_code, told["type"].rpartition(":")[2]
