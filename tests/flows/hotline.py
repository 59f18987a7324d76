"""A hotline platform at the door of a town: it sends tickets and is answered."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from intake.tickets.parts import Arrival
from tests.flows.town import Town

DATA = Path(__file__).parents[1] / "data"
TICKETS: list[dict[str, Any]] = json.loads((DATA / "tickets_12345.json").read_text("utf-8"))


async def sends(
    town: Town, data: Mapping[str, Any], platform: str = "hutong", *, sender: str = "key:hotline", source: str = "api"
) -> dict[str, Any]:
    """One ticket; what its sender is answered. `hutong` is the documented schema, then the platform is the sender."""
    profile = town.house.profiles[platform]
    whose = f"api:{sender.partition(':')[2]}" if platform == "hutong" else platform
    body = json.dumps(data, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return await town.house.counter.file(Arrival(whose, profile, data, body, "application/json", sender, source))


async def sends_planted(town: Town, number: int) -> dict[str, Any]:
    """The entry of this number of the open development tickets."""
    entry = TICKETS[number - 1]
    return await sends(town, entry["payload"], entry["platform"])


def listing(town: Town, platform: str, *hosts: str, private: bool = False) -> None:
    """As if the site's own profile of the platform listed these hosts."""
    profiles = dict(town.house.profiles)
    listed = frozenset(hosts)
    profiles[platform] = replace(profiles[platform], hosts=listed, private=listed if private else frozenset())
    town.house.profiles = town.house.outside.profiles = profiles
