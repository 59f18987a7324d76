"""The statement of a day, 「0 missed, 0 doubled」: counted by the program that outsiders use, over the day's own lines.

Only the lines that were sealed since about that day are read, and the clocks that still stand; counting all lines from the first
(`hutong audit export`, then `recount.py`) gives the same.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records import recount, signing
from records.secrets import Keyring
from records.store import Store
from records.tables import AuditLine, ClockRow, Seal
from words.beijing import BEIJING

# A line is sealed within seconds of its writing; a machine that was off seals it when it is back.
AROUND = timedelta(days=2)

Record = dict[str, Any]


def exported(row: AuditLine) -> Record:
    """A line as it is exported, and as it is counted."""
    return {
        "writer": row.writer, "number": row.number, "at": row.at.isoformat(), "actor": row.actor, "action": row.action,
        "subject": row.subject, "purpose": row.purpose, "detail": row.detail,
    }  # fmt: skip


def exported_seal(seal: Seal) -> Record:
    sums = [seal.sums[at : at + 32].hex() for at in range(0, len(seal.sums), 32)]
    return {
        "position": seal.position, "at": seal.at.isoformat(), "ranges": seal.ranges, "sums": sums, "hash": seal.hash,
        "signature": seal.signature, "key": seal.key,
    }  # fmt: skip


async def counted(store: Store, day: date, now: datetime) -> Record:
    """The counts of `recount.recount` for a day in Beijing, as far as it is over."""
    begins = datetime(day.year, day.month, day.day, tzinfo=BEIJING).astimezone(UTC)
    async with store.read() as session:
        lines = [exported(row) async for row in _sealed_around(session, begins)]
        seen = {state[0] for line in lines for state in line["detail"].get("clocks", ())}
        standing = (
            await session.exec(
                select(ClockRow.id, ClockRow.kind, ClockRow.version, ClockRow.status, ClockRow.step, ClockRow.due_at)
                .where(col(ClockRow.status).in_(("running", "paused")), col(ClockRow.due_at) < begins + timedelta(days=1))
            )
        ).all()  # fmt: skip
    # A clock that stands since before is as it was written then.
    still = [_stands(row, begins) for row in standing if row[0] not in seen]
    return recount.recount([*still, *lines], day, now)


def _stands(row: Any, begins: datetime) -> Record:
    id, kind, version, status, step, due = row
    state = [id, kind, version, status, step, due.isoformat(), None]
    return {"at": (begins - timedelta(days=1)).isoformat(), "action": "clock", "detail": {"clocks": [state]}}


async def _sealed_around(session: AsyncSession, begins: datetime) -> AsyncIterator[AuditLine]:
    seals = (await session.exec(select(Seal.ranges).where(Seal.at >= begins - AROUND))).all()
    for writer, first, last in _joined(seals):
        rows = await session.exec(
            select(AuditLine)
            .where(AuditLine.writer == writer, col(AuditLine.number) >= first, col(AuditLine.number) <= last)
        )  # fmt: skip
        for row in rows:
            yield row


def _joined(seals: Any) -> Iterator[tuple[str, int, int]]:
    """The ranges of these seals, joined where one writer's go on."""
    found: dict[str, list[list[int]]] = {}
    for ranges in seals:
        for writer, first, last in ranges:
            runs = found.setdefault(writer, [])
            if runs and runs[-1][1] == first - 1:
                runs[-1][1] = last
            else:
                runs.append([first, last])
    for writer, runs in found.items():
        for first, last in runs:
            yield writer, first, last


async def statement(store: Store, ring: Keyring, site: str, day: date, now: datetime) -> tuple[str, Record]:
    """The signed text of a day, and its counts. The chain's end at this time stands in it."""
    found = await counted(store, day, now)
    async with store.read() as session:
        last = (await session.exec(select(Seal).order_by(col(Seal.position).desc()).limit(1))).first()
    lines = [
        "hutong statement 1", f"site {site}", f"day {day.isoformat()}", f"made {now.isoformat()}", *(f"{name} {count}" for name, count in found.items()),
        f"seal {last.position if last else 0}", f"hash {last.hash if last else recount.NOTHING}",
    ]  # fmt: skip
    return signing.signed(ring, "\n".join(lines) + "\n"), found
