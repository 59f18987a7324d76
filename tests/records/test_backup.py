"""A backup holds everything, is made while people work, and comes back whole or not at all, on either database."""

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel, select

from records import schema
from records.archive import BackupProblem
from records.backup import backup, restore
from records.batch import Batch
from records.secrets import keyring, new_keyring
from records.store import Store, open_store
from records.tables import Attachment, Case, Desk, Event, Piece, Place, Setting, Statement

NOW = datetime(2026, 11, 22, 3, 12, 0, 123456, tzinfo=UTC)
STORY = "他叫小明，8岁，住河边路，电话15400000301"
PHOTO = bytes(range(256)) * 4096  # 1 MB, as the pieces are


def one_of_everything() -> Batch:
    batch = Batch()
    batch.add(
        Place(code="458821", name="罗岭县"),
        Desk(id="police", place_code="458821", department="police", name="罗岭县公安局", phone="15400000110"),
        Case(
            id="case", reference="HT261122-7K3MQ", source="web", finished=True, urgency="critical",
            category="physical_abuse", categories=["physical_abuse"], pack="national", place_code="458821",
            facts={"where_now": {"value": "学校", "words": STORY}}, assessment={}, reporter={"phone": "15400000301"},
            opened_at=NOW,
        ),
        Event(id="event", case_id="case", at=NOW, kind="opened", actor="reporter", data={"late": 0}, note=STORY),
        Statement(id="said", case_id="case", kind="said", text=STORY + "\ud800", at=NOW),
        Attachment(
            id="photo", statement_id="said", kind="photo", name="伤.jpg", media_type="image/jpeg", size=3 << 20,
            sha256="0" * 64, at=NOW,
        ),
        *(Piece(attachment_id="photo", number=number, content=PHOTO) for number in range(3)),
    )  # fmt: skip
    batch.audit(NOW, "reporter", "case.open", "case", source="web")
    return batch


async def everything(store: Store) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    async with store.read() as session:
        for mapper in SQLModel._sa_registry.mappers:
            rows = (await session.exec(select(mapper.class_))).all()
            plain = [{name: getattr(row, name) for name in mapper.columns.keys()} for row in rows]  # noqa: SIM118  # not a dict
            found[mapper.local_table.name] = sorted(plain, key=str)
    return found


@pytest.fixture
async def filled(store: Store) -> Store:
    await store.write(one_of_everything())
    return store


async def test_all_comes_back_from_a_backup_as_it_was(filled: Store, database: str, tmp_path: Path) -> None:
    before = await everything(filled)
    made = await asyncio.to_thread(backup, database, keyring(), tmp_path / "b.age", NOW)
    assert made.rows["pieces"] == 3 and made.revision == schema.head()
    assert made.size == (tmp_path / "b.age").stat().st_size
    change = Batch()
    change.remove(Piece, attachment_id="photo")
    change.add(Setting(key="later", value={}, updated_at=NOW))
    await filled.write(change)
    await filled.close()
    await asyncio.to_thread(restore, database, keyring(), tmp_path / "b.age", replace=True)
    again = open_store(database)
    assert await everything(again) == before
    await again.close()


@pytest.mark.parametrize("to", ["sqlite", "postgresql"])
async def test_a_backup_of_one_kind_of_database_is_restored_into_the_other(
    to: str, filled: Store, database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    before = await everything(filled)
    await asyncio.to_thread(backup, database, keyring(), tmp_path / "b.age", NOW)
    target = f"sqlite:///{tmp_path / 'new' / 'hutong.db'}"
    if to == "postgresql":
        target = request.getfixturevalue("postgres_url")
    await asyncio.to_thread(restore, target, keyring(), tmp_path / "b.age")
    other = open_store(target)
    assert await everything(other) == before
    await other.close()
    schema.check(target)


async def test_a_backup_is_one_moment_though_people_go_on_writing(filled: Store, database: str, tmp_path: Path) -> None:
    """Statement and event are written together by every act; a backup never holds one without the other."""
    stop = asyncio.Event()

    async def go_on_reporting() -> int:
        number = 0
        while not stop.is_set():
            number += 1
            batch = Batch()
            batch.add(Statement(id=f"s{number:06}", case_id="case", kind="added", text=STORY, at=NOW))
            batch.add(Event(id=f"e{number:06}", case_id="case", at=NOW, kind="added", actor="reporter"))
            await filled.write(batch)
        return number

    writing = asyncio.create_task(go_on_reporting())
    made = [await asyncio.to_thread(backup, database, keyring(), tmp_path / f"{n}.age", NOW) for n in range(3)]
    stop.set()
    assert await writing > 0
    assert all(one.rows["statements"] == one.rows["events"] for one in made)


async def test_nothing_of_a_child_can_be_read_in_the_file(filled: Store, database: str, tmp_path: Path) -> None:
    await asyncio.to_thread(backup, database, keyring(), tmp_path / "b.age", NOW)
    content = (tmp_path / "b.age").read_bytes()
    for secret in ("小明".encode(), b"15400000301", "罗岭县".encode(), b"HT261122", b"physical_abuse", PHOTO[:64]):
        assert secret not in content
    assert (tmp_path / "b.age").stat().st_mode & 0o077 == 0


def cut(content: bytes) -> bytes:
    return content[:-20]


def cut_at_a_chunk(content: bytes) -> bytes:
    return content[: len(content) - len(content) % (1 << 16)]


def altered(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def another_file(content: bytes) -> bytes:
    return b"PK\x03\x04 this is something else"


def empty(content: bytes) -> bytes:
    return b""


@pytest.mark.parametrize("spoil", [cut, cut_at_a_chunk, altered, another_file, empty])
async def test_a_spoilt_backup_is_a_sentence_and_changes_nothing(
    spoil: Callable[[bytes], bytes], filled: Store, database: str, tmp_path: Path
) -> None:
    before = await everything(filled)
    await asyncio.to_thread(backup, database, keyring(), tmp_path / "b.age", NOW)
    (tmp_path / "bad.age").write_bytes(spoil((tmp_path / "b.age").read_bytes()))
    await filled.close()
    with pytest.raises(BackupProblem, match="什么都没有改动"):
        await asyncio.to_thread(restore, database, keyring(), tmp_path / "bad.age", replace=True)
    again = open_store(database)
    assert await everything(again) == before
    await again.close()
    assert not any(name.endswith(".part") for name in os.listdir(tmp_path))


async def test_another_sites_keys_do_not_open_it(filled: Store, database: str, tmp_path: Path) -> None:
    await asyncio.to_thread(backup, database, keyring(), tmp_path / "b.age", NOW)
    with pytest.raises(BackupProblem, match="密钥"):
        await asyncio.to_thread(restore, database, new_keyring(), tmp_path / "b.age", replace=True)


async def test_a_database_with_data_is_not_overwritten_unless_told_so(
    filled: Store, database: str, tmp_path: Path
) -> None:
    await asyncio.to_thread(backup, database, keyring(), tmp_path / "b.age", NOW)
    with pytest.raises(BackupProblem, match="--replace"):
        await asyncio.to_thread(restore, database, keyring(), tmp_path / "b.age")


async def test_a_backup_never_overwrites_a_file(filled: Store, database: str, tmp_path: Path) -> None:
    (tmp_path / "b.age").write_text("precious")
    with pytest.raises(BackupProblem, match="从不覆盖"):
        await asyncio.to_thread(backup, database, keyring(), tmp_path / "b.age", NOW)
    assert (tmp_path / "b.age").read_text() == "precious"


def test_an_database_url_has_nothing_to_back_up(database_url: str, tmp_path: Path) -> None:
    with pytest.raises(BackupProblem, match="hutong init"):
        backup(database_url, new_keyring(), tmp_path / "b.age", NOW)
    assert not [path for path in tmp_path.iterdir() if "age" in path.name]


def test_a_file_that_is_not_there_is_a_sentence(database_url: str, tmp_path: Path) -> None:
    with pytest.raises(BackupProblem, match="没有"):
        restore(database_url, new_keyring(), tmp_path / "nothing.age")


async def test_a_backup_written_by_a_newer_program_is_refused(
    filled: Store, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asyncio.to_thread(backup, database, keyring(), tmp_path / "b.age", NOW)
    monkeypatch.setattr(schema, "known_revisions", lambda: frozenset({"0000"}))
    with pytest.raises(BackupProblem, match="更新的程序"):
        await asyncio.to_thread(restore, database, keyring(), tmp_path / "b.age", replace=True)


def test_the_replaced_sqlite_file_is_kept_beside(tmp_path: Path) -> None:
    url, ring = f"sqlite:///{tmp_path / 'hutong.db'}", new_keyring()
    schema.upgrade(url)
    backup(url, ring, tmp_path / "b.age", NOW)
    restore(url, ring, tmp_path / "b.age", replace=True)
    assert len(list(tmp_path.glob("hutong.db.replaced-*"))) == 1
