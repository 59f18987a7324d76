"""Browsers at the doors of one house: the real application over HTTP, without a network."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from fastapi import FastAPI

from tests.edges.visitor import Street
from tests.flows.conftest import county, town
from tests.flows.town import Town
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
