"""A unit's poster: its link holds a code and nothing else; whoever reports by it is not the unit's to see."""

import pytest

from intake.said import Said
from records.columns import is_poster_code, new_poster_code
from records.tables import Conversation, Poster
from routing.posters import desk_of_poster, make_poster, retire_poster
from routing.refusal import Refused
from tests.flows.town import Town

HARM = "班里女生9岁，昨天身上有伤，说是爸爸打的，在罗岭县"


async def poster_at(town: Town, department: str) -> Poster:
    desk = await town.desk(department)
    await town.act(make_poster, await town.staff("admin"), desk.id)
    (poster,) = await town.rows(Poster, desk_id=desk.id)
    return poster  # type: ignore[no-any-return]


async def says_by(town: Town, unit: str, *texts: str) -> None:
    for number, text in enumerate(texts):
        await town.house.hear(Said("web", "teacher", text, f"p{number}", unit=unit))


async def test_the_code_says_nothing_of_the_unit(town: Town) -> None:
    poster = await poster_at(town, "education")
    assert is_poster_code(poster.id) and "education" not in poster.id and "458821" not in poster.id
    assert len({new_poster_code() for _ in range(50)}) == 50


async def test_a_report_by_it_is_personal_unless_she_says_otherwise(town: Town) -> None:
    poster = await poster_at(town, "education")
    await says_by(town, poster.id, HARM, "提交")
    case = await town.case()
    assert (case.capacity, case.unit_id) == ("personal", None)


async def test_on_the_units_behalf_it_is_the_units(town: Town) -> None:
    poster = await poster_at(town, "education")
    await says_by(town, poster.id, HARM, "代表单位", "提交")
    case = await town.case()
    assert (case.capacity, case.unit_id) == ("unit", poster.desk_id)


@pytest.mark.parametrize("unit", ["城关小学五年级3班", "458821-education", "ACDEF347", "' or 1=1 --"])
async def test_what_somebody_wrote_into_a_link_is_kept_nowhere(town: Town, unit: str) -> None:
    await says_by(town, unit, HARM, "代表单位", "提交")
    assert (await town.case()).unit_id is None
    (conversation,) = await town.rows(Conversation)
    assert is_poster_code(unit) or unit not in conversation.state


async def test_a_retired_link_means_no_unit_any_more(town: Town) -> None:
    poster, admin = await poster_at(town, "education"), await town.staff("admin")
    with pytest.raises(Refused):
        await town.act(retire_poster, admin, (await town.desk("police")).id, poster.id)
    await town.act(retire_poster, admin, poster.desk_id, poster.id)
    async with town.house.store.read() as session:
        assert await desk_of_poster(session, poster.id) is None
