"""统计 in the browser: who has it, what stands on it, and the way from a figure to its cases."""

import re

from tests.edges.test_web_console import DANGER
from tests.edges.visitor import Street, Visitor
from tests.flows.town import Town


async def late(street: Street, town: Town) -> str:
    """A case that the police acknowledged in time and took late."""
    await street.visitor().says(DANGER)
    reference = (await town.case()).reference
    police = await street.staff("gongan")
    await police.acts(reference, "acknowledge")
    await town.later(minutes=20)
    await police.acts(reference, "accept")
    return reference


def row(visitor: Visitor, name: str) -> str:
    """The first table row with this head, as it reads."""
    found = re.search(rf'<tr><th scope="row">{name}</th>(.*?)</tr>', visitor.page)
    assert found, name
    return re.sub(r"<[^>]+>", "", found[1]).strip()


async def test_from_the_charts_to_the_cases_behind_them(street: Street, town: Town) -> None:
    reference = await late(street, town)
    supervisor = await street.staff("duban")
    await supervisor.opens("/console/figures")
    assert row(supervisor, "按时受理率").startswith("0.0% 0/") and "统计</h1>" not in supervisor.page
    charts = re.findall(r"<svg .*?</svg>", supervisor.page, flags=re.S)
    assert charts and all('role="img"' in each and "aria-label" in each for each in charts)
    assert not re.search(r"<(style|script|foreignObject)|\sstyle=|\son[a-z]+=", "".join(charts))
    for says in ("按时签收率", "公安", "部门负责人"):
        assert any(says in each for each in charts), says
    (address,) = {
        each for each in re.findall(r'<td><a href="([^"]+figure=accept[^"]*)"', supervisor.page) if "group" not in each
    }
    await supervisor.opens(address.replace("&amp;", "&"))
    assert reference in supervisor.text and "没有做到的事项" in supervisor.text
    await supervisor.opens(f"/console/case/{reference}")
    await supervisor.opens("/console/figures/cases?figure=accept&by=department&group=police")
    assert reference in supervisor.text
    await supervisor.opens("/console/figures/cases?figure=acknowledge&by=department&group=police")
    assert reference not in supervisor.text
    await supervisor.opens("/console/figures?since=2026-01&until=2026-10")
    assert "这段时间没有事项" in supervisor.text and "<svg" not in supervisor.page
    for odd in ("?since=x&until=9999-99", "?since=2026-12&until=2026-01", "?place=00&category=<b>&by=x&chart=y"):
        answer = await supervisor.opens(f"/console/figures{odd}")
        assert answer.status_code == 200 and "<b>" not in supervisor.page.partition("<main")[2].partition("tiles")[0]
    assert (await supervisor.opens("/console/figures/cases?figure=nonsense")).status_code == 404


async def test_a_desk_has_no_figures_the_coordinator_has(street: Street, town: Town) -> None:
    reference = await late(street, town)
    police = await street.staff("gongan")
    for path in ("/console/figures", "/console/figures/cases?figure=opened"):
        assert (await police.opens(path)).status_code == 404
    assert "统计" not in (await police.opens("/console/queue")).text
    admin = await street.staff("guanli")
    desk = await town.desk("working_committee")
    made = await admin.posts(
        "/console/accounts", csrf=admin.csrf, login="fegw", name="统筹", role="officer", desk=desk.id
    )
    coordinator = street.visitor()
    await coordinator.signs_in("fegw", made.text.split('<code class="big">')[1].split("</code>")[0])
    await coordinator.opens("/console/figures/cases?figure=opened")
    assert reference in coordinator.text
