"""Making a site, or bringing one to this version: directory, keys, schema, and the rows that every site has."""

import asyncio
import logging
from collections.abc import Sequence

from sqlmodel import select

from app import demo, site
from app.clock import SystemClock
from app.house import House
from app.settings import Settings
from app.stories import play
from app.terminal import say
from records import schema
from records.store import open_store
from records.tables import Case

log = logging.getLogger("hutong.demo")


def make(settings: Settings, places: Sequence[site.NewPlace] = (), login: str = "admin", *, bare: bool = False) -> None:
    """Says what it made. Running it again changes nothing that is there. `bare`: a demonstration without cases."""
    is_new = not site.has_data(settings)
    if is_new and not (settings.demo or places):
        raise site.no_home()
    site.make_keys(settings)
    before = None if is_new else schema.revision(settings.database)
    schema.upgrade(settings.database)
    first = asyncio.run(_settle(settings, places, login))
    if settings.demo and not bare:
        asyncio.run(_play(settings))
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


async def _play(settings: Settings) -> None:
    """The county's cases, unless it has some. A story that cannot be told must not keep the visitor out."""
    async with House.at(settings) as house, house.store.read() as session:
        now, told = house.now(), (await session.exec(select(Case.id).limit(1))).first()
    if told is None:
        try:
            await play(settings, now)
        except Exception:
            log.exception("the demonstration's cases could not all be made")
