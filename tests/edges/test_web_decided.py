"""The newer forms of the case page over HTTP: what stands there for whom, what is refused with everything typed kept."""

from datetime import timedelta

from tests.edges.visitor import Street, Visitor
from tests.flows.handling import brought_to_an_end, result, told
from tests.flows.town import Town
from words.beijing import local

HARM = "我是他班主任李红梅，我的电话15400001234。我们班8岁的陈小雨说继父昨晚又摸她下面，她现在在教室里和我在一起，放学继父要来接她。"


def clock(town: Town, **back: float) -> str:
    return f"{local(town.now - timedelta(**back)):%Y-%m-%dT%H:%M}"


async def reported(street: Street) -> tuple[Visitor, str]:
    """Police of the county on the page of a critical case."""
    await street.visitor().says(HARM)
    reference = (await street.town.case()).reference
    officer = await street.staff("gongan")
    await officer.acts(reference, "accept")
    return officer, reference


async def test_a_decision_with_its_number_stands_on_the_page(street: Street, town: Town) -> None:
    officer, reference = await reported(street)
    form = {"kind": "filed", "document_number": "罗公立字〔2026〕18号", "at": clock(town), "reason": ""}
    empty = await officer.acts(reference, "record_decision", **(form | {"document_number": " "}))
    assert empty.status_code == 409 and "请填写文号" in officer.text
    await officer.presses(reference, "record_decision", **form)
    assert "罗公立字〔2026〕18号" in officer.text and "三日内告知" in officer.text
    civil = await street.staff("minzheng")
    await civil.opens(f"/console/case/{reference}")
    assert "罗公立字〔2026〕18号" in civil.text and "record_decision" not in civil.page


async def test_a_conference_and_a_guardian_are_written_down(street: Street, town: Town) -> None:
    officer, reference = await reported(street)
    refused = await officer.acts(
        reference, "confer", at=clock(town), departments="police", people="王警官", decision="今晚验伤"
    )
    assert refused.status_code == 409 and "至少两个" in officer.text and "今晚验伤" in officer.page
    await officer.presses(
        reference,
        "confer",
        at=clock(town),
        departments=["police", "civil_affairs"],
        people="王警官、莫助理",
        decision="今晚验伤",
    )
    assert "今晚验伤" in officer.text and "王警官、莫助理" in officer.text
    await officer.acts(
        reference, "start_guardianship", kind="custody_relatives", carer="外婆", place="外婆家", since=clock(town),
        document_number="",
    )  # fmt: skip
    assert "临时监护：委托亲属" in officer.text and "临时监护结束：外婆" in officer.text
    id = officer.page.split('name="id" value="')[1].split('"')[0]
    await officer.acts(reference, "end_guardianship", id=id, at=clock(town), how="回到母亲身边")
    assert "回到母亲身边" in officer.text and "临时监护结束：外婆" not in officer.text


async def test_the_lead_sees_what_leaves_and_changes_it(street: Street) -> None:
    officer, reference = await reported(street)
    await officer.opens(f"/console/case/{reference}")
    assert "协办单位看到的是这些" in officer.text
    bad = await officer.presses(reference, "brief_helpers", more="报告人是他班主任", task_health="")
    assert bad.status_code == 409 and "可能让人知道是谁报告的" in officer.text
    await officer.presses(
        reference, "brief_helpers", more="孩子由女警陪同。", task_health="今晚安排女医生验伤。", keep_back="child_name"
    )
    await officer.opens(f"/console/case/{reference}")
    assert 'value="今晚安排女医生验伤。"' in officer.page and 'value="child_name" checked' in officer.page
    health = await street.staff("weijian")
    await health.opens(f"/console/case/{reference}")
    assert "今晚安排女医生验伤。" in health.text and "孩子由女警陪同。" in health.text and "陈小雨" not in health.page
    assert "不走访，不联系家长" in health.text


async def test_two_reports_are_put_together_and_each_page_says_so(street: Street, town: Town) -> None:
    _, first = await reported(street)
    await town.later(minutes=1)
    await street.visitor().says("城关小学一个8岁女孩说继父摸她，现在和班主任在教室")
    (second,) = [case.reference for case in await town.cases() if case.reference != first]
    supervisor = await street.staff("duban")
    wrong = await supervisor.acts(second, "merge_case", into="HT261119-AAAAA", reason="同一个孩子同一件事")
    assert wrong.status_code == 409 and "没有找到" in supervisor.text
    await supervisor.presses(second, "merge_case", into=first.lower(), reason="同一个孩子同一件事")
    assert "已并入另一件" in supervisor.text and first in supervisor.page
    await supervisor.opens(f"/console/case/{first}")
    assert "在这里一起办理" in supervisor.text and second in supervisor.page
    await supervisor.acts(second, "split_case", reason="不是同一个孩子")
    assert "已并入另一件" not in supervisor.text


async def test_levels_are_changed_by_name(street: Street, town: Town) -> None:
    officer, reference = await reported(street)
    await officer.acts(reference, "lower_level", urgency="urgent", reason="")
    assert "请写明理由" in officer.text
    await officer.presses(reference, "lower_level", urgency="urgent", reason="已见到孩子，安全")
    assert "级别从“特急”降为“紧急”" in officer.text and "已见到孩子，安全" in officer.text
    await officer.acts(reference, "raise_level", urgency="critical", reason="继父又来了")
    assert "级别从“紧急”升为“特急”" in officer.text


async def test_after_closing_somebody_calls_back_and_asks_every_unit(street: Street, town: Town) -> None:
    officer, reference = await reported(street)
    case = await brought_to_an_end(town, await town.case())
    assert case.status == "closed"
    await officer.opens("/console/queue")
    assert reference in officer.page and "回访" in officer.text
    await town.long_after(days=7)
    officer = await street.staff("gongan")
    form = {
        "seen_who": "王警官", "seen_at": clock(town), "seen_where": "外婆家", "apart": "yes", "safe": "yes", "satisfied": "yes",
        "what": "孩子在外婆家，情况稳定",
    }  # fmt: skip
    refused = await officer.acts(reference, "call_back", **(form | {"seen_who": ""}))
    assert refused.status_code == 409 and "当面见到孩子" in officer.text
    await officer.presses(reference, "call_back", **form)
    assert "孩子在外婆家，情况稳定" in officer.text
    supervisor = await street.staff("duban")
    await supervisor.acts(
        reference,
        "check_unit",
        unit="城关小学",
        department="school",
        found_at=clock(town, days=20),
        reported_at="",
        note="",
    )
    assert "没有报告" in supervisor.text and "城关小学" in supervisor.text
    (complaint,) = [each for each in await town.cases() if each.category == "duty_complaint"]
    assert complaint.reference in supervisor.page
    await supervisor.acts(reference, "finish_check")
    assert "每案必查完成" in supervisor.text


async def test_how_it_was_tried_is_chosen_from_what_is_safe(street: Street, town: Town) -> None:
    officer, reference = await reported(street)
    case, police = await town.case(), await town.person("police")
    await result(town, police, case, ["filed"])
    await told(town, police, case)
    await officer.opens(f"/console/case/{reference}")
    assert "等凭查询码来看" in officer.text and 'value="phone"' not in officer.page
    bad = await officer.presses(reference, "record_tried", way="phone", at=clock(town), how="打过电话")
    assert bad.status_code == 409 and "不允许这样联系" in officer.text
    await officer.presses(reference, "record_tried", way="code", at=clock(town), how="没有留联系方式")
    assert "已设法告知" in officer.text
