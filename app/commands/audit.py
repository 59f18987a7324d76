"""`hutong audit`: who did or saw what, and why; and whether what is on record is what was recorded."""

import argparse
import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, timedelta
from pathlib import Path

from sqlmodel import col, select

from app import site
from app.house import clock_of
from app.problem import Problem
from app.settings import Settings
from app.start import open_settings
from app.terminal import render, say
from records import recount, sealing, signing
from records.secrets import Keyring
from records.statement import exported, exported_seal, statement
from records.store import Store, open_store
from records.tables import Account, AuditLine, Case, Seal, Setting
from words.beijing import local, stamp

PAGE = 2000  # lines read at a time


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "act", nargs="?", default="list", choices=tuple(ACTS), metavar="做什么",
        help="list 列出（默认）；verify 核对封印链；checkpoint 写校验点；export 写出全部；statement 某日的声明",
    )  # fmt: skip
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="checkpoint、export、statement 写到这个文件")
    parser.add_argument("--checkpoint", type=Path, metavar="FILE", help="verify：与存在别处的校验点核对")
    parser.add_argument(
        "--day", type=date.fromisoformat, metavar="日期", help="statement：哪一天（2026-11-22），默认昨天"
    )
    parser.add_argument("--subject", metavar="编号", help="只看这一件：事项编号（HT…）或其他对象的 id")
    parser.add_argument("--actor", metavar="登录名", help="只看这个人")
    parser.add_argument("--last", type=int, default=50, metavar="条数", help="最近多少条，默认 50")
    parser.add_argument("--jsonl", action="store_true", help="逐行写出 JSON")


def run(parsed: argparse.Namespace) -> int:
    """Exit code 1 when something is not as it was recorded, or was missed or doubled."""
    settings = open_settings()
    ring = site.open_site(settings)
    return asyncio.run(_run(settings, ring, parsed))


async def _run(settings: Settings, ring: Keyring, parsed: argparse.Namespace) -> int:
    store = open_store(settings.database)
    try:
        return await ACTS[parsed.act](store, settings, ring, parsed)
    finally:
        await store.close()


async def _list(store: Store, settings: Settings, ring: Keyring, parsed: argparse.Namespace) -> int:
    async with store.read() as session:
        logins = dict((await session.exec(select(Account.id, Account.login))).all())
        references = dict((await session.exec(select(Case.id, Case.reference))).all())
        query = select(AuditLine).order_by(col(AuditLine.at).desc(), col(AuditLine.number).desc()).limit(parsed.last)
        if parsed.subject:
            named = [key for key, reference in references.items() if reference == parsed.subject.upper()]
            query = query.where(col(AuditLine.subject).in_([parsed.subject, *named]))
        if parsed.actor:
            named = [key for key, login in logins.items() if login == parsed.actor]
            query = query.where(col(AuditLine.actor).in_([parsed.actor, *named]))
        lines = (await session.exec(query)).all()
    for each in reversed(lines):
        actor, subject = logins.get(each.actor, each.actor), references.get(each.subject, each.subject)
        if parsed.jsonl:
            told = {"at": each.at.isoformat(), "actor": actor, "action": each.action, "subject": subject,
                    "purpose": each.purpose, "detail": each.detail, "writer": each.writer, "number": each.number}  # fmt: skip
            print(json.dumps(told, ensure_ascii=False))
        else:
            detail = " ".join(f"{key}={value}" for key, value in each.detail.items() if key != "clocks")
            print("  ".join(filter(None, (stamp(each.at), actor, each.action, subject, each.purpose, detail))))
    if not lines and not parsed.jsonl:
        say("没有这样的记录。")
    return 0


async def _verify(store: Store, settings: Settings, ring: Keyring, parsed: argparse.Namespace) -> int:
    publics = signing.public_keys(ring)
    kept = None
    if parsed.checkpoint is not None:
        try:
            kept = sealing.read_checkpoint(parsed.checkpoint.read_text(encoding="ascii", errors="replace"), publics)
        except (signing.NotSigned, OSError):
            raise Problem("{path} 不是本站的校验点。", path=parsed.checkpoint) from None
    found = await sealing.verify(store, publics, kept)
    for fault in found.faults:
        print(render(fault.says))
    if not found.faults:
        say("封印链完整：{seals} 个封印，{lines} 行。", seals=found.seals, lines=found.sealed)
    if found.unsealed and found.since is not None:
        say("还没有封印的 {count} 行，最早的写于 {since}。", count=found.unsealed, since=stamp(found.since))
    return 1 if found.faults else 0


async def _checkpoint(store: Store, settings: Settings, ring: Keyring, parsed: argparse.Namespace) -> int:
    async with store.read() as session:
        last = (await session.exec(select(Seal).order_by(col(Seal.position).desc()).limit(1))).first()
    if last is None:
        raise Problem("还没有封印。请先运行 hutong serve（几秒钟封印一次），再来写校验点。")
    _put(parsed.file, sealing.checkpoint(ring, await _home(store), last))
    return 0


async def _export(store: Store, settings: Settings, ring: Keyring, parsed: argparse.Namespace) -> int:
    """All lines and seals as JSON Lines, in bounded memory; the counting program lies beside it."""
    if parsed.file is None:
        raise Problem("请写明写到哪个文件：hutong audit export FILE")
    count = 0
    with parsed.file.open("w", encoding="utf-8") as file:
        file.write(json.dumps({"exported": clock_of(settings).now().isoformat()}) + "\n")
        async with store.read() as session:
            after = ("", 0)
            while rows := (
                await session.exec(
                    select(AuditLine)
                    .where(
                        (col(AuditLine.writer) > after[0])
                        | ((AuditLine.writer == after[0]) & (col(AuditLine.number) > after[1]))
                    )
                    .order_by(col(AuditLine.writer), col(AuditLine.number))
                    .limit(PAGE)
                )
            ).all():
                for row in rows:
                    file.write(json.dumps(exported(row), ensure_ascii=False) + "\n")
                after, count = (rows[-1].writer, rows[-1].number), count + len(rows)
                session.expunge_all()
            for seal in (await session.exec(select(Seal).order_by(col(Seal.position)))).all():
                file.write(json.dumps(exported_seal(seal)) + "\n")
    program = _beside(parsed.file)
    say(
        "已写出 {count} 行到 {path}；重算：python3 {program} {path} 日期",
        count=count,
        path=parsed.file,
        program=program,
    )
    return 0


def _beside(path: Path) -> Path:
    """The counting program, put beside what it counts."""
    program = path.with_name("recount.py")
    program.write_bytes(Path(recount.__file__).read_bytes())
    return program


async def _statement(store: Store, settings: Settings, ring: Keyring, parsed: argparse.Namespace) -> int:
    now = clock_of(settings).now()
    day = parsed.day or local(now).date() - timedelta(days=1)
    text, found = await statement(store, ring, await _home(store), day, now)
    _put(parsed.file, text)
    print(recount.said(day, found))
    return 1 if found["missed"] or found["doubled"] or found["lost"] else 0


def _put(path: Path | None, text: str) -> None:
    if path is None:
        print(text, end="")
    else:
        path.write_text(text, encoding="ascii")
        say("已写到 {path}，请存到别处。", path=path.absolute())


async def _home(store: Store) -> str:
    async with store.read() as session:
        row = await session.get(Setting, site.SITE)
    return str(row.value["home"]) if row is not None else ""


Act = Callable[[Store, Settings, Keyring, argparse.Namespace], Awaitable[int]]
ACTS: Mapping[str, Act] = {
    "list": _list, "verify": _verify, "checkpoint": _checkpoint, "export": _export, "statement": _statement,
}  # fmt: skip
