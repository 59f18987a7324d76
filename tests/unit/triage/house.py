"""One engine for all triage tests, made from the shipped rules."""

from functools import cache
from pathlib import Path

from intake.triage.engine import Engine
from intake.triage.keywords import decode, parse
from intake.triage.opinion import read_counts

ROOT = Path(__file__).parents[3]


@cache
def engine() -> Engine:
    opinion = read_counts((ROOT / "data/opinion.json").read_text(encoding="utf-8"))
    return Engine(parse(decode((ROOT / "data/keywords.txt").read_bytes())), opinion)
