"""`hutong triage`: the judgement on one text for people to read, or on many as JSON Lines."""

import argparse
import json
import sys
from collections.abc import Iterator
from typing import Any, TextIO

from app.clock import SystemClock
from app.judging import engine_of, rules_text
from app.problem import Problem
from app.protocols import protocols_of
from app.start import open_settings
from app.terminal import say
from intake.triage.assessment import Assessment
from intake.triage.engine import Engine
from intake.triage.keywords import decode
from routing.packs import ROOT, Pack
from routing.rules import Route, route
from words.beijing import local
from words.ids import CATEGORIES, DEPARTMENTS, FACT_KEYS, NINE, REPORTERS

VIA = ("mandatory", "hotline")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", nargs="?", help="一段文字；不写则要有 --jsonl")
    parser.add_argument(
        "--jsonl", action="store_true", help="从标准输入读 JSON Lines（id, text, via, reporter），逐行写出判断"
    )
    parser.add_argument("--rules", metavar="FILE", help="用这个规则文件，不用现行规则")


def run(parsed: argparse.Namespace) -> int:
    if parsed.jsonl == bool(parsed.text):
        raise Problem('请写一段文字：hutong triage "…"，或从标准输入读：hutong triage --jsonl < FILE')
    settings = open_settings()
    if parsed.rules:
        with open(parsed.rules, "rb") as file:
            text = decode(file.read())
    else:
        text = rules_text(settings)
    engine, pack = engine_of(text), protocols_of(settings).packs[ROOT]
    year = local(SystemClock().now()).year
    if parsed.jsonl:
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # a text file
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a text file
        for answer in judged_lines(engine, pack, year, sys.stdin):
            print(json.dumps(answer, ensure_ascii=False))
    else:
        assessment = engine.assess(parsed.text, year=year)
        _explain(assessment, _route(pack, assessment))
    return 0


def judged_lines(engine: Engine, pack: Pack, year: int, lines: TextIO | Iterator[str]) -> Iterator[dict[str, Any]]:
    """An answer for every line, in order. One that can't be read gives `{"id": …, "error": …}` and the run goes on."""
    for line in lines:
        if not line.strip():
            continue
        row: Any = None
        try:
            row = json.loads(line)
            if not isinstance(row, dict) or not isinstance(row.get("text"), str):
                raise ValueError('每行应是 {"id": …, "text": "…"}')
            via = next((each for each in VIA if each == row.get("via")), VIA[0])
            reporter = next((each for each in REPORTERS if each == row.get("reporter")), "other")
            yield {
                "id": row.get("id"),
                **answer(engine.assess(row["text"], via=via, reporter=reporter, year=year), pack),
            }
        except (ValueError, RecursionError) as fault:
            yield {"id": row.get("id") if isinstance(row, dict) else None, "error": str(fault)}


def answer(assessment: Assessment, pack: Pack) -> dict[str, Any]:
    """One judgement in the vocabulary of the triage labels. `lead` is the department that takes it first."""
    chosen = _route(pack, assessment)
    others = [each for each in chosen.lead if each != chosen.first]
    return {
        "urgency": assessment.urgency.value,
        "category": assessment.category,
        "categories": list(assessment.categories),
        "lead": chosen.first,
        "with": [*others, *chosen.with_],
        "emergency": assessment.emergency,
        "facts": {key: assessment.facts[key].value for key in FACT_KEYS if key in assessment.facts},
        "more": {key: fact.value for key, fact in assessment.more.items()},
        "reasons": [reason.text for reason in assessment.reasons],
    }


def _route(pack: Pack, assessment: Assessment) -> Route:
    facts = {**assessment.routing, "nine": list(assessment.nine)}
    return route(pack, assessment.category, assessment.urgency, facts)


def _explain(assessment: Assessment, chosen: Route) -> None:
    say("{urgency} · {category}", urgency=assessment.urgency.zh, category=CATEGORIES[assessment.category])
    if assessment.emergency:
        say("应马上请报告人打 110 / 120")
    say("先办：{lead}", lead=DEPARTMENTS[chosen.first])
    others = [each for each in (*chosen.lead, *chosen.with_) if each != chosen.first]
    if others:
        say("协同：{departments}", departments="、".join(DEPARTMENTS[each] for each in others))
    for number in assessment.nine:
        say("九种情形之{number}：{what}", number=number, what=NINE[number])
    for key, fact in (*assessment.facts.items(), *assessment.more.items()):
        say("  {key} = {value}", key=key, value=fact.value)
    for reason in assessment.reasons:
        say("  {text}", text=reason.text)
    if assessment.counterfactual:
        say("  {text}", text=assessment.counterfactual)
