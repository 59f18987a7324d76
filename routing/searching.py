"""Looking for the reports of a child by what stands sealed in them: through blind indexes, with a reason, counted and logged.

What is searched for is nowhere kept: the trail has who searched by what kind of thing, why, and how much was found.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.access.queue import places_under
from records.access.standing import standing
from records.batch import Batch
from records.secrets import keyring
from records.tables import Account, AuditLine, Case, Mark, Place
from routing.likeness import GUARDIAN, ID_CARD, NAME, alike, child_number
from routing.refusal import Refused
from words.beijing import local
from words.language import line

SEARCHED = "case.search"
AN_HOUR = 30  # searches of one person: enough for a shift's work, too few to try out a class list (ours)
MOST_REASON = 80
MOST_FOUND = 50
_NUMBER = re.compile(r"\d{7,}")


@dataclass(frozen=True)
class Wanted:
    """What somebody knows of the child. `by` is id_card, guardian_phone or name_birth_township."""

    by: str
    number: str = ""
    name: str = ""
    born: str = ""  # year
    township: str = ""


@dataclass(frozen=True)
class Found:
    """A report that this person may see anyway."""

    reference: str
    urgency: str
    category: str
    opened_at: datetime
    status: str


async def search(
    session: AsyncSession, person: Account, wanted: Wanted, reason: str, now: datetime
) -> tuple[Batch, Sequence[Found]]:
    """The reports of that child that are this person's to see, the latest first. Raises Refused without a reason, with one
    that tells who somebody is, and after too many searches in an hour."""
    values = await _values(session, person, wanted, now)
    reason = _why(reason, wanted)
    since = now - timedelta(hours=1)
    recent = select(func.count()).where(
        AuditLine.actor == person.id, AuditLine.action == SEARCHED, col(AuditLine.at) > since
    )
    if (await session.exec(recent)).one() >= AN_HOUR:
        raise Refused(line("一小时里查得太多了，请过一会儿再查。"))
    hashes = sorted({keyring().blind(wanted.by, value) for value in values})
    rows = await session.exec(
        select(Case)
        .join(Mark, col(Mark.case_id) == col(Case.id))
        .where(Mark.kind == wanted.by, col(Mark.hash).in_(hashes))
        .order_by(col(Case.opened_at).desc(), col(Case.id))
        .limit(MOST_FOUND)
    )
    theirs = {
        case.id: Found(case.reference, case.urgency, case.category, case.opened_at, case.status)
        for case in rows.all()
        if await standing(session, person, case.reference) is not None
    }
    batch = Batch()
    batch.audit(now, person.id, SEARCHED, person.id, reason, by=wanted.by, found=len(theirs))
    return batch, tuple(theirs.values())


async def _values(session: AsyncSession, person: Account, wanted: Wanted, now: datetime) -> list[str]:
    """As the marks of a report have them."""
    if wanted.by == ID_CARD:
        if number := child_number(wanted.number, local(now).date()):
            return [number]
        raise Refused(line("身份证号不对，或者不是孩子的，请核对。"))
    if wanted.by == GUARDIAN:
        digits = re.sub(r"\D", "", wanted.number)
        if len(digits) == 11:
            return [digits]
        raise Refused(line("请写监护人的手机号（11 位）。"))
    if wanted.by != NAME:
        raise Refused(line("请选择按什么查。"))
    name, town = re.sub(r"\s", "", wanted.name), re.sub(r"\s", "", wanted.township)
    if not (name and re.fullmatch(r"(19|20)\d\d", wanted.born.strip()) and len(town) > 1):
        raise Refused(line("按姓名查，要写孩子的姓名、出生年份和乡镇（街道）。"))
    here = select(Place).where(col(Place.code).in_(places_under(person.place_code)))
    places = (await session.exec(here)).all()
    towns = {f"{place.code[:6]}{town}" for place in places} | {
        place.code[:9] for place in places if place.name == town and len(place.code.rstrip("0")) > 6
    }
    return [value for each in sorted(towns) for value in alike(NAME, f"{name}|{wanted.born.strip()}|{each}")]


def _why(reason: str, wanted: Wanted) -> str:
    """It stands in the audit trail, in the clear."""
    reason = reason.strip()
    if not reason or len(reason) > MOST_REASON:
        raise Refused(line("请写为什么要查（{most} 字以内）。", most=MOST_REASON))
    if _NUMBER.search(reason) or (len(wanted.name.strip()) > 1 and wanted.name.strip() in reason):
        raise Refused(line("理由要记进审计：不要写姓名、号码。"))
    return reason
