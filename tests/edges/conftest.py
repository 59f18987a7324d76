"""Browsers at the doors of one house: the real application over HTTP, without a network."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI

from tests.edges.visitor import Street
from tests.flows.conftest import county, town
from tests.flows.town import Town
from tests.support.terminal import Terminal
from web.site import build

__all__ = ["county", "site", "street", "town"]


@pytest.fixture
def site(town: Town) -> FastAPI:
    return build(replace(town.house.edge(), pulse_seconds=0.01))


@pytest.fixture
async def street(site: FastAPI, town: Town) -> AsyncIterator[Street]:
    """Where browsers come from; all are closed in the end."""
    street = Street(site, town)
    yield street
    await street.close()


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """Commands in a directory of their own, where nothing is yet."""
    return Terminal(tmp_path, monkeypatch, capsys)


@pytest.fixture
def at_home(county: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands go by the settings of the test's county."""
    for name, value in county.items():
        if name.startswith("HUTONG_"):
            monkeypatch.setenv(name, value)
