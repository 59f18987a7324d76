"""What lies in the database tells nothing, and what was changed there does not open."""

import base64
import json
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import SQLModel

import records.tables  # noqa: F401  # fills the metadata
from records.batch import Batch
from records.columns import bare_code, new_receipt_code
from records.keyfile import load_keyring, save_keyring
from records.passwords import CHEAP, hash_password, is_outdated, new_password, verify_password
from records.schema import sync_engine
from records.secrets import KeyProblem, Keyring, Sealed, new_keyring
from records.store import Store
from records.tables import Statement

RING = new_keyring()
OTHER = new_keyring()
NOW = datetime(2026, 11, 22, 3, 12, tzinfo=UTC)
STORY = "河边路一住户，继父经常殴打8岁男孩小明，电话15400000301"


@given(st.binary(max_size=300), st.text(max_size=20))
def test_what_is_sealed_opens_again_and_never_looks_the_same_twice(plain: bytes, context: str) -> None:
    sealed = RING.seal(plain, context)
    assert RING.open(sealed, context) == plain
    assert RING.seal(plain, context) != sealed


@given(st.binary(min_size=1, max_size=60), st.data())
def test_a_single_changed_byte_does_not_open(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(RING.seal(plain, "cases.facts"))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(KeyProblem):
        RING.open(bytes(sealed), "cases.facts")


@given(st.binary(max_size=40))
def test_bytes_that_we_never_sealed_are_a_sentence_not_a_crash(junk: bytes) -> None:
    with pytest.raises(KeyProblem, match="hutong doctor"):
        RING.open(junk, "cases.facts")


def test_a_value_moved_to_another_column_or_site_does_not_open() -> None:
    sealed = RING.seal(STORY.encode(), "statements.text")
    with pytest.raises(KeyProblem, match="打不开"):
        RING.open(sealed, "results.tellable")
    with pytest.raises(KeyProblem, match="密钥文件里没有它"):
        OTHER.open(sealed, "statements.text")


def test_a_new_key_reads_what_the_old_one_sealed() -> None:
    sealed = RING.seal(b"before", "cases.facts")
    key_id = "0a0b0c0d"
    both = Keyring(key_id, {**RING.keys, key_id: os.urandom(32)}, RING.index, RING.backup)
    assert both.open(sealed, "cases.facts") == b"before"
    assert both.open(both.seal(b"after", "cases.facts"), "cases.facts") == b"after"


def test_a_blind_index_is_found_again_by_the_same_site_and_kind_only() -> None:
    marks = {
        RING.blind("phone", "15400000301"),
        RING.blind("phone", "15400000302"),
        RING.blind("id_card", "15400000301"),
        OTHER.blind("phone", "15400000301"),
    }
    assert len(marks) == 4
    assert RING.blind("phone", "15400000301") in marks


def test_the_key_file_is_its_owners_alone_and_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    save_keyring(RING, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_keyring(path) == RING
    with pytest.raises(FileExistsError):
        save_keyring(OTHER, path)
    assert load_keyring(path) == RING


@pytest.mark.parametrize("content", [None, "", "{}", "[]", "not json", '{"current": 1, "keys": [], "index": "a"}'])
def test_a_key_file_that_is_missing_or_broken_is_a_sentence_with_the_next_step(
    tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "keys.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(KeyProblem, match="备份"):
        load_keyring(path)


def test_printing_the_keyring_is_no_way_to_its_keys(tmp_path: Path) -> None:
    said = f"{RING!r} {RING}"
    for key in (*RING.keys.values(), RING.index):
        assert repr(key) not in said and base64.b64encode(key).decode() not in said
    assert RING.backup not in said


async def test_a_statement_lies_sealed_in_the_database_and_reads_back_whole(store: Store, database: str) -> None:
    odd = STORY + "\ud800"  # a lone surrogate is odd, not a reason to lose a report
    batch = Batch()
    batch.add(Statement(id="one", kind="said", text=odd, at=NOW))
    await store.write(batch)
    engine = sync_engine(database)
    with engine.connect() as connection:
        (raw,) = connection.execute(text("SELECT text FROM statements")).one()
    engine.dispose()
    assert "小明".encode() not in bytes(raw) and b"1540000" not in bytes(raw)
    async with store.read() as session:
        found = await session.get(Statement, "one")
    assert found is not None and found.text == odd


def test_every_column_that_can_hold_a_childs_story_is_sealed() -> None:
    """The columns in the clear, listed: a new one has to be thought about here."""
    sealed = {
        f"{table.name}.{column.name}"
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Sealed)
    }
    assert {
        "conversations.address", "conversations.state", "statements.text", "attachments.name", "pieces.content",
        "receipts.view", "cases.facts", "cases.assessment", "cases.reporter", "events.note", "results.inner",
        "results.tellable", "results.seen", "tellings.text", "tellings.tried", "duty_tasks.phone", "duty_tasks.note",
        "tasks.payload", "desks.phone", "accounts.phone",
    } <= sealed  # fmt: skip
    contexts = [
        column.type.context
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Sealed)
    ]
    assert sorted(contexts) == sorted(sealed)


@given(st.text(min_size=1, max_size=30))
def test_a_password_is_known_again_and_another_is_not(password: str) -> None:
    hashed = hash_password(password, CHEAP)
    assert hashed.startswith("$argon2id$")
    assert verify_password(password, hashed, CHEAP)
    assert not verify_password(password + "x", hashed, CHEAP)


def test_a_login_that_does_not_exist_is_refused_after_the_same_work() -> None:
    assert not verify_password("anything", None, CHEAP)
    assert not verify_password("anything", "not a hash", CHEAP)


def test_full_width_letters_of_a_chinese_keyboard_count_as_plain_ones() -> None:
    assert verify_password("ｌｕｏｌｉｎｇ２０２６", hash_password("luoling2026", CHEAP), CHEAP)


def test_a_hash_made_at_another_cost_is_outdated() -> None:
    assert is_outdated(hash_password("x", CHEAP)) and not is_outdated(hash_password("x", CHEAP), CHEAP)


def test_first_passwords_and_receipt_codes_can_be_read_aloud() -> None:
    assert not set(new_password()) & set("0O1IL2Z5S8B")
    code = new_receipt_code()
    assert bare_code(f" {code.replace(' ', '－')} ") == code.replace(" ", "") and len(bare_code(code)) == 16


def test_the_keyring_format_is_plain_json(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    save_keyring(RING, path)
    assert json.loads(path.read_text())["format"] == 1
