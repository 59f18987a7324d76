"""`make setup-test`: brings what the tests need beyond Python, and says what it found or did."""

from __future__ import annotations

import fcntl
import sys
from pathlib import Path

from tests.support import axe, chromium, node, postgres, tools


def main() -> int:
    with open(Path(__file__)) as held:  # two `make test` at once fetch one after the other
        fcntl.flock(held, fcntl.LOCK_EX)
        wanting = {
            "postgresql": postgres.fetch(),
            "libatomic1": node.fetch(),
            "chromium": chromium.fetch(),
            "fonts-noto-cjk": chromium.fetch_font(),
            "npm": axe.fetch(),
        }
    missing = {package: why for package, why in wanting.items() if why}
    if missing:
        print("护童: the tests cannot be run here yet:", file=sys.stderr)
        for package, reasons in missing.items():
            print(*(f"  {package}: {reason}" for reason in reasons), sep="\n", file=sys.stderr)
        update = "apt-get update && " if tools.ROOT else "sudo apt-get update && sudo "
        print(
            f"This one command brings what is missing:\n    {update}apt-get install -y {' '.join(missing)}",
            file=sys.stderr,
        )
        return 1
    if "--quiet" not in sys.argv:
        font = "the system's" if chromium.has_chinese_font() else chromium.FONT
        print(f"护童: PostgreSQL {postgres.programs()}, Chromium {chromium.program()}, Chinese font {font}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
