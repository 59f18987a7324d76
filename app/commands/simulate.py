"""`hutong simulate`: one case through all its clocks if nobody ever acted, or past cases on draft protocols: who would be told
when, in Beijing time. Writes nothing."""

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from app import site, terminal
from app.clock import SystemClock
from app.problem import Problem
from app.protocols import calendar_of, protocols_of
from app.settings import SHIPPED, Settings
from app.start import open_settings
from app.terminal import say
from escalation.calendar import official
from escalation.clock import derivation, start
from escalation.foresight import Foreseen, foresee
from escalation.ladder import who
from escalation.policy import case_policies, policies_for
from records.store import open_store
from routing.answer import read_fact
from routing.packs import Pack, pack_for
from routing.protocols import Protocols
from routing.replaying import Past, Told, differences, past_cases
from routing.rules import route
from routing.shipped import read_protocols
from web.naming import CLOCKS, RUNGS
from words.beijing import BEIJING, stamp
from words.ids import CATEGORIES, DEPARTMENTS, HARM, Urgency
from words.language import line


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--category", metavar="类别", help="类别，如 physical_abuse")
    parser.add_argument("--urgency", default="critical", choices=list(Urgency), metavar="级别", help="默认 critical")
    parser.add_argument("--place", metavar="代码", help="行政区划代码；不写则用国家文件的通则")
    parser.add_argument("--fact", action="append", default=[], metavar="键=值", help="事实，可重复，如 pupil=true")
    parser.add_argument("--at", metavar="时间", help="事项开始的时间（ISO，带时区），默认现在")
    parser.add_argument("--hours", type=float, metavar="小时", help="看多久，默认 24；与 --since 连用时默认 72")
    parser.add_argument(
        "--desk", default="24h", choices=("24h", "day"), help="牵头席位：24h 24小时值守，day 白天＋备班电话"
    )
    parser.add_argument("--since", metavar="日期", help="把这一天以来的事项再走一遍，如 2026-11-01；与 --with 连用")
    parser.add_argument(
        "--with",
        dest="draft",
        type=Path,
        metavar="目录",
        help="草案：其中的规程（*.toml 或 protocols/）和 calendar/overrides.toml",
    )
    parser.add_argument("--why", action="store_true", help="也写出每个时限到几点、怎么算的")


def run(parsed: argparse.Namespace) -> int:
    settings = open_settings()
    if parsed.since or parsed.draft:
        return _replay(settings, parsed)
    if not parsed.category:
        raise Problem(
            "请写类别：hutong simulate --category physical_abuse，或把以往的事项再走一遍：--since 日期 --with 目录"
        )
    try:
        at = datetime.fromisoformat(parsed.at) if parsed.at else SystemClock().now()
        if at.tzinfo is None:
            raise ValueError
    except ValueError:
        raise Problem("--at 要写成带时区的时间，例如 2026-11-22T03:10:00+08:00") from None
    pack, calendar = pack_for(parsed.place, protocols_of(settings).packs), calendar_of(settings)
    urgency = Urgency(parsed.urgency)
    chosen = route(pack, parsed.category, urgency, dict(map(read_fact, parsed.fact)))
    policies = policies_for(pack.terms, urgency, parsed.desk, category=parsed.category)
    if parsed.category in HARM:
        policies += case_policies(pack.terms, urgency)
    say(
        "{urgency} · {category}，牵头 {lead}，{at} 开始，一直没有人处理：",
        urgency=urgency.zh,
        category=CATEGORIES[parsed.category],
        lead=DEPARTMENTS[chosen.first],
        at=stamp(at),
    )
    clocks = [start(policy, at, calendar) for policy in policies]
    for seen in foresee(clocks, at + timedelta(hours=parsed.hours or 24), calendar):
        people = " ".join(_people(pack, chosen.first, seen))
        clock = terminal.render(CLOCKS.get(seen.kind, line(seen.kind)))
        print(f"{stamp(seen.at)}  {seen.step.to:<5}{'↻' if seen.repeats else ' '} {clock}  {people}")
    for each in clocks if parsed.why else ():
        print(f"{terminal.render(CLOCKS.get(each.policy.kind, line(each.policy.kind)))}  {each.policy.basis.value}")
        for said in derivation(each, calendar):
            print(f"    {terminal.render(said)}")
    return 0


def _people(pack: Pack, department: str, seen: Foreseen) -> Iterator[str]:
    for seat in who(seen.step.to, department, coordinators=pack.terms.coordinators):
        yield _seat(seat.department, seen.step.to)


def _seat(department: str, level: str) -> str:
    """公安·值班组长."""
    return f"{terminal.render(line(DEPARTMENTS[department]))}·{terminal.render(RUNGS.get(level, line(level)))}"


def _replay(settings: Settings, parsed: argparse.Namespace) -> int:
    """Past cases on the protocols in force and on the draft, and whoever is told otherwise."""
    if not (parsed.since and parsed.draft):
        raise Problem("--since 和 --with 要一起写：hutong simulate --since 2026-11-01 --with 目录")
    try:
        since = datetime.fromisoformat(parsed.since)
    except ValueError:
        raise Problem("--since 要写成日期，例如 2026-11-01") from None
    since = since if since.tzinfo else since.replace(tzinfo=BEIJING)
    now, draft = Protocols(protocols_of(settings).packs, calendar_of(settings)), _draft(settings, parsed.draft)
    site.open_site(settings)
    cases = asyncio.run(_cases(settings, since))
    ahead = timedelta(hours=parsed.hours or 72)
    different = 0
    for found in differences(cases, now, draft, ahead):
        different += 1
        past = found.past
        say(
            "{reference}  {urgency} · {category}  {at}", reference=past.reference, urgency=past.urgency.zh,
            category=CATEGORIES[past.category], at=stamp(past.opened_at),
        )  # fmt: skip
        for mark, each in sorted(
            [*(("-", one) for one in found.gone), *(("+", one) for one in found.new)], key=_in_order
        ):
            print(f"  {mark} {_told(each)}")
    say("共 {count} 件，{different} 件会有不同。", count=len(cases), different=different)
    return 0


def _in_order(line: tuple[str, Told]) -> tuple[datetime, str, str]:
    return line[1].at, line[0], line[1].seat


def _told(told: Told) -> str:
    about = _OPENED.get(told.clock) or CLOCKS.get(told.clock, line(told.clock))
    seat = _seat(told.seat.partition(":")[0], told.level)
    return f"{stamp(told.at)}  {told.level:<5}{terminal.render(about)}（{terminal.render(line(DEPARTMENTS[told.desk]))}）  {seat}"


_OPENED = {"opened": line("收到事项"), "copied": line("知悉")}


async def _cases(settings: Settings, since: datetime) -> Sequence[Past]:
    store = open_store(settings.database)
    try:
        async with store.read() as session:
            return await past_cases(session, since)
    finally:
        await store.close()


def _draft(settings: Settings, directory: Path) -> Protocols:
    """The protocols in force with the draft's files laid over them. Raises Problem, PackError, CalendarError."""
    packs = directory / "protocols" if (directory / "protocols").is_dir() else directory
    calendar = directory / "calendar" / "overrides.toml"
    if not (calendar.exists() or any(packs.glob("*.toml"))):
        raise Problem("{path} 里没有规程（*.toml）也没有 calendar/overrides.toml。", path=directory)
    shipped = read_protocols(SHIPPED / "protocols", settings.data / "protocols", packs)
    counted = official(calendar.read_text(encoding="utf-8")) if calendar.exists() else calendar_of(settings)
    return Protocols(shipped.packs, counted)
