"""`hutong bench intake`: reports durably taken per second through HTTP, against the bare commit rate of the same rows.

A scratch demonstration is served by a process of its own; clients in this process post one alarming message each, every
one a new conversation, and count it when the receipt is in the answer. Then the same rows are committed again without the
product, in the same run on the same disk.
"""

import asyncio
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from app.bench.bare import Bare, commit_again, ground_of, reports_of

STORY = "邻居家男的又在打孩子，孩子一直哭着喊救命，就在{place}，已经打了快半个小时"
CLIENTS = (1, 8, 32)


def run(reports: int) -> int:
    """Prints the table; 0 when every answered report is in the database."""
    with tempfile.TemporaryDirectory(prefix="hutong-bench-") as scratch:
        data = Path(scratch) / "data"
        figures = []
        with _served(data) as address:
            for clients in CLIENTS:
                figures.append((clients, *asyncio.run(_file(address, clients, reports))))
        rows = reports_of(data / "hutong.db")
        answered = sum(done for _, done, *_ in figures)
        bare = commit_again(ground_of(data / "hutong.db"), rows, Path(scratch), batch=CLIENTS[-1])
        _print(figures, bare)
        print(f"已答复 {answered} 件，数据库中 {len(rows)} 件")
        return 0 if len(rows) >= answered else 1


@contextmanager
def _served(data: Path) -> Iterator[str]:
    outside = {key: value for key, value in os.environ.items() if not key.startswith("HUTONG_")}
    env = outside | {"HUTONG_DATA": str(data), "HUTONG_MODE": "demo", "HUTONG_PORT": str(_free_port())}
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "serve"], env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                yield found.group()
                return
        raise RuntimeError("the scratch server ended before it answered; try `hutong serve` by hand")
    finally:
        process.terminate()
        process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as ear:
        ear.bind(("127.0.0.1", 0))
        return int(ear.getsockname()[1])


async def _file(address: str, clients: int, reports: int) -> tuple[int, float, float, float]:
    """(reports answered with a receipt, per second, median and 99th percentile of the answer in milliseconds)"""
    waiting = iter(range(reports))
    took: list[float] = []

    async def client() -> None:
        async with httpx.AsyncClient(base_url=address, timeout=60) as web:
            for number in waiting:
                web.cookies.clear()
                body = {"update": f"{clients}-{number}", "text": STORY.format(place=f"和平里{number}号")}
                began = time.perf_counter()
                answer = await web.post("/chat/say", json=body)
                if answer.status_code == 200 and "查询码" in answer.text:
                    took.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    seconds = time.perf_counter() - began
    took.sort()
    return len(took), len(took) / seconds, took[len(took) // 2] * 1000, took[int(len(took) * 0.99)] * 1000


def _print(figures: list[tuple[int, int, float, float, float]], bare: Bare) -> None:
    print(f"每件报告写入 {bare.rows_each:.1f} 行，约 {bare.bytes_each / 1024:.1f} kB")
    print(f"裸提交：每件一次 {bare.one_by_one:.0f} 件/秒；{CLIENTS[-1]} 件一次 {bare.in_batches:.0f} 件/秒")
    print("并发  件/秒   中位毫秒  p99毫秒  对裸提交（逐件）  对裸提交（成批）")
    for clients, _, rate, middle, worst in figures:
        print(
            f"{clients:4d}  {rate:6.1f}  {middle:8.1f}  {worst:7.1f}  {rate / bare.one_by_one:14.3f}  "
            f"{rate / bare.in_batches:14.3f}"
        )
