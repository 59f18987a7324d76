"""`hutong audit`: who did or saw what, and why."""

import argparse
import asyncio
import json

from sqlmodel import col, select

from app import site
from app.settings import Settings
from app.start import open_settings
from app.terminal import say
from records.store import open_store
from records.tables import Account, AuditLine, Case
from words.beijing import stamp


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--subject", metavar="编号", help="只看这一件：事项编号（HT…）或其他对象的 id")
    parser.add_argument("--actor", metavar="登录名", help="只看这个人")
    parser.add_argument("--last", type=int, default=50, metavar="条数", help="最近多少条，默认 50")
    parser.add_argument("--jsonl", action="store_true", help="逐行写出 JSON")


def run(parsed: argparse.Namespace) -> int:
    settings = open_settings()
    site.open_site(settings)
    asyncio.run(_list(settings, parsed))
    return 0


async def _list(settings: Settings, parsed: argparse.Namespace) -> None:
    store = open_store(settings.database)
    try:
        async with store.read() as session:
            logins = dict((await session.exec(select(Account.id, Account.login))).all())
            references = dict((await session.exec(select(Case.id, Case.reference))).all())
            query = (
                select(AuditLine).order_by(col(AuditLine.at).desc(), col(AuditLine.number).desc()).limit(parsed.last)
            )
            if parsed.subject:
                named = [key for key, reference in references.items() if reference == parsed.subject.upper()]
                query = query.where(col(AuditLine.subject).in_([parsed.subject, *named]))
            if parsed.actor:
                named = [key for key, login in logins.items() if login == parsed.actor]
                query = query.where(col(AuditLine.actor).in_([parsed.actor, *named]))
            lines = (await session.exec(query)).all()
    finally:
        await store.close()
    for each in reversed(lines):
        actor, subject = logins.get(each.actor, each.actor), references.get(each.subject, each.subject)
        if parsed.jsonl:
            told = {"at": each.at.isoformat(), "actor": actor, "action": each.action, "subject": subject,
                    "purpose": each.purpose, "detail": each.detail, "writer": each.writer, "number": each.number}  # fmt: skip
            print(json.dumps(told, ensure_ascii=False))
        else:
            detail = " ".join(f"{key}={value}" for key, value in each.detail.items())
            print("  ".join(filter(None, (stamp(each.at), actor, each.action, subject, each.purpose, detail))))
    if not lines and not parsed.jsonl:
        say("没有这样的记录。")
