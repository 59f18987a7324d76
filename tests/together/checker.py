"""Holds a house against what those outside wrote down. Each complaint is a sentence; a house that kept its word has none."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from records import recount
from records.access.standing import standing
from records.columns import bare_code
from records.secrets import keyring
from records.statement import exported
from records.tables import (
    Account,
    Assignment,
    AuditLine,
    Case,
    ClockRow,
    DutyTask,
    Event,
    Letter,
    Receipt,
    Statement,
    Ticket,
)
from tests.flows.town import Town
from tests.together.notes import Notes
from words.beijing import local

ON_THE_WAY = ("waiting", "sending")
NEVER_SENT = ("held", "void")


@dataclass
class Kept:
    """What a house holds, read at one moment."""

    cases: dict[str, Case]
    receipts: list[Receipt]
    tickets: list[Ticket]
    said: list[Statement]
    parts: list[Assignment]
    clocks: list[ClockRow]
    letters: list[Letter]
    calls: dict[str, DutyTask]
    events: list[Event]
    lines: list[AuditLine]


async def kept(town: Town) -> Kept:
    return Kept(
        cases={case.id: case for case in await town.rows(Case)},
        receipts=await town.rows(Receipt),
        tickets=await town.rows(Ticket),
        said=await town.rows(Statement),
        parts=await town.rows(Assignment),
        clocks=await town.rows(ClockRow),
        letters=await town.rows(Letter),
        calls={task.id: task for task in await town.rows(DutyTask, kind="call")},
        events=await town.rows(Event),
        lines=await town.rows(AuditLine),
    )


async def complaints(house: Kept, town: Town, notes: Notes) -> list[str]:
    """Everything that is not as it was answered, promised, or written down outside. `town` tells who may see what."""
    found = [
        *_reports(house, notes),
        *_tickets(house, notes),
        *_acts(house, notes),
        *_book(house, notes),
        *_clocks(house, town),
        *_steps(house),
        *_letters(house),
        *_numbers(house),
    ]
    return found + [each async for each in _eyes(house, town)]


def _reports(house: Kept, notes: Notes) -> Iterator[str]:
    by_reference = {row.reference: row for row in house.receipts}
    told = Counter((row.case_id, row.text) for row in house.said)
    for filed in notes.filed:
        receipt = by_reference.get(filed.reference)
        case = house.cases.get(receipt.case_id) if receipt else None
        if receipt is None or case is None:
            yield f"lost: report {filed.reference}"
            continue
        if receipt.code_hash != keyring().blind("receipt", bare_code(filed.code)):
            yield f"the code of {filed.reference} opens nothing"
        if told[(case.id, filed.text)] != 1:
            yield f"the words of {filed.reference} are there {told[(case.id, filed.text)]} times"
        if not any(part.case_id == case.id and part.part == "lead" for part in house.parts):
            yield f"nobody leads {filed.reference}"
    came = sum(case.source == "web" for case in house.cases.values())
    if came != len(notes.filed):
        yield f"doubled: {came} cases of {len(notes.filed)} reports"


def _tickets(house: Kept, notes: Notes) -> Iterator[str]:
    there = Counter(house.cases[row.case_id].reference for row in house.tickets)
    for order, reference in notes.tickets.items():
        if there[reference] != 1:
            yield f"ticket {order}: {reference} is there {there[reference]} times"
    if len(house.tickets) != len(notes.tickets):
        yield f"{len(house.tickets)} tickets where {len(notes.tickets)} were answered"


def _acts(house: Kept, notes: Notes) -> Iterator[str]:
    ids = {case.reference: case.id for case in house.cases.values()}
    for reference in notes.acknowledged:
        parts = [part for part in house.parts if part.case_id == ids.get(reference) and part.acknowledged_at]
        if not parts:
            yield f"the acknowledgement of {reference} is lost"
        for part in parts:
            for clock in house.clocks:
                its = (clock.case_id, clock.desk_id, clock.kind) == (part.case_id, part.desk_id, "acknowledge")
                if its and clock.status in ("running", "paused"):
                    yield f"a clock runs on for {reference}, which was acknowledged"
    # A clock that stopped must have said nothing afterwards: versions only rise.
    stopped: dict[str, int] = {}
    for line in house.lines:
        for clock, _, version, status, *_ in line.detail.get("clocks", ()):
            if status not in ("running", "paused"):
                stopped[clock] = min(version, stopped.get(clock, version))
    for line in house.lines:
        for clock, _, version, *_ in line.detail.get("clocks", ()):
            if line.action == "clock.fire" and clock in stopped and version > stopped[clock]:
                yield f"clock {clock} fired after it had stopped"


def _book(house: Kept, notes: Notes) -> Iterator[str]:
    for task, times in Counter(task for task, _ in notes.calls).items():
        if times > 1:
            yield f"call {task} was asked for {times} times"
    booked = dict(notes.calls)
    for task, reference in booked.items():
        row = house.calls.get(task)
        if row is None or row.answer != "connected":
            yield f"the answered call {task} is lost"
        elif row.case_id not in house.cases or house.cases[row.case_id].reference != reference:
            yield f"call {task} spoke of another case"
    for row in house.calls.values():
        if row.answer == "connected" and row.id not in booked and row.id not in notes.doubtful:
            yield f"call {row.id} is said to be answered, and nobody answered it"


def _clocks(house: Kept, town: Town) -> Iterator[str]:
    for clock in house.clocks:
        if clock.status == "running" and clock.due_at <= town.now:
            yield f"clock {clock.id} is due and nobody moved it"
    running = {clock.case_id for clock in house.clocks if clock.status in ("running", "paused")}
    for case in house.cases.values():
        if case.status == "open" and case.id not in running:
            yield f"no clock runs for {case.reference}"


def _steps(house: Kept) -> Iterator[str]:
    """Every due step once: counted as an outsider counts, from the audit lines alone."""
    lines = [exported(line) for line in house.lines]
    if not lines:
        return
    days = [local(line.at).date() for line in house.lines]
    until = max(line.at for line in house.lines) + timedelta(days=400)
    day: date = min(days)
    while day <= max(days):
        counts = recount.recount(lines, day, until if day < max(days) else None)
        for what in ("missed", "doubled", "lost"):
            if counts[what]:
                yield f"{day}: {counts[what]} steps {what}"
        day += timedelta(days=1)


def _letters(house: Kept) -> Iterator[str]:
    for letter in house.letters:
        if letter.status in (*ON_THE_WAY, "failed"):
            yield f"letter {letter.id} is {letter.status} and nobody carries it"
        if letter.status == "calling" and letter.call_id not in house.calls:
            yield f"letter {letter.id} waits for a call that nobody was asked for"
    written = Counter((letter.case_id, letter.kind, letter.recipient) for letter in house.letters)
    owed: Counter[tuple[str, str, str]] = Counter()
    for event in house.events:
        if event.kind == "rung":
            kind = f"{event.data['name']}:{event.data['clock']}:{event.data['to']}"
            owed.update((event.case_id, kind, recipient) for recipient in event.data["told"])
    for key, count in owed.items():
        if written[key] < count:
            yield f"lost: {count - written[key]} letters {key[1]} of {house.cases[key[0]].reference}"


def _numbers(house: Kept) -> Iterator[str]:
    numbers: dict[str, list[int]] = {}
    for line in house.lines:
        numbers.setdefault(line.writer, []).append(line.number)
    for writer, of_writer in numbers.items():
        if sorted(of_writer) != list(range(1, len(of_writer) + 1)):
            yield f"the audit lines of writer {writer} have a gap"


async def _eyes(house: Kept, town: Town) -> AsyncIterator[str]:
    """No letter to somebody for whom the case is not there."""
    people = {account.id: account for account in await town.rows(Account)}
    of_desk: dict[str, list[Account]] = {}
    for account in people.values():
        of_desk.setdefault(account.desk_id or "", []).append(account)
    asked: dict[tuple[str, str], bool] = {}
    async with town.house.store.read() as session:
        for letter in house.letters:
            kind, _, id = letter.recipient.partition(":")
            if letter.status in NEVER_SENT or kind not in ("account", "desk"):
                continue
            readers = [people[id]] if kind == "account" else of_desk.get(id, [])
            case = house.cases[letter.case_id]
            key = (letter.recipient, case.reference)
            if readers and key not in asked:
                stands = [await standing(session, reader, case.reference) for reader in readers]
                asked[key] = any(each is not None for each in stands)
                if not asked[key]:
                    yield f"a letter about {case.reference} went to {letter.recipient}, who may not see it"
