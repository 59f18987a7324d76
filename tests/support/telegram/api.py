"""The server: calls of the Bot API over HTTP, in any of the three ways in which libraries send their values."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiohttp import ClientError, ClientSession, web

from tests.support.telegram import methods
from tests.support.telegram.methods import Refused
from tests.support.telegram.trouble import Answer, Drop, Hold, Trouble, Woe
from tests.support.telegram.world import Bot, Json

LONGEST_POLL = 50  # seconds, as the real one
AGAIN_AFTER = 0.05  # seconds until a webhook that did not answer 200 is tried again

Watcher = Callable[[str, Json, str], Awaitable[Woe | None]]


class BotApi:
    """Bots by their tokens, and what goes wrong. Serve it with `serving`.

    `watch` is called with (method, values, moment) at `asked`, before a call is carried out, and at `done`, before it is answered;
    it may name what strikes the call then.
    """

    def __init__(self) -> None:
        self.bots: dict[str, Bot] = {}
        self.trouble = Trouble()
        self.url = ""
        self.watch: Watcher | None = None
        self.redeliver = 0  # so many of the next updates reach a webhook twice
        self._pushing: dict[str, asyncio.Task[None]] = {}

    def bot(self, token: str, username: str = "hutong_bot") -> Bot:
        """A bot as BotFather makes one."""
        return self.bots.setdefault(token, Bot(token, username))

    def application(self) -> web.Application:
        served = web.Application(client_max_size=60 * 1024 * 1024)
        served.router.add_route("*", "/bot{token}/{method}", self._call)
        served.router.add_get("/file/bot{token}/{path:.+}", self._file)
        return served

    async def close(self) -> None:
        for pushing in self._pushing.values():
            pushing.cancel()
        await asyncio.gather(*self._pushing.values(), return_exceptions=True)
        for bot in self.bots.values():
            bot.polling = None
            bot.news.set()

    async def _call(self, request: web.Request) -> web.StreamResponse:
        token, method = request.match_info["token"], request.match_info["method"]
        bot = self.bots.get(token)
        if bot is None:
            return _answer(401 if ":" in token else 404, "Unauthorized" if ":" in token else "Not Found")
        values = await _values(request)
        woe = self.trouble.strikes(method, values)
        if self.watch:
            woe = await self.watch(method, values, "asked") or woe
        if isinstance(woe, Answer):
            body = "<html>502 Bad Gateway</html>" if woe.body is None else json.dumps(woe.body)
            return web.Response(status=woe.status, text=body, content_type="application/json")
        if isinstance(woe, Drop) and not woe.done:
            return _dropped(request)
        try:
            result = await self._carried_out(bot, method, values)
        except Refused as refused:
            return _answer(refused.status, refused.description)
        if self.watch:
            woe = await self.watch(method, values, "done") or woe
        if isinstance(woe, Drop):
            return _dropped(request)
        if isinstance(woe, Hold):
            await asyncio.sleep(woe.seconds)
        return web.json_response({"ok": True, "result": result})

    async def _carried_out(self, bot: Bot, method: str, values: Json) -> Any:
        if method == "getUpdates":
            return await self._updates(bot, values)
        verb = methods.METHODS.get(method)
        if verb is None:
            raise Refused(404, "Not Found: method not found")
        bot.calls.append((method, values))
        result = verb(bot, values)
        if method in ("setWebhook", "deleteWebhook"):
            await self._push_from_now_on(bot)
        return result

    async def _updates(self, bot: Bot, values: Json) -> list[Json]:
        """Long polling. A second one at the same time ends the first, as the real server does."""
        if bot.webhook:
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to "
                               "delete the webhook first")  # fmt: skip
        me = bot.polling = object()
        bot.polled.set()
        bot.news.set()  # whoever polls already finds that it is over
        offset, allowed = int(values.get("offset") or 0), values.get("allowed_updates")
        bot.updates = [update for update in bot.updates if update["update_id"] >= offset]
        until = asyncio.get_running_loop().time() + min(float(values.get("timeout") or 0), LONGEST_POLL)
        while not (found := _allowed(bot.updates, allowed)[: int(values.get("limit") or 100)]):
            bot.news.clear()
            left = until - asyncio.get_running_loop().time()
            if left <= 0:
                break
            try:
                await asyncio.wait_for(bot.news.wait(), left)
            except TimeoutError:
                break
            if bot.polling is not me:
                raise Refused(409, "Conflict: terminated by other getUpdates request; make sure that only one bot "
                                   "instance is running")  # fmt: skip
        bot.polling = None
        return found

    async def _push_from_now_on(self, bot: Bot) -> None:
        if pushing := self._pushing.pop(bot.token, None):
            pushing.cancel()
        if bot.webhook:
            self._pushing[bot.token] = asyncio.create_task(self._push(bot))

    async def _push(self, bot: Bot) -> None:
        """Every update to the webhook, in order, again and again until it answers 200."""
        async with ClientSession() as http:
            while bot.webhook:
                bot.news.clear()
                for update in _allowed(bot.updates, bot.webhook.allowed):
                    times = 2 if self.redeliver > 0 else 1
                    self.redeliver -= times - 1
                    for _ in range(times):
                        await _pushed(http, bot, update)
                    bot.updates.remove(update)
                if not bot.updates:
                    await bot.news.wait()

    async def _file(self, request: web.Request) -> web.StreamResponse:
        bot = self.bots.get(request.match_info["token"])
        path = request.match_info["path"]
        found = next((file for file in bot.files.values() if file.path == path), None) if bot else None
        if found is None:
            return _answer(404, "Not Found")
        woe = self.trouble.strikes("file", {})
        if isinstance(woe, Drop):
            return _dropped(request)
        if isinstance(woe, Answer):
            return web.Response(status=woe.status)
        return web.Response(body=found.content, content_type="application/octet-stream")


async def _pushed(http: ClientSession, bot: Bot, update: Json) -> None:
    """Returns when the webhook has answered 200."""
    while webhook := bot.webhook:
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
        with suppress(ClientError):
            async with http.post(webhook.url, json=update, headers=headers) as answer:
                if answer.status == 200:
                    return
        await asyncio.sleep(AGAIN_AFTER)


def _allowed(updates: list[Json], kinds: list[str] | None) -> list[Json]:
    return [update for update in updates if not kinds or set(kinds) & set(update)]


def _answer(status: int, description: str) -> web.Response:
    return web.json_response({"ok": False, "error_code": status, "description": description}, status=status)


def _dropped(request: web.Request) -> web.Response:
    if request.transport is not None:  # the other side may be gone already
        request.transport.abort()
    return web.Response(status=500)  # nobody hears it


async def _values(request: web.Request) -> Json:
    """The call's values, wherever the library put them; what is JSON inside a form is opened."""
    found: Json = dict(request.query)
    if request.content_type == "application/json":
        found |= await request.json()
    elif request.method == "POST":
        form = await request.post()
        found |= {name: value for name, value in form.items() if isinstance(value, str)}
        found |= {
            name: form[value.removeprefix("attach://")]
            for name, value in found.items()
            if str(value).startswith("attach://")
        }
    return {name: _opened(name, value) for name, value in found.items()}


def _opened(name: str, value: Any) -> Any:
    if name in ("reply_markup", "allowed_updates", "commands", "scope", "link_preview_options", "reply_parameters"):
        return json.loads(value) if isinstance(value, str) else value
    return value


@asynccontextmanager
async def serving(api: BotApi, port: int = 0) -> AsyncIterator[BotApi]:
    """The server on this machine as long as the block lasts; `api.url` is its base address."""
    runner = web.AppRunner(api.application(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    api.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield api
    finally:
        await api.close()
        await runner.cleanup()
