"""Keeps the bots going in this process: takes the lease of each, starts it, and calls what it does again and again.

Exactly one process runs each bot. A wrong token or an unreachable messenger is said, written where the doctor looks, and
stops nothing else.
"""

import asyncio
import logging
import os
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Protocol

from bot.edge import DUTY, REPORTER, Edge
from bot.trouble import NotNow, Trouble, WrongToken
from escalation.couriers import Courier, deliver_due
from records.batch import Batch
from records.columns import new_id
from records.leases import hold, let_go
from records.tables import Setting
from records.updates import forget_old
from words.language import Line, line

log = logging.getLogger("hutong.bot")

LASTS = timedelta(seconds=20)  # a lease; whoever dies is replaced after that
RENEW_SECONDS = 5
POLL_SECONDS = 25
IDLE_SECONDS = 0.3  # between looks when there was nothing to do
AGAIN_SECONDS = (2, 5, 15, 30, 60)  # between tries to reach the messenger
FAILS = 3  # in a row, before it is said that the messenger can't be reached
TIDY_SECONDS = 600
COURIERS = {REPORTER: "reporter", DUTY: "telegram"}  # the letters that each bot carries

WRONG_TOKEN: dict[str, Line] = {
    REPORTER: line("报告人机器人：Telegram 不认这个令牌。请核对 HUTONG_TELEGRAM_REPORTER_TOKEN。其他服务照常。"),
    DUTY: line("值班机器人：Telegram 不认这个令牌。请核对 HUTONG_TELEGRAM_DUTY_TOKEN。其他服务照常，通知改打电话。"),
}
UNREACHABLE: dict[str, Line] = {
    REPORTER: line("报告人机器人：现在连不上 {api}，会一直再试。网页和电话照常。"),
    DUTY: line("值班机器人：现在连不上 {api}，会一直再试；这期间的通知改打电话。"),
}
RUNNING: dict[str, Line] = {
    REPORTER: line("报告人机器人 @{name} 已开始工作。"),
    DUTY: line("值班机器人 @{name} 已开始工作。"),
}


class Bot(Protocol):
    """A bot that is started. Each method does what is to be done now; `poll` waits for news. `is_there` and `poll` raise
    Trouble."""

    name: str
    carry: Courier

    async def is_there(self) -> None: ...
    async def poll(self, seconds: int) -> int: ...
    async def hear(self) -> int: ...
    async def answer(self) -> int: ...
    async def close(self) -> None: ...


async def opened(bot: str, edge: Edge) -> Bot:
    """The bot, started. Its framework is imported now and not before. Raises WrongToken or NotNow."""
    if bot == REPORTER:
        from bot.reporter.bot import ReporterBot

        return await ReporterBot.open(edge)
    from bot.duty.bot import DutyBot

    return await DutyBot.open(edge)


def is_dead(holder: str) -> bool:
    """Whether a holder was a process of this machine that is no more: then nobody waits for the end of its lease."""
    host, _, rest = holder.partition("/")
    pid = rest.partition("/")[0]
    if host != socket.gethostname() or not pid.isdigit():
        return False
    if int(pid) == os.getpid():
        return True  # an earlier one that had our number
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return False


def lease_of(bot: str) -> str:
    return f"telegram:{bot}"


async def deliver(edge: Edge, bot: str, carry: Courier) -> int:
    """Carry the letters that go this way."""
    return await deliver_due(edge.store, edge.now(), {COURIERS[bot]: carry}, only=(COURIERS[bot],))


class Runner:
    """Runs every bot that has a token until `stop`. `say` tells the person at the terminal."""

    def __init__(self, edge: Edge, say: Callable[[Line], None]) -> None:
        self._edge, self._say = edge, say
        self._holder = f"{socket.gethostname()}/{os.getpid()}/{new_id(edge.really())}"
        self._stopping = asyncio.Event()
        self._states = dict.fromkeys(edge.messenger.bots, "starting")

    def stop(self) -> None:
        self._stopping.set()

    async def run(self) -> None:
        await asyncio.gather(*(self._keep_running(bot) for bot in self._edge.messenger.bots))

    async def _keep_running(self, bot: str) -> None:
        """Until it is stopped: wait for the lease, start, work; and again whenever that ends."""
        failed = 0
        while not self._stopping.is_set():
            if not await self._hold(bot):
                await self._pause(RENEW_SECONDS)
                continue
            made = await self._start(bot)
            if made is None:
                failed += 1
                await self._hold(bot)
                await self._pause(AGAIN_SECONDS[min(failed, len(AGAIN_SECONDS)) - 1])
                continue
            failed = 0
            try:
                await self._work(bot, made)
            finally:
                await made.close()
        await let_go(self._edge.store, lease_of(bot), self._holder, self._edge.really())

    async def _start(self, bot: str) -> Bot | None:
        """The bot at work; None when that is not possible now, which is said once."""
        keeping = asyncio.create_task(self._renew(bot))
        try:
            made = await opened(bot, self._edge)
        except WrongToken:
            self._now(bot, "wrong_token")
        except NotNow:
            self._now(bot, "unreachable")
        except Exception:
            log.exception("the %s bot could not be started", bot)
        else:
            self._now(bot, "running", made.name)
            await self._remember(bot, made.name)
            return made
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
        return None

    async def _remember(self, bot: str, name: str) -> None:
        """The bot's user name, for the console's link to it."""
        batch, key, now = Batch(), lease_of(bot), self._edge.now()
        batch.change_all(Setting, {"key": key}, value={"name": name}, updated_at=now)
        batch.add_if_new(Setting(key=key, value={"name": name}, updated_at=now))
        await self._edge.store.write(batch)

    async def _work(self, bot: str, made: Bot) -> None:
        """Until it is stopped, the lease is lost, or the token is no longer known."""
        steps = [made.hear, made.answer, lambda: deliver(self._edge, bot, made.carry)]
        working = [asyncio.create_task(self._again_and_again(bot, step)) for step in steps]
        for lasting in (self._renew(bot), self._tidy(bot), self._listen(bot, made), self._stopping.wait()):
            working.append(asyncio.create_task(_until(lasting)))
        await asyncio.wait(working, return_when=asyncio.FIRST_COMPLETED)
        for each in working:
            each.cancel()
        await asyncio.gather(*working, return_exceptions=True)

    async def _again_and_again(self, bot: str, step: Callable[[], Awaitable[int]]) -> None:
        while True:
            done = 0
            try:
                done = await step()
            except Exception:
                log.exception("the %s bot stumbled; it goes on", bot)
            if not done:
                await asyncio.sleep(IDLE_SECONDS)

    async def _listen(self, bot: str, made: Bot) -> None:
        """Long polling; where a webhook brings what happens, a question from time to time whether the messenger is there.
        Returns when the token is no longer known."""
        failed = 0
        while True:
            try:
                if self._edge.messenger.webhook:
                    await made.is_there()
                    await asyncio.sleep(POLL_SECONDS)
                else:
                    await made.poll(POLL_SECONDS)
                failed = 0
                self._now(bot, "running", made.name)
            except WrongToken:
                self._now(bot, "wrong_token")
                return
            except Trouble:
                failed += 1
                if failed == FAILS:
                    self._now(bot, "unreachable")
                await asyncio.sleep(AGAIN_SECONDS[min(failed, len(AGAIN_SECONDS)) - 1])
            except Exception:
                log.exception("what the %s bot was told could not be kept", bot)
                await asyncio.sleep(IDLE_SECONDS)

    def _now(self, bot: str, state: str, name: str = "") -> None:
        """How it goes for a bot; whoever sits at the terminal hears of it when it changes."""
        if self._states[bot] == state:
            return
        self._states[bot] = state
        says = {"running": RUNNING, "wrong_token": WRONG_TOKEN, "unreachable": UNREACHABLE}[state][bot]
        self._say(Line(says.zh, {"name": name, "api": self._edge.messenger.api}))

    async def _renew(self, bot: str) -> None:
        """Returns when the lease is lost, or this is stopped: a pause that ends just then may not hear that it was cancelled."""
        while not self._stopping.is_set():
            if not await self._hold(bot):
                log.warning("another process runs the %s bot now", bot)
                return
            await self._pause(RENEW_SECONDS)

    async def _hold(self, bot: str) -> bool:
        now = self._edge.really()
        try:
            return await hold(self._edge.store, lease_of(bot), self._holder, now, LASTS, self._states[bot], is_dead)
        except Exception:
            log.exception("the lease of the %s bot could not be kept", bot)
            return False

    async def _tidy(self, bot: str) -> None:
        while True:
            try:
                async with self._edge.store.read() as session:
                    old = await forget_old(session, bot, self._edge.now())
                await self._edge.store.write(old)
            except Exception:
                log.exception("old updates of the %s bot could not be forgotten", bot)
            await asyncio.sleep(TIDY_SECONDS)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)


async def _until(lasting: Awaitable[object]) -> None:
    await lasting
