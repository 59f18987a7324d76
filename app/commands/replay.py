"""`hutong replay FILE.jsonl`: scripts of messages through the real conversation, in a scratch database of their own."""

import argparse
import asyncio
import json
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.clock import HandClock, SystemClock
from app.house import House
from app.problem import Problem
from app.scratch import scratch
from app.settings import Settings
from intake.replay import BadScript, outcome, read_script, say_all

# Past every quiet time (PT10M urgent, PT2H others): by then a report has been submitted by itself.
QUIET = timedelta(hours=2, minutes=1)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE.jsonl", type=Path, help='每行一段对话：{"id": …, "messages": ["…", …]}；- 读标准输入'
    )
    parser.add_argument("--at", metavar="时间", help="从这个时间开始（ISO，带时区），默认现在")


def run(parsed: argparse.Namespace) -> int:
    try:
        start = datetime.fromisoformat(parsed.at) if parsed.at else SystemClock().now()
        if start.tzinfo is None:
            raise ValueError
    except ValueError:
        raise Problem("--at 要写成带时区的时间，例如 2026-11-22T03:10:00+08:00") from None
    try:
        text = sys.stdin.read() if str(parsed.file) == "-" else parsed.file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise Problem("没有 {path} 这个文件。用法：hutong replay FILE.jsonl", path=parsed.file) from None
    with tempfile.TemporaryDirectory(prefix="hutong-replay-") as directory:
        settings = scratch(Path(directory))
        asyncio.run(_replay(settings, text, start))
    return 0


async def _replay(settings: Settings, text: str, start: datetime) -> None:
    clock = HandClock(start)
    async with House.at(settings, clock) as house:
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip():
                continue
            clock.moment = start
            print(json.dumps(await _one(house, clock, line, f"script-{number}"), ensure_ascii=False), flush=True)


async def _one(house: House, clock: HandClock, line: str, key: str) -> dict[str, Any]:
    try:
        script = read_script(line)
    except BadScript as fault:
        return {"id": fault.id, "error": str(fault)}
    replies, emergency_after = await say_all(script, key, house.hear)
    clock.advance(QUIET)
    await house.hear_silence()
    return {
        "id": script.id,
        "replies": replies,
        "emergency_after": emergency_after,
        "case": await outcome(house.store, key),
    }
