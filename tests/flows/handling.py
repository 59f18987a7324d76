"""A case handled as desks do it, from 我来处理 to 办结."""

from records.tables import Assignment, Case
from routing import acts
from routing.seen import Seen
from tests.flows.town import Town


async def brought_to_an_end(town: Town, case: Case) -> Case:
    """Every desk records its result, the reporter is told and it was tried to reach her; the lead closes the case."""
    protocols = town.house.protocols
    seen = Seen(who="王警官", at=town.now, where="家里", apart=True, safe=True, custody="外婆")
    parts = [part for part in await town.rows(Assignment, case_id=case.id, round=case.round) if part.part != "copy"]
    lead = await town.person(next(part.department for part in parts if part.part == "lead"))
    for part in sorted(parts, key=lambda part: part.part != "lead"):
        if part.held:
            continue
        person, leads = await town.person(part.department), part.part == "lead"
        await town.act(acts.accept, person, case.reference)
        outcomes, told = (["filed"], "公安机关已依法立案。") if leads else (["conference"], "")
        await town.act(
            acts.record_result, person, case.reference, outcomes, "文号1", "已办理。", told, seen, protocols=protocols
        )
    await town.act(acts.tell_reporter, lead, case.reference, "公安机关已依法立案。", False)
    await town.act(acts.record_tried, lead, case.reference, "15:20 打过两次电话，没有人接。")
    await town.act(acts.close, lead, case.reference)
    return await town.case(id=case.id)
