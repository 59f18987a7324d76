"""每案必查: after a case of the nine situations the coordinator asks which unit with the duty to report knew, since when, and
whether it reported. Asked as 「什么时候发现的」, never as a charge.

Source: 桂民发〔2024〕1号 task 6 (每案必查, 倒查机制), 四平铁东 task 6 (一案八查); who knew and did not report is the procuratorate's to
look into (未成年人保护法 art. 105, 117), in a case of its own that the unit never sees.
"""

from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.policy import policy_of
from escalation.timers import start_clock, stop_clocks
from records.access.standing import UNITS
from records.batch import Batch
from records.columns import new_id
from records.tables import Account, Event, Statement, UnitCheck
from routing.acts.work import NOT_YOURS_TO_DO, Work, begin, happened, written
from routing.climbing import call_up, coordinating_desk, seat_beside
from routing.decision import standing_route
from routing.feedback import ASKED_BY
from routing.opening import Draft, open_case
from routing.protocols import Protocols
from routing.refusal import Refused
from words.ids import DEPARTMENTS, Urgency
from words.language import Line, line

CHECK = "every_case_check"


async def ask_every_case(work: Work, protocols: Protocols) -> None:
    """The check begins: a clock and a letter at the coordinator's desk. Once a case, however often it is reopened."""
    case, pack = work.case, work.pack(protocols)
    stands = standing_route(pack, case.category, work.urgency, case.assessment.get("routing") or {}, case.place_code)
    asked = case.nine or stands.every_case_check
    if not asked or case.assessment.get(ASKED_BY) or await _answered(work):
        return
    desk = await coordinating_desk(work.session, case, protocols) or work.desk
    policy = policy_of(pack.terms, CHECK, work.urgency, category=case.category)
    if desk is None or policy is None or any(row.kind == CHECK and row.status == "running" for row in work.clocks):
        return
    seat_beside(work.batch, case, desk, work.parts, work.now)
    start_clock(work.batch, case.id, desk.id, policy, work.now, protocols.calendar, case.round)
    work.letter("check", desk, await work.county())
    work.event("check_asked", desk_id=desk.id)


async def _answered(work: Work) -> bool:
    done = select(Event.id).where(Event.case_id == work.case.id, Event.kind == "check_finished")
    return (await work.session.exec(done.limit(1))).first() is not None


async def check_unit(
    session: AsyncSession,
    person: Account,
    reference: str,
    unit: str,
    department: str,
    found_at: datetime | None,
    reported_at: datetime | None,
    note: str,
    protocols: Protocols,
    home: str,
    now: datetime,
) -> tuple[Batch, Line]:
    """One unit's answer: when it found out (None: it did not know) and when it reported (None: it did not). A unit that knew
    and did not report opens a `duty_complaint` to the procuratorate, with clocks of its own."""
    work = await _checking(session, person, reference, now)
    unit = written(unit, line("请写单位名称。"), 100)
    if department and department not in DEPARTMENTS:
        raise Refused(line("请选单位的类别。"))
    note = note.strip()[:1000]
    for at in (found_at, reported_at):
        if at is not None:
            happened(at, now, line("时间还没有到，请核对。"))
    if reported_at is not None and (found_at is None or reported_at < found_at):
        raise Refused(
            line("报告的时间早于发现的时间，请核对。") if found_at else line("报告过的，请写什么时候发现的。")
        )
    complaint_id = None
    if found_at is not None and reported_at is None:
        complaint_id = await _complain(work, unit, department, note, protocols, home)
    work.batch.add(
        UnitCheck(
            id=new_id(now), case_id=work.case.id, round=work.case.round, department=department or None, unit=unit,
            found_at=found_at, reported_at=reported_at, note=note or None, complaint_id=complaint_id, by=person.id, at=now,
        )
    )  # fmt: skip
    work.event(
        "checked_unit", desk_id=_checking_desk(work), knew=found_at is not None, reported=reported_at is not None
    )
    said = line("已记录。可以继续记别的单位，记完请按“查完了”。")
    if complaint_id:
        said = line("已记录，并已另立一件送检察机关。可以继续记别的单位，记完请按“查完了”。")
    return work.done("check_unit", said, complaint=complaint_id)


async def _complain(work: Work, unit: str, department: str, note: str, protocols: Protocols, home: str) -> str:
    """A case about the unit's duty, one level above it. Nothing of the child is in it but the reference of the case."""
    case, now = work.case, work.now
    routing: dict[str, object] = {"subtype": "not_reported"}
    if department:
        routing["complained_about"] = department
    text = f"每案必查：{unit}知道情况而没有报告。事项 {case.reference}。{note}"
    draft = Draft(
        case_id=new_id(now), source="check", urgency=Urgency.NORMAL, category="duty_complaint",
        categories=("duty_complaint",), routing=routing, facts={"suspect": {"value": unit, "words": ""}},
        explanation={"text": text, "urgency": Urgency.NORMAL.value, "reasons": [], "counterfactual": "",
                     "about": case.reference, ASKED_BY: _checking_desk(work)},
        place_code=case.place_code, capacity="personal",
    )  # fmt: skip
    batch, opened = await open_case(work.session, draft, protocols, home, now)
    work.batch.include(batch)
    work.batch.add(Statement(id=new_id(now), case_id=opened.case_id, kind="check", text=text, at=now))
    if department in UNITS:  # a unit that hid a case: whoever governs hears of it at once
        await call_up(
            work.session, work.batch, case, _checking_desk(work), "unit_hides_case", protocols, now,
            county=await work.county(),
        )  # fmt: skip
    return opened.case_id


async def finish_check(
    session: AsyncSession, person: Account, reference: str, note: str, now: datetime
) -> tuple[Batch, Line]:
    """查完了. Without any unit it needs a sentence why there was none."""
    work = await _checking(session, person, reference, now)
    units = (await session.exec(select(UnitCheck.id).where(UnitCheck.case_id == work.case.id))).all()
    if not units:
        note = written(note, line("没有记单位的，请写明为什么没有单位接触过孩子。"), 1000)
    stop_clocks(work.batch, work.clocks, {CHECK}, now)
    work.event("check_finished", note.strip() or None, desk_id=_checking_desk(work), units=len(units))
    return work.done("finish_check", line("已记录：每案必查完成。"), units=len(units))


async def _checking(session: AsyncSession, person: Account, reference: str, now: datetime) -> Work:
    """The desk that was asked, or the supervisor."""
    work = await begin(session, person, reference, now, closed_too=True)
    desk_id = _checking_desk(work)
    if not desk_id:
        if work.coordinates:
            raise Refused(line("这件事现在没有要做的每案必查。"))
        raise Refused(NOT_YOURS_TO_DO)
    if work.level != "story" or not (person.role == "supervisor" or person.desk_id == desk_id):
        raise Refused(NOT_YOURS_TO_DO)
    return work


def _checking_desk(work: Work) -> str:
    """The desk at which the check is open."""
    return next((row.desk_id for row in work.clocks if row.kind == CHECK and row.status == "running"), "")
