"""The large screen on the wall of a watch room: no person, no case, no place below the county; 1 to 4 are 「<5」.

It asks for itself again every half minute, and counts down to when it must have: a wall that has stopped turns red by itself.
"""

import asyncio
from datetime import timedelta

from fastapi import APIRouter, Request
from starlette.responses import Response

from records.access import wall
from records.access.standing import UNITS
from routing.figures.measure import RATE_NAMES, figures
from routing.figures.reading import Asked, Period, Reach, matters, month_of
from routing.figures.small import HIDDEN, part_of, share, small
from web.guard import NotThere
from web.pages import edge_of, page

router = APIRouter()

AGAIN = timedelta(seconds=30)
STALE = timedelta(seconds=90)  # what is older than this is not to be believed
SWEPT = timedelta(minutes=2)
DESKS = 6
# A desk whose name is that of a place below the county, or of a unit, does not stand on a wall.
NEAR = frozenset(("township", "village_committee", *UNITS))
RATES = ("acknowledge", "accept", "result", "told", "seen")


@router.get("/console/wall")
async def wall_page(request: Request) -> Response:
    edge, person, now = edge_of(request), request.state.person, edge_of(request).now()
    month = month_of(now)
    async with edge.store.read() as session:
        found = await wall(session, person, now)
        if found is None:
            raise NotThere
        cases = await matters(session, Reach(person.place_code), Asked(Period(month, month)))
    checks = [check for check in await edge.watch() if check.level == "bad"]
    counted = await asyncio.to_thread(figures, cases, now)
    rates = {id: share(rate.good, rate.of, rate.share) for id, rate in counted.rates.items() if id in RATES}
    far = [each for each in found.loads if each.department not in NEAR]
    loads = [(each.desk, small(each.in_hand), _within(each.in_hand, each.late)) for each in far[:DESKS]]
    answer = page(
        request, "console/wall.html", wall=found, rates=rates, rate_names=RATE_NAMES, loads=loads, small=small, hidden=HIDDEN,
        checks=checks, believed_until=now + STALE, swept=found.sweep_at is not None and now - found.sweep_at <= SWEPT,
    )  # fmt: skip
    answer.headers["Refresh"] = str(int(AGAIN.total_seconds()))
    return answer


def _within(in_hand: int, late: int) -> str:
    """A desk's late cases beside what it has in hand, of which some may be no parts any more (a call-back after closing)."""
    return part_of(in_hand, late) if late <= in_hand else small(late)
