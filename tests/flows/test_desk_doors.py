"""Every act and every look, by everybody: "not yours" looks like "not there", and whoever asked is logged."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from app.demo import county as demo_county
from records.access import board, duty_screen, look, look_at_file, look_at_task, queue
from records.batch import Batch
from records.columns import new_id
from records.tables import Account, Assignment, AuditLine, Case, Desk, Place, Statement
from routing import acts
from routing.acts.asked import GONE
from routing.acts.work import NOT_THERE
from routing.refusal import Refused
from routing.seen import Seen
from tests.flows.town import Town

HARM = (
    "我是他班主任李红梅，我的电话13877770011。我们班8岁的陈小雨说继父昨晚又摸她下面，她现在在教室里，放学继父要来接她。"
)
NOBODY = "HT261119-AAAAA"
TASKS = (
    "call_connected",
    "call_unanswered",
    "called_110",
    "write_gist",
    "wrong_number",
    "check_ticket",
    "place_found",
    "somebody_found",
    "gaps_told",
)


def arguments(town: Town, at: datetime) -> dict[str, tuple[tuple[Any, ...], dict[str, Any]]]:
    """What each act is given beside the person and the case, as a page would send it."""
    protocols = {"protocols": town.house.protocols}
    seen = Seen("王警官", at, "学校", True, False, True, "外婆")
    home = {**protocols, "home": town.house.home}
    return {
        "accept": ((), {}),
        "acknowledge": ((), {}),
        "allow_visit": ((), protocols),
        "ask_extension": ((2, "等鉴定意见"), protocols),
        "ask_pause": (("court", "已申请人身安全保护令"), protocols),
        "decide_delay": (("no-such-ask", True, "情况属实", "等鉴定意见"), protocols),
        "end_pause": (("已裁定",), protocols),
        "brief_helpers": (("请先验伤", {"health": "请验伤"}, []), {}),
        "ask_reporter": (("她几点放学？",), protocols),
        "call_back": ((True, seen, "yes", "已回访"), home),
        "call_for_words": (("检察监督",), {}),
        "call_in": (("health", "请验伤"), protocols),
        "check_unit": (("城关小学", "school", at, None, ""), home),
        "close": ((), protocols),
        "confer": ((at, ["police", "civil_affairs"], "王警官、莫助理", "分头去办"), {}),
        "confirm_reveal": ((), {}),
        "confirm_link": (("no-such-link", True, "同一个孩子"), home),
        "end_guardianship": (("none", at, "回家"), {}),
        "finish_check": (("没有单位",), {}),
        "hand_over": (("civil_affairs", "应由民政"), protocols),
        "identify_child": (("陈小雨", "", "2018", "青禾镇", ""), home),
        "link_case": ((NOBODY, "同一个孩子"), home),
        "lower_level": (("normal", "已查清"), protocols),
        "merge_case": ((NOBODY, "同一件事"), home),
        "police_dispatched": (("",), {}),
        "progress": (("王警官", at, "到校", None), protocols),
        "propose": (("education", "检建〔2026〕1号", "请整改"), protocols),
        "reassign": (("civil_affairs", "按职责"), protocols),
        "record_decision": (("filed", "高公立字〔2026〕1号", at, ""), protocols),
        "raise_level": (("critical", "伤势加重"), home),
        "record_result": ((["answered"], "", "已办理", "已答复。", seen), protocols),
        "record_tried": (("reporter", "code", at, "没有来看"), {}),
        "reply_proposal": (("none", "复〔2026〕1号", "已整改"), {}),
        "reveal_reporter": (("要马上问清在哪里",), protocols),
        "review_reveal": ((True, ""), {}),
        "return_case": (("civil_affairs", "应由民政"), protocols),
        "split_case": (("是另一件事",), home),
        "start_guardianship": (("custody_relatives", "外婆", "外婆家", at, ""), {}),
        "take_back": ((), {}),
        "tell_reporter": (("已安排。", True), protocols),
        "call_connected": (("李警官", "", True), {}),
        "call_unanswered": ((), {}),
        "called_110": (("8号接警员", ""), {}),
        "write_gist": (("孩子在哭",), {**protocols, "assess": town.house.judge.assess, "home": town.house.home}),
        "check_ticket": (
            ("458821", "孩子在哭", "问过平台"),
            {**protocols, "assess": town.house.judge.assess, "home": town.house.home},
        ),
        "place_found": (("458821", ""), {**protocols, "home": town.house.home}),
        "gaps_told": (("督办员，今天补上",), {}),
        "somebody_found": (("李局长，马上到",), {}),
        "wrong_number": ((), {}),
    }


@pytest.fixture
async def case(town: Town) -> Case:
    """A report of sexual abuse at home: police lead, others help, some get a copy, some are held."""
    await town.later(minutes=1)
    await town.says(HARM)
    case = await town.case()
    assert "police" in await town.desks_of(case, "lead") and await town.desks_of(case, "copy")
    return case


async def strangers(town: Town, case: Case) -> dict[str, Account]:
    """People to whom the case is not there, each for a reason of its own."""
    batch, now = Batch(), town.now
    batch.add(Place(code="458822", name="邻县", parent="458800"))
    for place, department in (
        ("458822", "police"),
        ("458800", "police"),
        ("458822", "duty_desk"),
        ("458821", "school"),
    ):
        desk_id = f"{place}-{department}"
        if not await town.rows(Desk, id=desk_id):
            batch.add(Desk(id=desk_id, place_code=place, department=department, name=desk_id, kind="24h"))

    def person(name: str, place: str, desk_id: str | None = None, role: str = "officer", **more: Any) -> Account:
        account = Account(
            id=new_id(now), login=f"s{name}", name=name, role=role, place_code=place, desk_id=desk_id, created_at=now,
            demo=True, **more,
        )  # fmt: skip
        batch.add(account)
        return account

    taking_part = {part.department for part in await town.rows(Assignment, case_id=case.id)}
    unasked = next(desk for desk in await town.rows(Desk, place_code="458821") if desk.department not in
                   {*taking_part, "duty_desk", "working_committee", "leading_group_office", "school"})  # fmt: skip
    held = next(part for part in await town.rows(Assignment, case_id=case.id) if part.held)
    police = await town.desk("police")
    found = {
        "a desk without a part": person("无关", "458821", unasked.id),
        "police of the next county": person("邻县民警", "458822", "458822-police"),
        "police of the city": person("市局民警", "458800", "458800-police"),
        "duty desk of the next county": person("邻县值班", "458822", "458822-duty_desk"),
        "supervisor of the next county": person("邻县督办", "458822", role="supervisor"),
        "the school": person("学校", "458821", "458821-school"),
        "an officer without a desk": person("无席位", "458821"),
        "disabled police": person("停用", "458821", police.id, disabled_at=now),
        "disabled supervisor": person("停用督办", "458821", role="supervisor", disabled_at=now),
        "a held desk": await town.person(held.department),
        "the admin": await town.staff("admin"),
    }
    await town.house.store.write(batch)
    return found


async def test_not_yours_looks_like_not_there_for_every_act(town: Town, case: Case) -> None:
    table = arguments(town, town.now)
    # A letter is sent again by its own number: see below.
    assert {*table, "resend_letter"} == set(acts.__all__), "a new act needs its line in this table"
    for why, person in (await strangers(town, case)).items():
        for name, (given, named) in table.items():
            verb = getattr(acts, name)
            if name in TASKS:
                assert await refusal(town, verb, person, "no-such-task", *given, **named) == GONE, (why, name)
                continue
            theirs = await refusal(town, verb, person, case.reference, *given, **named)
            absent = await refusal(town, verb, person, NOBODY, *given, **named)
            assert theirs == absent == NOT_THERE, (why, name)
    assert not list(await town.events(case, "accepted"))


async def test_not_yours_looks_like_not_there_for_every_task_of_the_duty_screen(town: Town, case: Case) -> None:
    await town.later(seconds=10)
    task = (await town.duty_tasks())[0]
    table = arguments(town, town.now)
    police = await town.person("police")
    for person in (police, await town.staff("supervisor"), *(await strangers(town, case)).values()):
        for name in TASKS:
            given, named = table[name]
            assert await refusal(town, getattr(acts, name), person, task.id, *given, **named) == GONE


async def test_a_letter_of_a_case_that_is_not_yours_looks_like_none(town: Town, case: Case) -> None:
    letter = (await town.letters(case))[0]
    for why, person in (await strangers(town, case)).items():
        theirs = await refusal(town, acts.resend_letter, person, letter.id)
        assert theirs == await refusal(town, acts.resend_letter, person, "no-such-letter"), why


async def refusal(town: Town, verb: Callable[..., Any], person: Account, *args: Any, **named: Any) -> Any:
    with pytest.raises(Refused) as refused:
        await town.act(verb, person, *args, **named)
    return refused.value.line


async def seen(town: Town, person: Account, reference: str) -> Any:
    async with town.house.store.read() as session:
        batch, sight = await look(session, person, reference, "办理", town.now)
    await town.house.store.write(batch)
    return sight


async def test_a_look_at_what_is_not_yours_shows_nothing_and_is_logged(town: Town, case: Case) -> None:
    for why, person in (await strangers(town, case)).items():
        assert await seen(town, person, case.reference) is None, why
        assert await seen(town, person, NOBODY) is None, why
        assert await seen(town, person, "陈小雨") is None, why
        lines = list(await town.rows(AuditLine, actor=person.id))
        assert sorted(line.subject for line in lines) == sorted([case.reference, NOBODY, "?"]), why
        assert {line.action for line in lines} == {"case.look_refused"}
        async with town.house.store.read() as session:
            assert not [row for row in await queue(session, person, town.now) if row.reference == case.reference], why
            assert await board(session, person, town.now) is None or person.place_code == "458822"
            assert await duty_screen(session, person, town.now) == []


async def test_each_level_holds_what_it_may_and_nothing_of_the_reporter(town: Town, case: Case) -> None:
    police, helper = await town.person("police"), await town.person("civil_affairs")
    copied = await town.person((await town.desks_of(case, "copy"))[0])
    supervisor, operator = await town.staff("supervisor"), await town.person("duty_desk")
    levels = {
        person.id: await seen(town, person, case.reference) for person in (police, helper, copied, supervisor, operator)
    }
    assert [levels[person.id].level for person in (police, supervisor)] == ["story"] * 2
    assert [levels[person.id].level for person in (helper, copied, operator)] == ["summary", "notice", "notice"]
    for sight in levels.values():
        for secret in ("13877770011", "1387777", "李红梅"):
            assert secret not in repr(sight)
    assert any("继父" in words.text for words in levels[police.id].words)
    summary = repr(levels[helper.id])
    assert "班主任" not in summary and "我们班" not in summary and not levels[helper.id].words
    assert levels[helper.id].summary and levels[helper.id].own.department == "civil_affairs"
    notice = levels[copied.id]
    assert not notice.timeline and not notice.summary and not notice.parts and not notice.facts
    assert notice.county == "罗岭县" and notice.urgency == "critical"


async def test_helpers_do_not_learn_who_is_held(town: Town, case: Case) -> None:
    sight = await seen(town, await town.person("civil_affairs"), case.reference)
    assert sight.parts and not [part for part in sight.parts if part.held]
    assert [part for part in (await seen(town, await town.person("police"), case.reference)).parts if part.held]


async def test_files_are_for_who_has_the_story_and_in_sexual_abuse_for_police_alone(town: Town) -> None:
    from intake.said import Attachment

    await town.says(HARM, files=[Attachment("李红梅的照片.jpg", "image/jpeg", b"jpeg" * 10, "photo")])
    case = await town.case()
    police, helper, supervisor = (
        await town.person("police"), await town.person("civil_affairs"), await town.staff("supervisor"),
    )  # fmt: skip
    sight = await seen(town, police, case.reference)
    (face,) = [file for words in sight.words for file in words.files]
    for person, allowed in ((police, True), (helper, False), (supervisor, False)):
        async with town.house.store.read() as session:
            batch, file = await look_at_file(session, person, case.reference, face.id, "取证", town.now)
        await town.house.store.write(batch)
        assert (file is not None) is allowed
        if file is not None:
            assert file.content == b"jpeg" * 10 and "李红梅" not in file.name
    actions = [line.action for line in await town.rows(AuditLine)]
    assert actions.count("case.look_at_file") == 1


async def test_a_voice_is_heard_by_the_duty_desk_and_its_sentence_raises_the_case(town: Town) -> None:
    from intake.said import Attachment

    await town.says("", files=[Attachment("voice.ogg", "audio/ogg", b"sound", "voice")])
    case = await town.case()
    assert case.urgency == "urgent" and not case.readable
    operator, police = await town.person("duty_desk"), await town.person("police")
    (task,) = await town.duty_tasks("gist")
    async with town.house.store.read() as session:
        _, nothing = await look_at_task(session, police, task.id, None, "收听", town.now)
        assert nothing is None
        batch, found = await look_at_task(session, operator, task.id, None, "收听", town.now)
    await town.house.store.write(batch)
    assert found is not None and found[0] is not None
    file_id = found[0].files[0].id
    async with town.house.store.read() as session:
        _, found = await look_at_task(session, operator, task.id, file_id, "收听", town.now)
    assert found is not None and found[1] is not None and found[1].content == b"sound"
    _given, named = arguments(town, town.now)["write_gist"]
    await town.act(acts.write_gist, operator, task.id, "孩子说继父正在打她，她被锁在家里", **named)
    after = await town.case()
    assert after.urgency == "critical" and after.readable
    assert [each.kind for each in await town.rows(Statement, case_id=case.id)].count("gist") == 1
    assert not await town.duty_tasks("gist")


async def test_when_110_was_called_for_her_it_is_written_who_took_the_call(town: Town) -> None:
    await town.says(HARM)
    await town.says("现在不方便打")
    case, operator = await town.case(), await town.person("duty_desk")
    (task,) = await town.duty_tasks("call_110")
    await town.act(acts.called_110, operator, task.id, "8号接警员", "2026-77")
    (event,) = await town.events(case, "called_110")
    assert event.note == "8号接警员 2026-77"
    assert not [row for row in await town.clocks(case) if row.kind.startswith("call_110")]
    assert demo_county()["home"] == case.place_code


async def test_whoever_the_ladder_calls_finds_the_case_there_and_reads_no_more_than_the_letter(town: Town) -> None:
    """The leader in charge has no part in any case: the letter must not lead to a page that says there is none."""
    await town.says(HARM)
    case = await town.case()
    await town.later(hours=4)
    called = {
        letter.recipient.partition(":")[2]
        for letter in await town.letters(case)
        if letter.status not in ("held", "void")
    }
    people = [each for each in await town.rows(Account) if each.id in called]
    desks = {each.id: each.department for each in await town.rows(Desk)}
    leaders = [each for each in people if desks.get(each.desk_id or "") == "government_office"]
    assert leaders and len(people) > 3
    for each in people:
        assert await town.act(look, each, case.reference, "look") is not None, desks.get(each.desk_id or "")
    sight = await town.act(look, leaders[0], case.reference, "look")
    assert sight.level == "notice"
    idle = [
        each
        for each in await town.rows(Account)
        if desks.get(each.desk_id or "") == "government_office" and each.id not in called
    ]
    for each in idle:
        assert await town.act(look, each, case.reference, "look") is None
