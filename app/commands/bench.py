"""`hutong bench triage` and `bench sweep` are measured in app.bench_triage and app.bench_sweep. Here is `hutong bench intake`, with what
a running process costs, and `bench all`.

Reports durably taken per second over HTTP by one process, beside the bare commit rate of the same rows: chat reports, or with
`--tickets` hotline tickets at 1, 8 and 32 clients. In a directory that is thrown away, on SQLite with full sync, or with
`--database` on an empty PostgreSQL database.
"""

import argparse
import asyncio
import http.client
import os
import re
import statistics
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

from app import bench_sweep, demo
from app.bench_intake import CHAT, Crowd, Way, bare, file, rows_of, serving, tickets
from app.bench_triage import bench
from app.clock import SystemClock
from app.problem import Problem
from app.scratch import scratch
from app.settings import Settings
from app.terminal import say
from records.access.keys import make_key
from records.batch import Batch
from records.store import open_store

WARMING = 20  # reports before anything is measured: words are loaded, statements compiled


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        choices=("intake", "triage", "sweep", "all"),
        help="量什么：intake 收报告，triage 研判，sweep 到期推进，all 全部",
    )
    parser.add_argument("--tickets", action="store_true", help="intake：量热线工单接口；不写就是网页对话")
    parser.add_argument("--reports", type=int, default=400, metavar="件数", help="每一轮多少件，默认 400")
    parser.add_argument(
        "--at-once",
        type=int,
        nargs="+",
        metavar="人数",
        help="同时有多少人在报，可以写几轮；对话默认 16，工单默认 1 8 32",
    )
    parser.add_argument("--database", metavar="网址", help="intake：postgresql://…，给一个空库；不写就用临时的 SQLite")
    parser.add_argument("--texts", type=Path, metavar="FILE", help="triage 用的文本（JSON Lines），默认开放语料")
    parser.add_argument(
        "--clocks", type=int, default=1_000_000, metavar="个数", help="sweep：多少个计时在走，默认 100 万"
    )
    parser.add_argument("--due", type=int, default=10_000, metavar="个数", help="sweep：多少个同时到期，默认 1 万")
    parser.add_argument("--rounds", type=int, default=5, metavar="遍数", help="triage 量几遍取最快，默认 5")


def run(parsed: argparse.Namespace) -> int:
    if parsed.what in ("intake", "all"):
        _intake(parsed)
    if parsed.what in ("sweep", "all"):
        bench_sweep.bench(parsed.clocks, parsed.due)
    if parsed.what in ("triage", "all"):
        bench(parsed.texts, max(1, parsed.rounds))
    return 0


def _intake(parsed: argparse.Namespace) -> None:
    rounds = parsed.at_once or ([1, 8, 32] if parsed.tickets else [16])
    with tempfile.TemporaryDirectory(prefix="hutong-bench-") as directory:
        settings = scratch(Path(directory), parsed.database)
        if there := len(rows_of(settings)["cases"]):
            raise Problem("这个库里已有 {count} 件事项。请给一个空库。", count=there)
        way = asyncio.run(_with_key(settings)) if parsed.tickets else CHAT
        with serving(settings) as served:
            file(served.port, Crowd(WARMING, 4), way)
            crowds = [file(served.port, Crowd(parsed.reports, at_once), way) for at_once in rounds]
            queue, case = _console(served.port)
            memory = _resident(served.pid)
        written = rows_of(settings)
        filed = WARMING + parsed.reports * len(rounds)
        if len(written["cases"]) != filed:
            raise Problem("{there} 件报告里只有 {kept} 件在库，结果不能用。", there=filed, kept=len(written["cases"]))
        alone = bare(settings, Path(directory), filed)
    say("每件约 {rows} 行，一个进程，HTTP，回答时已落盘", rows=round(sum(map(len, written.values())) / filed))
    if settings.database_file is not None:
        say("同样的行单独提交（SQLite，每件一个事务，synchronous=FULL）：{rate} 件/秒", rate=f"{alone:.1f}")
    else:
        say("同样的行单独提交（PostgreSQL，每件一个事务）：{rate} 件/秒", rate=f"{alone:.1f}")
    for crowd in crowds:
        say(
            "{at_once} 人同时：{rate} 件/秒，两者之比：{ratio}；等待：中位 {median} 毫秒，99% 在 {most} 毫秒内",
            at_once=crowd.at_once, rate=f"{crowd.rate:.1f}", ratio=f"{crowd.rate / alone:.3f}", median=crowd.waited(0.5),
            most=crowd.waited(0.99),
        )  # fmt: skip
    say("工作台：{count} 件在办时，列表中位 {queue} 毫秒，事项页 {case} 毫秒", count=filed, queue=queue, case=case)
    say("网页进程：启动到能答 {seconds} 秒，常驻内存 {memory} MB", seconds=f"{served.seconds:.1f}", memory=memory)


async def _with_key(settings: Settings) -> Way:
    """A key that nothing holds back, for this run."""
    new = make_key("bench", ("tickets",), SystemClock().now(), per_minute=0)
    store, batch = open_store(settings.database), Batch()
    batch.add(new.row)
    try:
        await store.write(batch)
    finally:
        await store.close()
    return tickets(new.token)


def _console(port: int) -> tuple[int, int]:
    """Milliseconds until the queue, and a case, is there: the middle of several."""
    facts = demo.county()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    form = urlencode({"login": "gongan", "password": facts["password"]})
    headers = {"content-type": "application/x-www-form-urlencoded", "origin": f"http://127.0.0.1:{port}"}
    connection.request("POST", "/console/login", form, headers)
    answer = connection.getresponse()
    answer.read()
    cookie = {"cookie": answer.headers["set-cookie"].partition(";")[0]}

    def page(path: str) -> tuple[float, str]:
        began = time.perf_counter()
        connection.request("GET", path, headers=cookie)
        answer = connection.getresponse()
        told = answer.read().decode()
        if answer.status != 200:
            raise Problem("{path} 没有打开（{status}），结果不能用。", path=path, status=answer.status)
        return time.perf_counter() - began, told

    found = re.search(r"/console/case/HT[\w-]+", page("/console/queue")[1])
    if found is None:
        raise Problem("工作台上一件都没有，结果不能用。")
    times = [statistics.median(page(path)[0] for _ in range(9)) for path in ("/console/queue", found.group())]
    connection.close()
    return round(1000 * times[0]), round(1000 * times[1])


def _resident(pid: int) -> int:
    """Megabytes of memory that the process has."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20)
