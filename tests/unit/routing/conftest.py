"""The shipped protocols, read once."""

from pathlib import Path

import pytest

from routing.shipped import Shipped, protocols_from, texts

DIRECTORY = Path(__file__).parents[3] / "data" / "protocols"


@pytest.fixture(scope="session")
def pack_texts() -> dict[str, str]:
    return texts(DIRECTORY)


@pytest.fixture(scope="session")
def protocols(pack_texts: dict[str, str]) -> Shipped:
    return protocols_from(pack_texts)
