"""One telephone call carries all letters to an office about a case: whom it goes to, and what it says, follows from them.

It goes to whoever of them stands highest on the ladder; one call says what is owed, however many clocks ran out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.ladder import LEVELS
from records.batch import Batch
from records.columns import new_id
from records.tables import Account, Desk, DutyTask, Letter

RUNGS = ("desk", *LEVELS)


def rung_of(letter: str) -> str:
    """The rung that a letter of this kind went to: the last part of `climb:accept:L2` and `climb:gist:ID:L2`; the desk
    itself for all that is no clock's."""
    last = letter.rpartition(":")[2]
    return last if letter.count(":") > 1 and last in RUNGS else "desk"


@dataclass
class Switchboard:
    """The open calls that some letters may join, with what they carry: read once, and kept true as letters join."""

    desks: Mapping[str, Desk]
    people: Mapping[str, Account]
    calls: dict[tuple[str, str], DutyTask] = field(default_factory=dict)  # by case, and office or person of none
    carried: dict[str, list[Letter]] = field(default_factory=dict)  # by call, what nobody has answered yet

    @classmethod
    async def about(cls, session: AsyncSession, letters: Sequence[Letter]) -> "Switchboard":
        cases = {letter.case_id for letter in letters}
        tasks = (
            await session.exec(
                select(DutyTask)
                .where(DutyTask.kind == "call", DutyTask.status == "open", col(DutyTask.case_id).in_(cases))
                .order_by(col(DutyTask.id).desc())
            )
        ).all()
        ids = [task.id for task in tasks]
        riding = (
            await session.exec(select(Letter).where(col(Letter.call_id).in_(ids), Letter.status == "calling"))
        ).all()
        both = [*letters, *riding]
        wanted = {letter.recipient.partition(":")[2] for letter in both if letter.recipient.startswith("account:")}
        people = (await session.exec(select(Account).where(col(Account.id).in_(wanted)))).all()
        offices = {letter.desk_id for letter in both}
        desks = (await session.exec(select(Desk).where(col(Desk.id).in_(offices)))).all()
        board = cls({desk.id: desk for desk in desks}, {person.id: person for person in people})
        board.calls = {(task.case_id or "", task.desk_id or task.recipient or ""): task for task in tasks}
        for letter in riding:
            board.carried.setdefault(letter.call_id or "", []).append(letter)
        return board

    def hand(self, batch: Batch, letters: Iterable[tuple[Letter, int]], now: datetime) -> None:
        """Give letters (each at a version) to the telephone: they join the open call to their office, or make it."""
        touched: dict[str, tuple[DutyTask, bool]] = {}
        handed: dict[str, tuple[Letter, int, DutyTask]] = {}
        for letter, version in letters:
            key = (letter.case_id, self._office(letter))
            task, new = self.calls.get(key), False
            if task is None:
                task, new = self._call(letter, now), True
                self.calls[key] = task
            riding = self.carried.setdefault(task.id, [])
            older = {each.id: each for each in riding if _said_by(letter, each)}
            self.carried[task.id] = [*(each for each in riding if each.id not in older), letter]
            for id, each in older.items():
                if id not in handed:
                    batch.change(each, status="void")
            handed[letter.id] = (letter, version, task)
            touched.setdefault(task.id, (task, new))
        riding_on = {each.id for task, _ in touched.values() for each in self.carried[task.id]}
        for letter, version, task in handed.values():
            status = "calling" if letter.id in riding_on else "void"
            batch.change(
                letter, at_version=version, status=status, call_id=task.id, leased_until=None,
                attempts=letter.attempts + 1,
            )  # fmt: skip
        for task, new in touched.values():
            shows = self.face(self.carried[task.id])
            if (
                shows["recipient"] != task.recipient
            ):  # somebody higher: not tried yet, so due since they were to be told
                mine = (each.due_at for each in self.carried[task.id] if each.recipient == shows["recipient"])
                shows["due_at"] = min(now, max(mine))
            if new:
                for name, value in shows.items():
                    setattr(task, name, value)
                batch.add(task)
            else:
                batch.change(task, **shows)

    def face(self, letters: Sequence[Letter]) -> dict[str, Any]:
        """What the call of these letters (at least one) shows: columns of its task."""
        first = max(letters, key=lambda each: (RUNGS.index(rung_of(each.kind)), each.created_at, each.id))
        person, desk = self._person(first), self.desks[first.desk_id]
        late = dict.fromkeys(
            (each.kind.split(":")[1], str(each.params.get("late") or desk.name))
            for each in sorted(letters, key=lambda each: (each.created_at, each.id))
            if each.kind.count(":") > 1
        )
        return {
            "recipient": first.recipient,
            "person": person.name if person else desk.name,
            "phone": (person.phone if person else None) or desk.phone,
            "priority": min(each.priority for each in letters),
            "params": {**first.params, "letter": first.kind, "desk": desk.name, "owed": [list(each) for each in late]},
        }

    def _call(self, letter: Letter, now: datetime) -> DutyTask:
        office, desk = self._office(letter), self.desks[letter.desk_id]
        return DutyTask(
            id=new_id(now),
            kind="call",
            key=letter.id,
            case_id=letter.case_id,
            desk_id=desk.id if office == desk.id else None,
            place_code=desk.place_code,
            due_at=now,
            created_at=now,
        )

    def _office(self, letter: Letter) -> str:
        """A supervisor is told of a desk and does not sit there: that call is theirs alone."""
        person = self._person(letter)
        outside = person is not None and person.desk_id is None and rung_of(letter.kind) == "desk"
        return letter.recipient if outside else letter.desk_id

    def _person(self, letter: Letter) -> Account | None:
        kind, _, key = letter.recipient.partition(":")
        return self.people.get(key) if kind == "account" else None


def _said_by(newer: Letter, older: Letter) -> bool:
    """Whether the newer letter says what the older one did: the same clock, at the same rung or a higher one."""
    higher = RUNGS.index(rung_of(newer.kind)) >= RUNGS.index(rung_of(older.kind))
    return bool(newer.about) and newer.about == older.about and higher


async def renewed(
    session: AsyncSession, calls: Sequence[DutyTask], moot: Iterable[Letter]
) -> dict[str, dict[str, Any]]:
    """For each call what changes in it when these letters are no longer true: it says the rest, or falls away."""
    gone = {letter.id for letter in moot}
    found = await session.exec(
        select(Letter).where(col(Letter.call_id).in_([call.id for call in calls]), Letter.status == "calling")
    )
    left = [letter for letter in found.all() if letter.id not in gone]
    board = await Switchboard.about(session, left)
    theirs = {call.id: [letter for letter in left if letter.call_id == call.id] for call in calls}
    return {call: board.face(letters) if letters else {"status": "void"} for call, letters in theirs.items()}
