"""`hutong simulate`: one case through all its clocks if nobody ever acted, and who would be told when, in Beijing time."""

import argparse
from collections.abc import Iterator
from datetime import datetime, timedelta

from app import terminal
from app.clock import SystemClock
from app.problem import Problem
from app.protocols import calendar_of, protocols_of
from app.start import open_settings
from app.terminal import say
from escalation.clock import derivation, start
from escalation.foresight import Foreseen, foresee
from escalation.ladder import who
from escalation.policy import case_policies, policies_for
from routing.answer import read_fact
from routing.packs import Pack, pack_for
from routing.rules import route
from web.naming import CLOCKS
from words.beijing import stamp
from words.ids import CATEGORIES, DEPARTMENTS, HARM, Urgency
from words.language import line


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--category", required=True, metavar="类别", help="类别，如 physical_abuse")
    parser.add_argument("--urgency", default="critical", choices=list(Urgency), metavar="级别", help="默认 critical")
    parser.add_argument("--place", metavar="代码", help="行政区划代码；不写则用国家文件的通则")
    parser.add_argument("--fact", action="append", default=[], metavar="键=值", help="事实，可重复，如 pupil=true")
    parser.add_argument("--at", metavar="时间", help="事项开始的时间（ISO，带时区），默认现在")
    parser.add_argument("--hours", type=float, default=24.0, metavar="小时", help="看多久，默认 24")
    parser.add_argument(
        "--desk", default="24h", choices=("24h", "day"), help="牵头席位：24h 24小时值守，day 白天＋备班电话"
    )
    parser.add_argument("--why", action="store_true", help="也写出每个时限到几点、怎么算的")


def run(parsed: argparse.Namespace) -> int:
    settings = open_settings()
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
    for seen in foresee(clocks, at + timedelta(hours=parsed.hours), calendar):
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
        yield f"{terminal.render(line(DEPARTMENTS[seat.department]))}:{seat.role}"
