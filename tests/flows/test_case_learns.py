"""A case learns more: in any order, after its result, after 办结."""

from datetime import timedelta

from escalation.clock import derivation
from escalation.timers import clock_of
from records.columns import new_id
from records.tables import Assignment, Case, ClockRow
from routing.opening import Draft, open_case
from routing.revising import revise_case
from tests.flows.filing import filed
from tests.flows.handling import brought_to_an_end
from tests.flows.town import Town
from words.beijing import stamp
from words.ids import Urgency

BEATEN = "隔壁男的又在打孩子，孩子一直哭着喊救命，罗岭县和平里3栋"
TEASED = "我们班有个男生被几个同学长期起外号、孤立，抢他的零花钱"


def place(words: str) -> dict[str, dict[str, str]]:
    return {"where_now": {"value": words, "words": words}}


async def test_an_older_task_that_comes_late_overwrites_nothing_newer(town: Town) -> None:
    house, start = town.house, town.now
    said = Draft(new_id(start), "web", Urgency.URGENT, "bullying", facts=place("在学校"), said_at=start)
    newer = Draft(said.case_id, "web", Urgency.URGENT, "bullying", facts=place("在奶奶家"), place_code="458821",
                  routing={"pupil": True}, explanation={"text": "第三句"}, said_at=start + timedelta(minutes=2))  # fmt: skip
    older = Draft(said.case_id, "web", Urgency.CRITICAL, "bullying", facts={**place("在操场"), "school": {"value": "城关小学"}},
                  place_code="458800", explanation={"text": "第二句"}, said_at=start + timedelta(minutes=1))  # fmt: skip
    await house.store.carry_out(lambda session: open_case(session, said, house.protocols, house.home, town.now))
    for draft in (newer, older):
        await house.store.carry_out(
            lambda session, draft=draft: revise_case(session, draft, house.protocols, house.home, town.now)
        )
    case = await town.case()
    assert (case.facts["where_now"]["value"], case.facts["school"]["value"]) == ("在奶奶家", "城关小学")
    assert (case.place_code, case.assessment["text"]) == ("458821", "第三句")
    assert case.urgency == "critical", "what is graver counts, whenever it comes"


async def _closed(town: Town, urgency: str, category: str) -> Case:
    case = await filed(town, urgency, category)
    return await brought_to_an_end(town, case)


async def test_a_closed_case_opens_again_when_all_words_together_make_it_grave(town: Town) -> None:
    case = await _closed(town, "normal", "family_education")
    house = town.house
    draft = Draft(case.id, "web", Urgency.CRITICAL, "physical_abuse", named=True, said_at=town.now)
    await house.store.carry_out(lambda session: revise_case(session, draft, house.protocols, house.home, town.now))
    case = await town.case(id=case.id)
    assert (case.status, case.round, case.urgency, case.category) == ("open", 2, "critical", "physical_abuse")
    police = (await town.desk("police")).id
    assert {row.kind for row in await town.clocks(case) if row.desk_id == police} >= {"acknowledge", "accept", "result"}
    assert (await town.receipt(case)).view["desk"] == (await town.desk("police")).name


async def test_a_small_addition_to_a_closed_case_is_kept_and_opens_nothing(town: Town) -> None:
    await town.says(BEATEN)
    await town.says("已打")
    case = await brought_to_an_end(town, await town.case())
    await town.says("门牌是502")
    assert (await town.case()).status == "closed" and "门牌是502" in await town.statements(case)
    assert all(event.data["fields"] for event in await town.events(case, "revised")), "only what is new is told of"
    await town.says("他现在又在打她，打得头破血流")
    case = await town.case()
    assert (case.status, case.round) == ("open", 2) and len(await town.events(case, "reopened")) == 1


async def test_a_result_that_is_overtaken_by_new_harm_starts_a_new_round_once(town: Town) -> None:
    await town.says(TEASED)
    await town.says("提交")
    case = await town.case()
    await brought_to_an_end(town, case)
    await town.says("他们今天又把他堵在厕所里打，用刀划了他的手，一直流血")
    case = await town.case()
    assert (case.status, case.round, case.urgency) == ("open", 2, "critical")
    assert "police" in [part.department for part in await town.rows(Assignment, case_id=case.id, round=2, part="lead")]
    assert len(await town.events(case, "reopened")) == 1


async def test_a_weak_later_sentence_leaves_the_category_of_the_case(town: Town) -> None:
    await town.says(TEASED)
    await town.says("提交")
    for words in ("我不想让我妈知道", "麻烦快一点", "他家在石榴乡"):
        await town.says(words)
        assert (await town.case()).category == "bullying"
    await town.says("刚才她说体育老师摸她下面")
    assert (await town.case()).category == "sexual_abuse"


async def test_first_progress_is_due_before_the_child_meets_that_person_again(town: Town) -> None:
    await town.says("孩子说继父昨晚打她，背上都是伤，她不敢回家")
    await town.says("在我办公室，和我在一起，四点半放学")
    case, police = await town.case(), await town.desk("police")

    async def progress() -> ClockRow:
        return next(row for row in await town.clocks(case) if (row.kind, row.desk_id) == ("progress", police.id))

    first = await progress()
    assert (stamp(case.opened_at), stamp(first.ends_at)) == ("2026-11-19 15:00:00", "2026-11-19 16:30:00")
    told = [str(each) for each in derivation(clock_of(first), town.house.protocols.calendar)]
    assert "孩子会再见到那个人，第一次进展提前到2026-11-19 16:30:00。" in told
    for words, minutes, due in (("五点半", 150, "16:30"), ("马上就来", 50, "15:50"), ("马上就来", 20, "15:50")):
        said = {"meets_again": {"value": words, "words": words}}
        draft = Draft(case.id, "web", Urgency.CRITICAL, "physical_abuse", facts=said, named=True,
                      meets_at=case.opened_at + timedelta(minutes=minutes))  # fmt: skip
        await town.house.store.carry_out(
            lambda session, d=draft: revise_case(session, d, town.house.protocols, town.house.home, town.now)
        )
        assert stamp((await progress()).ends_at) == f"2026-11-19 {due}:00", (
            "never later; the same words tell nothing new"
        )
    await town.later(minutes=51)
    reminded = [row for row in await town.letters(case, "remind:progress") if row.desk_id == police.id]
    assert len(reminded) == 3, "twice on the shorter way, and when it is due"


async def test_her_own_number_is_sealed_with_her_name_and_names_no_child(town: Town) -> None:
    await town.says("班上9岁女孩被她爸打，背上有淤青，我是王老师，电话15400001234")
    await town.says("在我办公室")
    await town.says("提交")
    case = await town.case()
    assert case.reporter["reporter_phone"]["value"] == "15400001234"
    assert case.reporter["reporter_name"]["value"] == "王老师"
    assert "phone" not in case.facts
    assert "15400001234" not in str(case.facts)


async def test_what_raises_a_level_raises_it_once_and_not_again_with_every_word(town: Town) -> None:
    await town.says("女儿两岁脑瘫，想申请康复训练，罗岭县青禾镇")
    await town.says("不联系，我凭查询码来看")
    await town.says("提交")
    case = await town.case()
    assert (case.assessment["urgency"], case.urgency, case.category) == ("normal", "urgent", "disability_health")
    before = {row.department for row in await town.rows(Assignment, case_id=case.id)}
    await town.says("补充：康复机构排队半年了，地方是罗岭县青禾镇河边村")
    case = await town.case()
    assert case.urgency == "urgent"
    parts = await town.rows(Assignment, case_id=case.id)
    assert "police" not in {row.department for row in parts} and before <= {row.department for row in parts}
