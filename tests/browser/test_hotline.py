"""A hotline's operator in a real browser: a ticket from the keyboard alone, then a file of them."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.test_story import signs_in, visit
from tests.support.house import House

BEATEN = "来电人反映：罗岭县青禾镇邻居家8岁男孩，继父昨晚又用皮带打他，现在把他锁在屋里，孩子在哭。"
FILE = (
    "工单编号,受理时间,标题,内容,来电号码,区划代码\n"
    f"RW-71,2026-11-19 09:12,打孩子,{BEATEN},15400000301,458821\n"
    "RW-72,不记得了,课后服务,罗岭县第二小学课后服务强制收费,15400000302,458821.0\n"
    "RW-72,不记得了,课后服务,罗岭县第二小学课后服务强制收费,15400000302,458821.0\n"
)


def forwards_by_keyboard(page: Page) -> None:
    """From an empty page to the receipt, without a mouse."""
    keys, seen = page.keyboard, page.locator("#seen")
    expect(page.locator("#pasted")).to_be_focused()
    keys.insert_text(f"工单编号：RW-70\n来电号码：15400000301\n内容：{BEATEN}")
    expect(seen.locator(".level").first).to_have_text("特急", timeout=30_000)  # the first text waits for the rules
    expect(seen.get_by_role("alert")).to_contain_text("请现在三方转接 110")
    expect(seen.get_by_role("heading", name="还要问的三句")).to_be_visible()
    expect(page.get_by_label("工单号")).to_have_value("RW-70")

    # What the platform's own form wants, in its order, is in the clipboard with one key.
    keys.press("Alt+c")
    expect(page.locator("[data-copy='#back']")).to_have_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#back").text_content()

    # Nothing to do with minors: gone with one key, and nobody has it.
    keys.press("Alt+n")
    expect(page.locator("#pasted")).to_have_value("")
    expect(page.get_by_label("工单号")).to_have_value("")

    keys.insert_text(f"工单编号：RW-70\n来电号码：15400000301\n内容：{BEATEN}")
    expect(page.get_by_label("工单号")).to_have_value("RW-70")
    while not page.evaluate("document.activeElement.name === 'region_code'"):
        keys.press("Tab")
    keys.insert_text("458821")
    expect(seen).to_contain_text("按区划代码")
    keys.press("Control+Enter")
    sent = page.locator("#sent")
    expect(sent).to_contain_text("查询码")
    expect(page.locator("#pasted")).to_be_focused()
    expect(page.locator("#pasted")).to_have_value("")
    expect(page.locator("table")).to_contain_text("RW-70")

    # The next one is pasted while the receipt of this one still stands: the key copies what is looked at now.
    keys.insert_text("工单编号：RW-69\n内容：来电人咨询：罗岭县第二小学几月几日开学？")
    expect(page.locator("#back")).to_contain_text("RW-69")
    keys.press("Alt+c")
    expect(page.locator("[data-copy='#back']")).to_have_text("已复制")
    assert "RW-69" in page.evaluate("navigator.clipboard.readText()")
    keys.press("Alt+n")


def test_an_operator_forwards_by_keyboard_and_brings_in_a_file(house: House, browser: Browser, tmp_path: Path) -> None:
    house.start()
    visitor = visit(browser, viewport={"width": 1280, "height": 900})
    visitor.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visitor.new_page()
    signs_in(page, house, "huawu")
    forwards_by_keyboard(page)

    (tmp_path / "tickets.csv").write_bytes(FILE.encode("gb18030"))
    page.get_by_role("link", name="批量导入").click()
    page.get_by_label("文件").set_input_files(tmp_path / "tickets.csv")
    page.get_by_role("button", name="看一看").click()
    expect(page.get_by_role("heading", name="会这样判断")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator("tbody tr").first).to_contain_text("特急")
    page.get_by_role("button", name="导入 3 行").click()
    expect(page.locator("#progress")).to_contain_text("新事项 2，重复 1", timeout=60_000)
    line = page.locator("#lines tbody tr").first
    expect(line).to_contain_text("HT")
    expect(line).to_contain_text("受理时间")
    page.context.close()
