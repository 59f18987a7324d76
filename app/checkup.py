"""What `hutong doctor` looks at. Each look is a function that gives findings and changes nothing."""

import importlib.metadata
import re
import shutil
import socket
import stat
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, func, select
from sqlmodel import col

from app import messengers
from app.explain import explain
from app.protocols import calendar_of, protocols_of
from app.settings import SHIPPED, Settings
from app.site import DEMONSTRATION, KEYWORDS, open_keys
from intake.triage.keywords import parse
from intake.triage.rule_errors import RuleErrors
from records import schema
from records.secrets import keys_are_here
from records.tables import Account, AuditLine, Case, Conversation, Desk, Setting
from words.beijing import stamp
from words.language import Line, line

Level = Literal["good", "warning", "bad"]

LITTLE_SPACE, TOO_LITTLE_SPACE = 2 << 30, 200 << 20  # bytes
SWEEP_AGE = timedelta(minutes=2)
BACKUP_AGE = timedelta(days=2)


@dataclass(frozen=True)
class Finding:
    level: Level
    says: Line
    next_step: Line | None = None


def findings(settings: Settings) -> Iterator[Finding]:
    """All findings, as they are found. A look that itself breaks is a finding too."""
    for look in (_python, _lock, _directory, _disk, _keys, _database, _protocols, _messengers, _port):
        try:
            yield from look(settings)
        except Exception as fault:  # noqa: BLE001  # whatever breaks a look is what the doctor is asked to find
            says = explain(fault)
            yield Finding("bad", says if isinstance(says, Line) else line("{what}", what=says or type(fault).__name__))


def _python(settings: Settings) -> Iterator[Finding]:
    running = ".".join(map(str, sys.version_info[:3]))
    yield Finding("good", line("Python {running}（{path}）", running=running, path=sys.executable))


def _lock(settings: Settings) -> Iterator[Finding]:
    locked = dict(
        re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", (SHIPPED.parent / "requirements.txt").read_text(), re.MULTILINE)
    )
    wrong = [name for name, wanted in locked.items() if _installed(name) not in (wanted, None)]
    # A package may be locked for another platform or Python only; one that is missing here shows when it is imported.
    if wrong:
        yield Finding(
            "bad",
            line("已安装的软件包与锁定版本不同：{names}", names=" ".join(sorted(wrong)[:8])),
            line("rm -rf .venv && make setup"),
        )
    else:
        yield Finding("good", line("软件包与锁定版本一致"))


def _installed(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _directory(settings: Settings) -> Iterator[Finding]:
    if not settings.data.is_dir():
        yield Finding("bad", line("没有数据目录 {path}", path=settings.data), line("hutong init"))
        return
    mode = stat.S_IMODE(settings.data.stat().st_mode)
    if mode & 0o077:
        says = line("数据目录 {path} 别的用户也能进", path=settings.data)
        yield Finding("warning", says, line("chmod 700 {path}", path=settings.data))
    else:
        yield Finding("good", line("数据目录 {path}", path=settings.data))


def _disk(settings: Settings) -> Iterator[Finding]:
    if not settings.data.is_dir():
        return
    free = shutil.disk_usage(settings.data).free
    says = line("磁盘剩余 {free} GB", free=f"{free / (1 << 30):.1f}")
    if free < TOO_LITTLE_SPACE:
        yield Finding("bad", says, line("请马上腾出空间；满了就收不进新的报告"))
    elif free < LITTLE_SPACE:
        yield Finding("warning", says, line("请腾出空间，或扩大磁盘"))
    else:
        yield Finding("good", says)


def _keys(settings: Settings) -> Iterator[Finding]:
    open_keys(settings)
    mode = stat.S_IMODE(settings.keys.stat().st_mode)
    if mode & 0o077:
        says = line("密钥文件 {path} 别的用户也能读", path=settings.keys)
        yield Finding("bad", says, line("chmod 600 {path}", path=settings.keys))
    else:
        yield Finding("good", line("密钥文件 {path}", path=settings.keys))


def _database(settings: Settings) -> Iterator[Finding]:
    if settings.database_file and not settings.database_file.exists():
        yield Finding("bad", line("数据库还没有建立"), line("hutong init"))
        return
    schema.check(settings.database)
    engine = schema.sync_engine(settings.database)
    try:
        with engine.connect() as connection:
            yield Finding("good", line("数据库可读，版本 {revision}", revision=schema.head()))
            _try_writing(connection)
            yield Finding("good", line("数据库可写"))
            if not keys_are_here():  # said already; what follows could only say it again, in other words
                return
            rows = {row.key: row.value for row in connection.execute(select(Setting.__table__))}  # type: ignore[attr-defined]  # SQLModel sets it on table classes
            yield from _sealed(connection)
            yield from _mode(settings, rows)
            yield from _rules(rows)
            yield from _clock(connection)
            yield from _ages(rows)
            yield from _coverage(rows)
    finally:
        engine.dispose()


def _try_writing(connection: Connection) -> None:
    """Takes the lock that writing takes, and lets go of it."""
    connection.exec_driver_sql("UPDATE settings SET key = key WHERE key = ''")
    connection.rollback()


def _sealed(connection: Connection) -> Iterator[Finding]:
    """Raises KeyProblem, which says what to do, when the keys are not those of the data."""
    for column in (col(Account.phone), col(Desk.phone), col(Case.facts), col(Conversation.state)):
        connection.execute(select(column).where(column.is_not(None)).limit(1)).all()
    yield Finding("good", line("密钥能打开数据库里的内容"))


def _mode(settings: Settings, rows: dict[str, Any]) -> Iterator[Finding]:
    if DEMONSTRATION in rows and not settings.demo:
        yield Finding(
            "bad",
            line("这是演示数据，不能正式运行"),
            line("HUTONG_MODE=demo hutong serve，或换目录：HUTONG_DATA=目录 hutong init"),
        )


def _rules(rows: dict[str, Any]) -> Iterator[Finding]:
    if KEYWORDS not in rows:
        yield Finding("bad", line("数据库里没有关键词规则"), line("hutong init"))
        return
    try:
        rules = parse(rows[KEYWORDS]["text"])
    except RuleErrors as wrong:
        yield Finding("bad", line("关键词规则读不懂：{what}", what=str(wrong.problems[0])), line("hutong init"))
        return
    yield Finding("good", line("关键词规则 {count} 条", count=len(rules.rules)))


def _clock(connection: Connection) -> Iterator[Finding]:
    now = datetime.now(UTC)
    last = connection.execute(select(func.max(col(AuditLine.at)))).scalar()
    says = line("本机时间 {now}（北京时间）", now=stamp(now))
    if last is not None and last > now + timedelta(minutes=5):
        says = line("本机时间 {now} 比已有的记录（{last}）还早", now=stamp(now), last=stamp(last))
        yield Finding("warning", says, line("请校准时钟：timedatectl set-ntp true（演示数据快进过则不必）"))
    elif now.year < 2026:
        yield Finding("bad", says, line("时钟错了，请校准：timedatectl set-ntp true"))
    else:
        yield Finding("good", says)


def _ages(rows: dict[str, Any]) -> Iterator[Finding]:
    now = datetime.now(UTC)
    if swept := rows.get("sweep"):
        at = datetime.fromisoformat(swept["really_at"])
        says = line("上一次计时检查在 {at}", at=stamp(at))
        late = now - at > SWEEP_AGE
        yield Finding("bad" if late else "good", says, line("没有人在计时催办，请启动：hutong serve") if late else None)
    else:
        yield Finding("warning", line("还没有计时检查过"), line("hutong serve"))
    if made := rows.get("backup"):
        at = datetime.fromisoformat(made["at"])
        late = now - at > BACKUP_AGE
        says = line("上一次备份在 {at}", at=stamp(at))
        yield Finding("warning" if late else "good", says, line("hutong backup 目录") if late else None)
    else:
        yield Finding("warning", line("还没有备份过"), line("hutong backup 目录"))


def _coverage(rows: dict[str, Any]) -> Iterator[Finding]:
    """Whether everybody who may be needed in the next fourteen days is there, as it was last looked at."""
    if (found := rows.get("coverage")) is None:
        yield Finding("warning", line("还没有查过今后 14 天的排班"), line("hutong serve"))
    elif found["count"] or found["leaning"]:
        says = line(
            "今后 14 天有 {gaps} 处找不到人，{cases} 件事项的经办人找不到",
            gaps=found["count"],
            cases=len(found["leaning"]),
        )
        yield Finding("bad", says, line("请管理员或督办员打开工作台的“通讯录”"))
    else:
        yield Finding("good", line("今后 14 天每个席位每一级都找得到人"))


def _protocols(settings: Settings) -> Iterator[Finding]:
    shipped = protocols_of(settings)
    yield Finding("good", line("处置规程 {names}", names=" ".join(sorted(shipped.packs))))
    calendar, year = calendar_of(settings), datetime.now(UTC).year
    if missing := [each for each in (year, year + 1) if each not in calendar.known]:
        says = line("没有 {years} 年的放假安排，按周一至周五上班计算", years=" ".join(map(str, missing)))
        yield Finding(
            "warning", says, line("国务院办公厅发布后，写进 {path}", path=settings.data / "calendar" / "overrides.toml")
        )
    else:
        yield Finding("good", line("放假安排到 {year} 年", year=year + 1))


def _messengers(settings: Settings) -> Iterator[Finding]:
    for level, says, step in messengers.look(settings):
        yield Finding(level, says, step)


def _port(settings: Settings) -> Iterator[Finding]:
    try:
        with socket.create_connection((settings.host, settings.port), timeout=2):
            pass
    except OSError:
        yield Finding("good", line("端口 {port} 空闲（服务没有在运行）", port=settings.port))
        return
    try:
        with urllib.request.urlopen(f"http://{settings.host}:{settings.port}/alive", timeout=3) as answer:
            ours = answer.read() == b"ok"
    except OSError:
        ours = False
    if ours:
        yield Finding("good", line("服务正在端口 {port} 上运行", port=settings.port))
    else:
        yield Finding(
            "bad",
            line("端口 {port} 被别的程序占用", port=settings.port),
            line("HUTONG_PORT={other} hutong serve", other=settings.port + 1),
        )
