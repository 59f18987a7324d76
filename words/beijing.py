"""Time as people here read it. Everything inside is aware UTC; only what is shown is Asia/Shanghai."""

from datetime import datetime
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


def local(moment: datetime) -> datetime:
    """The same instant on a Beijing clock. Refuses a naive time: nobody could say which instant it is."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone was handed in")
    return moment.astimezone(BEIJING)


def clock_time(moment: datetime, now: datetime) -> str:
    """`03:12` today, `11-23 03:12` on another day, with the year in front in another year."""
    there, today = local(moment), local(now)
    if there.date() == today.date():
        return there.strftime("%H:%M")
    return there.strftime("%m-%d %H:%M" if there.year == today.year else "%Y-%m-%d %H:%M")


def stamp(moment: datetime) -> str:
    """`2026-11-22 03:12:05`, for lists and records."""
    return local(moment).strftime("%Y-%m-%d %H:%M:%S")
