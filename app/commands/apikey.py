"""`hutong apikey`: keys of programs that send tickets: made, listed, rotated, revoked."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from sqlmodel import col, select

from app import site
from app.house import clock_of
from app.platforms import profiles_of
from app.problem import Problem
from app.settings import Settings
from app.start import open_settings
from app.terminal import say, warn
from records.access.keys import NAME, OVERLAP, PER_MINUTE, SCOPES, NewKey, alive, keys_named, make_key, revoked, rotated
from records.batch import Batch
from records.store import Store, open_store
from records.tables import ApiKey
from words.beijing import stamp
from words.language import line


def arguments(parser: argparse.ArgumentParser) -> None:
    doing = parser.add_subparsers(dest="doing", metavar="做什么", required=True)
    new = doing.add_parser("new", help="发一把新密钥，只显示这一次")
    new.add_argument("name", metavar="名称", help="哪个程序用，如 county-12345")
    new.add_argument(
        "--scope", action="append", required=True, choices=tuple(SCOPES), help="权限，可重复：" + "；".join(f"{key} {what}" for key, what in SCOPES.items())
    )  # fmt: skip
    new.add_argument("--platform", metavar="平台", help="只许送这个平台的工单，并看得到它的全部工单")
    new.add_argument("--sign", action="store_true", help="另给一个签名密钥（Standard Webhooks），可不带密钥而签名")
    new.add_argument(
        "--rate", type=int, default=PER_MINUTE, metavar="张", help=f"每分钟最多多少张，0 不限，默认 {PER_MINUTE}"
    )
    new.add_argument("--days", type=int, metavar="天", help="多少天后失效，默认不失效")
    rotate = doing.add_parser("rotate", help="换新密钥，旧的过一段时间才失效")
    rotate.add_argument("name", metavar="名称")
    rotate.add_argument("--overlap-hours", type=float, default=OVERLAP.total_seconds() / 3600, metavar="小时", help="旧密钥还能用多久，默认 24")  # fmt: skip
    revoke = doing.add_parser("revoke", help="马上停用")
    revoke.add_argument("name", metavar="名称")
    doing.add_parser("list", help="有哪些密钥，什么时候用过")


def run(parsed: argparse.Namespace) -> int:
    settings = open_settings()
    site.open_site(settings)
    doing: dict[str, Callable[[Settings, Store, argparse.Namespace, datetime], Awaitable[None]]] = {
        "new": _new, "rotate": _rotate, "revoke": _revoke, "list": _list,
    }  # fmt: skip
    asyncio.run(_with_store(settings, parsed, doing[parsed.doing]))
    return 0


async def _with_store(
    settings: Settings,
    parsed: argparse.Namespace,
    do: Callable[[Settings, Store, argparse.Namespace, datetime], Awaitable[None]],
) -> None:
    store = open_store(settings.database)
    try:
        await site.check_mode(store, settings)
        await do(settings, store, parsed, clock_of(settings).now())
    finally:
        await store.close()


async def _new(settings: Settings, store: Store, parsed: argparse.Namespace, now: datetime) -> None:
    if not NAME.fullmatch(parsed.name):
        raise Problem("名称用字母、数字、汉字、. _ -，最多 64 个；现在是“{name}”。", name=parsed.name)
    if parsed.platform is not None and parsed.platform not in profiles_of(settings):
        raise Problem("没有叫 {name} 的平台。看有哪些：hutong platform list", name=parsed.platform)
    if parsed.rate < 0 or (parsed.days is not None and parsed.days < 1):
        raise Problem("--rate 不能小于 0，--days 至少 1。")
    async with store.read() as session:
        if any(alive(row, now) for row in await keys_named(session, parsed.name)):
            raise Problem("“{name}”已经有密钥。要换新的：hutong apikey rotate {name}", name=parsed.name)
    ends_at = now + timedelta(days=parsed.days) if parsed.days else None
    new = make_key(
        parsed.name, set(parsed.scope), now, platform=parsed.platform, per_minute=parsed.rate, signs=parsed.sign,
        ends_at=ends_at,
    )  # fmt: skip
    batch = Batch()
    batch.add(new.row)
    await _write(store, batch, now, "apikey.new", new.row)
    _show(new)


async def _rotate(settings: Settings, store: Store, parsed: argparse.Namespace, now: datetime) -> None:
    rows = await _alive(store, parsed.name, now)
    batch, new = rotated(rows, now, timedelta(hours=max(0.0, parsed.overlap_hours)))
    await _write(store, batch, now, "apikey.rotate", new.row)
    _show(new)
    warn(line("旧密钥还能用 {hours} 小时。", hours=f"{max(0.0, parsed.overlap_hours):g}"))


async def _revoke(settings: Settings, store: Store, parsed: argparse.Namespace, now: datetime) -> None:
    rows = await _alive(store, parsed.name, now)
    await _write(store, revoked(rows, now), now, "apikey.revoke", rows[-1])
    say("已停用“{name}”的密钥。", name=parsed.name)


async def _list(settings: Settings, store: Store, parsed: argparse.Namespace, now: datetime) -> None:
    async with store.read() as session:
        rows = (await session.exec(select(ApiKey).order_by(col(ApiKey.name), col(ApiKey.created_at)))).all()
    for row in rows:
        state = "" if row.ends_at is None else f"→ {stamp(row.ends_at)}" if alive(row, now) else "×"
        used = stamp(row.used_at) if row.used_at else "—"
        print("  ".join(filter(None, (row.name, ",".join(row.scopes), row.platform or "*", stamp(row.created_at), used, state))))  # fmt: skip
    if not rows:
        say("还没有密钥。发一把：hutong apikey new 名称 --scope tickets")


async def _alive(store: Store, name: str, now: datetime) -> list[ApiKey]:
    async with store.read() as session:
        rows = [row for row in await keys_named(session, name) if alive(row, now)]
    if not rows:
        raise Problem("没有叫“{name}”的密钥在用。看有哪些：hutong apikey list", name=name)
    return rows


async def _write(store: Store, batch: Batch, now: datetime, action: str, row: ApiKey) -> None:
    batch.audit(now, "command:apikey", action, row.id, purpose=row.name, scopes=list(row.scopes), platform=row.platform)
    await store.write(batch)


def _show(new: NewKey) -> None:
    """The key alone on standard output, so that a script can take it; what to do with it beside it."""
    print(new.token, flush=True)
    if new.secret:
        print(new.secret, flush=True)
    warn(line("密钥只显示这一次。用法：Authorization: Bearer 密钥"))
