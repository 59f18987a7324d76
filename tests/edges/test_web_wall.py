"""The large screen: numbers without people, few as 「<5」, red when it can't be believed; and what lies at each desk."""

import re

from records.tables import Account
from tests.edges.test_web_console import DANGER
from tests.edges.visitor import Street
from tests.flows.filing import filed
from tests.flows.town import Town


def tile(page: str, label: str) -> str:
    found = re.search(rf'<div class="tile[^"]*"><b>([^<]*)</b>{label}</div>', page)
    assert found, label
    return found[1]


async def test_the_wall_shows_no_person_no_case_and_no_small_number(street: Street, town: Town) -> None:
    await street.visitor().says(f"我是老师李红梅，电话15400001234。{DANGER}")
    reference = (await town.case()).reference
    taken, *_ = [await filed(town, "normal", "education_service") for _ in range(6)]
    await town.house.tick()
    town.house._keeper._watched_at = float("-inf")
    supervisor, education = await street.staff("duban"), await street.staff("jiaoyu")
    answer = await supervisor.opens("/console/wall")
    assert answer.headers["refresh"] == "30" and 'class="wall"' in supervisor.page
    assert [tile(supervisor.page, level) for level in ("特急", "一般", "紧急")] == ["&lt;5", "6", "0"]
    main = supervisor.page.partition("<main")[2]
    people = {account.name for account in await town.rows(Account)}
    assert not [name for name in {*people, reference, "李红梅", "15400001234"} if name in main]
    assert "罗岭县教育局" in main and "镇" not in main and "村" not in main
    assert "系统正常" in main and 'class="state"' in main
    await education.acts(taken.reference, "acknowledge")
    await town.outage(minutes=20)  # nothing looks after the clocks
    await supervisor.opens("/console/wall")
    assert 'class="state bad"' in supervisor.page and "系统有一处不正常" in supervisor.text
    await town.later(minutes=15)
    await supervisor.opens("/console/wall")
    assert "&lt;5" in [
        tile(supervisor.page, rung) for rung in ("值班组长", "部门联系人", "部门负责人", "统筹部门", "政府分管领导")
    ]
    assert not re.search(r"<b>[1-4]</b>|<td[^>]*>[1-4]</td>", supervisor.page)
    await supervisor.opens("/console/board")
    name = (await town.desk("education")).name
    assert re.search(rf"<td>{name}</td><td>6</td><td>5</td><td>0</td>", supervisor.page), "due on Friday morning"
    police = (await town.desk("police")).name
    assert re.search(rf"<td>{police}</td><td>1</td><td>1</td><td>1</td>", supervisor.page)
    for login in ("gongan", "guanli"):
        assert (await (await street.staff(login)).opens("/console/wall")).status_code == 404
