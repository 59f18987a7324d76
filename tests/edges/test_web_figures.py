"""统计 in the browser: who has it, what stands on it, and the way from a figure to its cases."""

import io
import re
from html import unescape

from python_calamine import CalamineWorkbook

from records.columns import new_id
from records.tables import AuditLine
from routing.opening import Draft, open_case
from tests.edges.test_web_console import DANGER
from tests.edges.visitor import Street, Visitor
from tests.flows.town import Town
from words.beijing import local
from words.ids import Urgency


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


async def test_figures_leave_as_files_with_a_name_on_them_and_a_line_in_the_trail(street: Street, town: Town) -> None:
    await late(street, town)
    supervisor = await street.staff("duban")
    await supervisor.opens("/console/figures?category=physical_abuse")
    action = unescape(re.search(r'action="(/console/figures/export[^"]*)"', supervisor.page)[1])  # type: ignore[index]
    for kind, rendering in (("monthly", "pdf"), ("yearly", "xlsx")):
        form = {"csrf": supervisor.csrf, "kind": kind, "as": rendering}
        answer = await supervisor.http.post(action, data=form)
        assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-disposition"] == f'attachment; filename="{kind}-202611.{rendering}"'
        assert answer.content[:4] == (b"%PDF" if rendering == "pdf" else b"PK\x03\x04")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert {"说明", "总体", "按月份", "按部门"} <= set(book.sheet_names)
    total = dict(map(tuple, book.get_sheet_by_name("总体").to_python()[3:]))
    assert total["收到"] == "<5", "one case is few"
    assert "导出" in book.get_sheet_by_name("按部门").to_python()[0][0]
    lines = sorted(await town.rows(AuditLine, action="figures.export"), key=lambda line: line.number)
    assert [(line.purpose, line.detail["form"], line.detail["category"]) for line in lines] == [
        ("monthly", "pdf", "physical_abuse"), ("yearly", "xlsx", "physical_abuse")
    ]  # fmt: skip
    assert lines[1].detail["since"] == "2026-01"
    for wrong in ({"kind": "monthly", "as": "exe"}, {"kind": "weekly", "as": "pdf"}):
        assert (await supervisor.http.post(action, data={"csrf": supervisor.csrf, **wrong})).status_code == 404
    police = await street.staff("gongan")
    await police.opens("/console/me")
    refused = await police.http.post(action, data={"csrf": police.csrf, "kind": "monthly", "as": "pdf"})
    assert refused.status_code == 404 and len(await town.rows(AuditLine, action="figures.export")) == 2


async def test_a_childs_file_is_filled_with_what_is_known_and_asks_a_reason(street: Street, town: Town) -> None:
    facts = {"child_name": "王小雨", "id_card": "458821201803042465", "school": "城关小学"}
    draft = Draft(
        case_id=new_id(town.now), source="web", urgency=Urgency.CRITICAL, category="physical_abuse",
        facts={name: {"value": value, "words": ""} for name, value in facts.items()},
        explanation={"text": "", "reasons": [], "counterfactual": ""},
        reporter={"reporter_name": "李红梅", "reporter_phone": "15400001234"},
    )  # fmt: skip
    house = town.house
    await house.store.carry_out(lambda session: open_case(session, draft, house.protocols, house.home, town.now))
    case = await town.case()
    police = await street.staff("gongan")
    await police.acts(case.reference, "accept")
    at = f"{local(town.now):%Y-%m-%dT%H:%M}"
    seen = {"seen": "on", "seen_where": "卫生院"}
    await police.acts(case.reference, "progress", who="何永福", at=at, what="到卫生院见到孩子", **seen)
    path = f"/console/ledger/{case.reference}"
    await police.opens(f"/console/case/{case.reference}")
    assert path in police.page
    await police.opens(path)
    for reason in ("", "王小雨的档案"):
        refused = await police.http.post(path, data={"csrf": police.csrf, "as": "pdf", "reason": reason})
        assert refused.status_code == 409
    assert not await town.rows(AuditLine, action="child.ledger")
    form = {"csrf": police.csrf, "reason": "罗民〔2026〕8号"}
    made = await police.http.post(path, data={**form, "as": "pdf"})
    assert made.content.startswith(b"%PDF") and made.headers["content-disposition"].endswith(f'"{case.reference}.pdf"')
    answer = await police.http.post(path, data={**form, "as": "xlsx"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert book.sheet_names == [
        "儿童基本信息",
        "家庭信息",
        "牵手“童”行结对信息",
        "走访情况",
        "关爱帮扶情况",
        "其他说明情况",
    ]
    child = dict(map(tuple, book.get_sheet_by_name("儿童基本信息").to_python()[3:]))
    assert (child["姓名"], child["出生年月"], child["身份证号"]) == ("王小雨", "2018年03月", "458821201803042465")
    visits = dict(map(tuple, book.get_sheet_by_name("走访情况").to_python()[3:]))
    assert "何永福" in visits["四季度走访时间"] and not visits["一季度走访时间"]
    everything = " ".join(
        str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row
    )
    assert "李红梅" not in everything and "15400001234" not in everything, "the reporter is in no file of a child"
    lines = await town.rows(AuditLine, action="child.ledger")
    assert [line.purpose for line in lines] == ["罗民〔2026〕8号"] * 2
    education = await street.staff("jiaoyu")
    assert (await education.opens(path)).status_code == 404
    await education.opens("/console/me")
    answer = await education.http.post(path, data={"csrf": education.csrf, "as": "pdf", "reason": "x"})
    assert answer.status_code == 404 and len(await town.rows(AuditLine, action="child.ledger")) == 2
