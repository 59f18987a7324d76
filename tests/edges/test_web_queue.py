"""The queue over HTTP: filters that live in the address, views that are kept, several acknowledged at once, a child searched
for with a reason."""

from records.tables import Assignment, AuditLine
from routing.searching import AN_HOUR
from tests.edges.visitor import Street, Visitor
from tests.flows.filing import filed
from tests.flows.test_same_child import facts, number, reported
from tests.flows.town import Town


def shown(visitor: Visitor, *references: str) -> list[bool]:
    return [f'data-key="{reference}"' in visitor.page for reference in references]


async def test_filters_live_in_the_address_and_are_kept_as_views(street: Street, town: Town) -> None:
    grave = (await filed(town, "critical", "sexual_abuse")).reference
    small = (await filed(town, "normal", "bullying")).reference
    police = await street.staff("gongan")
    await police.opens("/console/queue")
    assert shown(police, grave, small)[0]
    await police.opens("/console/queue?level=normal")
    assert shown(police, grave) == [False]
    await police.opens("/console/queue?level=critical&category=sexual_abuse&show=unacknowledged")
    assert shown(police, grave) == [True]
    await police.posts("/console/queue/views", csrf=police.csrf, query=police.hidden("query"), name="没签收的特急")
    assert "★ 没签收的特急" in police.text
    assert 'href="/console/queue?show=unacknowledged&amp;level=critical&amp;category=sexual_abuse"' in police.page
    # whatever is chosen, a reference is found; and no view of one person is another's
    await police.opens(f"/console/queue?level=info&reference={grave.lower()}")
    assert shown(police, grave) == [True]
    education = await street.staff("jiaoyu")
    await education.opens("/console/queue")
    assert "没签收的特急" not in education.text
    await police.posts("/console/queue/views", csrf=police.csrf, query="show=late&evil=1", drop="没签收的特急")
    assert "没签收的特急" not in police.text


async def test_several_are_acknowledged_at_once_and_what_is_not_theirs_stays(street: Street, town: Town) -> None:
    mine = [(await filed(town, "urgent", "physical_abuse")).reference for _ in range(2)]
    theirs = (await filed(town, "normal", "welfare_relief")).reference
    police = await street.staff("gongan")
    await police.opens("/console/queue")
    assert police.page.count('form="bulk"') >= 2
    unseen = (await police.opens("/console/alarm")).json()
    await police.opens("/console/queue")
    hidden = {"csrf": police.csrf, "key": police.hidden("key"), "query": "level=urgent"}
    answer = await police.posts("/console/queue/acknowledge", **hidden, reference=[*mine, theirs])
    assert str(answer.url).endswith("/console/queue?level=urgent&done=2&left=1")
    assert "已签收 2 件" in police.text and "另有 1 件没有变" in police.text
    again = await police.posts("/console/queue/acknowledge", **hidden, reference=mine)
    assert again.status_code == 200
    desk = await town.desk("police")
    parts = [part for part in await town.rows(Assignment, desk_id=desk.id) if part.part == "lead"]
    assert {part.status for part in parts} == {"acknowledged"}
    assert len(await town.rows(AuditLine, action="case.acknowledge")) == 2
    assert unseen["unseen"] == 0  # neither is critical


async def test_a_new_critical_case_is_told_to_a_page_that_stands_open(street: Street, town: Town) -> None:
    police = await street.staff("gongan")
    calm = (await police.opens("/console/alarm")).json()
    case = await filed(town, "critical", "sexual_abuse")
    rung = (await police.opens("/console/alarm")).json()
    assert (calm["unseen"], rung["unseen"]) == (0, 1) and rung["mark"] != calm["mark"]
    await police.opens("/console/queue")
    await police.presses(case.reference, "acknowledge")
    assert (await police.opens("/console/alarm")).json()["unseen"] == 0


async def test_asking_by_itself_keeps_nobody_signed_in(street: Street, town: Town) -> None:
    police = await street.staff("gongan")
    for _ in range(5):
        await town.outage(hours=1)
        answer = await police.opens("/console/alarm", headers={"X-Part": "1"}, follow_redirects=False)
    assert answer.status_code == 401


async def test_a_child_is_searched_for_with_a_reason_and_never_in_the_address(street: Street, town: Town) -> None:
    case = await reported(town, facts(id_card=number(), child_name="韦小朵", birth_year=2016, place="青禾镇河边村"))
    lead, education = await street.staff("minzheng"), await street.staff("jiaoyu")
    spaced = f"{number()[:6]} {number()[6:14]} {number()[14:]}"
    wanted = {"by": "id_card", "number": spaced}
    await lead.opens("/console/search")
    csrf = lead.csrf
    nameless = await lead.posts("/console/search", csrf=csrf, **wanted, reason=" ")
    assert nameless.status_code == 409 and "为什么要查" in lead.text
    told = await lead.posts("/console/search", csrf=csrf, **wanted, reason="核对13800138000")
    assert told.status_code == 409 and "不要写姓名、号码" in lead.text
    found = await lead.posts("/console/search", csrf=csrf, **wanted, reason="医院来电核对")
    assert str(found.url).endswith("/console/search") and case.reference in lead.page
    by_name = {"by": "name_birth_township", "name": "韦小朵", "born": "2016", "township": "青禾镇"}
    await lead.posts("/console/search", csrf=csrf, **by_name, reason="走访前核对")
    assert case.reference in lead.page
    # not theirs looks like not there
    await education.opens("/console/search")
    await education.posts("/console/search", csrf=education.csrf, **wanted, reason="核对学籍")
    assert "找到 0 份" in education.text
    lines = await town.rows(AuditLine, action="case.search")
    assert sorted((line.purpose, line.detail["found"]) for line in lines) == [
        ("医院来电核对", 1), ("核对学籍", 0), ("走访前核对", 1),
    ]  # fmt: skip
    assert "韦小朵" not in str(lines) and "4588212016" not in str(lines)
    for _ in range(AN_HOUR - 2):
        await lead.posts("/console/search", csrf=csrf, **wanted, reason="核对")
    many = await lead.posts("/console/search", csrf=csrf, **wanted, reason="核对")
    assert many.status_code == 409 and "查得太多" in lead.text
