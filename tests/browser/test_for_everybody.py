"""Every page for everybody: axe-core finds nothing, in light and dark, in Chinese (and in English among the slow
proofs); a first visit is light."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response

from tests.browser.test_story import DANGER, says, signs_in
from tests.support import axe
from tests.support.house import House
from web.guard import KEY, RULES

# Whoever opens the page, and its address; every page of the route list stands here or below.
PAGES = {
    "": ("/", "/receipt", "/proof", "/console/login"),
    "gongan": ("/console/queue", "/console/search", "/console/me", "/console/nowhere", "case"),
    "zhiban": ("/console/duty",),
    "duban": (
        "/console/board", "/console/directory", "desk", "/console/evidence", "/console/queue", "/console/figures",
        "/console/figures/cases", "/console/wall", "case",
    ),
    "guanli": ("/console/accounts",),
    "huawu": ("/console/forward", "/console/import"),
}  # fmt: skip
# Where the address of a page about something is found.
VIA = {
    "case": ("/console/queue", "#rows a"),
    "desk": ("/console/directory", "main table a"),
    "/console/figures/cases": ("/console/figures", "main a[href*='/figures/cases']"),
}
# A page needs no look of its own: it goes on to another one, is a file or data, or is there only with a staff bot.
NO_PAGE = frozenset((
    "/console", "/console/now", "/console/alarm", "/console/events", "/alive", "/ready", "/metrics", "/receipt/proof",
    "/proof/site-key.pem", "/proof/verify.py", "/api/v1/openapi.json", "/console/owed.csv", "/console/messenger",
))  # fmt: skip
FIRST_PAGE, CHAT = 150_000, 60_000  # bytes of a first visit, everything that belongs to the page


def opened(page: Page, house: House, address: str) -> None:
    if address in VIA:
        listed, link = VIA[address]
        page.goto(house.url + listed)
        address = page.locator(link).first.get_attribute("href") or ""
    page.goto(house.url + address)


def looked_at(browser: Browser, house: House, language: str) -> list[str]:
    """What axe-core finds on any page in this language, in light and in dark."""
    found, source = [], axe.script()
    width = 390 if language == "zh" else 1280
    for login, addresses in PAGES.items():
        with browser.new_context(
            reduced_motion="reduce", locale="zh-CN", viewport={"width": width, "height": 800}
        ) as visit:
            page = visit.new_page()
            if login:
                signs_in(page, house, login)
                page.wait_for_url("**/console/**")
            visit.add_cookies([{"name": "lang", "value": language, "url": house.url}])
            for address in addresses:
                opened(page, house, address)
                page.evaluate(source)
                for scheme in ("light", "dark"):
                    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of two words
                    found += [f"{login} {address} {scheme} {language}: {each}" for each in axe.violations(page)]
    return found


def test_nobody_is_shut_out_of_a_page(house: House, browser: Browser) -> None:
    house.start()
    with browser.new_context() as visit:
        page = visit.new_page()
        page.goto(house.url)
        says(page, DANGER)
        page.locator(".receipt").first.wait_for()
    found = looked_at(browser, house, "zh")
    assert not found, "\n".join(found)


@pytest.mark.proof
def test_nobody_is_shut_out_in_english(house: House, browser: Browser) -> None:
    house.start()
    found = looked_at(browser, house, "en")
    assert not found, "\n".join(found)


def weighed(visit: BrowserContext, address: str) -> int:
    page = visit.new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(address, wait_until="load")
    return sum(len(answer.body()) for answer in answers if answer.status == 200)


def test_a_first_visit_is_light(house: House, browser: Browser) -> None:
    house.start()
    with browser.new_context(locale="zh-CN") as visit:
        assert weighed(visit, house.url) < CHAT
    with browser.new_context(locale="zh-CN") as visit:
        page = visit.new_page()
        signs_in(page, house, "gongan")
        page.wait_for_url("**/console/**")
        visit.route("**/console/events*", lambda route: route.abort())
        assert weighed(visit, house.url + "/console/queue") < FIRST_PAGE


def test_no_page_is_left_out() -> None:
    shown = {address for addresses in PAGES.values() for address in addresses}
    alone = {
        route.removeprefix("GET ")
        for route, roles in RULES.items()
        if route.startswith("GET ") and "{" not in route and roles != KEY
    }
    assert alone - NO_PAGE - shown == set(), "say here who looks at these pages"
