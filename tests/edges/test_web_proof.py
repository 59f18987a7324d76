"""A reporter's receipt on paper, from the chat to whoever doubts it."""

import re
from pathlib import Path

import pytest

from records import signing
from records.secrets import keyring
from records.tables import AuditLine
from routing.papers import verify
from routing.papers.proof import code_of, salt_of, sum_of, typed
from routing.papers.said import said_in
from tests.edges.test_web_console import DANGER
from tests.edges.visitor import Street
from tests.flows.town import Town


def lines_of(content: bytes) -> dict[str, str]:
    return dict(verify.check_text(verify.signed_in_pdf(content), signing.public_key(keyring())))


async def test_a_receipt_is_made_on_request_and_holds_nothing_of_the_story(street: Street, town: Town) -> None:
    teacher = street.visitor()
    await teacher.opens("/")
    assert "/receipt/proof" not in teacher.page
    assert (await teacher.opens("/receipt/proof")).status_code == 404
    await teacher.says(DANGER)
    answer = await teacher.opens("/receipt/proof")
    case = await town.case()
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == f'attachment; filename="document-{case.reference[-5:]}.pdf"'
    assert answer.headers["cache-control"] == "no-store"
    said = lines_of(answer.content)
    assert said["reference"] == case.reference and said["site"] == town.house.home
    assert set(said) == {"hutong", "site", "reference", "received", "words"}
    async with town.house.store.read() as session:
        assert said["words"] == "sha256:" + sum_of(salt_of(keyring(), case.id), await said_in(session, case.id))
    for line in await town.rows(AuditLine, action="receipt.proof"):
        assert line.subject == case.id and line.actor == "reporter"


async def test_the_same_words_give_the_same_receipt_and_another_word_another(street: Street, town: Town) -> None:
    teacher = street.visitor()
    await teacher.says(DANGER)
    first = (await teacher.opens("/receipt/proof")).content
    await town.later(minutes=1)
    assert (await teacher.opens("/receipt/proof")).content == first
    await teacher.says("她妈妈也在场")
    later = lines_of((await teacher.opens("/receipt/proof")).content)
    assert later["words"] != lines_of(first)["words"] and later["received"] == lines_of(first)["received"]


async def test_a_stranger_and_another_browser_have_no_receipt(street: Street, town: Town) -> None:
    replies = await street.visitor().says(DANGER)
    code = next(line for reply in replies for line in reply["lines"] if line.startswith("查询码："))[4:23]
    assert (await street.visitor().opens("/receipt/proof")).status_code == 404
    elsewhere = street.visitor()
    await elsewhere.opens("/receipt")
    await elsewhere.posts("/receipt", update=elsewhere.hidden("update"), code=code)
    assert "/receipt/proof" in elsewhere.page
    assert (await elsewhere.opens("/receipt/proof")).status_code == 200


async def test_the_public_page_says_valid_or_not_valid_and_nothing_else(street: Street, town: Town) -> None:
    teacher, doubter = street.visitor(), street.visitor()
    await teacher.says(DANGER)
    said = lines_of((await teacher.opens("/receipt/proof")).content)
    proof = typed(said["site"], said["reference"], said["received"], said["words"])
    assert proof is not None
    received = re.sub(r"[T+].*", " ", said["received"]) + said["received"][11:19]
    fields = {
        "reference": said["reference"], "received": received, "words": said["words"], "code": code_of(keyring(), proof)
    }  # fmt: skip
    await doubter.posts("/proof", **fields)
    valid = doubter.text
    assert "有效" in valid and "无效" not in valid
    for name, wrong in (
        ("reference", "HT261119-AAAAA"), ("received", "2026-11-18 15:00:00"), ("words", "a" * 64), ("code", "AAAA-AAAA-AAAA-AAAA"),
        ("received", ""), ("words", "é" * 300), ("code", "é"),
    ):  # fmt: skip
        await doubter.posts("/proof", **(fields | {name: wrong}))
        assert doubter.text == valid.replace("有效", "无效"), name


async def test_what_a_doubter_needs_without_a_network_is_there(street: Street, tmp_path: Path) -> None:
    doubter = street.visitor()
    key = await doubter.opens("/proof/site-key.pem")
    assert signing.read_pem(key.text) == signing.public_key(keyring())
    program = await doubter.opens("/proof/verify.py")
    assert "attachment" in program.headers["content-disposition"] and "def main" in program.text
    for path in ("/proof/keys.json", "/proof/..%2Fpdf.py", "/proof/x"):
        assert (await doubter.opens(path)).status_code == 404


@pytest.mark.parametrize("path", ["/receipt/proof", "/proof"])
async def test_nothing_of_it_is_kept_by_a_browser(street: Street, path: str) -> None:
    teacher = street.visitor()
    await teacher.says(DANGER)
    answer = await teacher.opens(path)
    assert answer.headers["cache-control"] == "no-store" and "noindex" in answer.headers["x-robots-tag"]
