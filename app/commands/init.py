"""`hutong init`: make a site, or bring one to this version. Running it again changes nothing that is there."""

import argparse
import asyncio
import os
import re
from collections.abc import Sequence

from app import demo, site
from app.clock import SystemClock
from app.problem import Problem
from app.settings import Settings
from app.start import open_settings
from app.terminal import say
from records import schema
from records.store import open_store


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--place", action="append", default=[], metavar="代码=名称", help="站点所在地，可重复写上级，如 458821=罗岭县"
    )
    parser.add_argument("--admin", default="admin", metavar="登录名", help="第一个管理员的登录名（默认 admin）")
    parser.add_argument("--demo", action="store_true", help="建立虚构的演示县：机构、人员、班次、各种状态的事项")
    parser.add_argument("--reset", action="store_true", help="与 --demo 连用：丢掉现有的演示数据，重新建立")


def run(parsed: argparse.Namespace) -> int:
    settings = open_settings(demo=parsed.demo)
    if parsed.reset and not settings.demo:
        raise Problem("--reset 只用于演示数据。请运行：hutong init --demo --reset")
    places = [_place(text) for text in parsed.place]
    os.umask(0o077)
    site.make_directory(settings)
    with site.alone(settings):
        if parsed.reset:
            demo.forget(settings)
        _make(settings, places, parsed.admin)
    say("下一步：HUTONG_MODE=demo hutong serve" if settings.demo else "下一步：hutong serve")
    return 0


def _make(settings: Settings, places: Sequence[site.NewPlace], login: str) -> None:
    is_new = not site.has_data(settings)
    if is_new and not (settings.demo or places):
        raise site.no_home()
    site.make_keys(settings)
    before = None if is_new else schema.revision(settings.database)
    schema.upgrade(settings.database)
    first = asyncio.run(_settle(settings, places, login))
    if is_new:
        say("密钥文件：{path}。请现在就备份这个文件，存到别处：丢了它，数据和备份都打不开。", path=settings.keys)
        say("已建立数据库（版本 {revision}）。", revision=schema.head())
    elif before != schema.head():
        say("数据库已从版本 {before} 升级到 {after}。", before=before, after=schema.head())
    else:
        say("数据库已是最新版本（{revision}）。", revision=before)
    if first:
        say("管理员登录名 {login}，初始密码 {password} （只显示这一次）", login=first.login, password=first.password)


async def _settle(settings: Settings, places: Sequence[site.NewPlace], login: str) -> site.FirstLogin | None:
    store = open_store(settings.database)
    try:
        await site.check_mode(store, settings)
        if settings.demo:
            await demo.settle(store, settings)
            return None
        return await site.settle(store, places, login, SystemClock().now())
    finally:
        await store.close()


def _place(text: str) -> site.NewPlace:
    code, _, name = text.partition("=")
    if not re.fullmatch(r"\d{6}|\d{9}|\d{12}", code) or not name.strip():
        raise Problem("--place 要写成 行政区划代码=名称，例如 458821=罗岭县；现在是“{text}”。", text=text)
    return code, name.strip(), None
