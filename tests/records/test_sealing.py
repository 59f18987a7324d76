"""The chain over the audit lines: whatever somebody does to the rows by hand is named."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import select

from records import sealing, signing
from records.batch import Batch
from records.schema import sync_engine
from records.secrets import keyring, new_keyring
from records.store import Store, open_store
from records.tables import AuditLine, AuditWriter, Seal

NOW = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)
Spoil = Callable[[str], Awaitable[None]]


async def acts(store: Store, *names: str, at: datetime = NOW) -> None:
    for name in names:
        batch = Batch()
        batch.audit(at, "u1", name, "case1", "read", level="story", n=1.5)
        await store.write(batch)


async def seal(store: Store, at: datetime = NOW, **how: bool) -> int:
    return await sealing.seal_once(store, keyring(), at, **how)


async def verdict(store: Store, checkpoint: str = "") -> sealing.Verdict:
    public = [signing.public_key(keyring())]
    return await sealing.verify(store, public, sealing.read_checkpoint(checkpoint, public) if checkpoint else None)


def kinds(found: sealing.Verdict) -> list[str]:
    return sorted(fault.kind for fault in found.faults)


def by_hand(url: str, *statements: str) -> None:
    """What somebody with the database and no key could do."""
    engine = sync_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


async def test_what_was_written_is_sealed_once_and_holds(store: Store) -> None:
    await acts(store, "a", "b", "c")
    assert (await verdict(store)).unsealed == 3
    assert await seal(store) == 3
    assert await seal(store) == 0
    await acts(store, "d", at=NOW + timedelta(minutes=1))
    found = await verdict(store)
    assert (found.sealed, found.unsealed, found.since) == (3, 1, NOW + timedelta(minutes=1)) and not found.faults
    assert await seal(store) == 1
    found = await verdict(store)
    assert not found.faults and (found.seals, found.sealed, found.unsealed) == (2, 4, 0)


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        ("UPDATE audit SET actor = 'u2' WHERE action = 'b'", ["changed"]),
        ("UPDATE audit SET purpose = '' WHERE action = 'b'", ["changed"]),
        ("UPDATE audit SET at = (SELECT MIN(at) FROM audit WHERE action = 'd') WHERE action = 'b'", ["changed"]),
        ("DELETE FROM audit WHERE action = 'b'", ["missing"]),
        ("DELETE FROM audit WHERE action IN ('a', 'c')", ["missing", "missing"]),
        (
            "UPDATE audit SET action = CASE action WHEN 'a' THEN 'b' ELSE 'a' END WHERE action IN ('a', 'b')",
            ["moved", "moved"],
        ),
        ("UPDATE audit SET writer = 'somebody' WHERE action = 'b'", ["missing", "unknown"]),
        ("DELETE FROM seals WHERE position = 1", ["seal", "seal", "unnumbered", "unnumbered", "unnumbered"]),
        ("UPDATE seals SET at = (SELECT MIN(at) FROM seals), lines = 9 WHERE position = 2", ["seal"]),
        ("UPDATE seals SET previous = hash WHERE position = 2", ["seal", "seal"]),
        ("DELETE FROM seals WHERE position = 2", ["seal"]),
    ],
)
async def test_every_change_by_hand_is_named(store: Store, database: str, spoil: str, kind: list[str]) -> None:
    await acts(store, "a", "b", "c")
    await seal(store)
    await acts(store, "d", at=NOW + timedelta(minutes=1))
    await seal(store, NOW + timedelta(minutes=2))
    await asyncio.to_thread(by_hand, database, spoil)
    found = await verdict(store)
    assert kinds(found) == kind, [str(fault.says) for fault in found.faults]
    if kind == ["changed"] or kind == ["missing"]:
        assert "第 2 行" in str(found.faults[0].says)


async def test_a_line_removed_before_it_was_sealed_leaves_a_gap(store: Store, database: str) -> None:
    await acts(store, "a", "b", "c")
    await asyncio.to_thread(by_hand, database, "DELETE FROM audit WHERE action = 'b'")
    assert kinds(await verdict(store)) == ["unnumbered"]
    await seal(store)
    assert kinds(await verdict(store)) == ["unnumbered"]


async def test_a_chain_written_anew_by_somebody_without_the_key_does_not_hold(store: Store, database: str) -> None:
    await acts(store, "a", "b")
    await seal(store)
    await asyncio.to_thread(
        by_hand, database, "UPDATE audit SET actor = 'u2' WHERE action = 'b'", "DELETE FROM seals",
        "UPDATE audit_writers SET sealed = 0",
    )  # fmt: skip
    await sealing.seal_once(store, new_keyring(), NOW)
    assert kinds(await verdict(store)) == ["seal"]


async def test_a_checkpoint_kept_elsewhere_shows_a_cut_end_and_another_past(store: Store, database: str) -> None:
    await acts(store, "a")
    await seal(store)
    await acts(store, "b")
    await seal(store)
    async with store.read() as session:
        last = (await session.exec(select(Seal).where(Seal.position == 2))).one()
    kept = sealing.checkpoint(keyring(), "458821", last)
    assert not (await verdict(store, kept)).faults
    await asyncio.to_thread(
        by_hand, database, "DELETE FROM audit WHERE action = 'b'", "DELETE FROM seals WHERE position = 2",
        "UPDATE audit_writers SET sealed = 1",
    )  # fmt: skip
    assert not (await verdict(store)).faults  # nothing in the database tells
    assert kinds(await verdict(store, kept)) == ["checkpoint"]
    await acts(store, "another")
    await seal(store)
    assert kinds(await verdict(store, kept)) == ["checkpoint", "unnumbered"]
    with pytest.raises(signing.NotSigned):
        sealing.read_checkpoint(kept.replace("lines 2", "lines 3"), [signing.public_key(keyring())])


async def test_many_writers_and_two_sealers_make_one_chain(store: Store, database: str) -> None:
    others = [open_store(database) for _ in range(3)]
    for each in (store, *others):
        await acts(each, "a", "b")
    done = await asyncio.gather(*(sealing.seal_once(each, keyring(), NOW) for each in (store, *others)))
    while await seal(store):
        pass
    for each in others:
        await each.close()
    found = await verdict(store)
    assert not found.faults and found.sealed == 8 and sum(done) == 8


async def test_a_writer_that_is_silent_for_a_day_is_looked_at_once_an_hour(store: Store) -> None:
    await acts(store, "a")
    await seal(store)
    await seal(store, NOW + timedelta(hours=25))
    async with store.read() as session:
        assert [writer.parked for writer in (await session.exec(select(AuditWriter))).all()] == [True]
    await acts(store, "b")  # its clock was wrong: it was never silent
    assert await seal(store, NOW + timedelta(hours=25)) == 0
    assert await seal(store, NOW + timedelta(hours=25), parked_too=True) == 1
    assert not (await verdict(store)).faults


async def test_a_writer_goes_on_under_a_new_name_after_long_silence(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from records import writers

    await acts(store, "a")
    monkeypatch.setattr(writers, "NEW_NAME_SECONDS", -1)
    await acts(store, "b", "c")
    async with store.read() as session:
        lines = (await session.exec(select(AuditLine.writer, AuditLine.number))).all()
    assert len({writer for writer, _ in lines}) == 3 and {number for _, number in lines} == {1}
