"""What must always be true, asked of the database itself: shown on the board, at `/ready`, as metrics, and in the heartbeat whose
silence somebody outside notices.

Each check says how many break it. Nothing here tells who anybody is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlmodel import col, exists, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.calendar import Calendar
from records.outbox import PLATFORM
from records.tables import AuditLine, AuditWriter, Case, ClockRow, Letter, Setting, Task
from words.beijing import local
from words.ids import Urgency
from words.language import Line, line

Level = Literal["good", "warning", "bad"]

TICK = timedelta(seconds=2)  # how often a worker sweeps
OVERDUE = 3 * TICK  # a clock that is due longer than this was not swept
SWEEP_AGE = timedelta(minutes=2)  # the sweep notes itself every half minute
UNSEALED = timedelta(seconds=30)  # sealed within five seconds; what is older has no sealer
BACKUP_AGE = timedelta(days=2)
# How long a letter may wait for its courier, by the level of its case (ours).
LETTER_WAITS: dict[Urgency, timedelta] = {
    Urgency.CRITICAL: timedelta(minutes=1),
    Urgency.URGENT: timedelta(minutes=5),
    Urgency.NORMAL: timedelta(minutes=30),
    Urgency.INFO: timedelta(hours=2),
}
PLATFORM_WAITS = timedelta(hours=1)
NEXT_YEAR_FROM = 12  # the month from which next year's holidays must be known: the notice comes out in November


@dataclass(frozen=True)
class Check:
    """`value` is how many break it, or how old something is in seconds. `bad`: a promise is not kept now."""

    name: str
    level: Level
    says: Line
    value: float = 0


async def watch(session: AsyncSession, now: datetime, calendar: Calendar) -> Sequence[Check]:
    """All checks, the gravest first."""
    found = [
        await _overdue(session, now), await _silent(session), await _letters(session, now), await _sealed(session, now),
        await _swept(session, now), await _failed(session), await _backup(session, now), _calendar(calendar, now),
        await _platforms(session, now), await _covered(session),
    ]  # fmt: skip
    return sorted(found, key=lambda check: ("bad", "warning", "good").index(check.level))


async def _count(session: AsyncSession, query: Any) -> int:
    return int((await session.exec(query)).one())


async def _overdue(session: AsyncSession, now: datetime) -> Check:
    count = await _count(
        session,
        select(func.count())
        .select_from(ClockRow)
        .where(col(ClockRow.status).in_(("running", "paused")), col(ClockRow.due_at) < now - OVERDUE),
    )
    return _none(
        "clocks", count, line("没有到点未催的时限"), line("{count} 个时限到点了还没有催：计时没有在走", count=count)
    )


async def _silent(session: AsyncSession) -> Check:
    """An open case at which nothing will ever ring again is forgotten. A consultation answers itself and has no clock."""
    running = exists().where(col(ClockRow.case_id) == col(Case.id), col(ClockRow.status).in_(("running", "paused")))
    count = await _count(
        session,
        select(func.count()).select_from(Case).where(Case.status == "open", Case.urgency != Urgency.INFO, ~running),
    )
    return _none(
        "cases", count, line("每件没办结的事项都有时限在走"), line("{count} 件没办结的事项没有时限在走", count=count)
    )


async def _letters(session: AsyncSession, now: datetime) -> Check:
    count = 0
    for level, most in LETTER_WAITS.items():
        count += await _count(
            session,
            select(func.count())
            .select_from(Letter)
            .join(Case, col(Case.id) == col(Letter.case_id))
            .where(
                col(Letter.status).in_(("waiting", "sending")),
                col(Letter.due_at) < now - most,
                Case.urgency == level,
                Letter.courier != PLATFORM,
            ),
        )
    return _none("letters", count, line("通知都送出了"), line("{count} 封通知等得太久，没有送出", count=count))


async def _platforms(session: AsyncSession, now: datetime) -> Check:
    """That somebody else's machine does not answer breaks no promise of ours; it is tried again for days."""
    waits = (Letter.courier == PLATFORM, col(Letter.status).in_(("waiting", "sending")))
    count = await _count(
        session, select(func.count()).select_from(Letter).where(*waits, col(Letter.created_at) < now - PLATFORM_WAITS)
    )
    if not count:
        return Check("platforms", "good", line("给平台的回传都送出了"))
    return Check("platforms", "warning", line("{count} 条给平台的回传等了很久，对方没有收下", count=count), count)


async def _sealed(session: AsyncSession, now: datetime) -> Check:
    rows = await session.exec(
        select(func.count(), func.min(AuditLine.at))
        .select_from(AuditWriter)
        .join(
            AuditLine,
            (col(AuditLine.writer) == col(AuditWriter.writer)) & (col(AuditLine.number) > col(AuditWriter.sealed)),
        )
        .where(~col(AuditWriter.parked))
    )
    count, since = rows.one()
    if since is None or since >= now - UNSEALED:
        return Check("audit", "good", line("审计记录都封印了"), 0)
    return Check("audit", "bad", line("审计记录有 {count} 行没有封印", count=count), count)


async def _swept(session: AsyncSession, now: datetime) -> Check:
    row = await session.get(Setting, "sweep")
    if row is None:
        return Check("sweep", "bad", line("还没有检查过时限。"))
    age = (now - row.updated_at).total_seconds()
    if age > SWEEP_AGE.total_seconds():
        return Check("sweep", "bad", line("时限已 {minutes} 分钟没有检查", minutes=int(age // 60)), age)
    return Check("sweep", "good", line("时限一直在检查"), age)


async def _failed(session: AsyncSession) -> Check:
    tasks = await _count(session, select(func.count()).select_from(Task).where(Task.status == "failed"))
    if not tasks:
        return Check("tasks", "good", line("系统的工作都做完了"))
    return Check("tasks", "warning", line("系统有 {count} 项工作没有做成", count=tasks), tasks)


async def _backup(session: AsyncSession, now: datetime) -> Check:
    row = await session.get(Setting, "backup")
    if row is None:
        return Check("backup", "warning", line("还没有备份过"))
    age = (now - row.updated_at).total_seconds()
    if age > BACKUP_AGE.total_seconds():
        return Check("backup", "warning", line("上一次备份在 {days} 天前", days=int(age // 86_400)), age)
    return Check("backup", "good", line("备份是新的"), age)


async def _covered(session: AsyncSession) -> Check:
    """Whether everybody who may be needed is there, as it was last looked at: a gap breaks no promise yet, the ladder climbs
    past it; somebody has to mend it before it is wanted."""
    row = await session.get(Setting, "coverage")
    if row is None:
        return Check("coverage", "warning", line("还没有查过今后 14 天的排班"))
    gaps, cases = int(row.value["count"]), len(row.value["leaning"])
    if not gaps and not cases:
        return Check("coverage", "good", line("今后 14 天每个席位每一级都找得到人"))
    says = line("今后 14 天有 {gaps} 处找不到人，{cases} 件事项的经办人找不到", gaps=gaps, cases=cases)
    return Check("coverage", "warning", says, gaps + cases)


def _calendar(calendar: Calendar, now: datetime) -> Check:
    today = local(now)
    wanted = [today.year, *([today.year + 1] if today.month >= NEXT_YEAR_FROM else [])]
    missing = [year for year in wanted if year not in calendar.known]
    if not missing:
        return Check("calendar", "good", line("放假安排已知"))
    years = "、".join(map(str, missing))
    return Check("calendar", "warning", line("没有 {years} 年的放假安排，按周一至周五算", years=years), len(missing))


def _none(name: str, count: int, good: Line, bad: Line) -> Check:
    return Check(name, "bad" if count else "good", bad if count else good, count)


def well(checks: Sequence[Check]) -> bool:
    """Whether every promise is kept now; a warning is for a working day."""
    return all(check.level != "bad" for check in checks)
