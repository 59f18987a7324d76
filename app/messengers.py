"""What `hutong doctor` looks at when a bot has a token: whether the messenger knows it, and whether somebody runs the bot."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import func, select
from sqlmodel import col

from app.settings import Settings
from bot.messenger import DUTY, REPORTER
from records import schema
from records.tables import Lease, Update
from words.language import Line, line

Look = tuple[Literal["good", "warning", "bad"], Line, Line | None]  # good, warning or bad; what is said; the next step

PATIENCE = 5  # seconds
NAMES = {REPORTER: line("报告人机器人"), DUTY: line("值班机器人")}
SETTING = {REPORTER: "HUTONG_TELEGRAM_REPORTER_TOKEN", DUTY: "HUTONG_TELEGRAM_DUTY_TOKEN"}


def look(settings: Settings) -> Iterator[Look]:
    """A finding or two for each bot with a token. The token goes to the messenger and is never printed."""
    for bot in settings.telegram.bots:
        yield _known(settings, bot)
        yield from _runs(settings, bot)


def _known(settings: Settings, bot: str) -> Look:
    api = settings.telegram.api
    try:
        with urllib.request.urlopen(f"{api}/bot{settings.telegram.token(bot)}/getMe", timeout=PATIENCE) as answer:
            name = json.load(answer)["result"]["username"]
    except urllib.error.HTTPError as refused:
        if refused.code in (401, 404):
            says = line("{bot}：Telegram 不认这个令牌", bot=NAMES[bot])
            return "bad", says, line("请向 BotFather 核对，再设置 {name}", name=SETTING[bot])
        return "warning", line("{bot}：{api} 回答 {code}", bot=NAMES[bot], api=api, code=refused.code), _wait()
    except (OSError, ValueError, KeyError):
        says = line("{bot}：连不上 {api}", bot=NAMES[bot], api=api)
        step = line("请检查网络；自建服务器的地址写在 HUTONG_TELEGRAM_API。连不上时网页和电话照常")
        return "warning", says, step
    return "good", line("{bot} @{name} 可用", bot=NAMES[bot], name=name), None


def _wait() -> Line:
    return line("过一会儿再运行 hutong doctor")


def _runs(settings: Settings, bot: str) -> Iterator[Look]:
    engine = schema.sync_engine(settings.database)
    try:
        with engine.connect() as connection:
            row = connection.execute(
                select(Lease.until, Lease.state).where(col(Lease.name) == f"telegram:{bot}")
            ).first()
            failed = connection.execute(
                select(func.count()).select_from(Update).where(col(Update.bot) == bot, col(Update.status) == "failed")
            ).scalar_one()
    finally:
        engine.dispose()
    if row is None or row.until <= datetime.now(UTC):
        yield "warning", line("{bot}：没有进程在运行它", bot=NAMES[bot]), line("hutong serve")
    elif row.state != "running":
        yield "warning", line("{bot}：正在运行，但现在用不了", bot=NAMES[bot]), _wait()
    else:
        yield "good", line("{bot}正在运行", bot=NAMES[bot]), None
    if failed:
        says = line("{bot}：有 {count} 条消息一直没有办成", bot=NAMES[bot], count=failed)
        yield "warning", says, line("请把日志交给技术人员")
