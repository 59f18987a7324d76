"""`hutong platform`: which hotline platforms are known, and where their results go."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from sqlmodel import select

from app import site
from app.house import clock_of
from app.platforms import profiles_of
from app.problem import Problem
from app.settings import Settings
from app.start import open_settings
from app.terminal import say, warn
from intake.tickets.owing import owed_table
from records.access.keys import new_secret
from records.access.tickets import owed
from records.batch import Batch
from records.store import Store, open_store
from records.tables import PlatformLink
from words.language import line


def arguments(parser: argparse.ArgumentParser) -> None:
    doing = parser.add_subparsers(dest="doing", metavar="做什么", required=True)
    doing.add_parser("list", help="有哪些平台，结果回传到哪里")
    doing.add_parser("check", help="检查平台配置文件（数据目录的 platforms/ 盖过自带的）")
    connect = doing.add_parser("connect", help="写明结果回传到哪个网址；显示签名密钥，只这一次")
    connect.add_argument("name", metavar="平台")
    connect.add_argument("address", metavar="网址", help="https://… 或内网 http://…")
    connect.add_argument("--bearer", metavar="令牌", help="平台要求的令牌，放在 Authorization: Bearer 里")
    doing.add_parser("owed", help="还欠平台回音的工单，CSV 写到标准输出")
    stop = doing.add_parser("disconnect", help="不再回传；没送出的留着")
    stop.add_argument("name", metavar="平台")


def run(parsed: argparse.Namespace) -> int:
    settings = open_settings()
    if parsed.doing == "check":
        profiles = profiles_of(settings)
        say("平台配置没有写错的地方：{names}。", names="、".join(sorted(profiles)))
        return 0
    site.open_site(settings)
    doing: dict[str, Callable[[Settings, Store, argparse.Namespace], Awaitable[None]]] = {
        "list": _list, "connect": _connect, "disconnect": _disconnect, "owed": _owed,
    }  # fmt: skip
    asyncio.run(_with_store(settings, parsed, doing[parsed.doing]))
    return 0


async def _with_store(
    settings: Settings, parsed: argparse.Namespace, do: Callable[[Settings, Store, argparse.Namespace], Awaitable[None]]
) -> None:
    store = open_store(settings.database)
    try:
        await site.check_mode(store, settings)
        await do(settings, store, parsed)
    finally:
        await store.close()


async def _list(settings: Settings, store: Store, parsed: argparse.Namespace) -> None:
    async with store.read() as session:
        links = {link.platform: link for link in (await session.exec(select(PlatformLink))).all()}
    profiles = profiles_of(settings)
    for name in sorted({*profiles, *links}):
        link = links.get(name)
        where = "—" if link is None else urlsplit(link.address).netloc if link.active else "×"
        print("  ".join((name, profiles[name].name if name in profiles else "?", where)))


async def _connect(settings: Settings, store: Store, parsed: argparse.Namespace) -> None:
    parts = urlsplit(parsed.address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise Problem("网址要写成 https://主机/路径，里面不写用户名；现在是“{text}”。", text=parsed.address)
    now, secret = clock_of(settings).now(), new_secret()
    batch = Batch()
    async with store.read() as session:
        link = await session.get(PlatformLink, parsed.name)
    values = {"address": parsed.address, "secret": secret, "bearer": parsed.bearer, "active": True, "updated_at": now}
    if link is None:
        batch.add(PlatformLink(platform=parsed.name, **values))
    else:
        batch.change(link, **values)
    batch.audit(now, "command:platform", "platform.connect", parsed.name, host=parts.netloc)
    await store.write(batch)
    print(secret, flush=True)
    warn(line("签名密钥只显示这一次，请交给平台：Standard Webhooks，webhook-signature。"))


async def _disconnect(settings: Settings, store: Store, parsed: argparse.Namespace) -> None:
    now, batch = clock_of(settings).now(), Batch()
    async with store.read() as session:
        link = await session.get(PlatformLink, parsed.name)
    if link is None:
        raise Problem("平台“{name}”没有写过回传网址。看有哪些：hutong platform list", name=parsed.name)
    batch.change(link, active=False, updated_at=now)
    batch.audit(now, "command:platform", "platform.disconnect", parsed.name)
    await store.write(batch)
    say("已停止向“{name}”回传。没送出的会一直试到期限，之后在总览里可以再送。", name=parsed.name)


async def _owed(settings: Settings, store: Store, parsed: argparse.Namespace) -> None:
    now = clock_of(settings).now()
    async with store.read() as session:
        found = await owed(session, None)
    batch = Batch()
    batch.audit(now, "command:platform", "tickets.owed", "site", rows=len(found))
    await store.write(batch)
    sys.stdout.buffer.write(owed_table(found, now))
    sys.stdout.buffer.flush()
