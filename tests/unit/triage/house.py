"""One engine for all triage tests, made from the shipped rules."""

from functools import cache
from pathlib import Path

from intake.triage.engine import Engine
from intake.triage.keywords import decode, parse

ROOT = Path(__file__).parents[3]


@cache
def engine() -> Engine:
    return Engine(parse(decode((ROOT / "data/keywords.txt").read_bytes())))
