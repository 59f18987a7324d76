"""Figures that proofs write down: one table a file in docs/proof, one line a measurement, the newest of its name."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

PROOFS = Path(__file__).parents[2] / "docs" / "proof"


def write_down(file: str, heading: str, what: str, figures: Mapping[str, object]) -> None:
    """Put the line of `what` into docs/proof/`file`, in the place of an earlier one.

    `heading` is the text above the table. The columns are `what`, those of `figures`, the day and the machine's cores.
    """
    cells = [what, *map(str, figures.values()), f"{datetime.now(UTC):%Y-%m-%d}", str(os.cpu_count())]
    names = ["What", *figures, "Day", "Cores"]
    path = PROOFS / file
    before = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    replaced = ("| What |", "| --- |", f"| {what} |")
    kept = [line for line in before if line.startswith("| ") and not line.startswith(replaced)]
    path.parent.mkdir(parents=True, exist_ok=True)
    table = [_row(names), "|" + " --- |" * len(names), *sorted([*kept, _row(cells)])]
    path.write_text("\n".join([heading.strip(), "", *table]) + "\n", encoding="utf-8")


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
