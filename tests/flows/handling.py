"""A case handled as desks do it, from 我来处理 to 办结."""

from datetime import datetime
from typing import Any

from records.access import Sight, look
from records.tables import Account, Assignment, Case
from routing import acts, reporter
from routing.seen import Seen
from tests.flows.town import Town

FILED = "公安机关已依法立案，正在侦查。"


def saw(at: datetime, **changes: object) -> Seen:
    values = {"who": "王警官", "at": at, "where": "城关小学医务室", "apart": True, "safe": True, "custody": "外婆"}
    return Seen(**{**values, **changes})  # type: ignore[arg-type]  # a test names its own fields


async def sight(town: Town, person: Account, case: Case) -> Sight | None:
    """What this person sees of the case; the look is written down, as on a page."""
    async with town.house.store.read() as session:
        batch, found = await look(session, person, case.reference, "办理", town.now)
    await town.house.store.write(batch)
    return found


async def result(town: Town, person: Account, case: Case, outcomes: list[str], **changes: Any) -> None:
    """A desk's result; who saw the child stands in it unless the story says otherwise."""
    given = {"number": "文号1", "inner": "已办理。", "tellable": "已依法办理。", "seen": saw(town.now), **changes}
    more = {"decision_by": given["decision_by"]} if "decision_by" in given else {}
    await town.act(
        acts.record_result, person, case.reference, outcomes, given["number"], given["inner"], given["tellable"],
        given["seen"], protocols=town.house.protocols, **more,
    )  # fmt: skip


async def told(town: Town, person: Account, case: Case, text: str = FILED, *, interim: bool = False) -> None:
    await town.act(acts.tell_reporter, person, case.reference, text, interim, protocols=town.house.protocols)


async def tried(
    town: Town, person: Account, case: Case, how: str = "没有留电话，等她凭查询码来看。", way: str = "code", who: str = "reporter"
) -> None:  # fmt: skip
    await town.act(acts.record_tried, person, case.reference, who, way, town.now, how)


async def closed(town: Town, person: Account, case: Case) -> None:
    await town.act(acts.close, person, case.reference, protocols=town.house.protocols)


async def disputed(town: Town, case: Case, text: str = "没有解决") -> None:
    house = town.house
    await house.store.carry_out(
        lambda session: reporter.disputed(session, case.id, text, house.protocols, house.home, town.now)
    )


async def part(town: Town, case: Case, department: str) -> Assignment:
    """The part of the county's desk of that department, in the case's round."""
    desk = await town.desk(department)
    (found,) = await town.rows(Assignment, case_id=case.id, desk_id=desk.id, round=(await town.case(id=case.id)).round)
    return found  # type: ignore[no-any-return]


async def running(town: Town, case: Case, department: str) -> set[str]:
    """Kinds of the clocks that run at that desk."""
    desk = await town.desk(department)
    return {row.kind for row in await town.clocks(case) if row.desk_id == desk.id}


async def helpers_done(town: Town, case: Case) -> None:
    """Every helping desk that was let know does its part."""
    now = await town.case(id=case.id)
    for each in await town.rows(Assignment, case_id=case.id, part="with", round=now.round):
        if each.held or each.status in ("done", "returned", "moved", "void"):
            continue
        person = await town.person(each.department)
        if each.accepted_at is None:
            await town.act(acts.accept, person, case.reference)
        await result(town, person, case, ["conference"], inner="已会商，分工完成。", tellable="", seen=Seen())


async def brought_to_an_end(town: Town, case: Case) -> Case:
    """Every desk records its result, the reporter is told and it was tried to reach her; the lead closes the case."""
    parts = [part for part in await town.rows(Assignment, case_id=case.id, round=case.round) if part.part == "lead"]
    leads = [await town.person(each.department) for each in parts]
    for each, lead in zip(parts, leads, strict=True):
        await town.act(acts.accept, lead, case.reference)
        outcome = "filed" if each.department == "police" else "answered"
        await result(town, lead, case, [outcome], tellable="已依法办理。")
    await helpers_done(town, case)
    await told(town, leads[0], case, "已依法办理。")
    await tried(town, leads[0], case)
    await closed(town, leads[0], case)
    return await town.case(id=case.id)
