"""`hutong evidence CASE`: the procurator's packet, and the opening of its envelope by order."""

import argparse
import asyncio
import json
import os
import zipfile
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
from records.signing import key_id, public_key, public_pem
from records.store import open_store
from records.tables import Setting
from routing.evidence import Evidence, evidence_by_order, from_envelope, unsealed
from routing.papers import verify
from web.evidence_sheet import packet

UNSAID = "未写事由"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", metavar="编号", help="事项编号（HT…）；与 --open 连用时是证据包文件")
    parser.add_argument("--reason", default=UNSAID, metavar="文号", help="调取的文号或事由，记进审计")
    parser.add_argument("--to", type=Path, default=Path(), metavar="目录", help="写到这个目录，默认当前目录")
    parser.add_argument("--open", action="store_true", help="打开证据包里密封的信封：报告人和没有遮盖的原话")


def run(parsed: argparse.Namespace) -> int:
    settings = open_settings()
    ring = site.open_site(settings)
    now = clock_of(settings).now()
    if parsed.open:
        return asyncio.run(_open(settings, ring, Path(parsed.case), parsed.reason, now))
    if not parsed.to.is_dir():
        raise Problem("没有 {path} 这个目录。请先建立：mkdir -p {path}", path=parsed.to)
    evidence, home = asyncio.run(_gather(settings, parsed.case, parsed.reason, now))
    if evidence is None:
        raise Problem("没有编号为 {reference} 的事项。", reference=parsed.case)
    made = packet(evidence, protocols_of(settings).clauses, ring, home, now, demo=settings.demo)
    path = (parsed.to / f"{evidence.reference}.zip").absolute()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(made)
    say("证据包已写到 {path}，公钥编号 {id}。", path=path, id=key_id(public_key(ring)))
    return 0


async def _gather(settings: Settings, reference: str, reason: str, now: datetime) -> tuple[Evidence | None, str]:
    store = open_store(settings.database)
    try:
        found = await store.carry_out(lambda session: evidence_by_order(session, reference, reason, now))
        async with store.read() as session:
            row = await session.get(Setting, site.SITE)
        return found, str(row.value["home"]) if row is not None else ""
    finally:
        await store.close()


async def _open(settings: Settings, ring: Keyring, path: Path, reason: str, now: datetime) -> int:
    """Whoever opens the envelope is written down before anything is shown."""
    try:
        verify.check_packet(path, verify.read_key(public_pem(ring)))
        with zipfile.ZipFile(path) as files:
            inside = unsealed(ring, from_envelope(files.read("reporter.sealed").decode("ascii")))
    except (verify.Invalid, OSError) as wrong:
        raise Problem("这份证据包打不开：{why}", why=str(wrong)) from None
    batch = Batch()
    batch.audit(now, "command:evidence", "evidence.open", inside["reference"], reason.strip()[:80])
    store = open_store(settings.database)
    try:
        await store.write(batch)
    finally:
        await store.close()
    print(json.dumps(inside, ensure_ascii=False, indent=1))
    return 0
