"""`hutong route`: who takes a case, by which clauses, with which deadlines and ladder. Decides only; writes nothing."""

import argparse
import json
import sys
from collections.abc import Iterator
from typing import Any

from app import terminal
from app.problem import Problem
from app.protocols import calendar_of, divisions_of, protocols_of
from app.start import open_settings
from app.terminal import say
from routing.answer import answer_line, read_fact
from routing.facts import FactError
from routing.protocols import Protocols
from words.ids import CATEGORIES, DEPARTMENTS, Urgency
from words.language import line


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--place", metavar="代码", help="行政区划代码或名称；000000 是国家文件的通则，不写是地点不明")
    parser.add_argument("--category", metavar="类别", help="类别，如 bullying")
    parser.add_argument("--urgency", metavar="级别", default="normal", help="critical urgent normal info，默认 normal")
    parser.add_argument("--fact", action="append", default=[], metavar="键=值", help="事实，可重复，如 pupil=true")
    parser.add_argument(
        "--at", metavar="时间", help="事项开始的时间（ISO，带时区）；写了就算出每个时限到几点、怎么算的"
    )
    parser.add_argument("--json", action="store_true", help="写出 JSON")
    parser.add_argument("--jsonl", action="store_true", help="从标准输入逐行读 place, category, urgency, facts")


def run(parsed: argparse.Namespace) -> int:
    if parsed.jsonl == bool(parsed.category):
        raise Problem("请写类别：hutong route --category bullying，或从标准输入读：hutong route --jsonl < FILE")
    settings = open_settings()
    known = Protocols(protocols_of(settings).packs, calendar_of(settings), divisions_of(settings))
    if parsed.jsonl:
        for number, text in enumerate(_lines(), 1):
            if text.strip():
                print(_json(_line(number, text, known)), flush=True)
        return 0
    asked: dict[str, Any] = {
        "category": parsed.category,
        "urgency": parsed.urgency,
        "facts": dict(map(read_fact, parsed.fact)),
    }
    found = answer_line({"place": parsed.place, "at": parsed.at, **asked}, known.packs, known.calendar, known.divisions)
    if parsed.json:
        print(_json(found, indent=1))
    else:
        _explain(asked, found)
    return 0


def _lines() -> Iterator[str]:
    """Standard input line by line, as UTF-8 whatever the terminal's own encoding; a byte that is none spoils its line only."""
    bare = getattr(sys.stdin, "buffer", None)
    for each in bare if bare is not None else sys.stdin:
        yield each.decode("utf-8-sig", errors="replace") if isinstance(each, bytes) else each


def _json(value: Any, indent: int | None = None) -> str:
    """As JSON that can be printed: half a character, which some programs write, stays escaped."""
    try:
        written = json.dumps(value, ensure_ascii=False, indent=indent)
        written.encode()
    except UnicodeEncodeError:
        return json.dumps(value, indent=indent)
    return written


def _line(number: int, text: str, known: Protocols) -> dict[str, Any]:
    """The answer to one line, or what is wrong with it, under the line's own id and number: the run goes on."""
    asked: Any = None
    try:
        asked = json.loads(text)
        if not isinstance(asked, dict):
            raise FactError(line("每行应是一个 JSON 对象。"))
        return answer_line(asked, known.packs, known.calendar, known.divisions)
    except (ValueError, TypeError, RecursionError) as fault:
        said = getattr(fault, "line", None)
        error = terminal.render(said) if said else str(fault)
        mine = {"id": asked["id"]} if isinstance(asked, dict) and "id" in asked else {}
        return {**mine, "line": number, "error": error}


def _explain(asked: dict[str, Any], found: dict[str, Any]) -> None:
    say(
        "{urgency} · {category}（规程 {pack}）",
        urgency=Urgency(asked["urgency"]).zh,
        category=CATEGORIES[asked["category"]],
        pack=found["pack"],
    )
    for name, departments in (("牵头", found["lead"]), ("协同", found["with"]), ("抄送", found["copy"])):
        for department in departments:
            clauses = " ".join(found["why"].get(department, ()))
            print(f"  {terminal.render(line(name))}  {terminal.render(line(DEPARTMENTS[department]))}  {clauses}")
    for step, term in found["deadlines"].items():
        print(f"  {step:<12} {term['due']:<6} {term['basis']}  {term.get('clause', '')}".rstrip())
        for said in term.get("derivation", ()):
            print(f"               {said}")
    for rung in found["ladder"]:
        print(f"  {rung['level']}  {rung['after']:<6} {rung['clock']:<12} {' '.join(rung['who'])}")
    if found["raises"]:
        say(
            "  开立时提为{level}：{why}",
            level=Urgency(found["raises"]["to"]).zh,
            why="、".join(found["raises"]["reasons"]),
        )
    for alarm in found["alarms"]:
        print(f"  ! {alarm}")
