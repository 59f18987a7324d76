"""Stories told to the end, as a county lives through them."""

from datetime import UTC, datetime, timedelta

import pytest

from app.clock import HandClock
from records.access import duty_screen, queue
from records.batch import Batch
from records.columns import new_id
from records.tables import Account, Assignment, AuditLine, Case, Desk, Guardianship, Letter, Place
from routing import acts
from routing.directory import on_duty
from routing.opening import Draft, open_case
from routing.refusal import Refused
from tests.flows.handling import closed, disputed, helpers_done, part, result, running, saw, sight, told, tried
from tests.flows.town import Town
from words.beijing import local
from words.ids import Urgency

BEATEN = "隔壁男的又在打孩子，孩子一直哭着喊救命，罗岭县和平里3栋"
BABY = "凌晨在青禾镇卫生院门口发现一个刚出生的女婴被丢在纸箱里，没有人管，天很冷"
FATHER = (
    "我是班主任李红梅，我的电话15400001234。我们班9岁的男孩被他爸爸用皮带打得满背是伤，他现在在我办公室，五点他爸爸来接"
)


def stand_at(town: Town, moment: datetime) -> None:
    clock = town.house.clock
    assert isinstance(clock, HandClock)
    clock.moment = moment


async def shown(town: Town, person: Account, case: Case) -> bool:
    """Whether anything at all of the case is there for this person."""
    async with town.house.store.read() as session:
        listed = [
            line.reference
            for show in ("open", "copied", "closed", "returned", "held")
            for line in await queue(session, person, town.now, show=show)
        ]
        calls = [line.reference for line in await duty_screen(session, person, town.now)]
    return case.reference in (*listed, *calls) or await sight(town, person, case) is not None


async def test_abandoned_after_midnight_on_a_holiday(town: Town) -> None:
    # National Day 2026, 00:30 in Beijing: everybody is off for a week, Saturday the 10th is worked instead.
    stand_at(town, datetime(2026, 9, 30, 16, 30, tzinfo=UTC))
    await town.says(BABY, who="nurse")
    case = await town.case()
    assert (case.urgency, case.category) == ("critical", "abandonment")
    police, civil = await town.person("police"), await town.person("civil_affairs")
    assert await town.desks_of(case, "lead") == ["police"]
    # A day desk is rung at home and has twenty minutes; the police five.
    due = {(row.desk_id, row.kind): row.ends_at - case.opened_at for row in await town.clocks(case)}
    assert due[police.desk_id, "acknowledge"] == timedelta(minutes=5)
    assert due[civil.desk_id, "acknowledge"] == timedelta(minutes=20)
    await town.later(hours=2, minutes=1)
    rungs = [(e.data["to"], round((e.at - case.opened_at).total_seconds() / 60)) for e in await town.events(case, "rung")
             if e.desk_id == police.desk_id and e.data["to"] != "desk"]  # fmt: skip
    assert rungs[:4] == [("L0", 5), ("L1", 10), ("L2", 15), ("L3", 30)] and ("L4", 120) in rungs
    night = await town.person("government_office", "L4")
    asked = {letter.recipient for letter in await town.letters(case, "climb:progress:L4")}
    assert asked == {f"account:{night.id}"}, "at night the government's duty room"
    # Somebody goes; the child is taken in by the county's welfare institution the same night.
    await town.act(acts.police_dispatched, police, case.reference, "JQ20261001-0041")
    await town.act(acts.progress, police, case.reference, "王警官", town.now, "到卫生院见到女婴", saw(town.now, where="青禾镇卫生院"), protocols=town.house.protocols)  # fmt: skip
    await town.act(acts.accept, civil, case.reference)
    await town.act(
        acts.start_guardianship,
        civil,
        case.reference,
        "custody_welfare",
        "儿童福利院值班护士",
        "县儿童福利院",
        town.now,
        "",
    )
    assert [row.kind for row in await town.rows(Guardianship)] == ["custody_welfare"]
    await town.later(hours=3)
    await result(town, police, case, ["filed"], number="罗公立字〔2026〕30号", seen=saw(town.now, custody="儿童福利院"))
    await helpers_done(town, case)
    await told(town, police, case)
    await tried(town, police, case)
    await closed(town, police, case)
    # Five working days after the next one, the 8th: they jump the holiday and count the worked Saturday.
    (check,) = [row for row in await town.clocks(case) if row.kind == "every_case_check"]
    assert local(check.ends_at).strftime("%m-%d %H:%M") == "10-14 17:00"
    (back,) = [row for row in await town.clocks(case) if row.kind == "call_back"]
    assert back.ends_at == town.now + timedelta(days=7), "the child's week knows no holiday"


async def test_a_village_letter_is_held_until_the_police_allow(town: Town) -> None:
    await town.says(FATHER)
    case = await town.case()
    police, village = await town.person("police"), await town.person("village_committee")
    assert (await part(town, case, "village_committee")).held
    await town.later(minutes=30)
    assert not await shown(town, village, case)
    (letter,) = await town.rows(Letter, case_id=case.id, desk_id=village.desk_id)
    assert letter.status == "held" and letter.attempts == 0
    assert not [task for task in await town.duty_tasks() if task.desk_id == village.desk_id]
    assert not await running(town, case, "village_committee"), "nothing is due where nobody was told"
    await town.act(acts.police_dispatched, police, case.reference, "")
    await town.later(hours=1, minutes=31)
    climbed = [e.data["to"] for e in await town.events(case, "rung") if e.data["clock"] == "visit_permission"]
    assert "L2" in climbed, "who keeps the village waiting is asked why after two hours"
    await town.act(acts.allow_visit, police, case.reference, protocols=town.house.protocols)
    assert "visit_permission" not in await running(town, case, "police")
    assert {"acknowledge", "accept", "result"} <= await running(town, case, "village_committee")
    await town.house.tick()
    assert [task for task in await town.duty_tasks() if task.desk_id == village.desk_id]
    found = await sight(town, village, case)
    assert found is not None and found.level == "summary" and not found.words
    assert "李红梅" not in repr(found) and "班主任" not in repr(found)


async def test_a_teacher_reports_in_her_own_name_and_the_head_never_learns(town: Town) -> None:
    school = await town.desk("school")
    head = await town.person("school")
    await town.says(FATHER)
    for answer in ("已打", "和我在一起", "不是", "以我个人名义（不告诉单位）", "不联系，我凭查询码来看", "提交"):
        await town.says(answer)
    case = await town.case()
    assert (case.capacity, case.unit_id) == ("personal", None)
    police = await town.person("police")
    await town.act(acts.accept, police, case.reference)
    for verb in (acts.hand_over, acts.call_in):
        with pytest.raises(Refused):
            await town.act(verb, police, case.reference, "school", "请学校配合", protocols=town.house.protocols)
    await town.act(acts.allow_visit, police, case.reference, protocols=town.house.protocols)
    await result(town, police, case, ["filed"])
    await helpers_done(town, case)
    await told(town, police, case)
    await tried(town, police, case)
    await closed(town, police, case)
    await disputed(town, case, "他爸爸又来了")
    await town.long_after(days=1)
    assert not await shown(town, head, case)
    assert not await town.rows(Assignment, desk_id=school.id) and not await town.rows(Letter, desk_id=school.id)
    told_to = [letter.recipient for letter in await town.letters(case)]
    assert not [each for each in told_to if each in (f"desk:{school.id}", f"account:{head.id}")]
    tries = await town.rows(AuditLine, actor=head.id)
    assert {line.action for line in tries} == {"case.look_refused"}, "that he looked is written down"


async def test_the_unit_complained_about_never_sees_it(town: Town) -> None:
    await town.says(BEATEN, who="neighbour")
    await town.says("他爸是派出所民警", who="neighbour")
    case, known_at = await town.case(), town.now
    assert case.assessment["routing"]["complained_about"] == "police"
    ours, above = await town.person("police"), await town.rows(Desk, department="police", place_code="458800")
    (lead,) = [row for row in await town.rows(Assignment, case_id=case.id, part="lead") if row.desk_id == above[0].id]
    assert not await shown(town, ours, case)
    chief = await on_duty_at(town, lead.desk_id)
    await town.act(acts.accept, chief, case.reference)
    helper = await town.person("civil_affairs")
    await town.act(acts.accept, helper, case.reference)
    # Nobody brings it to them afterwards: what is asked of the police goes to the desk above.
    with pytest.raises(Refused):
        await town.act(acts.hand_over, chief, case.reference, "police", "交县局办理", protocols=town.house.protocols)
    await town.act(acts.hand_over, helper, case.reference, "police", "请公安办理", protocols=town.house.protocols)
    prosecutor = await town.person("procuratorate")
    await town.act(
        acts.propose,
        prosecutor,
        case.reference,
        "police",
        "罗检建〔2026〕8号",
        "请依法立案。",
        protocols=town.house.protocols,
    )
    await town.later(hours=3)
    await result(town, chief, case, ["filed"])
    await told(town, chief, case)
    await disputed(town, case, "他又打了")
    await town.later(hours=1)
    theirs = {f"desk:{ours.desk_id}", *(f"account:{row.id}" for row in await town.rows(Account, desk_id=ours.desk_id))}
    letters = [letter for letter in await town.letters(case) if letter.recipient in theirs]
    assert not [each.kind for each in letters if each.created_at > known_at or each.status != "void"]
    parts = await town.rows(Assignment, case_id=case.id, desk_id=ours.desk_id)
    assert {part.status for part in parts} == {"void"}
    assert not await shown(town, ours, case)


async def on_duty_at(town: Town, desk_id: str) -> Account:
    async with town.house.store.read() as session:
        return (await on_duty(session, desk_id, "desk", town.now))[0]


async def test_a_child_registered_in_chongqing_who_lives_in_siping(town: Town) -> None:
    """The place of residence leads by its own pack; the place of registration is with it, and each has its own clocks."""
    batch, now = Batch(), town.now
    batch.add(
        Place(code="220000", name="吉林省"), Place(code="220300", name="四平市", parent="220000"),
        Place(code="220303", name="铁东区", parent="220300"),
        Place(code="500000", name="重庆市"), Place(code="500112", name="渝北区", parent="500000"),
    )  # fmt: skip
    desks = [
        Desk(
            id=f"{place}-{department}", place_code=place, department=department, name=f"{name}{department}", kind="day"
        )
        for place, name in (("220303", "铁东区"), ("500112", "渝北区"))
        for department in ("civil_affairs", "police", "education", "leading_group_office", "working_committee")
    ]
    people = [
        Account(id=new_id(now), login=f"p-{desk.id}", name=f"{desk.name}值班", role="officer", place_code=desk.place_code,
                desk_id=desk.id, created_at=now, demo=True)
        for desk in desks
    ]  # fmt: skip
    batch.add(*desks, *people)
    await town.house.store.write(batch)
    person = {each.desk_id: each for each in people}
    draft = Draft(
        case_id=new_id(now), source="web", urgency=Urgency.NORMAL, category="guardianship", place_code="220303",
        routing={"registered_place": "500112"},
    )  # fmt: skip
    house = town.house
    await house.store.carry_out(lambda session: open_case(session, draft, house.protocols, house.home, town.now))
    case = await town.case(id=draft.case_id)
    parts = {row.desk_id: row for row in await town.rows(Assignment, case_id=case.id)}
    assert case.pack == "siping_tiedong" and parts["220303-civil_affairs"].part == "lead"
    there = parts["500112-civil_affairs"]
    assert there.part == "with" and "routing:R6" in there.clauses and "siping_tiedong:T8" in there.clauses
    assert {row.kind for row in await town.clocks(case) if row.desk_id == "500112-civil_affairs"} >= {
        "accept",
        "result",
    }
    siping, chongqing = person["220303-civil_affairs"], person["500112-civil_affairs"]
    for each in (siping, chongqing):
        await town.act(acts.accept, each, case.reference)
    theirs = await sight(town, chongqing, case)
    assert theirs is not None and theirs.level == "summary" and theirs.own is not None
    assert await sight(town, person["500112-police"], case) is None
    coordinator = await sight(town, person["220303-leading_group_office"], case)
    assert coordinator is not None and coordinator.level == "story"
    await result(town, siping, case, ["answered"])
    for desk_id, row in parts.items():
        if row.part == "with" and desk_id != "500112-civil_affairs":
            helper = person.get(desk_id)
            if helper is not None:
                await town.act(acts.accept, helper, case.reference)
                await result(town, helper, case, ["conference"], tellable="")
    await told(town, siping, case, "已依法办理。")
    await tried(town, siping, case)
    with pytest.raises(Refused) as refused:
        await closed(town, siping, case)
    assert "协同" in str(refused.value.line), "Chongqing still owes its part"
    await result(town, chongqing, case, ["welfare"], tellable="")
    await closed(town, siping, case)
