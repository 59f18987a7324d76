"""Two reports on one child find each other: the same number by itself, anything weaker by a person; the second within ninety
days rises by a level; nobody sees a case through a link that they may not see."""

from datetime import timedelta
from typing import Any

import pytest
from stdnum.cn import ric

from records.batch import Batch
from records.columns import new_id
from records.secrets import keyring
from records.tables import Account, AuditLine, Case, CaseLink, Desk, Mark, Place
from routing import acts
from routing.opening import Draft, open_case
from routing.refusal import Refused
from routing.revising import revise_case
from tests.flows.filing import worsened
from tests.flows.handling import sight
from tests.flows.town import Town
from words.ids import Urgency

COMMITTEE = "working_committee"


def number(body: str = "45882120160305002") -> str:
    return body + str(ric.calc_check_digit(body + "0"))


def facts(**known: object) -> dict[str, dict[str, object]]:
    return {name: {"value": value, "words": ""} for name, value in known.items()}


CHILD = facts(child_name="陈小雨", child_age=10, school="青禾镇中心小学")


async def reported(
    town: Town, known: dict[str, Any], urgency: str = "normal", category: str = "guardianship", **more: Any
) -> Case:
    """A report with these facts; what it asks of the case side is done right after, as in the house."""
    house = town.house
    await town.outage(minutes=1)
    draft = Draft(
        case_id=new_id(town.now), source="web", urgency=Urgency(urgency), category=category, facts=known, **more
    )
    await house.store.carry_out(lambda session: open_case(session, draft, house.protocols, house.home, town.now))
    await house.tick()
    return await town.case(id=draft.case_id)


async def link(town: Town) -> CaseLink:
    (found,) = await town.rows(CaseLink)
    return found  # type: ignore[no-any-return]


async def decides(town: Town, person: Account, case: Case, same: bool | None, reason: str = "") -> None:
    house = town.house
    await town.act(
        acts.confirm_link, person, case.reference, (await link(town)).id, same, reason, protocols=house.protocols, home=house.home
    )  # fmt: skip


async def test_the_same_identity_number_links_by_itself_and_raises_the_second_report(town: Town) -> None:
    first = await reported(town, facts(id_card=number()))
    await town.long_after(days=89)
    second = await reported(town, facts(id_card=number()))
    row = await link(town)
    assert (row.case_id, row.earlier_id, row.status, row.decided_by) == (second.id, first.id, "confirmed", None)
    assert second.urgency == "urgent" and "90天内同一个孩子再次被报告" in second.assessment["raised"]
    assert (await town.case(id=first.id)).urgency == "normal"
    assert await town.events(second, "raised") and await town.events(first, "linked")
    leads = {(await town.desk(each)).id for each in await town.desks_of(first, "lead")}
    assert {letter.desk_id for letter in await town.letters(first, "linked")} == leads
    (mark,) = [row for row in await town.rows(Mark, case_id=first.id) if row.kind == "id_card"]
    assert mark.hash == keyring().blind("id_card", number()) and number() not in mark.hash
    assert [line.action for line in await town.rows(AuditLine, subject=second.id) if "link" in line.action] == [
        "case.link_confirmed"
    ]


async def test_after_ninety_days_it_is_linked_and_not_raised(town: Town) -> None:
    await reported(town, facts(id_card=number()))
    await town.long_after(days=91)
    second = await reported(town, facts(id_card=number()))
    assert (await link(town)).status == "confirmed" and second.urgency == "normal"


@pytest.mark.parametrize(
    ("first", "second", "basis"),
    [
        (CHILD, facts(child_name="陈小雨", child_age=9, place="罗岭县青禾镇河边村"), "name_birth_township"),
        (facts(child_name="韦小宝", birth_year="2016", township="石榴乡"),
         facts(child_name="韦小宝", child_age=9, place="罗岭县石榴乡"), "name_birth_township"),
        (facts(guardian_phone="15400007788"), facts(guardian_phone="154 0000 7788"), "guardian_phone"),
    ],
)  # fmt: skip
async def test_weaker_likeness_is_proposed_and_raises_when_a_person_confirms(
    town: Town, first: dict[str, Any], second: dict[str, Any], basis: str
) -> None:
    await reported(town, first)
    case = await reported(town, second)
    row = await link(town)
    assert (row.status, row.basis) == ("proposed", [basis]) and case.urgency == "normal"
    coordinator = await town.person(COMMITTEE)
    assert [letter.desk_id for letter in await town.letters(case, "kin_proposed")] == [coordinator.desk_id]
    with pytest.raises(Refused):
        await decides(town, coordinator, case, None)
    await decides(town, coordinator, case, True)
    row = await link(town)
    assert (row.status, row.decided_by) == ("confirmed", coordinator.id)
    assert (await town.case(id=case.id)).urgency == "urgent"
    with pytest.raises(Refused):
        await decides(town, coordinator, case, True)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (CHILD, facts(child_name="陈小雨", child_age=7, school="青禾镇中心小学")),  # three years apart
        (CHILD, facts(child_name="陈小雨", child_age=10, school="石榴乡小学")),  # another township
        (CHILD, facts(child_name="陈大雨", child_age=10, school="青禾镇中心小学")),
        (facts(child_name="陈小雨", child_age=10), facts(child_name="陈小雨", child_age=10)),  # nobody said where
        (facts(id_card=number("45882119800305002")), facts(id_card=number("45882119800305002"))),  # an adult's
        (facts(id_card="458821201603050029"), facts(id_card="458821201603050029")),  # no such number
    ],
)  # fmt: skip
async def test_what_is_not_alike_is_not_linked(town: Town, first: dict[str, Any], second: dict[str, Any]) -> None:
    await reported(town, first)
    await reported(town, second)
    assert not await town.rows(CaseLink)


async def test_two_reports_of_one_teacher_are_not_of_one_child(town: Town) -> None:
    story = {"text": "我是他班主任李红梅，我的电话15400001234。孩子的父亲不管他。"}
    await reported(town, facts(child_age=10), explanation=story)
    await reported(town, facts(child_age=12), explanation=story)
    assert not await town.rows(CaseLink)
    father = {"text": "孩子他爸电话15400005678，天天打他。"}
    await reported(town, facts(child_age=10), explanation=father)
    await reported(town, facts(child_age=10), explanation=father)
    assert [row.basis for row in await town.rows(CaseLink)] == [["guardian_phone"]]


async def test_a_number_learnt_later_confirms_what_was_proposed(town: Town) -> None:
    await reported(town, {**CHILD, **facts(id_card=number())})
    case = await reported(town, CHILD)
    assert (await link(town)).status == "proposed"
    civil, house = await town.person("civil_affairs"), town.house
    await town.act(acts.accept, civil, case.reference)
    for wrong in (
        ("", "458821201603050029", "", "", ""),
        ("", "", "1890后", "", ""),
        ("", "", "", "", "12"),
        ("", "", "", "", ""),
    ):
        with pytest.raises(Refused):
            await town.act(
                acts.identify_child, civil, case.reference, *wrong, protocols=house.protocols, home=house.home
            )
    await town.act(
        acts.identify_child, civil, case.reference, "", number(), "", "", "", protocols=house.protocols, home=house.home
    )
    await house.tick()
    row = await link(town)
    assert row.status == "confirmed" and row.basis == ["id_card", "name_birth_township"]
    assert (await town.case(id=case.id)).urgency == "urgent"
    helper = await sight(town, await town.person("womens_federation"), case)
    assert helper is not None and number() not in repr(helper)


async def test_it_is_not_the_same_child_and_that_needs_a_reason(town: Town) -> None:
    await reported(town, CHILD)
    case = await reported(town, CHILD)
    supervisor = await town.staff("supervisor")
    with pytest.raises(Refused):
        await decides(town, supervisor, case, False)
    await decides(town, supervisor, case, False, "同名，父母不同")
    assert (await link(town)).status == "refused" and (await town.case(id=case.id)).urgency == "normal"
    found = await sight(town, supervisor, case)
    assert found is not None and not found.kin.links


async def test_a_link_shows_nothing_of_a_case_that_is_not_yours(town: Town) -> None:
    first = await reported(town, CHILD, category="guardianship")
    second = await reported(town, CHILD, category="dropout")
    civil, education = await town.person("civil_affairs"), await town.person("education")
    youth = await town.person("youth_league")
    assert "education" not in await town.desks_of(first, "lead") + await town.desks_of(first, "with")
    theirs = await sight(town, education, second)
    assert theirs is not None and not theirs.kin.links and first.reference not in repr(theirs)
    with pytest.raises(Refused):
        await decides(town, education, second, True)
    # Civil affairs leads the first and helps in the second: it sees that there is one, and does not decide.
    mine = await sight(town, civil, first)
    assert mine is not None
    assert [(face.reference, face.decides, face.later) for face in mine.kin.links] == [(second.reference, False, True)]
    with pytest.raises(Refused):
        await decides(town, civil, first, True)
    assert await sight(town, youth, first) is None
    coordinator = await sight(town, await town.person(COMMITTEE), second)
    assert coordinator is not None and [face.decides for face in coordinator.kin.links] == [True]


async def test_who_is_complained_about_learns_nothing_of_the_other_report(town: Town) -> None:
    await reported(town, facts(id_card=number()), routing={"complained_about": "civil_affairs"})
    second = await reported(town, facts(id_card=number()))
    assert second.urgency == "urgent" and "90天" not in str(second.assessment["raised"])
    civil = await town.person("civil_affairs")
    found = await sight(town, civil, second)
    assert found is not None and not found.kin.links and "linked" not in [entry.kind for entry in found.timeline]
    assert not await town.letters(second, "linked")


async def test_somebody_who_knows_both_says_so(town: Town) -> None:
    first = await reported(town, facts(child_age=10))
    second = await reported(town, facts(child_age=10))
    house, supervisor = town.house, await town.staff("supervisor")
    police = await town.person("police")
    given = {"protocols": house.protocols, "home": house.home}
    for person, other in ((police, first.reference), (supervisor, "HT261119-AAAAA"), (supervisor, second.reference)):
        with pytest.raises(Refused):
            await town.act(acts.link_case, person, second.reference, other, "班主任认得", **given)
    await town.act(acts.link_case, supervisor, second.reference, first.reference, "班主任认得", **given)
    row = await link(town)
    assert (row.basis, row.status, row.reason) == (["person"], "confirmed", "班主任认得")
    assert (await town.case(id=second.id)).urgency == "urgent"


async def test_another_county_is_known_to_exist_and_no_more(town: Town) -> None:
    batch = Batch()
    batch.add(Place(code="458822", name="邻县", parent="458800"))
    batch.add(*(
        Desk(id=f"458822-{each}", place_code="458822", department=each, name=f"邻县{each}", kind="24h")
        for each in ("civil_affairs", "police", "working_committee")
    ))  # fmt: skip
    await town.house.store.write(batch)
    phone = facts(guardian_phone="15400007788")
    first = await reported(town, phone, place_code="458822")
    second = await reported(town, phone)
    coordinator = await town.person(COMMITTEE)
    found = await sight(town, coordinator, second)
    assert found is not None
    (face,) = found.kin.links
    assert face.decides and not (face.reference or face.category or face.opened_at)
    assert first.reference not in repr(found)
    await decides(town, coordinator, second, True)
    assert (await town.case(id=second.id)).urgency == "urgent"


async def test_a_level_that_a_person_lowered_stays_until_there_are_new_alarming_words(town: Town) -> None:
    case = await reported(town, {}, "critical", "physical_abuse")
    police, house = await town.person("police"), town.house
    await town.act(acts.accept, police, case.reference)
    due = {row.kind: row.ends_at for row in await town.clocks(case) if row.desk_id in (police.desk_id, "")}
    for level, reason in (("normal", " "), ("critical", "没有危险"), ("calm", "没有危险")):
        with pytest.raises(Refused):
            await town.act(acts.lower_level, police, case.reference, level, reason, protocols=house.protocols)
    with pytest.raises(Refused):
        await town.act(
            acts.lower_level,
            await town.person("health"),
            case.reference,
            "urgent",
            "没有危险",
            protocols=house.protocols,
        )
    await town.later(minutes=30)
    await town.act(acts.lower_level, police, case.reference, "urgent", "见到孩子，没有受伤", protocols=house.protocols)
    lowered = await town.case(id=case.id)
    assert lowered.urgency == "urgent" and lowered.assessment["lowered"]["by"] == police.id
    (event,) = await town.events(case, "lowered")
    assert (event.actor, event.note) == (police.id, "见到孩子，没有受伤")
    after = {row.kind: row.ends_at for row in await town.clocks(case) if row.desk_id in (police.desk_id, "")}
    assert after["result"] == case.opened_at + timedelta(days=3) > due["result"]
    assert after["child"] == due["child"], "how long she was not seen counts on"
    assert "interim" not in after
    told = {letter.desk_id for letter in await town.letters(case, "lowered")}
    assert (await town.desk(COMMITTEE)).id in told and police.desk_id not in told
    # She thanks them: nothing rises. She tells of a new beating: it does.
    await worsened(town, case, "critical", "physical_abuse")
    assert (await town.case(id=case.id)).urgency == "urgent"
    draft = Draft(case.id, "web", Urgency.CRITICAL, "physical_abuse", alarming=True, said_at=town.now)
    await house.store.carry_out(lambda session: revise_case(session, draft, house.protocols, house.home, town.now))
    assert (await town.case(id=case.id)).urgency == "critical"


async def test_a_level_is_raised_by_name_with_a_reason(town: Town) -> None:
    case = await reported(town, facts(child_age=12), "normal", "guardianship")
    supervisor, house = await town.staff("supervisor"), town.house
    given = {"protocols": house.protocols, "home": house.home}
    for level, reason in (("critical", ""), ("info", "不急"), ("normal", "一样")):
        with pytest.raises(Refused):
            await town.act(acts.raise_level, supervisor, case.reference, level, reason, **given)
    await town.act(acts.raise_level, supervisor, case.reference, "critical", "孩子独自在家，门反锁", **given)
    now = await town.case(id=case.id)
    assert now.urgency == "critical" and "police" in await town.desks_of(now, "lead")
    (event,) = await town.events(case, "raised")
    assert (event.actor, event.note, event.data["before"]) == (supervisor.id, "孩子独自在家，门反锁", "normal")
