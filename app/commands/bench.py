"""`hutong bench triage` and `bench sweep` are measured in app.bench_triage and app.bench_sweep. Here is `hutong bench intake`, with what
a running process costs, and `bench all`.

Reports durably submitted per second through HTTP, against the bare commit rate of the same rows: both on SQLite with full
sync, in one run, in a directory that is thrown away. A real `hutong serve` process under a crowd of reporters, and then the
very rows it wrote, one transaction a report, on one connection.
"""

import argparse
import http.client
import json
import os
import re
import secrets
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from app import bench_sweep, demo
from app.bench_triage import bench
from app.problem import Problem
from app.scratch import scratch
from app.settings import SHIPPED, Settings
from app.terminal import say
from records.schema import upgrade
from records.writers import open_sqlite

# A grave first message is a case at once: one request is one report, with its desks, clocks, letters and receipt.
STORY = "我班上一个8岁女孩说继父昨晚又打她，眼眶青了，今早走路一瘸一拐，第{number}次"
# What a report adds. Other tables (settings, audit of others, duty tasks of the worker) are not part of taking it in.
TABLES = ("conversations", "inbox", "statements", "cases", "assignments", "clocks", "letters", "events", "receipts", "marks",
          "duty_tasks", "audit")  # fmt: skip


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        choices=("intake", "triage", "sweep", "all"),
        help="量什么：intake 收报告，triage 研判，sweep 到期推进，all 全部",
    )
    parser.add_argument("--reports", type=int, default=400, metavar="件数", help="默认 400")
    parser.add_argument("--at-once", type=int, default=16, metavar="人数", help="同时有多少人在报，默认 16")
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
    with tempfile.TemporaryDirectory(prefix="hutong-bench-") as directory:
        settings = scratch(Path(directory))
        port = _free_port()
        began = time.perf_counter()
        server = _serve(settings, port)
        try:
            _await(port, server)
            started = time.perf_counter() - began
            _file(port, Crowd(20, 4))  # words are loaded, statements compiled
            before = _rows(settings)
            crowd = _file(port, Crowd(parsed.reports, parsed.at_once))
            queue, case = _console(port)
            memory = _resident(server.pid)
        finally:
            server.terminate()
            server.wait()
        written = _rows(settings)
        reports = written["cases"] - before["cases"]
        rows = sum(written.values()) - sum(before.values())
        if reports != parsed.reports:
            raise Problem("{there} 件报告里只有 {kept} 件在库，结果不能用。", there=parsed.reports, kept=reports)
        bare = _bare(settings, Path(directory) / "bare.db", reports)
    say("收报告（HTTP，每件一次请求，已落盘）：{rate} 件/秒", rate=f"{reports / crowd.seconds:.1f}")
    say(
        "  {reports} 件，{at_once} 人同时，每件约 {rows} 行",
        reports=reports,
        at_once=parsed.at_once,
        rows=round(rows / reports),
    )
    say("  一件的等待：中位 {median} 毫秒，最长 {most} 毫秒", median=crowd.waited(0.5), most=crowd.waited(1))
    say("同样的行单独提交（SQLite，每件一个事务，synchronous=FULL）：{rate} 件/秒", rate=f"{bare:.1f}")
    say("两者之比：{ratio}", ratio=f"{reports / crowd.seconds / bare:.3f}")
    say("工作台：{count} 件在办时，列表中位 {queue} 毫秒，事项页 {case} 毫秒", count=reports, queue=queue, case=case)
    say("网页进程：启动到能答 {seconds} 秒，常驻内存 {memory} MB", seconds=f"{started:.1f}", memory=memory)


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


@dataclass
class Crowd:
    """Reporters who write at the same time, each with a conversation of her own."""

    reports: int
    at_once: int
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def waited(self, share: float) -> int:
        """Milliseconds within which that share of them had the answer."""
        return round(1000 * sorted(self.waits)[min(len(self.waits) - 1, int(share * len(self.waits)))])


def _file(port: int, crowd: Crowd) -> Crowd:
    numbers: Iterator[int] = iter(range(crowd.reports))
    taking = threading.Lock()

    def report() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        while True:
            with taking:
                number = next(numbers, None)
            if number is None:
                break
            body = json.dumps({"update": secrets.token_hex(8), "text": STORY.format(number=number)})
            began = time.perf_counter()
            headers = {"content-type": "application/json", "origin": f"http://127.0.0.1:{port}"}
            connection.request("POST", "/chat/say", body.encode(), headers)
            answer = connection.getresponse()
            said = answer.read().decode()
            crowd.waits.append(time.perf_counter() - began)
            if answer.status != 200 or "receipt" not in said:
                crowd.failed.append(f"{answer.status}")
        connection.close()

    people = [threading.Thread(target=report) for _ in range(crowd.at_once)]
    began = time.perf_counter()
    for person in people:
        person.start()
    for person in people:
        person.join()
    crowd.seconds = time.perf_counter() - began
    if crowd.failed:
        raise Problem("{count} 件没有收下（{status}），结果不能用。", count=len(crowd.failed), status=crowd.failed[0])
    return crowd


def _serve(settings: Settings, port: int) -> "subprocess.Popen[bytes]":
    outside = {key: value for key, value in os.environ.items() if not key.startswith("HUTONG_")}
    ours = {"HUTONG_DATA": str(settings.data), "HUTONG_MODE": "demo", "HUTONG_PORT": str(port)}
    return subprocess.Popen(
        [sys.executable, "-m", "app", "serve", "--roles", "web"],
        cwd=SHIPPED.parent,
        env=outside | ours,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _await(port: int, server: "subprocess.Popen[bytes]") -> None:
    while server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise Problem("服务没有启动。请先运行：hutong doctor")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _rows(settings: Settings) -> dict[str, int]:
    connection = sqlite3.connect(str(settings.database_file))
    counts = {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}
    connection.close()
    return counts


def _bare(settings: Settings, path: Path, reports: int) -> float:
    """Commits a report's share of the same rows into the same tables a second, without any of our code."""
    upgrade(f"sqlite:///{path}")
    source, target = sqlite3.connect(str(settings.database_file)), open_sqlite(path)
    target.execute("PRAGMA foreign_keys=OFF")  # rows are dealt out table by table: a child may come before its parent
    shares: list[list[tuple[str, list[tuple[object, ...]]]]] = [[] for _ in range(reports)]
    for table in TABLES:
        rows = source.execute(f"SELECT * FROM {table}").fetchall()
        for number, share in enumerate(shares):
            if mine := rows[number::reports]:
                share.append((f"INSERT INTO {table} VALUES ({','.join('?' * len(mine[0]))})", mine))
    began = time.perf_counter()
    for share in shares:
        target.execute("BEGIN IMMEDIATE")
        for sql, mine in share:
            target.executemany(sql, mine)
        target.execute("COMMIT")
    seconds = time.perf_counter() - began
    target.close()
    source.close()
    return reports / seconds
