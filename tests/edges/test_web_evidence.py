"""The procurator's packet: everything of a case, signed, with the reporter sealed and no desk the wiser."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from records import signing
from records.secrets import keyring
from records.tables import AuditLine, Event, Statement
from routing.evidence import from_envelope, unsealed
from routing.papers import verify
from routing.papers.proof import Said, sum_of
from tests.edges.test_web_console import DANGER
from tests.edges.visitor import Street, Visitor
from tests.flows.town import Town
from web.console import ACT, READ, UPDATE
from web.evidence_sheet import PURPOSES
from words.beijing import local

NAMED = f"老师李红梅，电话15400001234。{DANGER}"


async def asks(visitor: Visitor, reference: str, reason: str = "罗检未调〔2026〕3号") -> Any:
    await visitor.opens("/console/evidence")
    return await visitor.http.post(
        "/console/evidence", data={"csrf": visitor.csrf, "reference": reference, "reason": reason}
    )


def opened(content: bytes) -> dict[str, bytes]:
    verify.check_packet(io.BytesIO(content), signing.public_key(keyring()))
    with zipfile.ZipFile(io.BytesIO(content)) as packet:
        return {name: packet.read(name) for name in packet.namelist()}


async def handled(street: Street, town: Town) -> str:
    """A case with a name in it, that police looked at, took, and worked on."""
    teacher = street.visitor()
    await teacher.says(NAMED)
    await teacher.opens("/receipt/proof")
    reference = (await town.case()).reference
    await town.later(minutes=7)
    police = await street.staff("gongan")
    await police.acts(reference, "acknowledge")
    await police.acts(reference, "police_dispatched", number="JQ-1")
    at = f"{local(town.now):%Y-%m-%dT%H:%M}"
    await police.acts(reference, "progress", who="何永福", at=at, what="联系了李红梅，到卫生院见到孩子𠮷")
    return reference


async def test_a_packet_says_who_knew_what_and_when_and_verifies_anywhere(
    street: Street, town: Town, tmp_path: Path
) -> None:
    reference = await handled(street, town)
    supervisor = await street.staff("duban")
    before = len(await town.rows(Event))
    answer = await asks(supervisor, reference)
    assert answer.headers["content-disposition"] == f'attachment; filename="{reference}.zip"'
    assert answer.headers["cache-control"] == "no-store"
    files = opened(answer.content)
    assert set(files) == {
        "packet.pdf", "packet.json", "reporter.sealed", "readme.txt", "verify.py", "site-key.pem", "manifest.txt"
    }  # fmt: skip
    known = json.loads(files["packet.json"])
    assert known["reason"] == "罗检未调〔2026〕3号" and known["case"]["reference"] == reference
    (word,) = [each for each in known["words"] if each["kind"] == "said"]
    assert word["text"] == NAMED.replace("李红梅", "＊＊＊").replace("15400001234", "＊" * 11)
    police = next(each for each in known["knew"]["desks"] if "公安" in each["desk"])
    assert (
        police["acknowledged_at"]
        and police["looked_at"]
        and police["first_at"] == min(filter(None, (police["told_at"], police["looked_at"], police["acknowledged_at"])))
    )
    assert any(each["to"] for each in known["letters"]) and any(each["status"] == "stopped" for each in known["clocks"])
    looks = [(each["who"], each["action"]) for each in known["looked"]]
    assert ("何永福", "case.look") in looks and ("reporter", "receipt.proof") in looks
    assert {"at", "writer", "number", "actor", "action", "subject", "purpose", "detail"} == set(known["audit"][0])
    for name, content in files.items():
        assert "李红梅".encode() not in content and b"15400001234" not in content, name
    assert len(await town.rows(Event)) == before  # no desk's page changes

    path, key = tmp_path / "packet.zip", tmp_path / "site-key.pem"
    path.write_bytes(answer.content)
    key.write_text(signing.public_pem(keyring()))
    assert verify.main([str(path), str(key)]) == 0
    there = await town.rows(AuditLine, subject=(await town.case()).id)
    assert len(known["audit"]) == len(there) - 1  # all but the line that this very packet was asked for


def test_what_the_console_writes_of_itself_reads_as_words_on_paper() -> None:
    assert set(PURPOSES) == {READ, UPDATE, ACT}


async def test_the_envelope_holds_the_reporter_and_what_proves_her_receipt(street: Street, town: Town) -> None:
    reference = await handled(street, town)
    files = opened((await asks(await street.staff("duban"), reference)).content)
    inside = unsealed(keyring(), from_envelope(files["reporter.sealed"].decode()))
    assert "李红梅" in inside["covered"] and "15400001234" in inside["covered"]
    statements = sorted(await town.rows(Statement), key=lambda each: (each.at, each.id))
    assert [each["text"] for each in inside["words"]] == [each.text for each in statements]
    receipt = next(each for each in json.loads(files["packet.json"])["audit"] if each["action"] == "receipt.proof")
    assert receipt["detail"]["words"] == sum_of(inside["salt"], [Said(each.at, each.text) for each in statements])


async def test_a_procurator_who_was_never_told_may_ask_and_nobody_sees_it(street: Street, town: Town) -> None:
    reference = await handled(street, town)
    admin = await street.staff("guanli")
    desk = await town.desk("procuratorate")
    answer = await admin.posts(
        "/console/accounts", csrf=admin.csrf, login="jcg", name="检察官", role="officer", desk=desk.id
    )
    procurator = street.visitor()
    await procurator.signs_in("jcg", answer.text.split('<code class="big">')[1].split("</code>")[0])
    police = await street.staff("gongan")
    await police.opens(f"/console/case/{reference}")
    before = police.text
    assert opened((await asks(procurator, reference)).content)
    await police.opens(f"/console/case/{reference}")
    assert police.text == before and "检察官" not in police.text
    lines = await town.rows(AuditLine, action="case.evidence")
    assert [line.purpose for line in lines] == ["罗检未调〔2026〕3号"]


async def test_a_desk_an_admin_and_a_stranger_have_no_such_page(street: Street, town: Town) -> None:
    reference = await handled(street, town)
    for login in ("gongan", "minzheng", "guanli"):
        visitor = await street.staff(login)
        assert (await visitor.opens("/console/evidence")).status_code == 404
        await visitor.opens("/console/me")
        refused = await visitor.http.post(
            "/console/evidence", data={"csrf": visitor.csrf, "reference": reference, "reason": "x"}
        )
        assert refused.status_code == 404, login
    assert not await town.rows(AuditLine, action="case.evidence")


@pytest.mark.parametrize("reason", ["", "  ", "x" * 81, "李红梅说的事", "电话 15400001234", "4588212026001"])
async def test_a_reason_is_needed_and_names_nobody(street: Street, town: Town, reason: str) -> None:
    reference = await handled(street, town)
    answer = await asks(await street.staff("duban"), reference, reason)
    assert answer.status_code == 409 and not await town.rows(AuditLine, action="case.evidence")


async def test_what_is_not_there_is_said_so_and_written_down(street: Street, town: Town) -> None:
    answer = await asks(await street.staff("duban"), "HT261119-AAAAA")
    assert answer.status_code == 409 and "没有找到" in answer.text
    assert [line.subject for line in await town.rows(AuditLine, action="case.look_refused")] == ["HT261119-AAAAA"]


async def test_the_same_case_later_says_more(street: Street, town: Town) -> None:
    reference = await handled(street, town)
    supervisor = await street.staff("duban")
    first = json.loads(opened((await asks(supervisor, reference)).content)["packet.json"])
    await town.later(**{"seconds": timedelta(hours=1).total_seconds()})
    again = json.loads(opened((await asks(supervisor, reference)).content)["packet.json"])
    assert [each["action"] for each in again["looked"]].count("case.evidence") == 1
    assert len(again["timeline"]) > len(first["timeline"])
