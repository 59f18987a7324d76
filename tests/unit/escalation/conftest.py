"""The numbers of the national pack, and the official calendar."""

from pathlib import Path

import pytest

from escalation.calendar import Calendar, official
from escalation.policy import Terms
from routing.shipped import read_protocols


@pytest.fixture(scope="session")
def terms() -> Terms:
    return read_protocols(Path(__file__).parents[3] / "data" / "protocols").packs["national"].terms


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    return official()
