"""Keys changed while the service runs: nothing is unreadable for a moment, and the old key goes out of use."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from records import resealing, secrets
from records.batch import Batch
from records.keyfile import load_keyring, new_master, read_master, replace_keyring, save_keyring, watching
from records.schema import sync_engine
from records.secrets import AES, SM4, KeyProblem, Keyring, install, keyring, new_keyring
from records.store import Store
from records.tables import Statement, Task

NOW = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)


async def says(store: Store, *texts: str) -> None:
    for each in texts:
        batch = Batch()
        batch.add(Statement(id=each, case_id="c", kind="said", text=f"{each}：老师打人", at=NOW))
        batch.add(Task(id=each, kind="k", key=each, due_at=NOW, created_at=NOW, payload={"text": each}))
        await store.write(batch)


async def read(store: Store) -> list[str]:
    async with store.read() as session:
        return sorted((await session.exec(select(Statement.text))).all())


@pytest.mark.parametrize("cipher", [AES, SM4])
async def test_everything_is_sealed_again_and_the_old_key_is_free(store: Store, database: str, cipher: str) -> None:
    old = keyring()
    await says(store, "a", "b")
    new = old.with_new_key(cipher)
    install(new)
    await says(store, "c")
    assert await read(store) == ["a：老师打人", "b：老师打人", "c：老师打人"]
    assert await asyncio.to_thread(resealing.in_use, database) == {old.current: 4, new.current: 2}
    assert await asyncio.to_thread(resealing.reseal, database, new) == 4
    assert await asyncio.to_thread(resealing.in_use, database) == {new.current: 6}
    assert await asyncio.to_thread(resealing.reseal, database, new) == 0
    install(new.without_key(old.current))
    assert await read(store) == ["a：老师打人", "b：老师打人", "c：老师打人"]
    assert new.cipher_of(new.current) == cipher


async def test_a_value_written_meanwhile_is_not_overwritten(
    store: Store, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await says(store, "a")
    ring = keyring().with_new_key()
    opened = Keyring.open

    def slow(self: Keyring, sealed: bytes, context: str) -> bytes:
        """Somebody writes between reading and putting back."""
        if context == "tasks.payload":
            engine = sync_engine(database)
            if engine.dialect.name == "postgresql":
                with engine.begin() as connection:
                    connection.execute(text("UPDATE tasks SET payload = :new"), {"new": newer})
            engine.dispose()
        return opened(self, sealed, context)

    newer = ring.seal(json.dumps({"text": "newer"}).encode(), "tasks.payload")
    monkeypatch.setattr(Keyring, "open", slow)
    install(ring)
    await asyncio.to_thread(resealing.reseal, database, ring)
    monkeypatch.undo()
    async with store.read() as session:
        (payload,) = (await session.exec(select(Task.payload))).all()
    assert payload["text"] == ("newer" if database.startswith("postgresql") else "a")


async def test_a_running_process_meets_a_new_key_and_reads_on(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "keys.json"
    save_keyring(keyring(), path)
    install(keyring(), watching(path, lambda: None))
    new = keyring().with_new_key()
    replace_keyring(new, path)
    batch = Batch()
    batch.add(Statement(id="x", case_id="c", kind="said", text="", at=NOW))
    await store.write(batch)
    sealed = new.seal("别的进程写的".encode(), "statements.text")
    assert secrets._knowing(sealed).open(sealed, "statements.text").decode() == "别的进程写的"  # at once
    assert keyring().current == new.current
    newer = new.with_new_key()
    replace_keyring(newer, path)
    monkeypatch.setattr(secrets, "LOOK_SECONDS", 0)
    assert keyring().current == newer.current  # and by itself soon after
    path.write_text("half a fi")
    assert keyring().current == newer.current  # a file that can't be read changes nothing
    install(new_keyring())


def test_a_wrapped_key_file_needs_its_master_and_tells_nothing_without(tmp_path: Path) -> None:
    ring, path = new_keyring(), tmp_path / "keys.json"
    master = new_master(tmp_path / "master.key")
    save_keyring(ring, path, master)
    assert load_keyring(path, read_master(tmp_path / "master.key")) == ring
    assert ring.backup not in path.read_text() and ring.current not in path.read_text()
    with pytest.raises(KeyProblem, match="HUTONG_MASTER"):
        load_keyring(path)
    with pytest.raises(KeyProblem, match="打不开密钥文件"):
        load_keyring(path, new_master(tmp_path / "another.key"))
    with pytest.raises(FileExistsError):
        new_master(tmp_path / "master.key")
    for broken in ("", "!!", "c2hvcnQ="):
        (tmp_path / "broken.key").write_text(broken)
        with pytest.raises(KeyProblem, match="读不懂"):
            read_master(tmp_path / "broken.key")


def test_a_changed_sm4_value_does_not_open() -> None:
    ring = new_keyring().with_new_key(SM4)
    sealed = ring.seal("孩子".encode(), "cases.facts")
    assert ring.open(sealed, "cases.facts").decode() == "孩子"
    for spoilt in (sealed[:-1] + bytes([sealed[-1] ^ 1]), sealed[:20], sealed + b"x"):
        with pytest.raises(KeyProblem):
            ring.open(spoilt, "cases.facts")
    with pytest.raises(KeyProblem):
        ring.open(sealed, "cases.reporter")
