"""Clauses that a routing may rest on: tasks of the five documents, statutory rules, the seven rules over the table."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Clause:
    """`id` is `national:T6`, `gaotai:GT6`, `statute:A10` or `routing:R3`. `source` and `title` are Chinese, to be shown.

    `task` joins the same task of several documents (Gaotai's numbers run one higher from 9 on); `departments` are those
    the task names. `citable` is false for a rule that could not be verified.
    """

    id: str
    source: str
    title: str
    task: str = ""
    departments: frozenset[str] = frozenset()
    citable: bool = True


def read_clauses(matrix: str, statutes: str, national: str) -> dict[str, Clause]:
    """All clauses, from the texts of matrix.json, statutes.toml and national.toml (whose [rules] are R1 … R7)."""
    return {clause.id: clause for clause in (*_tasks(matrix), *_statutes(statutes), *_rules(national))}


def _tasks(matrix: str) -> list[Clause]:
    data = json.loads(matrix)
    found = []
    for entry in data["entries"]:
        place = data["jurisdictions"][entry["jurisdiction"]]
        letter = "GT" if entry["jurisdiction"] == "gaotai" else "T"
        found.append(
            Clause(
                id=f"{entry['jurisdiction']}:{letter}{entry['task_no']}",
                source="".join(filter(None, (place["title"], place["document_number"]))),
                title=f"{entry['task_no']}．{entry['task_title']}",
                task=entry["task_key"],
                departments=frozenset((*entry["lead_ids"], *entry["responsible_ids"])),
            )
        )
    return found


def _statutes(text: str) -> list[Clause]:
    rows = tomllib.loads(text)
    return [
        Clause(id=f"statute:{number}", source=row["source"], title=row["says"], citable=row["verified"] != "U")
        for number, row in rows.items()
    ]


def _rules(national: str) -> list[Clause]:
    return [
        Clause(id=f"routing:{number}", source="受理分派总则", title=says)
        for number, says in tomllib.loads(national).get("rules", {}).items()
    ]


def local_clause(clause: Clause, pack_id: str, placed: frozenset[str], clauses: Mapping[str, Clause]) -> Clause | None:
    """The same task in the place's own document, when it names all of the placed departments that `clause` names."""
    if not clause.task:
        return None
    named = placed & clause.departments
    return next(
        (
            other
            for other in clauses.values()
            if other.task == clause.task and other.id.startswith(f"{pack_id}:") and named <= other.departments
        ),
        None,
    )
