"""`hutong retention`: what is kept longer than the site's rule, and clearing it."""

import argparse
import asyncio

from app import site
from app.house import clock_of
from app.problem import Problem
from app.settings import SHIPPED, Settings
from app.start import open_settings
from app.terminal import say
from records.store import open_store
from routing.retention import Policy, clear, over, read_policy


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--apply", action="store_true", help="清除（不写则只数一数）")


def run(parsed: argparse.Namespace) -> int:
    settings = open_settings()
    site.open_site(settings)
    own = settings.data / "retention.toml"
    if parsed.apply and not own.exists():
        raise Problem(
            "本站还没有定保存期限。请把 {shipped} 复制为 {own}，按本地档案规定改好。",
            shipped=SHIPPED / "retention.toml",
            own=own,
        )
    policy = read_policy((own if own.exists() else SHIPPED / "retention.toml").read_text(encoding="utf-8"))
    count = asyncio.run(_run(settings, policy, apply=parsed.apply))
    if parsed.apply:
        say("已清除 {count} 件到期事项里的原话、姓名、号码和文件。", count=count)
    else:
        say("到期的事项有 {count} 件。清除：hutong retention --apply", count=count)
    return 0


async def _run(settings: Settings, policy: Policy, *, apply: bool) -> int:
    store, now, count = open_store(settings.database), clock_of(settings).now(), 0
    try:
        while True:
            async with store.read() as session:
                found = await over(session, policy, now)
            if not apply or not found:
                return count + len(found)
            for case in found:
                await store.carry_out(lambda session, id=case.id: clear(session, id, now))  # type: ignore[misc]  # a case each
            count += len(found)
    finally:
        await store.close()
