"""`hutong version`."""

import argparse
import tomllib

from app.settings import SHIPPED


def arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(parsed: argparse.Namespace) -> int:
    print(f"hutong {version()}")
    return 0


def version() -> str:
    """As pyproject.toml says: the program always runs from its checkout."""
    with (SHIPPED.parent / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])
