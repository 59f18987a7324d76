"""`hutong child export|erase`: what is held of one child, handed out or cleared, by order."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from app import site
from app.house import clock_of
from app.problem import Problem
from app.protocols import protocols_of
from app.settings import Settings
from app.start import open_settings
from app.terminal import say
from records.batch import Batch
from records.secrets import Keyring
from records.store import Store, open_store
from records.tables import Case
from routing.evidence import gather, to_envelope
from routing.papers.packet import packed
from routing.papers.pdf import pdf
from routing.retention import cases_by_reference, cases_of_child, erase, files_of
from web.evidence_sheet import sheet_of


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", choices=("export", "erase"), metavar="做什么", help="export 全部写出；erase 依文书清除")
    parser.add_argument(
        "references", nargs="*", metavar="编号", help="事项编号；不写则从标准输入读孩子的身份证号（不要写在命令行里）"
    )
    parser.add_argument("--order", required=True, metavar="文号", help="依据哪份文书，记进审计")
    parser.add_argument("--to", type=Path, default=Path(), metavar="目录", help="export：写到这个目录，默认当前目录")


def run(parsed: argparse.Namespace) -> int:
    settings = open_settings()
    ring = site.open_site(settings)
    if not parsed.order.strip():
        raise Problem("请写依据文书的文号：--order 文号")
    if not parsed.to.is_dir():
        raise Problem("没有 {path} 这个目录。请先建立：mkdir -p {path}", path=parsed.to)
    id_number = "" if parsed.references else sys.stdin.readline().strip()
    return asyncio.run(_run(settings, ring, parsed, id_number))


async def _run(settings: Settings, ring: Keyring, parsed: argparse.Namespace, id_number: str) -> int:
    store, now = open_store(settings.database), clock_of(settings).now()
    try:
        async with store.read() as session:
            if parsed.references:
                cases = await cases_by_reference(session, parsed.references)
            else:
                cases = await cases_of_child(session, id_number)
        if not cases:
            raise Problem("没有找到这个孩子的事项。")
        if parsed.act == "export":
            return await _export(settings, ring, store, cases, parsed.order.strip(), parsed.to, now)
        for case in cases:
            await store.carry_out(
                lambda session, id=case.id: erase(session, id, parsed.order.strip(), "command:child", now)
            )  # type: ignore[misc]  # a case each
        say(
            "已清除 {count} 件事项里的原话、姓名、号码和文件，时间和数字还在。备份里的要等备份到期销毁。",
            count=len(cases),
        )
        return 0
    finally:
        await store.close()


async def _export(
    settings: Settings, ring: Keyring, store: Store, cases: Sequence[Case], order: str, to: Path, now: datetime
) -> int:
    clauses, files = protocols_of(settings).clauses, dict[str, bytes]()
    for case in cases:
        batch = Batch()
        batch.audit(now, "command:child", "case.export", case.id, order)
        await store.write(batch)
        async with store.read() as session:
            found = await gather(session, case, "command:child", order, now)
            sent = await files_of(session, case.id)
        inside = {
            "packet.pdf": pdf(sheet_of(found, clauses, now, demo=settings.demo), now),
            "packet.json": json.dumps(found.known, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace"),
            "reporter.sealed": to_envelope(found.sealed).encode("ascii"),
            **{f"files/{name}": content for name, content in sent.items()},
        }
        files |= {f"{case.reference}/{name}": content for name, content in inside.items()}
    head = {"hutong": "export 1", "made": now.isoformat(), "by": "command:child", "reason": order}
    path = (to / f"export-{now:%Y%m%d%H%M%S}.zip").absolute()
    _put(path, packed(files, head, ring, now))
    say("已写出 {count} 件事项到 {path}。报告人另封在信封里。", count=len(cases), path=path)
    return 0


def _put(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
