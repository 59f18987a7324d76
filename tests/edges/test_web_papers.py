"""Papers over HTTP: a form printed from a case, and its sealed scan put back."""

import io
import zipfile

import docx as word
import pytest

from records.tables import AuditLine, Event, Scan, ScanPiece
from tests.edges.test_web_console import DANGER
from tests.edges.visitor import Street, Visitor
from tests.flows.town import Town

NAMED = f"老师李红梅，电话15400001234。{DANGER}"
JPG = b"\xff\xd8\xff\xe0" + b"scan of a sealed paper" * 90_000  # more than one piece


def ofd() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("OFD.xml", "<ofd:OFD/>")
    return out.getvalue()


async def prints(visitor: Visitor, reference: str, form: str, kind: str = "pdf", **typed: str) -> object:
    await visitor.opens(f"/console/papers/{reference}/{form}")
    hidden = {"csrf": visitor.csrf, "key": visitor.hidden("key"), "as": kind}
    return await visitor.http.post(f"/console/papers/{reference}/{form}", data={**hidden, **typed})


async def puts(visitor: Visitor, reference: str, content: bytes, **typed: str) -> object:
    await visitor.opens(f"/console/case/{reference}")
    hidden = {"csrf": visitor.csrf, "key": visitor.hidden("key")}
    return await visitor.http.post(
        f"/console/scans/{reference}", data={**hidden, **typed}, files={"file": ("../../张小雨.jpg", content)}
    )


async def reported(street: Street, town: Town) -> str:
    await street.visitor().says(NAMED)
    return (await town.case()).reference


async def test_a_paper_is_made_for_who_may_have_it_and_names_no_reporter(street: Street, town: Town) -> None:
    reference = await reported(street, town)
    police, supervisor = await street.staff("gongan"), await street.staff("duban")
    await police.opens(f"/console/case/{reference}")
    assert "转办单" in police.text and "督办单" not in police.text
    typed = {"to": "县民政局", "reason": "需要临时监护", "with_situation": "1"}
    made = await prints(police, reference, "transfer", "docx", **typed)
    assert made.headers["content-disposition"] == f'attachment; filename="{reference}-transfer.docx"'  # type: ignore[attr-defined]
    assert made.headers["cache-control"] == "no-store"  # type: ignore[attr-defined]
    document = word.Document(io.BytesIO(made.content))  # type: ignore[attr-defined]
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    text += "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert (
        reference in text
        and "县民政局" in text
        and "未成年人保护法第一百零三条" in text
        and "演示" in str([paragraph.text for paragraph in document.sections[0].header.paragraphs])
    )
    assert "李红梅" not in text and "15400001234" not in text and "我班上" not in text
    await police.opens(f"/console/case/{reference}")
    assert "生成文书：转办单" in police.text
    assert (
        await prints(
            supervisor,
            reference,
            "supervise",
            issuer="县督办室",
            to="县公安局",
            demand="见到孩子",
            by="2026-11-20T09:00",
        )
    ).content[:5] == b"%PDF-"  # type: ignore[attr-defined]
    actions = [
        (line.action, line.detail.get("form")) for line in await town.rows(AuditLine) if line.action == "case.print"
    ]
    assert sorted(actions) == [("case.print", "supervise"), ("case.print", "transfer")]


async def test_what_lacks_comes_back_with_what_was_typed(street: Street, town: Town) -> None:
    reference, police = await reported(street, town), await street.staff("gongan")
    answer = await prints(police, reference, "transfer", to="", reason="写了一半的理由")
    assert answer.status_code == 409 and "请填写“转给哪个单位”" in answer.text and "写了一半的理由" in answer.text  # type: ignore[attr-defined]
    assert not await town.rows(Event, kind="printed")


async def test_pressing_twice_gives_the_file_twice_and_one_line(street: Street, town: Town) -> None:
    reference, police = await reported(street, town), await street.staff("gongan")
    await police.opens(f"/console/papers/{reference}/custody")
    form = {"csrf": police.csrf, "key": police.hidden("key")}
    for kind, mark in (("pdf", b"%PDF-"), ("docx", b"PK")):
        made = await police.http.post(f"/console/papers/{reference}/custody", data={**form, "as": kind})
        assert made.content.startswith(mark)
    assert len(await town.rows(Event, kind="printed")) == 1


async def test_a_paper_that_is_not_ones_own_is_not_there(street: Street, town: Town) -> None:
    reference = await reported(street, town)
    helper = await street.staff("minzheng")
    assert (await helper.opens(f"/console/papers/{reference}/transfer")).status_code == 404
    assert (await helper.opens(f"/console/papers/{reference}/extension")).status_code == 200
    police = await street.staff("gongan")
    for path in (f"{reference}/supervise", f"{reference}/nothing", "HT261119-AAAAA/transfer"):
        assert (await police.opens(f"/console/papers/{path}")).status_code == 404


async def test_a_sealed_scan_is_put_to_the_case_and_fetched_again(street: Street, town: Town) -> None:
    reference, police = await reported(street, town), await street.staff("gongan")
    await puts(police, reference, JPG, form="transfer", number="罗公转〔2026〕1号")
    await police.opens(f"/console/case/{reference}")
    assert "罗公转〔2026〕1号" in police.text and "附上盖章的扫描件" in police.text
    (scan,) = await town.rows(Scan)
    assert scan.media_type == "image/jpeg" and len(await town.rows(ScanPiece)) == 2
    got = await police.opens(f"/console/scans/{reference}/{scan.id}")
    assert (
        got.content == JPG and got.headers["content-disposition"] == f'attachment; filename="scan-{scan.id[-4:]}.jpg"'
    )
    assert "sandbox" in got.headers["content-security-policy"]
    helper = await street.staff("minzheng")
    await helper.opens(f"/console/case/{reference}")
    assert "罗公转" not in helper.text
    assert (await helper.opens(f"/console/scans/{reference}/{scan.id}")).status_code == 404
    await puts(helper, reference, ofd())
    await helper.opens(f"/console/case/{reference}")
    assert "扫描件（1 KB）" in helper.text
    looks = [line.action for line in await town.rows(AuditLine) if "scan" in line.action]
    assert sorted(looks) == ["case.look_at_scan", "case.scan", "case.scan"]


@pytest.mark.parametrize("content", [b"", b"<html>", b"PK\x03\x04 no zip", b"MZ", b"\x89PNG\r\n\x1a\n"])
async def test_what_is_no_scan_is_refused(street: Street, town: Town, content: bytes) -> None:
    reference, police = await reported(street, town), await street.staff("gongan")
    answer = await puts(police, reference, content)
    assert answer.status_code == 409 and "扫描件只收" in answer.text and not await town.rows(Scan)  # type: ignore[attr-defined]


async def test_the_same_scan_twice_is_one_and_there_are_ten_at_most(street: Street, town: Town) -> None:
    reference, police = await reported(street, town), await street.staff("gongan")
    for number in range(10):
        assert (await puts(police, reference, b"%PDF-1.7 " + str(number).encode())).status_code == 200  # type: ignore[attr-defined]
    assert "已经在了" in (await puts(police, reference, b"%PDF-1.7 3")).text  # type: ignore[attr-defined]
    assert "不能再多" in (await puts(police, reference, b"%PDF-1.7 11")).text  # type: ignore[attr-defined]
    assert len(await town.rows(Scan)) == 10
