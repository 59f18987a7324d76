"""What leaves to helping desks: a summary without what betrays the reporter, looked over by the lead, and nothing to do before
the police have been."""

import pytest

from records.tables import Account, Case
from routing import acts
from routing.refusal import Refused
from tests.flows.handling import sight
from tests.flows.town import Town

HARM = "我是他班主任李红梅，我的电话15400001234。我们班8岁的陈小雨说继父昨晚又摸她下面，她现在在教室里和我在一起，放学继父要来接她。"


async def taken(town: Town) -> tuple[Case, Account]:
    await town.says(HARM)
    case, police = await town.case(), await town.person("police")
    await town.act(acts.accept, police, case.reference)
    return case, police


def read(found: object) -> dict[str, str]:
    return {item.name: str(item.value) for item in found.summary}  # type: ignore[attr-defined]


async def test_the_lead_adds_a_word_a_task_and_keeps_a_fact_back(town: Town) -> None:
    case, police = await taken(town)
    civil, health = await town.person("civil_affairs"), await town.person("health")
    before = await sight(town, health, case)
    assert before is not None and "child_age" in read(before)
    await town.act(
        acts.brief_helpers,
        police,
        case.reference,
        "孩子已由女警陪同。",
        {"health": "今晚安排女医生验伤。"},
        ["child_age", "nothing"],
    )
    theirs, others = await sight(town, health, case), await sight(town, civil, case)
    assert theirs is not None and others is not None
    assert read(theirs)["task"] == "今晚安排女医生验伤。" and read(theirs)["more"] == "孩子已由女警陪同。"
    assert "验伤" not in repr(others) and read(others)["more"] == "孩子已由女警陪同。"
    assert "child_age" not in read(theirs)
    rung = {letter.desk_id for letter in await town.letters(case, "briefed")}
    assert {civil.desk_id, health.desk_id} <= rung
    assert not [
        letter for letter in await town.letters(case, "briefed") if letter.desk_id == (await town.desk("education")).id
    ]
    mine = await sight(town, police, case)
    assert mine is not None and mine.briefing["tasks"] == {"health": "今晚安排女医生验伤。"}


async def test_what_betrays_the_reporter_does_not_leave_whoever_writes_it(town: Town) -> None:
    case, police = await taken(town)
    for text in ("报告人是他班主任", "李红梅老师会配合", "可以打15400001234", "住他楼下的人看见了"):
        with pytest.raises(Refused):
            await town.act(acts.brief_helpers, police, case.reference, text, {}, [])
        with pytest.raises(Refused):
            await town.act(acts.brief_helpers, police, case.reference, "", {"health": text}, [])
    helper = await town.person("health")
    await town.act(acts.accept, helper, case.reference)
    with pytest.raises(Refused):
        await town.act(acts.brief_helpers, helper, case.reference, "先验伤", {}, [])
    assert (await town.case()).briefing is None


async def test_police_first_helpers_are_told_not_to_visit_until_the_lead_allows(town: Town) -> None:
    case, police = await taken(town)
    civil = await town.person("civil_affairs")
    before = await sight(town, civil, case)
    assert before is not None and "不走访，不联系家长" in read(before)["waits"]
    await town.act(acts.allow_visit, police, case.reference, protocols=town.house.protocols)
    after = await sight(town, civil, case)
    assert after is not None and "waits" not in read(after)
