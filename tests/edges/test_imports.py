"""A hotline's file, brought in from the console or the command line: looked at first, a line for every row that is odd."""

import csv
import io
import re
from pathlib import Path

import pytest

from records.tables import AuditLine, Case, ImportRow, Ticket, TicketImport
from tests.edges.conftest import site, street
from tests.edges.visitor import Street, Visitor
from tests.flows.hotline import sends
from tests.flows.town import Town
from tests.support.terminal import hutong
from tests.support.workbook import xlsx

__all__ = ["site", "street"]

HEAD = ["工单编号", "受理时间", "标题", "内容", "来电号码", "区划代码"]
ROWS = [
    ["RW-81", "2026-11-19 09:12", "打孩子", "罗岭县青禾镇一男孩被继父用皮带打得头破血流", "15400000301", "458821"],
    ["RW-82", "不记得了", "课后服务", "罗岭县第二小学课后服务强制收费", "1.54E+10", "458821.0"],
]


async def uploads(visitor: Visitor, content: bytes, name: str = "工单.xlsx", platform: str = "import") -> int:
    await visitor.opens("/console/import")
    answer = await visitor.http.post(
        "/console/import", data={"csrf": visitor.csrf, "platform": platform}, files={"file": (name, content)}
    )
    visitor.page = answer.text
    return answer.status_code


async def test_a_workbook_is_shown_and_filed_only_when_told_to(street: Street, town: Town) -> None:
    huawu = await street.staff("huawu")
    content = xlsx([HEAD, *ROWS])
    assert await uploads(huawu, content) == 200
    assert "导入 2 行" in huawu.text and "特急" in huawu.text and "读作 458821" in huawu.text
    assert not await town.rows(Case) and not await town.rows(Ticket)
    (found,) = await town.rows(TicketImport)
    await huawu.posts(f"/console/import/{found.id}", csrf=huawu.csrf, act="start")
    assert "正在导入" in huawu.text and 'http-equiv="refresh"' in huawu.page
    await huawu.posts(f"/console/import/{found.id}", csrf=huawu.csrf, act="stop")
    await town.house.imports()
    assert "停下了" in huawu.text and not await town.rows(Case)
    await huawu.posts(f"/console/import/{found.id}", csrf=huawu.csrf, act="start")
    while any(row.status == "running" for row in await town.rows(TicketImport)):
        await town.house.imports()  # a stretch at a time, however slow the machine
    await huawu.opens(f"/console/import/{found.id}")
    assert "导入完了" in huawu.text and "新事项 2" in huawu.text and "2／2" in huawu.text
    assert "来电号码被表格" in huawu.text, "the odd row is named with what is odd"
    assert len(await town.rows(Case)) == 2

    assert await uploads(huawu, content) == 200
    assert "导入完了" in huawu.text and len(await town.rows(TicketImport)) == 1
    assert await uploads(huawu, b"\x00\x01nothing") == 422
    assert "读不出来" in huawu.text
    other = await street.staff("duban")
    assert (await other.opens(f"/console/import/{found.id}")).status_code == 200, "the supervisor of the place"


async def test_what_is_owed_is_a_table_without_what_was_reported(street: Street, town: Town) -> None:
    beaten = dict(zip(HEAD, ROWS[0], strict=True))
    pushed = await sends(town, {"order_no": "=RW-9", "content": beaten["内容"], "region_code": "458821"}, "A")
    duban, huawu = await street.staff("duban"), await street.staff("huawu")
    answer = await duban.opens("/console/owed.csv")
    assert answer.headers["content-disposition"].startswith("attachment") and answer.content.startswith(b"\xef\xbb\xbf")
    head, row = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    told = dict(zip(head, row, strict=True))
    assert told["工单号"] == "'=RW-9" and told["编号"] == pushed["case"] and told["办到哪一步"] == "已派单"
    assert "皮带" not in answer.text and "青禾" not in answer.text
    assert await town.rows(AuditLine, action="tickets.owed")
    assert pushed["case"] not in (await huawu.opens("/console/owed.csv")).text, "an operator has their own"


async def test_the_command_shows_files_names_the_odd_rows_and_does_nothing_twice(
    at_home: None, town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "工单.csv"
    path.write_bytes("\n".join(",".join(row) for row in [HEAD, *ROWS]).encode("gb18030"))
    assert await hutong("import", path, "--dry-run") == 0
    shown = capsys.readouterr().out
    assert re.search(r"^1\tRW-81\t特急\t", shown, re.M) and "没有导入" in shown
    assert not await town.rows(TicketImport) and not await town.rows(Case)

    assert await hutong("import", path) == 0
    told = capsys.readouterr().out
    assert "新事项 2，重复 0，补充 0，没收成 0，还没导入 0" in told
    assert re.search(r"^2\tHT\d{6}-\w{5}\t.*受理时间", told, re.M) and not re.search(r"^1\t", told, re.M)
    assert len(await town.rows(Case)) == 2 and {row.status for row in await town.rows(ImportRow)} == {"new"}

    assert await hutong("import", path) == 0
    assert "导入过了" in capsys.readouterr().out and len(await town.rows(Case)) == 2
    assert await hutong("import", tmp_path / "nothing.csv") == 1
    assert await hutong("import", path, "--platform", "Z") == 1
    assert "没有平台 Z" in capsys.readouterr().err
