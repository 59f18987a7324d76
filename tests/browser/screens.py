"""`make screens`: pictures of the chat and the console for the README, taken from the running product.

A demonstration county is made in a scratch directory, a teacher reports in a browser, a desk looks: what the pictures
show is what the product does today.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from app.demo import logins
from tests.support import chromium, tools
from tests.support.house import House, settle

PICTURES = tools.CHECKOUT / "docs" / "screens"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
REPORT = "我是实验小学的老师，班里有个男生身上好几处淤青，说是爸爸喝酒以后打的，今天放学不敢回家"


def main() -> int:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="hutong-screens-") as scratch, chromium.started() as browser:
        directory = Path(scratch) / "data"
        settle(directory)
        house = House(directory)
        try:
            house.start()
            chat(visitor(browser, PHONE), house.url)
            console(visitor(browser, DESK), house.url)
            phone = visitor(browser, PHONE)
            sign_in(phone, house.url, "gongan")
            take(phone, "console-phone")
        finally:
            house.stop()
    return 0


def visitor(browser: Browser, size: dict[str, int]) -> Page:
    scale = 2 if size is PHONE else 1
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]  # a plain dict is what playwright takes
        device_scale_factor=scale,
        reduced_motion="reduce",
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    return context.new_page()


def chat(page: Page, url: str) -> None:
    page.goto(url)
    take(page, "chat-start")
    page.fill("#text", REPORT)
    page.click("#send")
    page.get_by_text("110").last.wait_for()
    page.wait_for_load_state("networkidle")
    take(page, "chat-report")


def console(page: Page, url: str) -> None:
    sign_in(page, url, "gongan")
    take(page, "console-queue")
    page.locator("a[href^='/console/case/']").first.click()
    page.wait_for_load_state("domcontentloaded")
    take(page, "console-case", whole=True)


def sign_in(page: Page, url: str, login: str) -> None:
    password = next(each.password for each in logins() if each.login == login)
    page.goto(f"{url}/console")
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    page.click("button.main")
    page.wait_for_load_state("domcontentloaded")


def take(page: Page, name: str, *, whole: bool = False) -> None:
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path, full_page=whole, animations="disabled")
    print(f"护童: {path.relative_to(tools.CHECKOUT)}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
