"""`hutong import`: a file of hotline tickets, filed row by row; the same file again goes on where it stopped."""

import argparse
import asyncio
import getpass
import sys
from collections.abc import Sequence
from pathlib import Path

from sqlmodel.ext.asyncio.session import AsyncSession

from app import site
from app.house import House
from app.problem import Problem
from app.settings import Settings
from app.start import open_settings
from app.terminal import render, say
from intake.tickets.flaws import FIELD_NAMES, KINDS, for_person
from intake.tickets.importing import IMPORT, Importer, begin_import, set_running
from intake.tickets.profile import OURS
from records.access.imports import Progress, progress, waiting_rows
from records.batch import Batch
from records.tables import ImportRow, TicketImport
from words.ids import CATEGORIES
from words.language import Line, line

WIDTH = 24  # signs of the progress bar


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="文件", help="CSV（UTF-8 或 GB18030）、XLSX、XLS、ODS，第一行是列名")
    parser.add_argument(
        "--platform",
        metavar="平台",
        default=IMPORT,
        help="是哪个平台的工单（见 hutong platform list），同一工单号就是同一件",
    )
    parser.add_argument("--dry-run", action="store_true", help="只看会怎样判断，不建事项，文件也不留下")


def run(parsed: argparse.Namespace) -> int:
    settings = open_settings()
    site.open_site(settings)
    path = Path(parsed.file)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Problem("读不到文件 {file}：{why}。", file=str(path), why=error.strerror or "") from error
    return asyncio.run(_import(settings, parsed, path.name, content))


async def _import(settings: Settings, parsed: argparse.Namespace, name: str, content: bytes) -> int:
    async with House.at(settings) as house:
        others = set(house.profiles) - {OURS}
        if parsed.platform != IMPORT and parsed.platform not in others:
            raise Problem("没有平台 {name}；有这些：{names}。", name=parsed.platform, names="、".join(sorted(others)))
        who = Importer(f"command:{getpass.getuser()}", house.home)

        async def begin(session: AsyncSession) -> tuple[Batch, tuple[TicketImport, Batch]]:
            batch, found = await begin_import(session, who, name, content, parsed.platform, house.profiles, house.now())
            return batch, (found, batch)

        if parsed.dry_run:
            async with house.store.read() as session:
                _, (found, batch) = await begin(session)
                rows = [row for row in batch.rows if isinstance(row, ImportRow)]
                _preview(house, found, rows or await waiting_rows(session, found.id, found.total))
            return 0
        found, _ = await house.store.carry_out(begin)
        async with house.store.read() as session:
            before = await progress(session, found.id)
        if before.status == "done":
            say("这个文件导入过了，没有再导入。")
        elif before.done:
            say("接着上次的第 {number} 行往下导入。", number=before.done + 1)
        await _file(house, before)
        async with house.store.read() as session:
            after = await progress(session, found.id)
    _tell(after)
    return 0


async def _file(house: House, before: Progress) -> None:
    """Row by row until none waits. Interrupted, the same command goes on."""
    if before.status == "done":
        return
    await house.store.carry_out(
        lambda session: set_running(session, before.id, f"command:{getpass.getuser()}", True, house.now())
    )
    done, bar = before.done, sys.stderr.isatty()
    while True:
        if await house.counter.import_row(before.id) is None:
            async with house.store.read() as session:
                now = await progress(session, before.id)
            if now.status != "running":
                break
            done = now.done  # a running service files it as well
        else:
            done += 1
        if bar:
            full = WIDTH * done // max(before.total, 1)
            print(f"\r[{'█' * full}{'·' * (WIDTH - full)}] {done}/{before.total}", end="", file=sys.stderr, flush=True)
    if bar:
        print(file=sys.stderr)


def _preview(house: House, found: TicketImport, rows: Sequence[ImportRow]) -> None:
    for row in rows:
        each = house.counter.seen(found, row)
        flaws = "；".join(f"{render(FIELD_NAMES.get(flaw.field, Line(flaw.field)))}：{render(flaw.said)}" for flaw in for_person(each.flaws))  # fmt: skip
        name = CATEGORIES.get(each.category, each.category)
        print(f"{each.number}\t{each.order_no or '—'}\t{each.urgency.zh}\t{name}\t{flaws}", flush=True)
    say("共 {total} 行。没有导入。", total=len(rows))


def _tell(after: Progress) -> None:
    counts = {kind: after.counts.get(kind, 0) for kind in ("new", "same", "updated", "failed", "waiting")}
    say("共 {total} 行：新事项 {new}，重复 {same}，补充 {updated}，没收成 {failed}，还没导入 {waiting}。", total=after.total, **counts)  # fmt: skip
    for row in after.look_at:
        what = "；".join(
            f"{render(FIELD_NAMES.get(field, Line(field)))}：{render(_plain(code))}" for field, code in row.flaws
        )
        print(
            f"{row.number}\t{row.reference or '—'}\t{what or render(line('没收成，请看日志，改好后再导入'))}",
            flush=True,
        )
    if after.look_at:
        say("上面 {count} 行请看一看；在24小时值班台“核对工单”里也有。", count=len(after.look_at))


def _plain(code: str) -> Line:
    """What is odd, without how it was read: that stands with the ticket."""
    return Line(KINDS[code].said.zh, {"value": "…"}) if code in KINDS else Line(code)
