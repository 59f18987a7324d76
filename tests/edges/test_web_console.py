"""The desk's pages over HTTP: one case from the first look to its end, and what happens when two press at once."""

import asyncio
from datetime import timedelta

from records.batch import Batch
from records.tables import AuditLine, Event, Inbox
from tests.edges.visitor import Street, Visitor
from tests.flows.town import Town
from words.beijing import local

DANGER = "我班上8岁的女孩刚才被她爸爸拿刀砍伤了，正在流血，孩子现在在罗岭县青禾镇卫生院，和我在一起"


async def a_case(street: Street) -> tuple[Visitor, str, str]:
    """A teacher who reported, the case's reference, and her code."""
    teacher = street.visitor()
    replies = await teacher.says(DANGER)
    code = next(line for reply in replies for line in reply["lines"] if line.startswith("查询码："))[4:23]
    return teacher, (await street.town.case()).reference, code


async def test_the_whole_way_of_a_case(street: Street, town: Town) -> None:
    _, reference, code = await a_case(street)
    officer = await street.staff("gongan")
    assert reference in officer.page and "特急" in officer.text and "还有" in officer.text

    await officer.opens(f"/console/case/{reference}")
    assert officer.text.index("孩子现在在哪里") < officer.text.index("发生了什么") < officer.text.index("多急，为什么")
    assert "<mark" in officer.page and "卫生院" in officer.text

    assert "等签收" in officer.text
    await officer.presses(reference, "acknowledge")
    assert "已签收" in officer.text and "已记下" in officer.text and "点错了可以收回" in officer.text
    await officer.presses(reference, "take_back")
    assert "等签收" in officer.text and "收回：看到了（签收）" in officer.text and "点错了" not in officer.text
    await officer.presses(reference, "acknowledge")
    await town.outage(minutes=1)
    await officer.presses(reference, "police_dispatched", number="JQ-1")
    assert "110已处警" in officer.text and "点错了" not in officer.text, "she went on from it: nothing to take back"

    now = local(town.now)
    at = f"{now:%Y-%m-%dT%H:%M}"
    await officer.acts(reference, "progress", who="何永福", at=at, what="两名民警到卫生院")
    assert "两名民警到卫生院" in officer.text
    result = {
        "outcomes": "received", "document_number": "罗公受〔2026〕1号", "inner": "已受案，父亲已被带走",
        "seen_who": "何永福", "seen_at": at, "seen_where": "青禾镇卫生院", "apart": "yes", "safe": "yes",
        "custody": "外婆", "tellable": "",
    }  # fmt: skip
    refused = await officer.acts(reference, "record_result", **(result | {"tellable": "城关小学的孩子已送医"}))
    assert refused.status_code == 409 and "可告知内容里不能有" in officer.text
    assert "已受案，父亲已被带走" in officer.page  # what was typed is not lost
    await officer.presses(reference, "record_result", **result)
    assert "已依法受理" in officer.text
    assert "等牵头席位许可走访" in officer.text
    await officer.presses(reference, "allow_visit")
    assert "等牵头席位许可走访" not in officer.text, (
        "those who were held are let know, though the result was there first"
    )
    await officer.acts(reference, "tell_reporter", text="公安机关已依法受理，正在调查。")

    early = await officer.acts(reference, "close")
    assert early.status_code == 409 and "反馈" in officer.text
    elsewhere = street.visitor()
    await elsewhere.opens("/receipt")
    await elsewhere.posts("/receipt", update=elsewhere.hidden("update"), code=code)
    assert "正在调查" in elsewhere.text
    await officer.opens(f"/console/case/{reference}")
    assert "报告人已看到" in officer.text


async def test_the_second_to_press_is_told_who_was_first(street: Street, town: Town) -> None:
    _, reference, _ = await a_case(street)
    first = await street.staff("gongan")
    await first.acts(reference, "accept")
    colleague = await a_colleague(street, town)
    await colleague.opens(f"/console/case/{reference}")
    late = await colleague.presses(reference, "accept")
    assert late.status_code == 409 and "何永福已于" in colleague.text


async def a_colleague(street: Street, town: Town) -> Visitor:
    """Another officer of the police desk."""
    admin = await street.staff("guanli")
    desk = await town.desk("police")
    answer = await admin.posts(
        "/console/accounts", csrf=admin.csrf, login="second", name="第二人", role="officer", desk=desk.id
    )
    colleague = street.visitor()
    await colleague.signs_in("second", answer.text.split('<code class="big">')[1].split("</code>")[0])
    return colleague


async def test_pressed_twice_is_done_once(street: Street, town: Town) -> None:
    _, reference, _ = await a_case(street)
    officer = await street.staff("gongan")
    await officer.acts(reference, "accept")
    await officer.opens(f"/console/case/{reference}")
    what = {"who": "何永福", "at": f"{local(town.now):%Y-%m-%dT%H:%M}", "what": "去了卫生院"}
    form = {"csrf": officer.csrf, "key": officer.hidden("key")} | what
    path = f"/console/case/{reference}/progress"
    answers = await asyncio.gather(*(officer.http.post(path, data=form) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(await town.rows(Event, kind="progress")) == 1
    assert len(await town.rows(Inbox, channel="console")) == 2


async def test_every_look_is_written_down_before_it_is_shown(street: Street, town: Town) -> None:
    _, reference, _ = await a_case(street)
    officer = await street.staff("gongan")
    await officer.opens(f"/console/case/{reference}")
    await officer.opens(f"/console/case/{reference}", headers={"X-Part": "1"})
    case = await town.case()
    looks = [line.purpose for line in await town.rows(AuditLine, action="case.look", subject=case.id)]
    assert sorted(looks) == ["read", "update"]


async def test_a_helping_desk_reads_a_summary_and_not_the_words(street: Street) -> None:
    _, reference, _ = await a_case(street)
    civil = await street.staff("minzheng")
    await civil.opens(f"/console/case/{reference}")
    assert "按事实写的摘要" in civil.text and "卫生院" in civil.text
    assert "拿刀砍伤" not in civil.page and "我班上" not in civil.page


async def test_the_duty_desk_calls_and_signs_for_the_desk(street: Street, town: Town) -> None:
    _, reference, _ = await a_case(street)
    await town.later(minutes=1)
    duty = await street.staff("zhiban")
    assert "您好，这里是罗岭县24小时值班台。" in duty.text and "砍伤" not in duty.page
    task = next(each for each in await town.duty_tasks() if "police" in (each.desk_id or ""))
    form = {"csrf": duty.csrf, "act": "connected", "badge": "", "signs": "1"}
    empty = await duty.posts(f"/console/duty/{task.id}", key="k1", who=" ", **form)
    assert empty.status_code == 409 and "请写接电话的人" in duty.text
    await duty.posts(f"/console/duty/{task.id}", key="k2", who="李警官", **form)
    assert "已记下" in duty.text
    officer = await street.staff("gongan")
    await officer.opens(f"/console/case/{reference}")
    assert "已签收" in officer.text and "李警官" in officer.text


async def test_an_unanswered_call_asks_for_the_next_person(street: Street, town: Town) -> None:
    await a_case(street)
    await town.later(minutes=1)
    duty = await street.staff("zhiban")
    task = (await town.duty_tasks())[0]
    await duty.posts(f"/console/duty/{task.id}", csrf=duty.csrf, key="k", act="no_answer")
    assert "试过 1 次" in duty.text


async def test_a_voice_is_put_into_words_by_a_person(street: Street, town: Town) -> None:
    teacher = street.visitor()
    amr = {"file": ("录音.amr", b"#!AMR\n" + bytes(300), "audio/amr")}
    await teacher.http.post("/chat/say", data={"update": "u1", "text": ""}, files=amr)
    duty = await street.staff("zhiban")
    (task,) = await town.duty_tasks("gist")
    await duty.opens(f"/console/duty/{task.id}")
    address = duty.page.split('<a href="/console/duty/')[1].split('"')[0]
    heard = await duty.http.get(f"/console/duty/{address}")
    assert heard.content.startswith(b"#!AMR") and heard.headers["content-disposition"].startswith("attachment;")
    await duty.opens(f"/console/duty/{task.id}")
    words = "一个孩子说爸爸现在拿刀砍妈妈和她，在流血"
    await duty.posts(f"/console/duty/{task.id}", csrf=duty.csrf, key=duty.hidden("key"), act="gist", gist=words)
    assert await town.duty_tasks("gist") == []
    assert (await town.case()).urgency == "critical"


async def test_the_supervisor_sees_who_is_silent_and_names_another(street: Street, town: Town) -> None:
    _, reference, _ = await a_case(street)
    await town.later(minutes=20)
    supervisor = await street.staff("duban")
    assert reference in supervisor.page and "没有动静的席位" in supervisor.text
    await supervisor.acts(reference, "reassign", department="civil_affairs", reason="公安没有回应")
    assert "已记下" in supervisor.text


async def test_time_is_pushed_in_a_demonstration_only(street: Street, town: Town) -> None:
    _, reference, _ = await a_case(street)
    officer = await street.staff("gongan")
    before = town.now
    await officer.posts("/console/advance", csrf=officer.csrf, by="5m", back=f"/console/case/{reference}")
    assert town.now - before == timedelta(minutes=5)
    assert "已超" in officer.text and reference in officer.page
    assert (await officer.posts("/console/advance", csrf=officer.csrf, by="1y", back="/")).status_code == 404


async def test_filters_and_search_stand_in_the_address(street: Street) -> None:
    _, reference, _ = await a_case(street)
    officer = await street.staff("gongan")
    for show, there in (("open", True), ("unacknowledged", True), ("closed", False), ("mine", False), ("x", True)):
        await officer.opens(f"/console/queue?show={show}")
        assert (reference in officer.page) is there
    await officer.opens(f"/console/queue?reference={reference.lower()}")
    assert reference in officer.page
    await officer.opens("/console/queue?reference=HT000000-AAAAA")
    assert "没有事项" in officer.text


async def test_no_page_address_or_title_tells_of_a_child(street: Street) -> None:
    _, reference, _ = await a_case(street)
    officer = await street.staff("gongan")
    answer = await officer.opens(f"/console/case/{reference}")
    assert answer.text.split("<title>")[1].split("</title>")[0] == reference
    assert answer.headers["cache-control"] == "no-store"


async def test_the_console_speaks_english(street: Street) -> None:
    _, reference, _ = await a_case(street)
    officer = await street.staff("gongan")
    await officer.posts("/console/me", csrf=officer.csrf, language="en")
    await officer.opens(f"/console/case/{reference}")
    for english in ("Where the child is now", "Critical", "Next", "Not acknowledged", "min"):
        assert english.lower() in officer.text.lower()


async def test_an_open_page_hears_that_something_changed(street: Street) -> None:
    officer = await street.staff("gongan")
    stream = street.stream(officer)
    await stream.event()
    _, reference, _ = await a_case(street)
    changed = await stream.event()
    assert "event: change" in changed and reference not in changed
    about = street.stream(officer, reference)
    first = await about.event()
    await officer.acts(reference, "acknowledge")
    assert (await about.event()) != first
    await officer.posts("/console/logout", csrf=officer.csrf)
    await a_second_case(street)
    while "event: over" not in await stream.event():
        pass


async def a_second_case(street: Street) -> None:
    await street.visitor().says("罗岭县城关小学有学生把同学推下楼梯，现在流血不止")


async def test_the_number_stands_on_the_page_of_who_opened_it_and_the_reporter_reads_who(
    street: Street, town: Town
) -> None:
    teacher = street.visitor()
    replies = await teacher.says(f"老师李红梅，电话15400001234。{DANGER}")
    code = next(line for reply in replies for line in reply["lines"] if line.startswith("查询码："))[4:23]
    reference = (await town.case()).reference
    officer, supervisor = await street.staff("gongan"), await street.staff("duban")
    await officer.acts(reference, "police_dispatched", number="")
    assert "查看报告人的电话" in officer.text and "15400001234" not in officer.page
    await officer.presses(reference, "reveal_reporter", reason="要马上问清在哪间病房")
    assert "15400001234" in officer.page and "李红梅" in officer.page
    await supervisor.opens(f"/console/case/{reference}")
    assert "15400001234" not in supervisor.page and "要马上问清在哪间病房" in supervisor.text
    await supervisor.presses(reference, "review_reveal", fair="yes", remark="")
    assert "已记下" in supervisor.text
    elsewhere = street.visitor()
    await elsewhere.opens("/receipt")
    await elsewhere.posts("/receipt", update=elsewhere.hidden("update"), code=code)
    assert "查看了您的电话" in elsewhere.text and "15400001234" not in elsewhere.page


async def test_colleagues_see_who_else_looked_but_never_that_a_procurator_did(street: Street, town: Town) -> None:
    _, reference, _ = await a_case(street)
    case, supervisor, officer = await town.case(), await street.staff("duban"), await street.staff("gongan")
    procurator = await town.person("procuratorate")
    looked = Batch()
    looked.audit(town.now, procurator.id, "case.look", case.id, "read", level="story")
    await town.house.store.write(looked)
    await supervisor.opens(f"/console/case/{reference}")
    await officer.opens(f"/console/case/{reference}")
    name = (await town.staff("supervisor")).name
    assert "还有谁看过（1 人）" in officer.text and name in officer.text and procurator.name not in officer.page
    civil = await street.staff("minzheng")
    await civil.opens(f"/console/case/{reference}")
    assert "还有谁看过" not in civil.text
