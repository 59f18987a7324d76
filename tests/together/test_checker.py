"""The checker of the kill proof finds what it is for: faults are planted one by one in a house that kept its word."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app import settings as app_settings
from app.clock import HandClock
from app.house import House
from records.access.standing import standing
from records.tables import Account, AuditLine, Case
from routing import acts
from routing.acts import call_connected
from tests.flows.town import THURSDAY, Town
from tests.support.house import environment, move_in
from tests.together.checker import Kept, complaints, kept
from tests.together.filing import CODE, REFERENCE, Filed
from tests.together.notes import Notes

STORY = "邻居家男的又在打孩子，孩子一直哭着喊救命，就在罗岭县青禾镇和平里{number}号"


@pytest.fixture
async def story(settled_county: Path, tmp_path: Path) -> AsyncIterator[tuple[Town, Notes]]:
    """Two reports, one acknowledged; rungs fired; a call answered; and the notes of those who did it."""
    async with House.at(
        app_settings.read(environment(move_in(settled_county, tmp_path / "data"))), HandClock(THURSDAY)
    ) as house:
        town, notes = Town(house), Notes()
        for number in range(2):
            told = await town.hears(STORY.format(number=number), f"r{number}")
            told += await town.hears("提交", f"r{number}")
            (reference,), code = set(REFERENCE.findall(told)), CODE.search(told)
            assert code
            notes.filed.append(Filed(STORY.format(number=number), reference, code.group(1)))
        await town.later(minutes=12)
        await town.act(acts.acknowledge, await town.person("police"), notes.filed[0].reference)
        notes.acknowledged.append(notes.filed[0].reference)
        operator = await town.person("duty_desk")
        (task, *_) = [each for each in await town.duty_tasks() if each.case_id]
        await town.act(
            lambda session, person, now: call_connected(session, person, task.id, "王某", "", False, now), operator
        )
        case = await town.case(id=task.case_id)
        notes.calls.append((task.id, case.reference))
        await town.later(minutes=40)
        yield town, notes


Plant = Callable[[Kept], object]


def only(rows: list[Any], keep: Callable[[Any], bool]) -> None:
    rows[:] = [row for row in rows if keep(row)]


def said_of(rows: Iterable[Any], **values: Any) -> None:
    """As if these rows said so. They are read, never written back."""
    for row in rows:
        row.__dict__.update(values)


async def test_each_planted_fault_is_found_and_a_sound_house_has_none(story: tuple[Town, Notes]) -> None:
    town, notes = story
    assert await complaints(await kept(town), town, notes) == []
    first, case = notes.filed[0], await town.case(reference=notes.filed[0].reference)
    stranger = next(iter(await strangers(town, case)))
    owed = next(letter.id for letter in await town.letters(case) if letter.kind.count(":") == 2)
    booked = notes.calls[0][0]
    fired = next(line for line in (await kept(town)).lines if line.action == "clock.fire")

    def mine(rows: Iterable[Any]) -> list[Any]:
        return [row for row in rows if row.case_id == case.id]

    faults: list[tuple[str, Plant]] = [
        ("lost: report", lambda it: only(it.receipts, lambda row: row.reference != first.reference)),
        ("opens nothing", lambda it: said_of(mine(it.receipts), code_hash="another")),
        ("are there 0 times", lambda it: only(it.said, lambda row: row.case_id != case.id)),
        ("are there 2 times", lambda it: it.said.extend(mine(it.said))),
        ("nobody leads", lambda it: said_of(mine(it.parts), part="copy")),
        ("acknowledgement of", lambda it: said_of(mine(it.parts), acknowledged_at=None)),
        ("runs on for", lambda it: said_of(mine(it.clocks), status="running")),
        ("no clock runs", lambda it: said_of(mine(it.clocks), status="done")),
        ("is due and nobody", lambda it: said_of([row for row in it.clocks if row.status == "running"], due_at=THURSDAY)),
        ("lost: 1 letters", lambda it: only(it.letters, lambda row: row.id != owed)),
        ("nobody carries it", lambda it: said_of([row for row in it.letters if row.id == owed], status="waiting")),
        ("nobody was asked for", lambda it: said_of([row for row in it.letters if row.status == "calling"], call_id="x")),
        ("answered call", lambda it: said_of([it.calls[booked]], answer=None)),
        ("spoke of another case", lambda it: said_of([it.calls[booked]], case_id="x")),
        ("have a gap", lambda it: only(it.lines, lambda row: row.number != 2)),
        ("steps doubled", lambda it: it.lines.append(fired)),
        ("steps lost", lambda it: only(it.lines, lambda row: row is not it.lines[_fired_at(it, fired)])),
        ("fired after it had stopped", lambda it: it.lines.append(_fired_again(it))),
        ("may not see it", lambda it: said_of([row for row in it.letters if row.id == owed], recipient=f"account:{stranger}", status="sent")),
    ]  # fmt: skip
    for what, plant in faults:
        house = await kept(town)
        plant(house)
        said = "\n".join(await complaints(house, town, notes))
        assert what in said, f"not found: {what}; said:\n{said}"

    others = [
        ("asked for 2 times", replace(notes, calls=notes.calls * 2)),
        ("nobody answered it", replace(notes, calls=[])),
        ("doubled: 2 cases of 1 reports", replace(notes, filed=notes.filed[:1])),
        ("ticket RW1", replace(notes, tickets={"RW1": "HT000000-XXXXX"})),
    ]
    for what, told in others:
        assert what in "\n".join(await complaints(await kept(town), town, told))


def _fired_at(house: Kept, fired: AuditLine) -> int:
    return next(at for at, row in enumerate(house.lines) if (row.writer, row.number) == (fired.writer, fired.number))


def _fired_again(house: Kept) -> AuditLine:
    """A rung of a clock that a person's act had stopped."""
    state = next(
        state
        for line in house.lines
        for state in line.detail.get("clocks", ())
        if state[3] not in ("running", "paused")
    )
    clock, kind, version, _, step, due, _ = state
    detail = {"clocks": [[clock, kind, version + 1, "running", step, due, due]]}
    at = house.lines[0].at
    return AuditLine(writer="w", number=1, at=at, actor="system", action="clock.fire", subject="x", detail=detail)


async def strangers(town: Town, case: Case) -> list[str]:
    """Accounts for whom the case is not there."""
    people = await town.rows(Account)
    async with town.house.store.read() as session:
        return [each.id for each in people if await standing(session, each, case.reference) is None]
