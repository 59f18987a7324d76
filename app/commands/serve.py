"""`hutong serve`: the web sites and the worker, all in one process unless `--roles` says otherwise."""

import argparse
import asyncio
import errno
import os
import signal
import socket
from collections.abc import Sequence
from contextlib import ExitStack

import uvicorn
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]  # it ships none

from app import demo, logs, site
from app.house import House
from app.making import make
from app.problem import Problem
from app.settings import ROLES, Settings, several_of
from app.start import open_settings
from app.terminal import render, say
from bot.runner import Runner
from routing.tellable import problems
from web.proxies import behind
from web.site import build

TICK_SECONDS = 2
BEAT_SECONDS = 60
# The names of people take a second to load: after the rush of a start, before anybody records a result.
SETTLED_SECONDS = 60
WARMING = "继父打孩子"  # judged once before anybody waits: word lists are loaded on first use
GOODBYE_SECONDS = 5  # for answers under way and open event streams, when asked to end


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--roles",
        default=",".join(ROLES),
        metavar="角色",
        help="这个进程做什么：web 网页，worker 计时与通知，telegram 机器人；默认全部（web,worker,telegram）",
    )


def run(parsed: argparse.Namespace) -> int:
    settings = open_settings()
    roles = several_of("--roles", parsed.roles, ROLES)
    if roles == ["telegram"] and not settings.telegram.bots:
        raise Problem(
            "没有机器人的令牌。请先设置 HUTONG_TELEGRAM_REPORTER_TOKEN（报告人）或 HUTONG_TELEGRAM_DUTY_TOKEN（值班）。"
        )
    if settings.demo and not site.has_data(settings):
        say("第一次运行：正在建立演示县……")
        os.umask(0o077)
        site.make_directory(settings)
        make(settings)
    site.open_site(settings)
    logs.to_stderr(settings.log)
    with ExitStack() as held:
        if "worker" in roles:
            held.enter_context(site.alone(settings))
        ear = held.enter_context(_listening(settings)) if "web" in roles else None
        asyncio.run(_serve(settings, roles, ear))
    return 0


async def _serve(settings: Settings, roles: Sequence[str], ear: socket.socket | None) -> None:
    async with House.at(settings) as house:
        await asyncio.to_thread(house.judge.assess, WARMING)
        warming = asyncio.create_task(_warm())
        scheduler = AsyncIOScheduler(timezone="UTC")
        if "worker" in roles:
            # Ticks only: what is due is a row, so a missed or late tick loses nothing.
            scheduler.add_job(
                house.tick, "interval", seconds=TICK_SECONDS, coalesce=True, max_instances=1, misfire_grace_time=None
            )
            scheduler.add_job(
                house.seal, "interval", seconds=TICK_SECONDS, coalesce=True, max_instances=1, misfire_grace_time=None
            )
            if settings.heartbeat:
                scheduler.add_job(house.beat, "interval", seconds=BEAT_SECONDS, coalesce=True, max_instances=1)
            for work in (house.outside.carry, house.outside.collect, house.imports):
                scheduler.add_job(
                    work, "interval", seconds=TICK_SECONDS, coalesce=True, max_instances=1, misfire_grace_time=None
                )
        if settings.pulse:
            scheduler.add_job(settings.pulse.touch, "interval", seconds=TICK_SECONDS, coalesce=True, max_instances=1)
        if scheduler.get_jobs():
            scheduler.start()
        runner = Runner(house.bot_edge(), lambda text: print(render(text), flush=True)) if "telegram" in roles else None
        bots = asyncio.create_task(runner.run()) if runner else None
        try:
            if ear:
                await _web(house, settings, ear)
            else:
                say("正在计时与通知。停止：Ctrl-C" if "worker" in roles else "机器人在工作。停止：Ctrl-C")
                await _until_asked_to_end()
        finally:
            if scheduler.running:
                scheduler.shutdown(wait=False)
            if runner and bots:
                runner.stop()
                await asyncio.wait({bots}, timeout=GOODBYE_SECONDS)
                bots.cancel()
            await house.at_rest()
            warming.cancel()


async def _warm() -> None:
    await asyncio.sleep(SETTLED_SECONDS)
    await asyncio.to_thread(problems, WARMING, {}, {})


async def _web(house: House, settings: Settings, ear: socket.socket) -> None:
    config = uvicorn.Config(
        behind(build(house.edge(), settings.sites), settings.proxies),
        proxy_headers=False,  # by default anybody on this machine would be believed
        log_config=None,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=GOODBYE_SECONDS,
    )
    await _Server(config, settings).serve(sockets=[ear])


class _Server(uvicorn.Server):
    """Says its addresses when it answers at them, and not before."""

    def __init__(self, config: uvicorn.Config, settings: Settings) -> None:
        super().__init__(config)
        self._settings = settings

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            _welcome(self._settings)


def _listening(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    ear = socket.socket(family, socket.SOCK_STREAM)
    ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        ear.bind((settings.host, settings.port))
        ear.listen(2048)
    except OSError as fault:
        ear.close()
        if fault.errno == errno.EADDRINUSE:
            raise Problem(
                "端口 {port} 已被占用。请换一个端口：HUTONG_PORT={other}，或停掉占用它的程序。",
                port=settings.port,
                other=settings.port + 1,
            ) from None
        raise Problem(
            "不能在 {host}:{port} 上监听（{why}）。请检查 HUTONG_HOST 和 HUTONG_PORT。",
            host=settings.host,
            port=settings.port,
            why=fault.strerror,
        ) from None
    return ear


def _welcome(settings: Settings) -> None:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    base = f"http://{host}:{settings.port}"
    if "chat" in settings.sites:
        say("报告人对话：{base}/", base=base)
    if "console" in settings.sites:
        say("工作台：{base}/console", base=base)
    if settings.demo and "console" in settings.sites:
        say("演示模式：罗岭县是虚构的。演示账号：")
        for login in demo.logins():
            say(
                "  {login}  密码 {password}  {what}",
                login=f"{login.login:<9}",
                password=login.password,
                what=login.what,
            )
    say("停止：Ctrl-C")


async def _until_asked_to_end() -> None:
    asked, loop = asyncio.Event(), asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, asked.set)
    await asked.wait()
