"""Papers in a real browser: pressed, saved under a neutral name, and checked by somebody who scanned the drawing."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from records import signing
from records.keyfile import load_keyring
from routing.papers import verify
from routing.papers.proof import address_of, typed
from tests.browser.test_story import DANGER, phone, says
from tests.support.house import House


def saved(page: Page, link: str, to: Path) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("link", name=link).last.click()
    path = to / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def test_a_receipt_is_saved_when_asked_for_and_a_scanned_one_is_checked(
    house: House, browser: Browser, tmp_path: Path
) -> None:
    house.start()
    downloads: list[object] = []
    teacher = phone(browser)
    teacher.on("download", lambda file: downloads.append(file))  # playwright wants a function of Python
    teacher.goto(house.url)
    says(teacher, DANGER)
    expect(teacher.locator(".bubble.receipt")).to_be_visible()
    assert not downloads  # no file by itself
    receipt = saved(teacher, "要一张回执", tmp_path)
    expect(teacher.locator(".bubble.receipt")).to_be_visible()  # the conversation stays where it was
    assert receipt.name.startswith("document-")

    ring = load_keyring(house.directory / "keys.json")
    said = dict(verify.check_text(verify.signed_in_pdf(receipt.read_bytes()), signing.public_key(ring)))
    proof = typed(said["site"], said["reference"], said["received"], said["words"])
    assert proof is not None
    doubter = phone(browser)
    doubter.goto(address_of(house.url, ring, proof))
    expect(doubter.locator('[name="reference"]')).to_have_value(proof.reference)
    assert doubter.url == f"{house.url}/proof"  # nothing of it stays in the address
    doubter.get_by_role("button", name="核验").click()
    expect(doubter.get_by_role("alert")).to_have_text("有效")
    doubter.locator('[name="received"]').fill("2026-11-19 15:00:01")
    doubter.get_by_role("button", name="核验").click()
    expect(doubter.get_by_role("alert")).to_have_text("无效")
    saved(doubter, "本站公钥", tmp_path)
    assert signing.read_pem((tmp_path / "site-key.pem").read_text()) == signing.public_key(ring)
    for page in (teacher, doubter):
        page.context.close()
