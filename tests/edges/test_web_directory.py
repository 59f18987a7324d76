"""The directory in the console: desks, people and shifts by hand and from a spreadsheet, and what would go wrong, said."""

import re
from html import unescape

import httpx

from records.tables import Account, Duty
from tests.edges.visitor import Street, Visitor
from tests.flows.town import Town

SHEET = """罗岭县值班表,,,,,,
区划代码,单位类型,单位名称,姓名,手机号码,岗位,班次
458821,民政局,罗岭县民政局,新科长,15400007001,值班员,白天
,,,夜班员,15400007002,值班员,夜间
458821,教育局,罗岭县教育局,新主任,1.54E+10,负责人,
"""


async def uploads(visitor: Visitor, content: bytes, name: str = "值班表.csv") -> httpx.Response:
    await visitor.opens("/console/directory")
    files = {"file": (name, content, "application/octet-stream")}
    answer = await visitor.http.post("/console/directory/import", data={"csrf": visitor.csrf}, files=files)
    visitor.page = answer.text
    return answer


async def test_a_spreadsheet_is_shown_before_it_is_true(street: Street, town: Town) -> None:
    admin = await street.staff("guanli")
    for content in (SHEET.encode("gb18030"), SHEET.encode("utf-8-sig")):
        assert (await uploads(admin, content)).status_code == 200
        assert "导入前请核对" in admin.text and "第 5 行：电话被表格改成了科学计数" in admin.text
        assert "罗岭县民政局" in admin.text and not await town.rows(Account, name="新科长")
    rows = admin.hidden("rows")
    await admin.posts("/console/directory/import", csrf=admin.csrf, rows=rows, confirm="1")
    assert "已导入" in admin.text
    (person,) = await town.rows(Account, name="新科长")
    assert person.phone == "15400007001" and person.password_hash is None
    assert {duty.start for duty in await town.rows(Duty, desk_id=person.desk_id)} == {480, 1200}
    await town.later(seconds=10)
    supervisor = await street.staff("duban")
    await supervisor.opens("/console/board")
    assert "今后 14 天的缺口" in supervisor.text and "罗岭县民政局 · 部门负责人 · 没有排班" in supervisor.text


async def test_what_is_no_spreadsheet_is_said_so(street: Street) -> None:
    admin = await street.staff("guanli")
    for content, says in (
        (b"", "文件是空的"), (b"PK\x03\x04 broken", "读不出来"), (b"\x00\x01\x02\xff\xfe" * 9, "读不出来"),
        (b"a,b\n1,2\n", "没有找到表头"), (b"x" * (6 << 20), "太大了"),
    ):  # fmt: skip
        answer = await uploads(admin, content)
        assert answer.status_code in (200, 422) and says in admin.text, says


async def test_a_desk_gets_somebody_for_its_days_off(street: Street, town: Town) -> None:
    supervisor, desk = await street.staff("duban"), await town.desk("justice")
    await supervisor.opens(f"/console/directory/{desk.id}")
    fields = {"csrf": supervisor.csrf, "key": supervisor.hidden("key"), "rung": "L2", "days": "rest"}
    refused = await supervisor.posts(f"/console/directory/{desk.id}/add_shift", **fields, name="", phone="")
    assert refused.status_code == 409 and "请选人" in supervisor.text
    fields |= {
        "name": "备班领导",
        "phone": "15400007003",
        "start": "08:30",
        "end": "08:30",
        "key": supervisor.hidden("key"),
    }
    await supervisor.posts(f"/console/directory/{desk.id}/add_shift", **fields)
    assert "备班领导" in supervisor.text and "休息日和节假日" in supervisor.text
    shift = re.findall(r'name="shift" value="([^"]*)"', supervisor.page)[-1]
    key = supervisor.hidden("key")
    await supervisor.posts(
        f"/console/directory/{desk.id}/remove_shift", csrf=supervisor.csrf, key=key, shift=unescape(shift)
    )
    assert "已保存" in supervisor.text


async def test_a_new_desk_is_opened_and_closed(street: Street, town: Town) -> None:
    admin = await street.staff("guanli")
    await admin.opens("/console/directory")
    fields = {"csrf": admin.csrf, "department": "police", "name": "青禾派出所", "kind": "24h", "phone": "0780-5550119"}
    refused = await admin.posts("/console/directory", **fields, place="620724")
    assert refused.status_code == 422 and "不在您管的范围内" in admin.text
    await admin.posts("/console/directory", **fields, place="458821")
    assert "青禾派出所" in admin.text
    desk = re.search(r'action="/console/directory/([^/"]+)/save"', admin.page)
    assert desk
    saved = {
        "csrf": admin.csrf,
        "key": admin.hidden("key"),
        "name": "青禾派出所",
        "kind": "24h",
        "phone": "",
        "active": "no",
    }
    await admin.posts(f"/console/directory/{desk[1]}/save", **saved)
    await admin.opens("/console/directory")
    assert "青禾派出所 罗岭县 已停用" in admin.text


async def test_more_time_is_asked_for_and_every_due_time_explains_itself(street: Street, town: Town) -> None:
    teacher = street.visitor()
    await teacher.says("罗岭县青禾镇13岁的学生辍学在家，一直没有人劝返")
    await teacher.says("提交")
    case = await town.case()
    assert (case.urgency, case.category) == ("normal", "dropout")
    officer = await street.staff("jiaoyu")
    await officer.acts(case.reference, "accept")
    assert "怎么算的" in officer.text and "时限5个工作日，依据：地方热线规定（statute:F6）" in officer.text
    await officer.acts(case.reference, "ask_extension", days="3", reason="等学籍核查")
    assert "申请延长办理时限：3个工作日" in officer.text
    supervisor = await street.staff("duban")
    await supervisor.opens(f"/console/case/{case.reference}")
    ask = re.search(r'<option value="([0-9a-f-]{16,})">[^<]*申请延长', supervisor.page)
    assert ask
    told = {"ask": ask[1], "granted": "yes", "reason": "情况属实", "told": "需要核查学籍，办理时间会长一些。"}
    answer = await supervisor.presses(case.reference, "decide_delay", **told)
    assert answer.status_code == 200 and "同意延长3个工作日" in supervisor.text
