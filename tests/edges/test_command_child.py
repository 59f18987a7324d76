"""What is held of one child, handed out and cleared by order; and what is kept longer than the site's rule."""

import io
import json
import os
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel, select

from intake.said import Attachment as File
from records.batch import Batch
from records.schema import sync_engine
from records.secrets import Sealed
from records.tables import AuditLine, Case, Piece, Receipt, Telling
from tests.edges.conftest import site, street
from tests.edges.visitor import Street
from tests.flows.town import Town
from tests.support.terminal import hutong

__all__ = ["site", "street"]

ID = "520102201501011236"
REPORT = (
    f"我是实验小学的李红梅老师，电话13812345678。我班王小虎（身份证{ID}）被他爸打得满身是伤，住罗岭县和平里3栋502室"
)
PRIVATE = ("李红梅", "13812345678", "王小虎", ID, "和平里", "502室", "满身是伤", "民警上门")
PHOTO = b"\x89PNG\r\n\x1a\n" + b"the photo" * 9


def everything_told(town: Town) -> str:
    """Every value of the database, opened."""
    engine = sync_engine(town.house.settings.database)
    told = []
    with engine.connect() as connection:
        for table in SQLModel.metadata.sorted_tables:
            if table.name == "settings":  # the keyword rules speak of the same things
                continue
            for row in connection.execute(select(table)):
                for column, value in zip(table.columns, row, strict=True):
                    if value not in (None, "", b"", {}):
                        told.append(
                            value.decode("latin-1")
                            if isinstance(value, bytes) and isinstance(column.type, Sealed)
                            else str(value)
                        )
    engine.dispose()
    return "\n".join(told)


async def closed_case(town: Town) -> Case:
    await town.says(REPORT, files=[File("王小虎.png", "image/png", PHOTO, "photo")])
    await town.says("提交")
    case = await town.case()
    batch = Batch()
    batch.add(
        Telling(
            id="t", case_id=case.id, kind="result", round=1, text="民警上门", at=town.now, by="u", fetched_at=town.now
        )
    )
    batch.change(case, status="closed", closed_at=town.now)
    await town.house.store.write(batch)
    return await town.case()


async def test_by_order_everything_told_goes_and_the_figures_stay(
    town: Town, street: Street, at_home: None, capsys: pytest.CaptureFixture[str]
) -> None:
    case = await closed_case(town)
    await town.house.seal()
    before = everything_told(town)
    assert all(word in before for word in PRIVATE) and "the photo" in before
    assert await hutong("child", "erase", case.reference, "--order", "罗检未〔2026〕5号") == 0
    after = everything_told(town)
    assert [word for word in PRIVATE if word in after] == [] and "the photo" not in after
    cleared = await town.case()
    assert (cleared.urgency, cleared.category, cleared.opened_at) == (case.urgency, case.category, case.opened_at)
    assert not await town.rows(Piece) and (await town.rows(Receipt))[0].code_hash is None
    (line,) = await town.rows(AuditLine, action="case.erased")
    assert line.purpose == "罗检未〔2026〕5号" and line.subject == case.id
    await town.house.seal()
    assert await hutong("audit", "verify") == 0
    supervisor = await street.staff("duban")
    assert (await supervisor.opens(f"/console/case/{case.reference}")).status_code == 200
    assert "已依规清除" in supervisor.text
    assert await hutong("child", "erase", case.reference, "--order", "again") == 0
    assert len(await town.rows(AuditLine, action="case.erased")) == 1
    assert await hutong("evidence", case.reference, "--to", town.house.settings.data) == 0


async def test_an_open_case_is_never_cleared(town: Town, at_home: None, capsys: pytest.CaptureFixture[str]) -> None:
    await town.says(REPORT)
    case = await town.case()
    assert await hutong("child", "erase", case.reference, "--order", "x") == 1
    assert "还没有办结" in capsys.readouterr().err and "王小虎" in everything_told(town)
    assert await hutong("child", "erase", "HT261119-AAAAA", "--order", "x") == 1


async def test_all_of_one_child_is_found_by_a_number_that_never_stands_on_the_command_line(
    town: Town, at_home: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case = await closed_case(town)
    await town.says("隔壁两口子吵架，孩子在哭，叫小丽", who="neighbour")
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{ID}\n"))
    assert await hutong("child", "export", "--order", "罗法〔2026〕6号", "--to", tmp_path) == 0
    (path,) = [tmp_path / name for name in os.listdir(tmp_path) if name.startswith("export-")]
    assert os.stat(path).st_mode & 0o077 == 0
    assert await hutong("verify", path) == 0, capsys.readouterr().out
    with zipfile.ZipFile(path) as packet:
        names = packet.namelist()
        assert packet.read(f"{case.reference}/files/01-photo.png") == PHOTO
        known = json.loads(packet.read(f"{case.reference}/packet.json"))
    assert {name.partition("/")[0] for name in names} == {case.reference, "manifest.txt", "site-key.pem"}
    assert "王小虎" in str(known["words"]) and "李红梅" not in str(known)
    monkeypatch.setattr(sys, "stdin", io.StringIO("110101200001011234\n"))
    assert await hutong("child", "export", "--order", "x", "--to", tmp_path) == 1
    assert ID not in "".join(capsys.readouterr())


async def test_what_is_over_its_time_is_counted_and_cleared_only_when_the_site_has_a_rule(
    town: Town, at_home: None, capsys: pytest.CaptureFixture[str]
) -> None:
    case = await closed_case(town)
    engine = sync_engine(town.house.settings.database)
    with engine.begin() as connection:
        connection.execute(Case.__table__.update().values(closed_at=town.now - timedelta(days=366 * 20)))  # type: ignore[attr-defined]
        connection.execute(text("UPDATE tellings SET fetched_at = NULL"))
    assert await hutong("retention") == 0
    assert "有 0 件" in capsys.readouterr().out  # the result waits to be read: unread never means deleted
    with engine.begin() as connection:
        connection.execute(Telling.__table__.update().values(fetched_at=town.now))  # type: ignore[attr-defined]
    engine.dispose()
    assert await hutong("retention") == 0
    assert "有 1 件" in capsys.readouterr().out
    assert await hutong("retention", "--apply") == 1 and "王小虎" in everything_told(town)
    own = town.house.settings.data / "retention.toml"
    own.write_text("harm = 21\nother = 5\ninfo = 1\n")
    assert await hutong("retention", "--apply") == 0 and "王小虎" in everything_told(town)
    own.write_text("harm = 20\nother = 5\ninfo = 1\n")
    assert await hutong("retention", "--apply") == 0 and "王小虎" not in everything_told(town)
    (line,) = await town.rows(AuditLine, action="case.cleared")
    assert (line.subject, line.actor) == (case.id, "system")
    for wrong in ("harm = 0\nother = 5\ninfo = 1\n", "harm = 20\n", "harm ="):
        own.write_text(wrong)
        assert await hutong("retention") == 1


def test_every_sealed_column_of_a_case_is_cleared_whatever_tables_there_will_be() -> None:
    from records.redaction import _SPECIAL, _children

    covered = {table.name for table in SQLModel.metadata.sorted_tables if "case_id" in table.c} | _SPECIAL
    covered |= {
        child.name for table in SQLModel.metadata.sorted_tables if "case_id" in table.c for child, _ in _children(table)
    }
    sealed = {
        table.name
        for table in SQLModel.metadata.sorted_tables
        if any(isinstance(c.type, Sealed) for c in table.columns)
    }
    # Of people, desks, programs and messengers, not of a case; and what is on its way in or out and soon gone.
    ours = {"accounts", "second_factors", "desks", "api_keys", "platform_links", "chats", "updates"}
    ours |= {"ticket_imports", "import_rows"}
    assert sealed - covered == ours
