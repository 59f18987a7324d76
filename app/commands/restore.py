"""`hutong restore FILE`: a backup into an empty database, all of it or nothing."""

import argparse
import asyncio
from datetime import datetime
from pathlib import Path

from app import site
from app.clock import SystemClock
from app.settings import Settings
from app.start import open_settings
from app.terminal import say
from records import backup
from records.batch import Batch
from records.keyfile import load_keyring, read_master
from records.secrets import install
from records.store import open_store
from words.beijing import stamp


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="备份文件")
    parser.add_argument("--replace", action="store_true", help="丢掉数据库里现有的数据（SQLite 的旧文件会改名保留）")


def run(parsed: argparse.Namespace) -> int:
    settings = open_settings()
    ring = load_keyring(settings.keys, read_master(settings.master))
    install(ring)
    site.make_directory(settings)
    with site.alone(settings):
        made = backup.restore(settings.database, ring, parsed.file.absolute(), replace=parsed.replace)
        asyncio.run(_note(settings, made))
    say(
        "已恢复 {at} 的备份：{rows} 行，行数已核对。下一步：hutong doctor",
        at=stamp(datetime.fromisoformat(made.made_at)),
        rows=sum(made.rows.values()),
    )
    return 0


async def _note(settings: Settings, made: backup.Made) -> None:
    batch = Batch()
    batch.audit(SystemClock().now(), "command:restore", "restore", "site", made_at=made.made_at)
    store = open_store(settings.database)
    try:
        await store.write(batch)
    finally:
        await store.close()
