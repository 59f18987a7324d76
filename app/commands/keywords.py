"""`hutong keywords`: look over a rule file, take the active rules out, put changed ones in force."""

import argparse
import asyncio
from pathlib import Path

from app import site
from app.clock import SystemClock
from app.judging import rules_text
from app.problem import Problem
from app.settings import Settings
from app.start import open_settings
from app.terminal import say
from intake.triage.keywords import Rules, decode, parse
from records.batch import Batch
from records.store import open_store
from records.tables import Setting


def arguments(parser: argparse.ArgumentParser) -> None:
    doing = parser.add_subparsers(dest="doing", metavar="做什么", required=True)
    check = doing.add_parser("check", help="检查规则文件；不写文件则检查现行规则")
    check.add_argument("file", nargs="?", type=Path)
    export = doing.add_parser("export", help="把现行规则写到文件，用记事本就能改")
    export.add_argument("file", type=Path)
    activate = doing.add_parser("activate", aliases=["import"], help="检查后启用规则文件，所有进程几秒内生效")
    activate.add_argument("file", type=Path)
    activate.add_argument("--by", required=True, metavar="姓名", help="谁决定启用，记入审计")


def run(parsed: argparse.Namespace) -> int:
    settings = open_settings()
    if parsed.doing == "check":
        _say_good(_read(parsed.file) if parsed.file else parse(rules_text(settings)))
    elif parsed.doing == "export":
        if parsed.file.exists():
            raise Problem("{path} 已经有了。请换一个文件名。", path=parsed.file)
        parsed.file.write_text(rules_text(settings), encoding="utf-8")
        say("已写到 {path}。改好后：hutong keywords check {path}", path=parsed.file)
    else:
        rules = _read(parsed.file)
        site.open_site(settings)
        asyncio.run(_activate(settings, decode(parsed.file.read_bytes()), parsed.by.strip()))
        _say_good(rules)
        say("已启用。正在运行的服务几秒内生效。")
    return 0


def _read(path: Path) -> Rules:
    try:
        return parse(decode(path.read_bytes()))
    except FileNotFoundError:
        raise Problem("没有 {path} 这个文件。先取出现行规则：hutong keywords export {path}", path=path) from None


def _say_good(rules: Rules) -> None:
    say("规则没有写错的地方：{count} 条，{lines} 行。", count=len(rules.rules), lines=rules.lines)


async def _activate(settings: Settings, text: str, by: str) -> None:
    if not by:
        raise Problem('请写明谁决定启用：hutong keywords activate FILE --by "姓名"')
    now, store = SystemClock().now(), open_store(settings.database)
    try:
        async with store.read() as session:
            row = await session.get(Setting, site.KEYWORDS)
        batch = Batch()
        value = {"text": text, "origin": "site", "by": by}
        if row is None:
            batch.add(Setting(key=site.KEYWORDS, value=value, updated_at=now))
        else:
            batch.change(row, value=value, updated_at=now)
        batch.audit(now, "command:keywords", "keywords.activate", site.KEYWORDS, purpose=by, characters=len(text))
        await store.write(batch)
    finally:
        await store.close()
