"""Who is owed the result of a report, and when that debt is paid.

The person who reported, and, only for a report made on a unit's behalf, the unit (未成年人保护法 art. 11; 强制报告意见): never one
that is complained about. What may be said of a child stands in `routing.tellable`. It is paid when it was read or handed over,
or when a named person wrote down how and when it was tried.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.timers import stop_clocks
from records.access.merged import put_to
from records.access.standing import UNITS
from records.access.summary import plain
from records.batch import Batch
from records.tables import Case, ClockRow, Desk, Telling
from routing.recusal import complained_about
from words.language import Line, line

REPORTER, UNIT = "reporter", "unit"
ASKED_BY = "asked_by"  # in a case's assessment: the desk that opened it instead of a reporter

# How somebody was told, or was tried to be told.
WAYS: Mapping[str, Line] = {
    "phone": line("打电话"),
    "sms": line("发短信"),
    "visit": line("当面"),
    "letter": line("书面送达"),
    "code": line("没有可用的联系方式，等凭查询码来看"),
}
# Which ways the reporter's own choice of safe contact leaves open; a code that nobody knows leaves the careful one.
_SAFE: Mapping[str, frozenset[str]] = {
    "code_only": frozenset(("code",)),
    "no_call": frozenset(("sms", "code")),
    "sms": frozenset(("sms", "code")),
    "phone": frozenset(WAYS),
    "hotline": frozenset(WAYS),  # the operator who took the call, or calls back
}


def ways_of(contact: str) -> frozenset[str]:
    """How a reporter may be reached who chose this contact."""
    return _SAFE.get(contact, _SAFE["code_only"])


def kind_of(recipient: str) -> str:
    """`reporter`, `unit` or `desk`, of whichever report."""
    return recipient.partition(":")[0]


def safe_ways(report: Case, recipient: str) -> frozenset[str]:
    """How this recipient may be reached: a reporter only as she said is safe, a unit in every way but by the code."""
    if kind_of(recipient) != REPORTER:
        return frozenset(WAYS) - {"code"}
    return ways_of(str(plain(report.reporter.get("contact")) or ""))


async def recipients(session: AsyncSession, case: Case) -> tuple[str, ...]:
    """Who is to be told: `reporter`, `unit` (by hand) or `desk:ID` (reads it in the console); of a report that was put to this
    case `reporter:CASE` and `unit:CASE`."""
    found = await _of_report(session, case, "")
    for report in await put_to(session, case.id):
        found += await _of_report(session, report, f":{report.id}")
    return tuple(dict.fromkeys(found))


async def _of_report(session: AsyncSession, report: Case, suffix: str) -> list[str]:
    if asked_by := report.assessment.get(ASKED_BY):
        return [f"desk:{asked_by}"]
    if report.capacity != "unit":
        return [REPORTER + suffix]
    desk = await session.get(Desk, report.unit_id) if report.unit_id else None
    if complained_of(report, desk):
        return [REPORTER + suffix]
    return [REPORTER + suffix, f"desk:{desk.id}" if desk is not None and desk.active else UNIT + suffix]


def complained_of(case: Case, unit: Desk | None) -> bool:
    """Whether the report is about the very unit in whose name it was made; where that can't be known, yes."""
    routing = case.assessment.get("routing") or {}
    about = complained_about(case)
    if about is not None and (about in UNITS if unit is None else about == unit.department):
        return True
    if case.category not in ("staff_harm", "duty_complaint"):
        return False
    kinds = {"school": "school", "nursery": "school", "clinic": "medical_institution"}
    return unit is None or kinds.get(str(routing.get("institution", "school")), "") == unit.department


def paid(telling: Telling) -> bool:
    return bool(telling.fetched_at or telling.tried_at)


def unpaid(owed: Sequence[str], tellings: Iterable[Telling], now_paid: Iterable[str] = ()) -> tuple[str, ...]:
    """Which of the recipients have not had the result. `tellings` are those of one round; `now_paid`: ids being paid now."""
    ids = set(now_paid)
    had = {each.recipient for each in tellings if each.kind == "result" and (paid(each) or each.id in ids)}
    return tuple(recipient for recipient in owed if recipient not in had)


def arrived(
    batch: Batch,
    clocks: Iterable[ClockRow],
    tellings: Sequence[Telling],
    arriving: Sequence[Telling],
    owed: Sequence[str],
    now: datetime,
) -> None:
    """Some of a round's tellings were read, or it was tried. Ends the clock for telling when nobody is owed the result any
    more, and the three days after 受案／立案 by any word that was written after the decision."""
    clocks = list(clocks)
    if any(each.kind == "result" for each in arriving) and not unpaid(owed, tellings, [each.id for each in arriving]):
        stop_clocks(batch, clocks, ("tell",), now)
    words = [each for each in arriving if each.kind in ("interim", "result")]
    told = [row for row in clocks if row.kind == "three_day" and any(each.at >= row.started_at for each in words)]
    stop_clocks(batch, told, ("three_day",), now)
