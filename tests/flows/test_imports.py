"""A file of tickets becomes cases row by row: every row ends as a case or as a line for a person, and nothing comes twice."""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.tables import Unreadable
from intake.tickets import filing
from intake.tickets.importing import IMPORT, Importer, begin_import, forget_previews, set_running
from records.access.imports import Progress, import_of, imports_of, progress
from records.batch import Batch, Lost
from records.tables import Case, ImportRow, Ticket, TicketBody, TicketImport
from tests.flows.town import Town

CONTENT = (Path(__file__).parents[1] / "data" / "tickets_12345.csv").read_bytes()
WHO = Importer("account:somebody", "458821")


async def begins(town: Town, content: bytes = CONTENT, platform: str = IMPORT, who: Importer = WHO) -> TicketImport:
    house = town.house
    return await house.store.carry_out(
        lambda session: begin_import(session, who, "工单.csv", content, platform, house.profiles, town.now)
    )


async def runs(town: Town, found: TicketImport, rows: int | None = None) -> Progress:
    """As the worker does: for `rows`, or until none is left."""
    house = town.house
    await house.store.carry_out(lambda session: set_running(session, found.id, WHO.sender, True, town.now))
    while rows is None or rows:
        if await house.counter.import_row(found.id) is None:
            break
        rows = rows - 1 if rows else None
    return await now(town, found)


async def now(town: Town, found: TicketImport) -> Progress:
    async with town.house.store.read() as session:
        return await progress(session, found.id)


async def test_sixty_rows_are_cases_or_lines_for_a_person(town: Town) -> None:
    found = await begins(town)
    assert (found.status, found.total) == ("preview", 60)
    assert not await town.rows(Case), "looking files nothing"
    after = await runs(town, found)
    assert after.status == "done" and after.counts == {"new": 58, "same": 1, "updated": 1} and after.percent == 100
    assert len(await town.rows(Case)) == len(await town.rows(Ticket)) == 58
    lines = {line.number: line for line in after.look_at}
    rows = {row.number: row for row in await town.rows(ImportRow)}
    assert all(row.reference for row in rows.values()) and all(row.cells == {} for row in rows.values())
    codes = {number: {code for _, code in line.flaws} for number, line in lines.items()}
    for number, code in {
        7: "content_missing", 12: "time_unreadable", 18: "same_number_other_matter", 23: "code_mangled", 26: "phone_mangled",
        29: "time_guessed", 31: "region_missing", 37: "time_guessed", 38: "type_unknown", 41: "content_missing", 45: "row_short",
        51: "html", 53: "row_long", 55: "order_missing", 57: "phone_several", 59: "time_unreadable",
    }.items():  # fmt: skip
        assert code in codes[number], number
    assert rows[20].status == "same" and rows[20].reference == rows[19].reference
    assert rows[18].status == "updated" and rows[18].reference == rows[4].reference
    critical = await town.case(reference=rows[15].reference)
    assert critical.urgency == "critical"
    bodies = "".join(bytes(body.content).decode() for body in await town.rows(TicketBody))
    for sign in ("628822.0", "1.54E+10", "🙏" if "🙏" in bodies else "待派发"):
        assert sign in bodies


async def test_an_interruption_loses_nothing_and_doubles_nothing(town: Town) -> None:
    found = await begins(town)
    stopped = await runs(town, found, rows=17)
    assert stopped.done == 17 and stopped.status == "running"
    again = await begins(town)
    assert again.id == found.id, "the same file is the same import"
    after = await runs(town, again)
    assert after.counts == {"new": 58, "same": 1, "updated": 1} and len(await town.rows(Case)) == 58
    over = await begins(town)
    assert over.status == "done"
    assert (await runs(town, over)).counts == after.counts and len(await town.rows(Case)) == 58


async def test_a_row_whose_write_is_lost_is_filed_the_next_time_and_only_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await begins(town)
    store, writes = town.house.store, town.house.store.write
    lost = 0

    async def fails(batch: Batch) -> None:
        nonlocal lost
        if any(isinstance(row, Case) for row in batch.rows) and lost < 3:
            lost += 1
            raise Lost("cases")
        await writes(batch)

    monkeypatch.setattr(store, "write", fails)
    after = await runs(town, found, rows=2)
    assert lost == 3 and after.done == 2 and len(await town.rows(Case)) == 2


async def test_a_row_that_cannot_be_filed_is_set_aside_and_the_others_go_on(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await begins(town)
    opens = filing.open_case

    async def breaks(session: AsyncSession, draft: Any, *rest: Any, **more: Any) -> Any:
        if "幼儿" in draft.explanation["text"]:
            raise RuntimeError("a fault of ours")
        return await opens(session, draft, *rest, **more)

    monkeypatch.setattr(filing, "open_case", breaks)
    after = await runs(town, found)
    failed = [line for line in after.look_at if line.status == "failed"]
    assert after.status == "done" and failed and after.counts["failed"] == len(failed)
    rows = {row.number: row for row in await town.rows(ImportRow)}
    assert all(rows[line.number].cells["cells"]["内容"] for line in failed), "kept as it came"
    assert len(await town.rows(Case)) == 58 - len(failed)


async def test_the_same_rows_pushed_and_imported_are_one_order(town: Town) -> None:
    found = await begins(town, "工单编号,内容,区划代码\nRW-1,有人打孩子,458821\n".encode(), "A")
    await runs(town, found)
    from tests.flows.hotline import sends

    answer = await sends(town, {"order_no": "RW-1", "content": "有人打孩子", "region_code": "458821"}, "A")
    assert answer["outcome"] == "same" and len(await town.rows(Case)) == 1


async def test_who_may_see_an_import_and_what_was_only_looked_at_is_forgotten(town: Town) -> None:
    operator, supervisor = await town.staff("operator"), await town.staff("supervisor")
    mine = await begins(town, who=Importer(f"account:{operator.id}", "458821"))
    await begins(town, "工单编号,内容\nRW-1,有人打孩子\n".encode())
    async with town.house.store.read() as session:
        assert [each.id for each in await imports_of(session, operator)] == [mine.id]
        assert len(await imports_of(session, supervisor)) == 2
        assert await import_of(session, await town.person("police"), mine.id) is None
    await town.later(days=8)
    await town.house.store.carry_out(lambda session: forget_previews(session, town.now))
    assert not await town.rows(ImportRow) and not await town.rows(TicketImport)
    with pytest.raises(Unreadable):
        await begins(town, b"nothing")
