"""The protocol packs and clauses on disk: `data/protocols/` with a site's own files laid over it by name."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from routing.clauses import Clause, read_clauses
from routing.packs import Pack, PackError, pack_for, read_packs
from words.language import line

STATUTES, MATRIX, NATIONAL = "statutes.toml", "matrix.json", "national.toml"


@dataclass(frozen=True)
class Shipped:
    """All packs by id, and every clause they may cite."""

    packs: Mapping[str, Pack]
    clauses: Mapping[str, Clause]

    def for_place(self, place_code: str | None) -> Pack:
        """The pack of the place or of its nearest ancestor that has one."""
        return pack_for(place_code, self.packs)


def texts(*directories: Path) -> dict[str, str]:
    """The texts of all pack files by file name; a later directory's file stands in for an earlier one's."""
    found: dict[str, str] = {}
    for directory in directories:
        for path in sorted((*directory.glob("*.toml"), *directory.glob(MATRIX))):
            found[path.name] = path.read_text(encoding="utf-8")
    return found


def read_protocols(*directories: Path) -> Shipped:
    """The packs of these directories. Raises PackError with everything that is wrong, OSError when one can't be read."""
    return protocols_from(texts(*directories))


def protocols_from(found: Mapping[str, str]) -> Shipped:
    """The same from texts by file name. Raises PackError."""
    if missing := [name for name in (MATRIX, STATUTES, NATIONAL) if name not in found]:
        raise PackError([line("缺少文件 {names}。", names="、".join(missing))])
    try:
        clauses = read_clauses(found[MATRIX], found[STATUTES], found[NATIONAL])
    except (tomllib.TOMLDecodeError, json.JSONDecodeError, KeyError, TypeError) as error:
        raise PackError(
            [line("{names} 读不出来：{error}。", names="、".join((MATRIX, STATUTES, NATIONAL)), error=repr(error))]
        ) from error
    packs = {name: text for name, text in found.items() if name not in (MATRIX, STATUTES)}
    return Shipped(read_packs(packs, clauses), clauses)
