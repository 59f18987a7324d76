"""A case opened at a level that a story needs, whatever triage would have said of the words."""

from records.columns import new_id
from records.tables import Case
from routing.opening import Draft, open_case
from routing.revising import revise_case
from tests.flows.town import Town
from words.ids import Urgency


async def filed(town: Town, urgency: str, category: str) -> Case:
    """A finished report of this level and category, from somebody in her own name."""
    draft = Draft(case_id=new_id(town.now), source="web", urgency=Urgency(urgency), category=category)
    house = town.house
    await house.store.carry_out(lambda session: open_case(session, draft, house.protocols, house.home, town.now))
    return await town.case(id=draft.case_id)


async def worsened(town: Town, case: Case, urgency: str, category: str) -> Case:
    """More was said, and it was judged to be this."""
    draft = Draft(case_id=case.id, source="web", urgency=Urgency(urgency), category=category, named=True)
    house = town.house
    await house.store.carry_out(lambda session: revise_case(session, draft, house.protocols, house.home, town.now))
    return await town.case(id=case.id)
