"""`hutong backup FILE`: everything of the site in one encrypted file, while it runs."""

import argparse
import asyncio
from pathlib import Path

from app import site
from app.clock import SystemClock
from app.settings import Settings
from app.start import open_settings
from app.terminal import say
from records import backup, schema
from records.batch import Batch
from records.store import open_store
from records.tables import Setting
from words.beijing import local

BACKED_UP = "backup"  # settings row: when the last backup was made, how large, how many rows


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="写到这个新文件；写一个目录则自动取名")


def run(parsed: argparse.Namespace) -> int:
    settings, now = open_settings(), SystemClock().now()
    ring = site.open_keys(settings)
    path = parsed.file.absolute()
    if path.is_dir():
        path = path / f"hutong-{local(now):%Y%m%d-%H%M%S}.age"
    made = backup.backup(settings.database, ring, path, now)
    if made.revision == schema.head():
        asyncio.run(_note(settings, made))
    say(
        "已备份到 {path}：{rows} 行，{size} 字节，已读回核对。恢复时还需要密钥文件 {keys}，请分开保存。",
        path=path,
        rows=sum(made.rows.values()),
        size=made.size,
        keys=settings.keys,
    )
    return 0


async def _note(settings: Settings, made: backup.Made) -> None:
    now = SystemClock().now()
    value = {"at": made.made_at, "size": made.size, "rows": sum(made.rows.values())}
    batch = Batch()
    batch.change_all(Setting, {"key": BACKED_UP}, value=value, updated_at=now)
    batch.add_if_new(Setting(key=BACKED_UP, value=value, updated_at=now))
    batch.audit(now, "command:backup", "backup", "site", rows=value["rows"])
    store = open_store(settings.database)
    try:
        await store.write(batch)
    finally:
        await store.close()
