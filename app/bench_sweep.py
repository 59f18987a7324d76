"""`hutong bench sweep`: due clocks moved per second, against the bare rate of the same rows; and what a sweep costs when nothing is due.

In a county that is thrown away, on SQLite with full sync. Running clocks are laid down by copying those of one real case; so many of
them are due at one instant. One sweep moves them, with events, letters and audit lines; then the very rows it wrote are written by
bare SQLite, as many at a time as the sweep writes, and one by one.
"""

import asyncio
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.clock import HandClock
from app.house import House
from app.problem import Problem
from app.scratch import scratch
from app.settings import Settings
from app.terminal import say
from escalation.sweep import AT_ONCE, sweep_once
from intake.said import Said
from records.batch import Batch
from records.writers import open_sqlite
from routing.roster import roster

THURSDAY = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)  # 15:00 in Beijing
STORY = "我班上一个8岁女孩说继父昨晚又打她，眼眶青了，今早走路一瘸一拐"
WRITTEN = ("events", "letters", "audit", "tasks")  # by a rung, beside the clock itself
EMPTY_SWEEPS = 9
ONE_BY_ONE = 1000  # clocks; more would only take longer
STAMP = "%Y-%m-%d %H:%M:%S.%f"


@dataclass(frozen=True)
class Swept:
    """Seconds, and rates per second. `late` is how long after its instant a clock was moved: half of them, 99 of 100, the last."""

    clocks: int
    due: int
    empty: float
    rate: float
    late: tuple[float, float, float]
    grouped: float
    one_by_one: float
    rows: int


def bench(clocks: int, due: int) -> Swept:
    """Measures and says it. Raises Problem when a clock was not moved exactly once."""
    with tempfile.TemporaryDirectory(prefix="hutong-bench-") as directory:
        settings = scratch(Path(directory))
        found = asyncio.run(_sweep(settings, clocks, min(due, clocks), Path(directory) / "bare.db"))
    say("到期推进：{clocks} 个计时在走，{due} 个同时到期", clocks=found.clocks, due=found.due)
    say("  没有到期的一轮：{ms} 毫秒", ms=f"{1000 * found.empty:.1f}")
    say(
        "  推进（含事件、通知、审计，已落盘）：{rate} 个/秒，每个约 {rows} 行",
        rate=f"{found.rate:.0f}",
        rows=found.rows,
    )
    half, most, last = (f"{seconds:.2f}" for seconds in found.late)
    say("  迟到：中位 {half} 秒，99% 在 {most} 秒内，最后 {last} 秒", half=half, most=most, last=last)
    say(
        "  同样的行，同样成批：{rate} 个/秒，两者之比：{ratio}",
        rate=f"{found.grouped:.0f}",
        ratio=f"{found.rate / found.grouped:.3f}",
    )
    say(
        "  同样的行，一个一个：{rate} 个/秒，两者之比：{ratio}",
        rate=f"{found.one_by_one:.0f}",
        ratio=f"{found.rate / found.one_by_one:.3f}",
    )
    return found


async def _sweep(settings: Settings, clocks: int, due: int, bare: Path) -> Swept:
    clock = HandClock(THURSDAY)
    async with House.at(settings, clock) as house:
        await house.hear(Said("web", "bench", STORY, "u1"))
        assert settings.database_file
        instant = THURSDAY + timedelta(days=1)
        await asyncio.to_thread(_lay, settings.database_file, clocks, due, instant)
        await asyncio.to_thread(_copy, settings.database_file, bare)
        on_duty, calendar = roster(house.store, house.protocols), house.protocols.calendar
        empty = []
        for _ in range(EMPTY_SWEEPS):
            began = time.perf_counter()
            await sweep_once(house.store, instant - timedelta(hours=1), on_duty, calendar)
            empty.append(time.perf_counter() - began)
        late: list[float] = []
        write, began = house.store.write, time.perf_counter()

        async def timed(batch: Batch) -> None:
            await write(batch)
            late.extend([time.perf_counter() - began] * sum(change.table.name == "clocks" for change in batch.changes))

        house.store.write = timed  # type: ignore[method-assign]  # the measured house notes when each write was done
        swept = await sweep_once(house.store, instant, on_duty, calendar)
        seconds = time.perf_counter() - began
        if swept.moved != due or len(late) != due or swept.lost or swept.failed:
            raise Problem("{due} 个到期，推进了 {moved} 个，结果不能用。", due=due, moved=swept.moved)
    rows, grouped, one_by_one = await asyncio.to_thread(_bare, settings.database_file, bare, due)
    late.sort()
    return Swept(
        clocks, due, statistics.median(empty), due / seconds, (late[due // 2], late[int(due * 0.99)], late[-1]),
        grouped, one_by_one, rows,
    )  # fmt: skip


def _lay(path: Path, clocks: int, due: int, instant: datetime) -> None:
    """So many running clocks, that many of them due at the instant, the others a day later. Each due one is of a case of its own."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("DELETE FROM letters")
    connection.execute("UPDATE clocks SET status = 'done'")
    lead = connection.execute(
        "SELECT desk_id, case_id FROM assignments WHERE part = 'lead' ORDER BY rank LIMIT 1"
    ).fetchone()
    model = connection.execute("SELECT id FROM clocks WHERE desk_id = ? AND kind = 'acknowledge'", lead[:1]).fetchone()
    counted = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"

    def copied(table: str, count: int, where: str, key: str, **values: str) -> None:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        chosen = ", ".join(values.get(name, f"t.{name}") for name in columns)
        connection.execute(
            f"{counted} INSERT INTO {table} SELECT {chosen} FROM n, {table} t WHERE t.{where} = ?", (count, key)
        )

    copied("cases", due, "id", lead[1], id="printf('b%027d', i)", reference="'HTB' || i")
    running = {"id": "printf('b%027d', i)", "case_id": "printf('b%027d', i)", "status": "'running'", "step": "0"}
    copied("clocks", due, "id", model[0], **running, due_at=f"'{instant:{STAMP}}'")
    later = instant + timedelta(days=1)
    running |= {
        "id": "printf('l%027d', i)",
        "case_id": f"printf('b%027d', 1 + i % {due})",
        "desk_id": f"'x' || (i / {due})",
    }
    if clocks > due:
        copied("clocks", clocks - due, "id", model[0], **running, due_at=f"'{later:{STAMP}}'")
    connection.commit()
    connection.execute("ANALYZE")
    connection.close()


def _copy(source: Path, target: Path) -> None:
    with sqlite3.connect(source) as here, sqlite3.connect(target) as there:
        here.backup(there)


def _bare(path: Path, bare: Path, due: int) -> tuple[int, float, float]:
    """Rows a clock, and clocks per second as bare SQLite writes the same rows: in groups, and one by one."""
    source = sqlite3.connect(path)
    shares: list[list[tuple[str, Sequence[tuple[object, ...]]]]] = [[] for _ in range(due)]
    with sqlite3.connect(bare) as old:
        before = {table: old.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in WRITTEN}
    written = 0
    for table in WRITTEN:
        rows = source.execute(f"SELECT * FROM {table} ORDER BY rowid").fetchall()[before[table] :]
        written += len(rows)
        for number, share in enumerate(shares):
            if mine := rows[number::due]:
                share.append((f"INSERT OR REPLACE INTO {table} VALUES ({','.join('?' * len(mine[0]))})", mine))
    moved = source.execute(
        "SELECT step, due_at, status, version, policy, id, version - 1 FROM clocks WHERE id LIKE 'b%' ORDER BY id"
    ).fetchall()
    for share, clock in zip(shares, moved, strict=True):
        share.append(
            ("UPDATE clocks SET step=?, due_at=?, status=?, version=?, policy=? WHERE id=? AND version=?", [clock])
        )
    source.close()
    target = open_sqlite(bare)
    target.execute("PRAGMA foreign_keys=OFF")
    single = min(ONE_BY_ONE, due // 4)

    def rate(some: Sequence[list[tuple[str, Sequence[tuple[object, ...]]]]], at_once: int) -> float:
        began = time.perf_counter()
        for start in range(0, len(some), at_once):
            target.execute("BEGIN IMMEDIATE")
            for share in some[start : start + at_once]:
                for sql, mine in share:
                    target.executemany(sql, mine)
            target.execute("COMMIT")
        return len(some) / (time.perf_counter() - began)

    one_by_one = rate(shares[:single], 1)
    grouped = rate(shares[single:], AT_ONCE)
    target.close()
    return round(written / due) + 1, grouped, one_by_one
