"""Posters of units: a link to the chat that says to this site, and to nobody else, at which unit it hangs."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.batch import Batch
from records.columns import is_poster_code, new_poster_code
from records.tables import Account, Desk, Poster
from routing.desks import desk_page
from routing.refusal import Refused
from words.language import Line, line

_NOT_THERE = line("没有这个席位，或者它不在您管的范围内。")


async def desk_of_poster(session: AsyncSession, code: str | None) -> Desk | None:
    """The desk of the unit at which the poster hangs; None for a code that this site never gave, or has taken back."""
    if not code or not is_poster_code(code):
        return None
    found = await session.exec(
        select(Desk)
        .join(Poster, col(Poster.desk_id) == col(Desk.id))
        .where(Poster.id == code, col(Poster.retired_at).is_(None), col(Desk.active))
    )
    return found.first()


async def posters_of(session: AsyncSession, desk_id: str) -> Sequence[Poster]:
    """Those that hang, newest first."""
    wanted = select(Poster).where(Poster.desk_id == desk_id, col(Poster.retired_at).is_(None))
    return (await session.exec(wanted.order_by(col(Poster.made_at).desc(), col(Poster.id)))).all()


async def make_poster(session: AsyncSession, person: Account, desk_id: str, now: datetime) -> tuple[Batch, Line]:
    """A new code for a unit's desk. Raises Refused when the desk is not this person's to keep."""
    found = await desk_page(session, person, desk_id)
    if found is None:
        raise Refused(_NOT_THERE)
    batch = Batch()
    batch.add(Poster(id=new_poster_code(), desk_id=found.desk.id, made_by=person.id, made_at=now))
    batch.audit(now, person.id, "poster_made", found.desk.id)
    return batch, line("已生成。")


async def retire_poster(
    session: AsyncSession, person: Account, desk_id: str, code: str, now: datetime
) -> tuple[Batch, Line]:
    """The link still opens the chat, and means no unit any more."""
    found, poster = await desk_page(session, person, desk_id), await session.get(Poster, code)
    if found is None or poster is None or poster.desk_id != found.desk.id:
        raise Refused(_NOT_THERE)
    batch = Batch()
    if poster.retired_at is None:
        batch.change(poster, retired_at=now)
        batch.audit(now, person.id, "poster_retired", found.desk.id)
    return batch, line("已停用。")
