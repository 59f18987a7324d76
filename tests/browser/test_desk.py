"""Desks in a real browser: a case to its very end, a session that runs out in mid-sentence, two officers at once."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.test_story import DANGER, PASSWORD, phone, says, signs_in, visit
from tests.support.house import House

FEES = "罗岭县第二小学课后服务强制收费，一学期一千二，不交就不让参加，请管一管"


def reported(browser: Browser, house: House, text: str) -> tuple[str, str, Page]:
    """Reference and code of a finished report, and the reporter's page."""
    page = phone(browser)
    page.goto(house.url)
    says(page, text)
    expect(page.locator("#log").get_by_role("button", name="提交", exact=True).last).to_be_visible()
    page.locator("#log").get_by_role("button", name="提交", exact=True).last.click()
    expect(page.locator(".receipt").first).to_be_visible()
    receipt = page.locator(".receipt").first.inner_text()
    found = re.search(r"HT\d{6}-\w{5}", receipt)
    assert found
    return found.group(), page.locator(".code b").inner_text(), page


def opens(page: Page, house: House, reference: str) -> None:
    page.goto(f"{house.url}/console/case/{reference}")


def records_result(desk: Page, inner: str) -> None:
    desk.locator("summary", has_text="记录办理结果").click()
    form = desk.locator('form[action$="/record_result"]')
    form.get_by_label("答复", exact=True).check()
    form.locator("[name=inner]").fill(inner)
    form.get_by_role("button", name="记录办理结果").click()


def test_a_case_is_brought_to_its_very_end(house: House, browser: Browser) -> None:
    house.start()
    reference, code, reporter = reported(browser, house, FEES)
    desk = visit(browser, viewport={"width": 390, "height": 844}).new_page()
    signs_in(desk, house, "jiaoyu")
    opens(desk, house, reference)
    desk.get_by_role("button", name="我来处理").click()
    records_result(desk, "已责令退费，校长已检讨")
    expect(desk.locator("[data-part=done]")).to_contain_text("已责令退费")
    desk.locator('form[action$="/tell_reporter"]').get_by_role("button", name="反馈报告人").click()
    expect(desk.locator("[data-part=done]")).to_contain_text("等报告人来看")

    # Not before she has read it, or somebody has written down how it was tried.
    expect(desk.locator('form[action$="/close"]')).to_have_count(0)
    reporter.goto(house.url + "/receipt")
    reporter.locator("#code").fill(code)
    reporter.get_by_role("button", name="查看").click()
    expect(reporter.locator(".status")).to_contain_text("已就您反映的事项作出答复")
    expect(desk.locator("[data-part=done]")).to_contain_text("报告人已看到", timeout=30_000)

    desk.locator('form[action$="/close"]').get_by_role("button").click()
    expect(desk.get_by_role("status")).to_contain_text("已记下")
    expect(desk.locator("[data-part=done]")).to_contain_text("办结")
    expect(desk.locator('form[action$="/record_result"]')).to_have_count(0)
    desk.goto(house.url + "/console/queue?show=closed")
    expect(desk.locator(f'[data-key="{reference}"]')).to_be_visible()
    reporter.goto(house.url + "/receipt")
    reporter.locator("#code").fill(code)
    reporter.get_by_role("button", name="查看").click()
    expect(reporter.locator(".status")).to_contain_text("办结")


def test_what_was_typed_survives_a_session_that_runs_out(house: House, browser: Browser) -> None:
    house.start()
    reference, _, _ = reported(browser, house, FEES)
    desk = visit(browser).new_page()
    signs_in(desk, house, "jiaoyu")
    opens(desk, house, reference)
    desk.get_by_role("button", name="我来处理").click()
    desk.locator("summary", has_text="记录办理结果").click()
    form = desk.locator('form[action$="/record_result"]')
    form.get_by_label("答复", exact=True).check()
    form.locator("[name=inner]").fill("已责令退费，校长已检讨")
    house.later(hours=5)
    form.get_by_role("button", name="记录办理结果").click()
    expect(desk.get_by_role("alert")).to_contain_text("登录已过期")
    desk.get_by_label("登录名").fill("jiaoyu")
    desk.get_by_label("密码").fill(PASSWORD)
    desk.get_by_role("button", name="登录").click()
    expect(desk.locator("main")).to_contain_text("已责令退费，校长已检讨")
    desk.get_by_role("button", name="提交", exact=True).click()
    expect(desk.locator("[data-part=done]")).to_contain_text("已责令退费")


def test_an_idle_page_goes_to_the_login_and_back_to_the_case(house: House, browser: Browser) -> None:
    house.start()
    reference, _, _ = reported(browser, house, FEES)
    desk = visit(browser).new_page()
    signs_in(desk, house, "jiaoyu")
    house.later(hours=5)
    opens(desk, house, reference)
    expect(desk.get_by_text("登录工作台")).to_be_visible()
    desk.get_by_label("登录名").fill("jiaoyu")
    desk.get_by_label("密码").fill(PASSWORD)
    desk.get_by_role("button", name="登录").click()
    expect(desk.locator("main")).to_contain_text(reference)


def test_of_two_officers_at_once_the_second_is_told_who_was_first(house: House, browser: Browser) -> None:
    house.start()
    reporter = phone(browser)
    reporter.goto(house.url)
    says(reporter, DANGER)
    expect(reporter.locator(".receipt")).to_be_visible()
    found = re.search(r"HT\d{6}-\w{5}", reporter.locator(".receipt").inner_text())
    assert found
    first, second = visit(browser).new_page(), visit(browser).new_page()
    admin = visit(browser).new_page()
    signs_in(first, house, "gongan")
    # A second officer at the same desk, made by the admin.
    signs_in(admin, house, "guanli")
    admin.goto(house.url + "/console/accounts")
    admin.locator("summary").first.click()
    form = admin.locator("form", has=admin.locator("[name=login]"))
    form.locator("[name=login]").fill("erhao")
    form.locator("[name=name]").fill("二号民警")
    form.locator("[name=role]").select_option("officer")
    form.locator("[name=desk]").select_option(value="458821-police")
    form.get_by_role("button").click()
    password = admin.locator("code.big").inner_text()
    second.goto(house.url + "/console")
    second.get_by_label("登录名").fill("erhao")
    second.get_by_label("密码").fill(password)
    second.get_by_role("button", name="登录").click()
    for page in (first, second):
        opens(page, house, found.group())
        expect(page.get_by_role("button", name="我来处理")).to_be_visible()
    first.get_by_role("button", name="我来处理").click()
    expect(first.get_by_role("status")).to_contain_text("已记下")
    second.evaluate(
        "document.querySelector('form[action$=\"/accept\"]') && document.querySelector('form[action$=\"/accept\"]').submit()"
    )
    expect(second.get_by_role("alert")).to_contain_text("接手处理")
    expect(second.locator("[data-part=desks]")).to_contain_text(first.locator(".me a").inner_text())
    expect(second.locator('form[action$="/accept"]')).to_have_count(0)
