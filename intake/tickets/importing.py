"""A file of tickets: looked at first, then filed row by row. Each row and its mark are one write, so that an interruption loses
nothing and doubles nothing; the same file again goes on where it stopped."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.tickets.drafting import flaw_codes, judged
from intake.tickets.filing import file_ticket
from intake.tickets.flaws import Flaw, for_person, from_json, once
from intake.tickets.parts import Arrival, Filed, Hotline
from intake.tickets.profile import Profile, for_tables
from intake.tickets.reading import read_slip
from intake.tickets.sheets import Sheet, read_sheet
from records.batch import Batch
from records.columns import new_id
from records.secrets import keyring
from records.tables import Case, ImportRow, TicketImport
from routing.refusal import Refused
from words.ids import Urgency
from words.language import line

IMPORT = "import"  # whose orders they are when they are no platform's
KEPT = timedelta(days=7)  # a file that was looked at and never imported
NOT_THERE = line("没有这次导入。")


@dataclass(frozen=True)
class Importer:
    """Who imports: `sender` is account:ID or command:NAME, `place_code` the place they answer for."""

    sender: str
    place_code: str


@dataclass(frozen=True)
class Seen:
    """A row before it is filed: how urgent its words are, and what is odd about it."""

    number: int
    order_no: str | None
    title: str
    urgency: Urgency
    category: str
    flaws: tuple[Flaw, ...]


async def begin_import(
    session: AsyncSession,
    who: Importer,
    name: str,
    content: bytes,
    platform: str,
    profiles: Mapping[str, Profile],
    now: datetime,
) -> tuple[Batch, TicketImport]:
    """The import of a file, or the one that it had before. Nothing is filed yet. `platform` is IMPORT or a profile's id.
    Raises Unreadable."""
    digest = keyring().blind("ticket import", f"{platform}:{hashlib.sha256(content).hexdigest()}")
    known = (await session.exec(select(TicketImport).where(TicketImport.digest == digest))).one_or_none()
    if known is not None:
        return Batch(), known
    sheet = read_sheet(content, for_tables(profiles, platform))
    found = TicketImport(
        id=new_id(now), digest=digest, name=name[:200], platform=platform, sender=who.sender, place_code=who.place_code,
        total=len(sheet.rows), created_at=now, updated_at=now,
    )  # fmt: skip
    batch = Batch()
    batch.add(found, *_rows(found, sheet))
    batch.audit(now, who.sender, "import.begun", found.id, rows=len(sheet.rows), platform=platform)
    return batch, found


def _rows(found: TicketImport, sheet: Sheet) -> Sequence[ImportRow]:
    return [
        ImportRow(
            import_id=found.id,
            number=row.number,
            cells={"cells": dict(row.cells), "flaws": [flaw.to_json() for flaw in row.flaws]},
        )
        for row in sheet.rows
    ]


def arrival_of(found: TicketImport, row: ImportRow, profiles: Mapping[str, Profile]) -> Arrival:
    """A row as a ticket that arrives. Its body is the row as it stood in the file."""
    cells = row.cells["cells"]
    body = json.dumps(cells, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return Arrival(
        found.platform, for_tables(profiles, found.platform), cells, body, "application/json", found.sender, "import",
        from_json(row.cells.get("flaws", ())),
    )  # fmt: skip


def seen(found: TicketImport, row: ImportRow, profiles: Mapping[str, Profile], hotline: Hotline, now: datetime) -> Seen:
    """A row that waits, as it would be judged."""
    arrival = arrival_of(found, row, profiles)
    slip = read_slip(arrival.profile, arrival.data, now)
    judgement, _ = judged(slip, hotline.assess)
    flaws = once((*arrival.flaws, *slip.flaws))
    return Seen(row.number, slip.given, slip.title, judgement.urgency, judgement.category, flaws)


async def set_running(
    session: AsyncSession, import_id: str, by: str, running: bool, now: datetime
) -> tuple[Batch, None]:
    """Begin, stop, or go on."""
    found = await session.get(TicketImport, import_id)
    if found is None:
        raise Refused(NOT_THERE)
    batch = Batch()
    if found.status != "done":
        batch.change(found, status="running" if running else "stopped", updated_at=now)
        batch.audit(now, by, "import.running" if running else "import.stopped", found.id)
    return batch, None


async def file_next(
    session: AsyncSession, import_id: str, profiles: Mapping[str, Profile], hotline: Hotline, now: datetime
) -> tuple[Batch, tuple[ImportRow | None, Filed | None]]:
    """The next row of a running import: filed and marked in one write. (None, None) when there is none, and then the import is
    done. Whoever else files the same import at this moment loses and comes again."""
    found = (await session.exec(select(TicketImport).where(TicketImport.id == import_id))).one()
    if found.status != "running":
        return Batch(), (None, None)
    row = (
        await session.exec(
            select(ImportRow)
            .where(ImportRow.import_id == import_id, ImportRow.status == "waiting")
            .order_by(col(ImportRow.number))
            .limit(1)
        )
    ).one_or_none()
    if row is None:
        batch = Batch()
        batch.change(found, status="done", updated_at=now)
        batch.audit(now, found.sender, "import.done", found.id, rows=found.total)
        return batch, (None, None)
    batch, filed = await file_ticket(session, arrival_of(found, row, profiles), now, hotline)
    case = next((each for each in batch.rows if isinstance(each, Case) and each.id == filed.case_id), None)
    case = case or await session.get_one(Case, filed.case_id)
    batch.change(
        row, status=filed.outcome, reference=case.reference, cells={},  # what it says lies with the ticket now
        flaws=flaw_codes(for_person(filed.flaws)),
    )  # fmt: skip
    batch.change(found, updated_at=now)
    return batch, (row, filed)


async def set_aside(session: AsyncSession, import_id: str, now: datetime) -> tuple[Batch, ImportRow | None]:
    """The next row can't be filed, whatever the reason: it stays as it came, for a person, and the others go on."""
    found = (await session.exec(select(TicketImport).where(TicketImport.id == import_id))).one()
    row = (
        await session.exec(
            select(ImportRow)
            .where(ImportRow.import_id == import_id, ImportRow.status == "waiting")
            .order_by(col(ImportRow.number))
            .limit(1)
        )
    ).one_or_none()
    batch = Batch()
    if row is not None and found.status == "running":
        batch.change(row, status="failed")
        batch.change(found, updated_at=now)
        batch.audit(now, found.sender, "import.row_failed", found.id, row=row.number)
    return batch, row


async def running_imports(session: AsyncSession) -> Sequence[str]:
    found = select(TicketImport.id).where(TicketImport.status == "running").order_by(col(TicketImport.id))
    return (await session.exec(found)).all()


async def forget_previews(session: AsyncSession, now: datetime) -> tuple[Batch, None]:
    """A file that was only looked at is not kept: what it says is nobody's case."""
    old = await session.exec(
        select(TicketImport.id).where(TicketImport.status == "preview", col(TicketImport.updated_at) < now - KEPT)
    )
    batch = Batch()
    for import_id in old.all():
        batch.remove(ImportRow, import_id=import_id)
        batch.remove(TicketImport, id=import_id)
        batch.audit(now, "system", "import.forgotten", import_id)
    return batch, None
