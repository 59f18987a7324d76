"""One act is one write: all of it or nothing, and whoever was first wins. On both databases."""

import asyncio
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from records.batch import Batch, Lost
from records.columns import new_id
from records.secrets import install, new_keyring
from records.store import Store, open_store
from records.tables import AuditLine, Desk, Place, Setting
from records.writers import open_sqlite

NOW = datetime(2026, 11, 22, 3, 12, tzinfo=UTC)


def a_setting(key: str, **value: object) -> Setting:
    return Setting(key=key, value=dict(value), updated_at=NOW)


async def settings_of(store: Store) -> dict[str, dict[str, object]]:
    async with store.read() as session:
        return {row.key: row.value for row in (await session.exec(select(Setting))).all()}


async def read(store: Store, key: str) -> Setting:
    async with store.read() as session:
        row = await session.get(Setting, key)
    assert row is not None
    return row


async def test_parents_and_children_of_one_batch_may_come_in_any_order(store: Store) -> None:
    batch = Batch()
    batch.add(Desk(id="police", place_code="458821", department="police", name="罗岭县公安局"))
    batch.add(Place(code="458821", name="罗岭县"))
    await store.write(batch)
    async with store.read() as session:
        assert (await session.exec(select(Desk.name))).all() == ["罗岭县公安局"]


async def test_a_batch_whose_last_row_is_there_already_writes_none_of_it(store: Store) -> None:
    first = Batch()
    first.add(a_setting("b"))
    await store.write(first)
    second = Batch()
    second.add(a_setting("a"), a_setting("b", second=True))
    with pytest.raises(Lost) as lost:
        await store.write(second)
    assert lost.value.table == "settings"
    assert await settings_of(store) == {"b": {}}


async def test_a_row_asked_for_twice_is_one(store: Store) -> None:
    for times in (1, 2):
        batch = Batch()
        batch.add_if_new(a_setting("once", times=times))
        await store.write(batch)
    assert await settings_of(store) == {"once": {"times": 1}}


async def test_of_two_who_saw_the_same_version_one_wins_and_the_other_is_told(store: Store) -> None:
    start = Batch()
    start.add(a_setting("claim"))
    await store.write(start)
    seen = await read(store, "claim")

    async def take(who: str) -> str:
        batch = Batch()
        batch.change(seen, value={"by": who})
        batch.add(a_setting(f"letter of {who}"))
        try:
            await store.write(batch)
            return who
        except Lost as lost:
            assert lost.table == "settings"
            return "lost"

    outcomes = await asyncio.gather(*(take(f"person {n}") for n in range(8)))
    winners = [outcome for outcome in outcomes if outcome != "lost"]
    assert len(winners) == 1
    found = await settings_of(store)
    assert found["claim"] == {"by": winners[0]}
    assert set(found) == {"claim", f"letter of {winners[0]}"}
    assert (await read(store, "claim")).version == 1


async def test_the_loser_decides_again_on_what_is_true_now(store: Store) -> None:
    start = Batch()
    start.add(a_setting("count", n=0))
    await store.write(start)

    async def add_one(session: object) -> tuple[Batch, int]:
        row = await session.get(Setting, "count")  # type: ignore[attr-defined]
        batch = Batch()
        batch.change(row, value={"n": row.value["n"] + 1})
        return batch, row.value["n"] + 1

    answers = await asyncio.gather(*(store.carry_out(add_one) for _ in range(6)))
    assert sorted(answers) == [1, 2, 3, 4, 5, 6]
    assert (await read(store, "count")).value == {"n": 6}


async def test_a_removal_and_a_change_of_all_need_no_match(store: Store) -> None:
    start = Batch()
    start.add(a_setting("a"), a_setting("b"))
    await store.write(start)
    batch = Batch()
    batch.remove(Setting, key="a")
    batch.remove(Setting, key="nobody")
    batch.change_all(Setting, {"key": "b"}, value={"new": True})
    batch.change_all(Setting, {"key": "nobody"}, value={})
    await store.write(batch)
    assert await settings_of(store) == {"b": {"new": True}}


async def test_included_batches_become_true_together(store: Store) -> None:
    inner, outer = Batch(), Batch()
    inner.add(a_setting("inner"))
    inner.audit(NOW, "system", "case.open", "case-1")
    outer.add(a_setting("outer"))
    outer.include(inner)
    await store.write(outer)
    assert set(await settings_of(store)) == {"inner", "outer"}


async def test_audit_numbers_have_no_gap_even_when_acts_are_lost(store: Store) -> None:
    taken = Batch()
    taken.add(a_setting("taken"))
    await store.write(taken)

    async def act(n: int) -> None:
        batch = Batch()
        batch.add(a_setting("taken" if n % 3 == 0 else f"key {n}"))
        batch.audit(NOW, "system", "act", f"subject {n}")
        batch.audit(NOW, "system", "act again", f"subject {n}")
        await asyncio.gather(store.write(batch), return_exceptions=True)

    await asyncio.gather(*(act(n) for n in range(30)))
    async with store.read() as session:
        lines = (await session.exec(select(AuditLine).order_by(col(AuditLine.writer), col(AuditLine.number)))).all()
    assert len(lines) == 40
    by_writer: dict[str, list[int]] = {}
    for line in lines:
        by_writer.setdefault(line.writer, []).append(line.number)
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in by_writer.values())


async def test_a_read_session_can_change_nothing(store: Store) -> None:
    start = Batch()
    start.add(a_setting("a"))
    await store.write(start)
    async with store.read() as session:
        row = await session.get(Setting, "a")
        assert row is not None
        row.value = {"changed": True}
    assert await settings_of(store) == {"a": {}}


async def test_times_come_back_as_aware_utc_from_either_database(store: Store) -> None:
    beijing = datetime.fromisoformat("2026-11-22T03:12:00.123456+08:00")
    batch = Batch()
    batch.add(Setting(key="a", value={}, updated_at=beijing))
    await store.write(batch)
    found = (await read(store, "a")).updated_at
    assert found == beijing and found.utcoffset() == timedelta()


async def test_a_time_without_a_zone_is_refused_and_nothing_written(store: Store) -> None:
    batch = Batch()
    batch.add(a_setting("good"), Setting(key="bad", value={}, updated_at=datetime(2026, 11, 22, 3, 12)))  # noqa: DTZ001  # the point
    with pytest.raises(ValueError, match="without a zone"):
        await store.write(batch)
    assert await settings_of(store) == {}


async def test_a_child_without_its_parent_fails_loudly_and_leaves_nothing(store: Store) -> None:
    batch = Batch()
    batch.add(a_setting("a"), Desk(id="police", place_code="999999", department="police", name="没有这个地方"))
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await store.write(batch)
    assert await settings_of(store) == {}
    after = Batch()
    after.add(a_setting("b"))
    await store.write(after)
    assert set(await settings_of(store)) == {"b"}


async def test_what_finds_no_room_on_the_disk_is_said_and_leaves_nothing(
    sqlite_with_schema: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_little_room(path: Path) -> sqlite3.Connection:
        connection = open_sqlite(path)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + 8}")
        return connection

    monkeypatch.setattr("records.writers.open_sqlite", with_little_room)
    shutil.copy(sqlite_with_schema, tmp_path / "hutong.db")
    install(new_keyring())
    store = open_store(f"sqlite:///{tmp_path / 'hutong.db'}")
    too_much = Batch()
    too_much.add(a_setting("small"), a_setting("large", text="长" * 1_000_000))
    with pytest.raises(sqlite3.OperationalError, match="full"):
        await store.write(too_much)
    assert await settings_of(store) == {}
    after = Batch()
    after.add(a_setting("small"))
    await store.write(after)
    assert set(await settings_of(store)) == {"small"}
    await store.close()


async def test_printing_a_row_shows_its_key_only(store: Store) -> None:
    desk = Desk(id=new_id(NOW), place_code="458821", department="police", name="罗岭县公安局", phone="15400000001")
    assert "1540000" not in f"{desk!r} {desk}" and desk.id in repr(desk)
