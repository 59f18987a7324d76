"""One report the whole way, in a real browser against a running house: the clock moves by hand."""

import re

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.house import House

PASSWORD = "luoling2026"
DANGER = "我班上8岁的女孩刚才被她爸爸拿刀砍伤了，正在流血，孩子现在在罗岭县青禾镇卫生院"


def visit(browser: Browser, **how: object) -> BrowserContext:
    return browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **how)  # type: ignore[arg-type]


def phone(browser: Browser) -> Page:
    return visit(browser, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True).new_page()


def says(page: Page, text: str) -> None:
    page.locator("#text").fill(text)
    page.locator("#send").click()


def chooses(page: Page, label: str) -> None:
    page.locator("#log").get_by_role("button", name=label, exact=True).last.click()


def signs_in(page: Page, house: House, login: str) -> None:
    page.goto(house.url + "/console")
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def test_one_report_travels_the_whole_way(house: House, browser: Browser) -> None:
    house.start()

    teacher = phone(browser)
    teacher.goto(house.url)
    says(teacher, DANGER)
    card = teacher.locator(".bubble.danger")
    expect(card).to_be_in_viewport()
    expect(card.get_by_role("link", name="110")).to_have_attribute("href", "tel:110")
    chooses(teacher, "已打")
    expect(teacher.get_by_text("请照接线员说的做")).to_be_visible()
    teacher.get_by_role("button", name="查进度").click()
    expect(teacher.locator(".bubble.status")).to_contain_text("等待回应")
    code = teacher.locator(".code b").inner_text()
    reference = re.search(r"HT\d{6}-\w{5}", teacher.locator(".receipt").first.inner_text()).group()  # type: ignore[union-attr]

    desk = visit(browser).new_page()
    signs_in(desk, house, "gongan")
    row = desk.locator(f'[data-key="{reference}"]')
    expect(row).to_contain_text("特急")
    row.get_by_role("link").click()
    expect(desk.locator(".where")).to_contain_text("卫生院")

    # Nobody acts: the ladder climbs rung by rung.
    for _ in range(2):
        desk.get_by_role("button", name="5 分钟").click()
        desk.wait_for_load_state()
    expect(desk.locator(".timeline")).to_contain_text("已找值班组长")
    expect(desk.locator("[data-part=desks] .count.late").first).to_be_visible()

    desk.get_by_role("button", name="看到了（签收）").click()
    expect(desk.get_by_role("status")).to_contain_text("已记下")
    desk.get_by_role("button", name="我来处理").click()
    expect(desk.get_by_text("记一次进展").first).to_be_visible()

    desk.locator("summary", has_text="记录办理结果").click()
    form = desk.locator('form[action$="/record_result"]')
    form.get_by_label("就医", exact=True).check()
    form.locator("[name=inner]").fill("孩子已送县医院，父亲被带走")
    form.locator("[name=seen_who]").fill("何永福")
    form.locator("[name=seen_at]").fill("2026-11-19T15:08")
    form.locator("[name=seen_where]").fill("青禾镇卫生院")
    form.locator("[name=apart][value=yes]").check()
    form.locator("[name=safe][value=yes]").check()
    form.locator("[name=custody]").fill("外婆")
    form.locator("[name=decision_by]").fill("2026-11-20T10:00")  # 受案 is not decided yet
    form.get_by_role("button", name="记录办理结果").click()
    expect(desk.locator("[data-part=done]")).to_contain_text("孩子已送县医院")

    tell = desk.locator('form[action$="/tell_reporter"]')
    expect(tell.locator("textarea")).to_have_value("已安排就医。")
    tell.get_by_role("button", name="反馈报告人").click()
    expect(desk.locator("[data-part=done]")).to_contain_text("等报告人来看")

    at_home = phone(browser)
    at_home.goto(house.url + "/receipt")
    at_home.locator("#code").fill(code)
    at_home.get_by_role("button", name="查看").click()
    expect(at_home.locator(".status")).to_contain_text("已安排就医")
    expect(at_home.locator("body")).not_to_contain_text("砍伤")
    expect(desk.locator("[data-part=done]")).to_contain_text("报告人已看到", timeout=30_000)


def test_what_was_not_sent_says_so_and_goes_by_itself(house: House, browser: Browser) -> None:
    house.start()
    teacher = phone(browser)
    teacher.goto(house.url)
    teacher.context.set_offline(True)
    says(teacher, DANGER)
    expect(teacher.locator(".mine.unsent")).to_contain_text("未送出")
    says(teacher, "她爸爸还在门口")
    expect(teacher.locator(".mine.unsent")).to_have_count(2)
    teacher.context.set_offline(False)
    expect(teacher.locator(".bubble.danger")).to_have_count(1)
    expect(teacher.locator(".mine.unsent")).to_have_count(0)
    expect(teacher.locator(".mine")).to_have_count(2)


def test_a_killed_house_hears_the_message_after_all(house: House, browser: Browser) -> None:
    house.start()
    teacher = phone(browser)
    teacher.goto(house.url)
    house.kill()
    says(teacher, DANGER)
    expect(teacher.locator(".mine.unsent")).to_contain_text("未送出")
    house.start()
    expect(teacher.locator(".bubble.danger")).to_be_visible(timeout=40_000)


def test_earlier_words_hide_when_idle_until_the_code(house: House, browser: Browser) -> None:
    house.start()
    teacher = phone(browser)
    teacher.clock.install()
    teacher.goto(house.url)
    says(teacher, DANGER)
    expect(teacher.locator(".receipt")).to_be_visible()
    code = teacher.locator(".code b").inner_text()
    teacher.clock.run_for(6 * 60 * 1000)
    expect(teacher.get_by_text("砍伤")).not_to_be_visible()
    expect(teacher.locator(".receipt")).not_to_be_visible()
    teacher.locator("#code").fill("0000 0000 0000 0000")
    teacher.locator("#reveal").click()
    expect(teacher.get_by_text("查询码不对")).to_be_visible()
    teacher.locator("#code").fill(code)
    teacher.locator("#code").press("Enter")
    expect(teacher.get_by_text("砍伤")).to_be_visible()


def test_leaving_quickly_leaves_nothing_behind(house: House, browser: Browser) -> None:
    house.start()
    teacher = phone(browser)
    teacher.route("https://www.baidu.com/**", lambda route: route.fulfill(body="elsewhere"))
    teacher.goto(house.url + "/console/login")
    teacher.goto(house.url)
    says(teacher, DANGER)
    expect(teacher.locator(".bubble.danger")).to_be_visible()
    teacher.get_by_role("link", name="快速离开").click()
    expect(teacher.get_by_text("elsewhere")).to_be_visible()
    teacher.go_back()
    expect(teacher.get_by_text("登录工作台")).to_be_visible()  # the chat is not even in the history


def test_the_queue_does_not_move_under_the_finger(house: House, browser: Browser) -> None:
    house.start()
    reporter, desk = phone(browser), visit(browser).new_page()
    signs_in(desk, house, "gongan")
    rows = desk.locator("[data-rows] > li")
    before = rows.first.get_attribute("data-key")
    rows.first.hover()
    reporter.goto(house.url)
    says(reporter, DANGER)
    expect(reporter.locator(".receipt")).to_be_visible()
    expect(desk.locator("#fresh")).to_be_visible(timeout=20_000)
    assert rows.first.get_attribute("data-key") == before
    desk.locator("#show-fresh").click()
    expect(desk.locator("#fresh")).not_to_be_visible()
    reference = re.search(r"HT\d{6}-\w{5}", reporter.locator(".receipt").inner_text()).group()  # type: ignore[union-attr]
    expect(desk.locator(f'[data-key="{reference}"]')).to_be_visible()


def test_the_chat_works_without_scripts(house: House, browser: Browser) -> None:
    house.start()
    teacher = visit(browser, java_script_enabled=False).new_page()
    teacher.goto(house.url)
    teacher.locator("#text").fill(DANGER)
    teacher.locator("#send").click()
    expect(teacher.locator(".bubble.danger")).to_be_visible()
    teacher.get_by_role("button", name="现在不方便打").click()
    expect(teacher.get_by_text("值班人员最迟")).to_be_visible()
