"""`make screens`: pictures of the chat and the console for the README, taken from the running product.

A demonstration county is made in a scratch directory, a teacher reports in a browser, desks look: what the pictures
show is what the product does today. Each page at 390 and at 1280 wide, the chat in the dark as well.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from app.clock import FileClock
from app.demo import logins
from tests.support import chromium, tools
from tests.support.house import USUAL_TIME, House, environment, hutong

PICTURES = tools.CHECKOUT / "docs" / "screens"
SIZES = {390: {"width": 390, "height": 844}, 1280: {"width": 1280, "height": 800}}
REPORT = "我是实验小学的老师，班里有个男生刚才被爸爸喝酒以后拿皮带打得头破血流，现在在学校医务室"
WHERE = "在学校医务室，和校医在一起，五点半爸爸会来接"
# What each login is shown: the page, the name of its picture.
PAGES = {
    "gongan": [("/console/queue", "queue"), ("case", "case")],
    "zhiban": [("/console/duty", "duty")],
    "duban": [("/console/board", "board"), ("/console/figures", "figures"), ("/console/wall", "wall")],
    "guanli": [("/console/accounts", "accounts")],
}


def main() -> int:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="hutong-screens-") as scratch, chromium.started() as browser:
        directory = Path(scratch) / "data"
        directory.mkdir()
        FileClock(directory / "clock").stand_at(USUAL_TIME)
        hutong("init", "--demo", env=environment(directory))
        house = House(directory)
        try:
            house.start()
            for width in SIZES:
                chat(visitor(browser, width), house.url, f"{width}")
            chat(visitor(browser, 390, "dark"), house.url, "dark-390")
            house.later(minutes=7)
            for width in SIZES:
                console(browser, house.url, width)
        finally:
            house.stop()
    return 0


def visitor(browser: Browser, width: int, scheme: str = "light") -> Page:
    context = browser.new_context(
        viewport=SIZES[width],  # type: ignore[arg-type]  # a plain dict is what playwright takes
        color_scheme=scheme,  # type: ignore[arg-type]  # light or dark
        reduced_motion="reduce",
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    return context.new_page()


def chat(page: Page, url: str, name: str) -> None:
    page.goto(url)
    take(page, f"chat-start-{name}")
    says(page, REPORT)
    page.locator(".bubble.danger").wait_for()
    page.wait_for_load_state("networkidle")
    take(page, f"chat-{name}")
    page.get_by_role("button", name="已打").click()
    page.get_by_text("请照接线员说的做").wait_for()
    says(page, WHERE)
    page.wait_for_load_state("networkidle")
    take(page, f"chat-questions-{name}")
    page.context.close()


def says(page: Page, text: str) -> None:
    page.fill("#text", text)
    page.click("#send")
    page.locator(".mine").last.locator(".state:empty").wait_for(state="attached")


def console(browser: Browser, url: str, width: int) -> None:
    page = visitor(browser, width)
    page.goto(f"{url}/console/login")
    take(page, f"login-{width}")
    page.context.close()
    for login, pages in PAGES.items():
        page = visitor(browser, width)
        sign_in(page, url, login)
        for path, name in pages:
            address = page.locator("a[href^='/console/case/']").first.get_attribute("href") if path == "case" else path
            page.goto(f"{url}{address}")
            take(page, f"{name}-{width}", whole=name == "case")
        page.context.close()


def sign_in(page: Page, url: str, login: str) -> None:
    password = next(each.password for each in logins() if each.login == login)
    page.goto(f"{url}/console")
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    page.click("button.main")
    page.wait_for_load_state("domcontentloaded")


def take(page: Page, name: str, *, whole: bool = False) -> None:
    path = PICTURES / f"{name}.png"
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")  # drawn, too
    page.screenshot(path=path, full_page=whole, animations="disabled")
    print(f"护童: {path.relative_to(tools.CHECKOUT)}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
